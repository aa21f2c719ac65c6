"""The peers of the toy day: where each one's environment is, how it is made, and one run of it in a process of its own."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from hourglass_policy.errors import BadInput

SCRIPTS = Path(__file__).parent / "toy"
INSTALLED = "installed"  # the file that says an environment is whole


class Peer(NamedTuple):
    """A peer: its script, what pip installs for it (None: it runs in the workbench's own environment), users of a comfortable run."""

    name: str
    script: str
    requirement: str | None
    users: int
    quick_users: int


PEERS = (
    Peer("plain Mesa", "with_mesa.py", None, 2_000, 300),
    Peer("mesa-frames", "with_frames.py", "mesa-frames>=0.1.0a0,<0.2", 200_000, 5_000),
    Peer("Starsim", "with_starsim.py", "starsim>=3.5,<4", 200_000, 5_000),
    Peer("NumPy", "with_numpy.py", None, 200_000, 5_000),
)


class Skipped(Exception):
    """A peer that cannot be measured; str() of it is the reason."""


def peers_folder(chosen: Path | None = None) -> Path:
    """Where the peers' environments are: the folder given, else `peers` beside the compiled loops."""
    from hourglass_sim.engine.compiling import cache_folder

    folder = chosen or cache_folder().parent / "peers"
    if folder.exists() and not folder.is_dir():
        raise BadInput("not a folder", where="--peers", value=str(folder), allowed="a new or existing folder")
    return folder


def interpreter(peer: Peer, folder: Path) -> Path:
    """Where the interpreter of a peer's own environment is, or will be."""
    return folder / peer.name / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def python_of(peer: Peer, folder: Path) -> Path:
    """The interpreter that runs a peer; raises Skipped when its environment is not there or was left half made."""
    if peer.requirement is None:
        return Path(sys.executable)
    if not (folder / peer.name / INSTALLED).exists():
        raise Skipped(f"not installed in {folder / peer.name}; --install-peers installs {peer.requirement}")
    return interpreter(peer, folder)


def install(folder: Path, note: Callable[[str, int, int], None] | None = None) -> dict[str, str]:
    """Make the environment of each peer that needs one and has none; each has its own because their pins exclude each other.

    Returns the reason of every failure by peer; what failed can be tried again.
    """
    wanted = [peer for peer in PEERS if peer.requirement]
    failed = {}
    for done, peer in enumerate(wanted):
        place = folder / peer.name
        if not (place / INSTALLED).exists():
            reason = _failure([sys.executable, "-m", "venv", "--clear", str(place)])
            if reason is None:
                python = interpreter(peer, folder)
                reason = _failure(
                    [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", peer.requirement]
                )
            if reason is None:
                (place / INSTALLED).write_text(f"{peer.requirement}\n", encoding="utf-8")
            else:
                failed[peer.name] = reason
        if note:
            note("installing peers", done + 1, len(wanted))
    return failed


def _failure(command: list[str]) -> str | None:
    """The last line that a failing command wrote, None when it succeeded."""
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    if ended.returncode == 0:
        return None
    lines = [line for line in (ended.stderr or ended.stdout).splitlines() if line.strip()]
    return lines[-1].strip() if lines else f"ended with exit code {ended.returncode}"


def run_toy(peer: Peer, folder: Path, users: int, days: int, seed: int) -> dict[str, Any]:
    """One run of a peer's toy day as `told` gives it; raises Skipped with the reason when it cannot run."""
    command = [str(python_of(peer, folder)), str(SCRIPTS / peer.script)]
    command += [f"--{name}={value}" for name, value in (("users", users), ("days", days), ("seed", seed))]
    environment = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "PYTHONHOME")}
    environment |= {"STARSIM_INSTALL_FONTS": "0", "PYTHONDONTWRITEBYTECODE": "1", "MPLBACKEND": "agg"}
    ended = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    if ended.returncode != 0:
        lines = ended.stderr.strip().splitlines()
        raise Skipped(f"its script failed: {lines[-1] if lines else f'exit code {ended.returncode}'}")
    return json.loads(ended.stdout.strip().splitlines()[-1])
