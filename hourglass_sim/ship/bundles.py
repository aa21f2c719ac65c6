"""Reading what was shipped, folder or wheel, into contents by name."""

import base64
import csv
import hashlib
import io
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from hourglass_policy.bundle import DEFAULT, MANIFEST, Problem, folder_files, sha256
from hourglass_policy.errors import BadInput

from hourglass_sim.ship.wheel import PACKAGE

_RELEASES = f"{PACKAGE}/releases/"
_ALLOWED = "a release folder or a wheel made by `hourglass ship`"


@dataclass(frozen=True)
class Bundle:
    """A release's files by name; for a wheel also the package's files and what is wrong with the archive itself."""

    path: Path
    files: Mapping[str, bytes]
    package: Mapping[str, bytes] | None = None
    problems: tuple[Problem, ...] = ()


def read_bundle(path: str | Path) -> Bundle:
    """A release folder or wheel; BadInput when it is neither."""
    place = Path(path)
    if place.is_dir():
        if not any((place / name).is_file() for name in (MANIFEST, "release.toml")):
            raise BadInput("not a release: neither release.toml nor manifest.json", where=str(place), allowed=_ALLOWED)
        return Bundle(place, folder_files(place))
    try:
        content = place.read_bytes()
    except OSError as error:
        raise BadInput(f"cannot read ({error.strerror})", where=str(place), allowed=_ALLOWED) from error
    if place.suffix != ".whl":
        raise BadInput("not a release", where=str(place), allowed=_ALLOWED)
    return _wheel(place, content)


def _wheel(place: Path, content: bytes) -> Bundle:
    files, problems = _members(place, content)
    name = files.get(f"{_RELEASES}{DEFAULT}", b"").decode(errors="replace").strip()
    head = f"{_RELEASES}{name}/"
    if not problems and not (name and any(n.startswith(head) for n in files)):
        raise BadInput("a wheel without a release", where=str(place), allowed=_ALLOWED)
    release = {n.removeprefix(head): c for n, c in files.items() if name and n.startswith(head)}
    package = {
        n.removeprefix(f"{PACKAGE}/"): c for n, c in files.items() if n.startswith(f"{PACKAGE}/") and not n.startswith(head)
    }
    return Bundle(place, release, package, (*problems, *_note_problems(place, content), *_record_problems(files)))


def _members(place: Path, content: bytes) -> tuple[dict[str, bytes], list[Problem]]:
    files: dict[str, bytes] = {}
    problems = []
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for member in archive.infolist():
                try:
                    files[member.filename] = archive.read(member)
                except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError) as error:
                    problems.append(Problem(member.filename, f"altered: the archive says so ({error})"))
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        if not content.startswith(b"PK"):
            raise BadInput("not a wheel", where=str(place), allowed=_ALLOWED) from error
        problems.append(Problem(place.name, f"altered: the archive cannot be read ({error})"))
    return files, problems


def _note_problems(place: Path, content: bytes) -> list[Problem]:
    """The wheel against the SHA-256 noted beside it, where that note is still there."""
    note = place.with_name(f"{place.name}.sha256")
    if not note.is_file():
        return []
    told = note.read_text(encoding="utf-8", errors="replace").split()
    return (
        [] if told == [sha256(content), place.name] else [Problem(place.name, f"altered: its SHA-256 is not that in {note.name}")]
    )


def _record_problems(files: Mapping[str, bytes]) -> list[Problem]:
    """The wheel's members against its own RECORD."""
    record = next((n for n in files if n.endswith(".dist-info/RECORD")), None)
    if record is None:
        return [Problem("RECORD", "missing")]
    rows = [row for row in csv.reader(io.StringIO(files[record].decode(errors="replace"))) if row]
    sums = {row[0]: row[1] if len(row) > 1 else "" for row in rows}
    found = []
    for name, content in files.items():
        made = "sha256=" + base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
        if name not in sums:
            found.append(Problem(name, "extra: the wheel's RECORD does not list it"))
        elif name != record and sums[name] != made:
            found.append(Problem(name, "altered: its SHA-256 is not that of the wheel's RECORD"))
    return [*found, *(Problem(name, "missing") for name in sums if name not in files)]
