"""A run as files in a folder: scenario, KPIs, daily totals, users, and days and events when they were recorded."""

import contextlib
import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from hourglass_policy.errors import BadInput

from hourglass_sim.files import replacing

if TYPE_CHECKING:
    from hourglass_sim.run import Run

EVENTS = "events"


def require_folder(out: str | Path) -> Path:
    """The folder's path; BadInput when it cannot be made or written. Nothing is created."""
    target = Path(out)
    nearest = next((place for place in (target, *target.absolute().parents) if os.path.lexists(place)), Path("/"))
    if not nearest.is_dir():
        raise BadInput("not a folder", where="--out", value=str(nearest), allowed="a new or existing folder")
    if not os.access(nearest, os.W_OK | os.X_OK):
        raise BadInput("cannot write (permission denied)", where=str(nearest), allowed="a folder you may write to")
    _refuse_foreign(target / EVENTS)
    return target


def write_run(run: "Run", out: str | Path, result: Mapping[str, object]) -> list[Path]:
    """Write scenario.toml, kpis.json (`result`), totals.csv, users.parquet and, when recorded, days.parquet and events/.

    All files are written beside their places first and put there together, so a full disk leaves an earlier run as it was; files
    of an earlier run that this one does not have are removed. Raises BadInput when the folder cannot be written.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    folder = require_folder(out)
    writers = {
        "scenario.toml": lambda path: path.write_text(run.scenario.to_toml(), encoding="utf-8"),
        "totals.csv": lambda path: run.totals.to_csv(path, index=False),
        "users.parquet": lambda path: pq.write_table(pa.Table.from_pandas(run.users), path, compression="zstd"),
        "kpis.json": lambda path: path.write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"),
    }
    if run.record != "totals":
        writers["days.parquet"] = lambda path: pq.write_table(pa.table(run.outcome.days), path, compression="zstd")
    with contextlib.ExitStack() as pending:
        events = pending.enter_context(_staged_events(run, folder)) if run.record == "events" else None
        for name, write in writers.items():
            temporary = pending.enter_context(replacing(folder / name))
            write(temporary)
            _through_to_disk(temporary)
    if (folder / EVENTS).exists():
        shutil.rmtree(folder / EVENTS)
    if events:
        events.rename(folder / EVENTS)
    if run.record == "totals":
        (folder / "days.parquet").unlink(missing_ok=True)
    return [folder / name for name in (*writers, *([EVENTS] if events else []))]


def _through_to_disk(path: Path) -> None:
    """Wait until a file is on the disk, so that a full disk shows before any file is put in place."""
    with open(path, "rb") as written:
        os.fsync(written.fileno())


@contextlib.contextmanager
def _staged_events(run: "Run", folder: Path):
    """The events as Parquet parts in a hidden folder, which is removed when anything fails."""
    from hourglass_sim.store.from_run import event_parts
    from hourglass_sim.store.log import EventLog

    try:
        folder.mkdir(parents=True, exist_ok=True)
        staged = Path(tempfile.mkdtemp(prefix=f".{EVENTS}.", suffix=".part", dir=folder))
    except OSError as error:
        raise BadInput(f"cannot write ({error.strerror})", where=str(folder), allowed="a folder you may write to") from error
    try:
        staged.chmod(0o755)
        with EventLog.create(staged) as log:
            for part in event_parts(run):
                log.append(part)
        yield staged
    except BaseException:
        shutil.rmtree(staged, ignore_errors=True)
        raise


def _refuse_foreign(events: Path) -> None:
    """BadInput when something other than an earlier run's events stands in their place."""
    if os.path.lexists(events):
        inside = [p.name for p in events.iterdir()] if events.is_dir() else [events.name]
        foreign = [name for name in inside if not name.startswith("part-")]
        if foreign:
            raise BadInput(
                "something else is in the events' place", where=str(events), value=foreign[0], allowed="parts of a log"
            )
