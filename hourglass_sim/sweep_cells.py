"""Finished runs of a sweep, kept in a file one line each, so that an interrupted sweep goes on where it was."""

import hashlib
import json
import os
from functools import cache
from pathlib import Path

from hourglass_policy.errors import BadInput

from hourglass_sim.files import write_text

FILE = "cells.jsonl"
FORMAT = 1
Kpis = dict[str, float | None]


class Cells:
    """KPIs by scenario digest. `Cells(None)` keeps them in memory; `Cells(folder)` also in folder/cells.jsonl.

    Runs made by other code are left aside; a line that a kill cut short never happened. BadInput for a file that is none of ours
    or a folder that cannot be written.
    """

    def __init__(self, folder: Path | None):
        self.path = None if folder is None else folder / FILE
        self.found: dict[str, Kpis] = {}
        if self.path is not None:
            self._open(self.path)

    def get(self, key: str) -> Kpis | None:
        """The KPIs of a run, None when it was not made yet."""
        return self.found.get(key)

    def put(self, key: str, kpis: Kpis) -> None:
        """Keep a finished run; it is on the disk when this returns."""
        self.found[key] = dict(kpis)
        if self.path is not None:
            try:
                with open(self.path, "a", encoding="utf-8") as file:
                    file.write(json.dumps({"key": key, "kpis": dict(kpis)}) + "\n")
                    file.flush()
                    os.fsync(file.fileno())
            except OSError as error:
                raise BadInput(f"cannot write ({error.strerror}); finished runs are kept", where=str(self.path)) from error

    def _open(self, path: Path) -> None:
        head = {"format": FORMAT, "code": code_digest()}
        try:
            text = path.read_text(encoding="utf-8") if path.exists() else ""
        except (OSError, UnicodeDecodeError) as error:
            raise BadInput("cannot read", where=str(path), allowed="a file of an earlier sweep, or a new folder") from error
        lines = text.splitlines()
        if text and not text.endswith("\n"):
            lines.pop()
        try:
            rows = [json.loads(line) for line in lines]
            is_ours = not rows or rows[0]["format"] == FORMAT
            kept = rows[1:] if rows and rows[0] == head else []
            self.found = {row["key"]: row["kpis"] for row in kept}
        except (ValueError, KeyError, TypeError) as error:
            raise BadInput("damaged", where=str(path), allowed="a file of an earlier sweep, or a new folder") from error
        if not is_ours:
            raise BadInput("of another format", where=str(path), value=rows[0].get("format"), allowed=str(FORMAT))
        whole = [head, *({"key": key, "kpis": kpis} for key, kpis in self.found.items())]
        write_text(path, "".join(json.dumps(row) + "\n" for row in whole))


@cache
def code_digest() -> str:
    """SHA-256 of everything that a run's KPIs follow from besides its scenario: rules, data, behaviour, engine, KPIs."""
    import hourglass_policy

    policy, sim = Path(hourglass_policy.__file__).parent, Path(__file__).parent
    files = [f for suffix in ("*.py", "*.toml") for f in policy.rglob(suffix)]
    files += [
        f for folder in ("engine", "people", "metrics") for suffix in ("*.py", "*.toml") for f in (sim / folder).rglob(suffix)
    ]
    files += [sim / "kpis.py", sim / "scenario.py"]
    digest = hashlib.sha256()
    for file in sorted(files):
        digest.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()
