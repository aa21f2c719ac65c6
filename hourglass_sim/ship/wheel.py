"""The wheel of a release: hourglass_policy with the release inside, built offline and the same bytes every time."""

import os
import subprocess
import sys
from pathlib import Path

import hourglass_policy
from hourglass_policy.bundle import DEFAULT, folder_files
from hourglass_policy.errors import BadInput

from hourglass_sim.ship.staging import write_tree

PACKAGE = "hourglass_policy"
_EPOCH = "1577836800"  # 2020-01-01: every file in every wheel has this date, so equal content gives equal wheels
_PROJECT = """[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[project]
name = "hourglass-policy"
version = "{version}"
description = "The rules of the Hourglass economy with release {name} {version}. Standard library only."
requires-python = ">=3.11"
dependencies = []

[tool.hatch.build]
ignore-vcs = true

[tool.hatch.build.targets.wheel]
packages = ["hourglass_policy"]
"""
_VERSION = '''"""The version of this distribution; shipping writes the release's own here."""

VERSION = "{version}"
'''


def package_files(name: str, version: str) -> dict[str, bytes]:
    """The package's files by name, its version set, with `name` as the release that it loads by default."""
    source = folder_files(Path(hourglass_policy.__file__).parent)
    kept = {n: c for n, c in source.items() if "__pycache__" not in n and not n.startswith((f"releases/{name}/", "."))}
    kept["version.py"] = _VERSION.format(version=version).encode()
    kept[f"releases/{DEFAULT}"] = f"{name}\n".encode()
    return dict(sorted(kept.items()))


def build_wheel(package: dict[str, bytes], release: dict[str, bytes], name: str, version: str, folder: Path) -> Path:
    """Build the wheel in an empty folder; returns its path. BadInput when the build fails (a full disk, no hatchling)."""
    folder = folder.resolve()  # hatchling runs inside the folder, where a relative path means another place
    inside = {f"{PACKAGE}/{n}": c for n, c in package.items()}
    inside |= {f"{PACKAGE}/releases/{name}/{n}": c for n, c in release.items()}
    inside["pyproject.toml"] = _PROJECT.format(name=name, version=version).encode()
    write_tree(folder, inside)
    environment = {**os.environ, "SOURCE_DATE_EPOCH": _EPOCH, "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder / "dist")]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    wheels = sorted((folder / "dist").glob("*.whl"))
    if done.returncode or len(wheels) != 1:
        told = (done.stderr.strip() or done.stdout.strip() or "no message").splitlines()[-1]
        raise BadInput(f"the wheel cannot be built ({told})", where="hatchling")
    return wheels[0]
