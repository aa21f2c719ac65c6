"""Checkpoints of a long run: one file, replaced in one step, from which a killed run continues to the same result.

The file holds what the engine says it must keep, and whose run it is: a checkpoint of another scenario, of another version of rules
or engine, or of another record is refused. It is removed when its run has ended.
"""

import json
import zipfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from hourglass_policy.errors import BadInput, require_between

from hourglass_sim.engine.digests import sources_digest
from hourglass_sim.files import replacing
from hourglass_sim.scenario import MOST_DAYS, Scenario

NAME, IDENTITY, FORMAT = "checkpoint.npz", "identity", 1
_TOLD = {"format": "format of checkpoints", "engine": "version of the rules or the engine", "scenario": "scenario",
         "record": "record", "digest": "choice of a digest"}  # fmt: skip


class Interrupted(KeyboardInterrupt):
    """A run that was interrupted; its text says what is kept and how to go on."""


class Checkpoint:
    """The checkpoint of one run in a folder of its own, written every so many days.

    Raises BadInput when the folder cannot be written, or holds a checkpoint of another run or a damaged one.
    """

    def __init__(self, folder: str | Path, scenario: Scenario, *, record: str, digest: bool, every: int = 30):
        require_between("every", every, 1, MOST_DAYS, "checkpoint", "days")
        self.path, self.every, self.day = Path(folder) / NAME, every, 0
        if Path(folder).is_file():
            raise BadInput("a file, not a folder", where="checkpoint", value=str(folder), allowed="a folder of its own")
        self.identity = {"format": FORMAT, "engine": sources_digest(), "scenario": scenario.digest(), "record": record,
                         "digest": digest}  # fmt: skip
        self.told = scenario.describe() | {"record": record, "digest": digest}
        for left in self.path.parent.glob(f".{NAME}.*.part"):  # of a write that was killed
            left.unlink()

    def _apart(self, theirs: object) -> tuple[str, str]:
        """What of the kept run differs from this one, there and here; what goes by one name alone may look alike."""
        ours = json.loads(json.dumps(self.told))
        apart = [key for key in ours if isinstance(theirs, dict) and theirs.get(key) != ours[key]]
        if not apart:
            return "another run", "the run that was begun there"
        return tuple(", ".join(f"{key} {of.get(key, 'none')}" for key in apart) for of in (theirs, ours))

    def read(self) -> dict[str, np.ndarray] | None:
        """What was kept, by name; None when there is no checkpoint yet."""
        if not self.path.exists():
            return None
        try:
            with np.load(self.path, allow_pickle=False) as kept:
                found = {name: kept[name] for name in kept.files}
            whose = json.loads(found.pop(IDENTITY).tobytes())
            self.day = int(found["day"])
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
            raise BadInput(f"damaged ({error})", where=str(self.path), allowed="another folder, or none of this file") from error
        for name, title in _TOLD.items():
            if whose.get(name) != self.identity[name]:
                theirs, ours = self._apart(whose.get("told"))
                raise BadInput(f"a checkpoint of another {title}", where=str(self.path), value=theirs,
                               allowed=f"{ours}, or another folder")  # fmt: skip
        return found

    def write(self, kept: Mapping[str, np.ndarray]) -> None:
        """Replace the file by what is kept now."""
        whose = json.dumps({**self.identity, "told": self.told}).encode()
        with replacing(self.path) as temporary, open(temporary, "wb") as file:
            np.savez(file, **{IDENTITY: np.frombuffer(whose, dtype=np.uint8)}, **kept)
        self.day = int(kept["day"])

    def is_due(self, day: int) -> bool:
        """Whether to write before day `day` of the run begins."""
        return day % self.every == 0

    def until(self, day: int) -> int:
        """Days from `day` to the next time it is due."""
        return self.every - day % self.every

    def finish(self) -> None:
        """Remove the file: the run has ended."""
        self.path.unlink(missing_ok=True)

    def interrupted(self, day: int) -> Interrupted:
        """What to tell whoever interrupted the run on a day."""
        if self.day == 0:
            return Interrupted(
                f"interrupted on day {day}; the first checkpoint is written after {self.every} days, nothing is kept yet"
            )
        return Interrupted(f"interrupted on day {day}; the first {self.day} days are kept in {self.path.parent}: run the same again "
                           "to continue")  # fmt: skip
