"""A folder beside the target in which everything is made before anything is put in place."""

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from hourglass_policy.errors import BadInput


@contextlib.contextmanager
def staging(out: str | Path, label: str) -> Iterator[Path]:
    """Yield a temporary folder inside `out`; it is removed in the end, whatever happened.

    BadInput when `out` cannot be written or the disk is full; nothing that stood in `out` is touched.
    """
    target = Path(out)
    try:
        target.mkdir(parents=True, exist_ok=True)
        made = Path(tempfile.mkdtemp(prefix=f".{label}.", suffix=".part", dir=target))
    except OSError as error:
        raise BadInput(f"cannot write ({error.strerror})", where=str(target), allowed="a folder you may write to") from error
    try:
        yield made
    except OSError as error:
        raise BadInput(f"cannot write ({error.strerror}); nothing was shipped", where=str(target)) from error
    finally:
        shutil.rmtree(made, ignore_errors=True)


def write_tree(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write files by their names relative to a folder, through to the disk."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(path, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())


def place(made: Path, target: Path) -> None:
    """Rename a file or folder into place; what already stands there must hold the same bytes, else BadInput."""
    if not target.exists():
        os.replace(made, target)
        return
    changed = sorted(set(_contents(made).items()) ^ set(_contents(target).items()))
    if changed:
        raise BadInput(f"another one exists and differs ({changed[0][0]})", where=str(target), allowed="a new version or name")


def _contents(path: Path) -> dict[str, bytes]:
    if path.is_file():
        return {path.name: path.read_bytes()}
    return {str(file.relative_to(path)): file.read_bytes() for file in sorted(path.rglob("*")) if file.is_file()}
