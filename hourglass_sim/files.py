"""Writing files so that a full disk, a kill or a missing permission never harms what was there before."""

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from hourglass_policy.errors import BadInput


@contextlib.contextmanager
def replacing(path: str | Path) -> Iterator[Path]:
    """Yield a temporary path beside `path`; on success it replaces `path` in one step, on failure it is removed.

    Raises BadInput when the folder is missing or not writable, or the disk is full.
    """
    target = Path(path)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".part", dir=target.parent)
    except OSError as error:
        raise BadInput(f"cannot write ({error.strerror})", where=str(target), allowed="a folder you may write to") from error
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
        with open(temporary, "rb") as written:
            os.fsync(written.fileno())
        umask = os.umask(0)
        os.umask(umask)
        temporary.chmod(0o666 & ~umask)
        os.replace(temporary, target)
    except OSError as error:
        raise BadInput(f"cannot write ({error.strerror}); the previous file is unchanged", where=str(target)) from error
    finally:
        temporary.unlink(missing_ok=True)


def write_text(path: str | Path, text: str) -> Path:
    """Write text in one step; the previous file survives any failure."""
    with replacing(path) as temporary:
        temporary.write_text(text, encoding="utf-8")
    return Path(path)
