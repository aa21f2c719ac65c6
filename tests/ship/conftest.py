"""A hand-made study, the release and wheel made from it, and an empty environment with that wheel installed."""

import copy
import json
import subprocess
import sys
from pathlib import Path

import pytest

from hourglass_sim import cli
from hourglass_sim.ship import ship

STUDY = {
    "format": 1,
    "economy": "hourglass",
    "scenario": {
        "economy": "hourglass", "users": 14, "days": 50, "seed": 11, "preset": "documented", "people": "habit", "policy": "deployed",
        "values": {"feeling.fade": 0.05}, "start": "2026-01-07", "arrivals": [],
    },
    "space": [{"name": "grains.daily_potential", "low": 5.0, "high": 20.0, "kind": "float", "locked": False}],
    "baseline": {"objective": 0.61, "kpis": {"d30": 0.35}},
    "best": {
        "values": {
            "grains.daily_potential": 12.5, "levels.base": 20.0, "levels.exponent": 1.1, "phoenix.exit_grains": 4.5,
            "devaluation.phase_1_days": 6, "devaluation.multiplier_2": 0.85, "considerate.patience": 3, "considerate.streak_at_stake": 2,
        },
        "policy": "considerate", "objective": 0.63,
    },
    "trials": 40,
    "confirmed": {
        "objective": {"difference": 0.012, "low": 0.006, "high": 0.018},
        "optimism": 0.004,
        "guardrails": [{"name": "minted per active user-day", "value": 0.03, "limit": 0.1, "ok": True}],
        "seeds": [101, 102, 103],
    },
    "versions": {"hourglass-sim": "0.1.0"},
}  # fmt: skip


@pytest.fixture
def study_table() -> dict:
    """A study that may be changed."""
    return copy.deepcopy(STUDY)


@pytest.fixture
def write_study(tmp_path):
    """Writes a table as a study folder."""

    def write(table: dict, name: str = "study") -> Path:
        folder = tmp_path / name
        folder.mkdir(exist_ok=True)
        (folder / "study.json").write_text(json.dumps(table), encoding="utf-8")
        return folder

    return write


@pytest.fixture(scope="session")
def shipped(tmp_path_factory):
    """The release and wheel of the hand-made study; not to be changed."""
    folder = tmp_path_factory.mktemp("shipped")
    (folder / "study").mkdir()
    (folder / "study" / "study.json").write_text(json.dumps(STUDY), encoding="utf-8")
    return ship(folder / "study", "1.2.0", folder / "out")


@pytest.fixture(scope="session")
def production(shipped, tmp_path_factory) -> Path:
    """The interpreter of an empty environment into which only the wheel was installed, without index and dependencies."""
    folder = tmp_path_factory.mktemp("production") / "environment"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    python = folder / "bin" / "python"
    install = ["install", "--quiet", "--no-index", "--no-deps", "--disable-pip-version-check", str(shipped.wheel)]
    subprocess.run([sys.executable, "-m", "pip", "--python", str(python), *install], check=True, capture_output=True)
    return python


@pytest.fixture
def hourglass(monkeypatch, capsys):
    """Runs a command; returns its exit code, standard output and standard error."""
    monkeypatch.delenv("HOURGLASS_SIGNING_KEY", raising=False)

    def run(*arguments: object) -> tuple[int, str, str]:
        capsys.readouterr()
        code = cli.run([str(a) for a in arguments])
        told = capsys.readouterr()
        return code, told.out, told.err

    return run
