"""Work in steps that are done once: a finished step is known by a digest of what went in and of the files that came out."""

import hashlib
import json
import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hourglass_policy.errors import BadInput

from hourglass_sim.files import write_text

STATE = "steps.json"
FORMAT = 1


@dataclass(frozen=True)
class Done:
    """A finished step: its result, the seconds it took when it was done, and whether that was an earlier time."""

    name: str
    result: Mapping[str, Any]
    seconds: float
    was_kept: bool


@dataclass
class Steps:
    """Steps in a folder of their own, each in the subfolder of its name; `say` hears of every step.

    A step cut short finds its subfolder as it was left; one whose input changed starts with an empty one.
    """

    folder: Path
    say: Callable[[str], None]
    state: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        path = self.folder / STATE
        if not path.exists():
            if self.folder.is_dir() and any(self.folder.iterdir()):
                raise BadInput("a folder with other things in it", where=str(self.folder), allowed="a new or empty folder")
            return
        try:
            table = json.loads(path.read_text(encoding="utf-8"))
            self.state = dict(table["steps"])
            known = table["format"] == FORMAT
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise BadInput(f"damaged ({error})", where=str(path), allowed="a new folder") from error
        if not known:
            raise BadInput("of another format", where=str(path), value=table["format"], allowed=str(FORMAT))

    def run(
        self, name: str, title: str, inputs: Mapping[str, Any], work: Callable[[Path], tuple[Mapping[str, Any], Sequence[Path]]]
    ) -> Done:
        """Do a step, or find it done. `work(subfolder)` returns a result (plain values) and the files it made."""
        key = hashlib.sha256(json.dumps(inputs, sort_keys=True, default=str).encode()).hexdigest()
        known, place = self.state.get(name, {}), self.folder / name
        if known.get("key") == key and "files" in known and self._are_whole(known["files"]):
            self.say(f"{title}: done before, kept ({known['seconds']:.1f} s then)")
            return Done(name, known["result"], known["seconds"], True)
        if known.get("key") != key and place.exists():
            shutil.rmtree(place)
        self._write(name, {"key": key})
        self.say(f"{title} …")
        started = time.perf_counter()
        result, files = work(place)
        seconds = time.perf_counter() - started
        made = {str(path.relative_to(self.folder)): content_digest(path) for path in files}
        self._write(name, {"key": key, "files": made, "result": dict(result), "seconds": seconds})
        self.say(f"{title}: {seconds:.1f} s")
        return Done(name, result, seconds, False)

    def _are_whole(self, files: Mapping[str, str]) -> bool:
        return all((self.folder / name).exists() and content_digest(self.folder / name) == sha for name, sha in files.items())

    def _write(self, name: str, entry: Mapping[str, Any]) -> None:
        self.state[name] = dict(entry)
        write_text(self.folder / STATE, json.dumps({"format": FORMAT, "steps": self.state}, indent=1) + "\n")


def content_digest(path: str | Path) -> str:
    """SHA-256 of a file, or of every file in a folder with its name; BadInput when it cannot be read."""
    place, digest = Path(path), hashlib.sha256()
    files = sorted(p for p in place.rglob("*") if p.is_file()) if place.is_dir() else [place]
    try:
        for file in files:
            digest.update(str(file.relative_to(place)).encode() + b"\0")
            with open(file, "rb") as opened:
                while block := opened.read(1 << 20):
                    digest.update(block)
    except OSError as error:
        raise BadInput(f"cannot read ({error.strerror})", where=str(place)) from error
    return digest.hexdigest()
