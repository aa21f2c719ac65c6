"""A run as files in a folder: scenario, KPIs, daily totals, users, and days and events when they were recorded."""

import contextlib
import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from hourglass_policy.errors import BadInput

from hourglass_sim.files import replacing
from hourglass_sim.store.places import put_in_place, refuse_foreign, staged_parts

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
    refuse_foreign(target / EVENTS)
    return target


def write_run(run: "Run", out: str | Path, result: Mapping[str, object]) -> list[Path]:
    """Write scenario.toml, kpis.json (`result`), totals.csv, users.parquet and, when kept, days.parquet and events/.

    Events that were written while the run went on (in `folder`/events or events.new) are put in place.

    All files are written beside their places first and put there together, so a full disk leaves an earlier run as it was; files
    of an earlier run that this one does not have are removed. Raises BadInput when the folder cannot be written.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    from hourglass_sim.store.from_run import write_parts

    folder = require_folder(out)
    writers = {
        "scenario.toml": lambda path: path.write_text(run.scenario.to_toml(), encoding="utf-8"),
        "totals.csv": lambda path: run.totals.to_csv(path, index=False),
        "users.parquet": lambda path: pq.write_table(pa.Table.from_pandas(run.users), path, compression="zstd"),
        "kpis.json": lambda path: path.write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"),
    }
    if run.outcome.days:
        writers["days.parquet"] = lambda path: pq.write_table(pa.table(run.outcome.days), path, compression="zstd")
    with contextlib.ExitStack() as pending:
        events = run.events_at
        if run.record == "events" and events is None:
            events = pending.enter_context(staged_parts(folder / EVENTS))
            write_parts(run, events)
        for name, write in writers.items():
            temporary = pending.enter_context(replacing(folder / name))
            write(temporary)
            _through_to_disk(temporary)
    if events:
        put_in_place(events, folder / EVENTS)
    elif (folder / EVENTS).exists():
        shutil.rmtree(folder / EVENTS)
    if "days.parquet" not in writers:
        (folder / "days.parquet").unlink(missing_ok=True)
    return [folder / name for name in (*writers, *([EVENTS] if events else []))]


def _through_to_disk(path: Path) -> None:
    """Wait until a file is on the disk, so that a full disk shows before any file is put in place."""
    with open(path, "rb") as written:
        os.fsync(written.fileno())
