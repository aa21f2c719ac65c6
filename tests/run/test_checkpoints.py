"""A run that is killed continues from its checkpoint to the same result; a checkpoint of anything else is refused."""

import signal
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from hourglass_policy.errors import BadInput

from hourglass_sim.cli import run as hourglass
from hourglass_sim.engine.checkpoints import NAME, Checkpoint, Interrupted
from hourglass_sim.engine.columns import Columns
from hourglass_sim.run import simulate
from hourglass_sim.scenario import Scenario

YEAR = Scenario(users=1_400, days=365, seed=8, arrivals=(900, *[0] * 99, 500), values={"shift.leave": 3.0})
KILLED = """
import os, signal, sys
from hourglass_sim.run import simulate
from hourglass_sim.scenario import Scenario

def note(what, done, total):
    if what == "simulating" and done >= 200:
        os.kill(os.getpid(), signal.SIGKILL)

scenario = Scenario(users=1_400, days=365, seed=8, arrivals=(900, *[0] * 99, 500), values={"shift.leave": 3.0})
simulate(scenario, threads=1, checkpoint=sys.argv[1], every=60, note=note)
"""


def same(a, b):
    """Two runs in every part."""
    assert a.digest == b.digest
    assert a.kpis == b.kpis
    np.testing.assert_array_equal(a.outcome.totals, b.outcome.totals)
    np.testing.assert_array_equal(a.outcome.bits, b.outcome.bits)
    for name, values in a.outcome.state.items():
        np.testing.assert_array_equal(values, b.outcome.state[name], err_msg=name)
    for name, values in a.outcome.days.items():
        np.testing.assert_array_equal(values, b.outcome.days[name], err_msg=name)
    assert a.outcome.challenges == b.outcome.challenges


def cut_short(scenario, folder, last, **options):
    """Interrupt a run once it has reached a day."""
    advance = Columns.advance

    def advanced(self, days=1):
        if self.day >= last:
            raise KeyboardInterrupt
        advance(self, days)

    patched = pytest.MonkeyPatch()
    patched.setattr(Columns, "advance", advanced)
    with pytest.raises(Interrupted) as told:
        simulate(scenario, threads=1, checkpoint=folder, **options)
    patched.undo()
    return str(told.value)


@pytest.mark.slow
def test_a_year_killed_without_warning_continues_to_the_same_result(tmp_path):
    dead = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path / "kept")], check=False, capture_output=True)
    assert dead.returncode == -signal.SIGKILL, dead.stderr
    kept = Checkpoint(tmp_path / "kept", YEAR, record="totals", digest=True)
    rows = len(kept.read()["rows"])
    assert (kept.day, rows < 1_400) == (180, True)  # those who left were moved away before
    heard = []
    resumed = simulate(YEAR, threads=1, checkpoint=tmp_path / "kept", every=60, note=lambda *what: heard.append(what))
    assert min(done for what, done, _ in heard if what == "simulating") > 180
    whole = simulate(YEAR, threads=1)
    same(whole, resumed)
    assert len(whole.challenges) >= 6
    assert not (tmp_path / "kept" / NAME).exists()


@pytest.mark.parametrize("record", ["days", "events"])
def test_recorded_days_and_open_challenges_survive(tmp_path, record):
    scenario = Scenario(users=90, days=40, seed=2, start="2026-02-25")  # a challenge is on when the run is cut
    cut_short(scenario, tmp_path, 25, record=record, every=5)
    same(simulate(scenario, threads=1, record=record), simulate(scenario, threads=2, record=record, checkpoint=tmp_path))


@pytest.mark.parametrize("every", [1, 7, 32, 64, 200])
def test_any_rhythm_of_checkpoints_gives_the_same_run(tmp_path, every):
    scenario = Scenario(users=70, days=70, seed=3)
    same(simulate(scenario, threads=1), simulate(scenario, threads=1, checkpoint=tmp_path, every=every))
    assert list(tmp_path.iterdir()) == []


def test_an_interruption_says_what_is_kept_and_how_to_go_on(tmp_path):
    scenario = Scenario(users=20, days=40)
    assert "nothing is kept yet" in cut_short(scenario, tmp_path, 0, every=10)
    told = cut_short(scenario, tmp_path, 30, every=10)
    assert told == f"interrupted on day 30; the first 30 days are kept in {tmp_path}: run the same again to continue"


def test_the_command_line_is_interrupted_cleanly_and_goes_on(monkeypatch, tmp_path, capsys):
    command = ["simulate", "--users", "20", "--days", "40", "--checkpoint", str(tmp_path), "--every", "10"]
    advance = Columns.advance

    def advanced(self, days=1):
        if self.day >= 20:
            raise KeyboardInterrupt
        advance(self, days)

    with monkeypatch.context() as patched:
        patched.setattr(Columns, "advance", advanced)
        assert hourglass(command) == 130
    told = capsys.readouterr().err
    assert "the first 20 days are kept" in told
    assert "Traceback" not in told
    assert hourglass(command) == 0
    assert f"digest {simulate(Scenario(users=20, days=40), threads=1).digest}" in capsys.readouterr().out


def test_a_checkpoint_of_anything_else_is_refused_and_kept(monkeypatch, tmp_path):
    scenario = Scenario(users=20, days=40)
    cut_short(scenario, tmp_path, 20, every=10)
    for other, options, line in (
        (replace(scenario, seed=8), {}, "a checkpoint of another scenario; .*got 'seed 7'; allowed: seed 8, or another folder"),
        (scenario.with_values({"grains.boost_cost": 0.3}), {}, "a checkpoint of another scenario"),
        (scenario, {"record": "days"}, "a checkpoint of another record"),
        (scenario, {"digest": False}, "a checkpoint of another choice of a digest"),
    ):
        with pytest.raises(BadInput, match=line):
            simulate(other, threads=1, checkpoint=tmp_path, **options)
    with monkeypatch.context() as patched:
        patched.setattr("hourglass_sim.engine.checkpoints.sources_digest", lambda: "another")
        with pytest.raises(BadInput, match="another version of the rules or the engine"):
            simulate(scenario, threads=1, checkpoint=tmp_path)
    assert (tmp_path / NAME).exists()
    same(simulate(scenario, threads=1), simulate(scenario, threads=1, checkpoint=tmp_path))


def test_a_damaged_checkpoint_and_a_wrong_place_are_one_clear_line(tmp_path):
    scenario = Scenario(users=20, days=40)
    cut_short(scenario, tmp_path, 20, every=10)
    whole = (tmp_path / NAME).read_bytes()
    for damaged in (
        whole[:-400],
        b"",
        b"text",
        whole[: len(whole) // 2] + bytes([whole[len(whole) // 2] ^ 255]) + whole[len(whole) // 2 + 1 :],
    ):
        (tmp_path / NAME).write_bytes(damaged)
        with pytest.raises(BadInput, match="damaged"):
            simulate(scenario, threads=1, checkpoint=tmp_path)
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(BadInput, match="a file, not a folder"):
        simulate(scenario, threads=1, checkpoint=tmp_path / "file")
    with pytest.raises(BadInput, match="every is out of range"):
        simulate(scenario, threads=1, checkpoint=tmp_path, every=0)
    with pytest.raises(BadInput, match="only the columns keep checkpoints"):
        simulate(scenario, engine="agents", checkpoint=tmp_path)


def test_what_a_killed_write_left_is_cleared_away(tmp_path):
    left = tmp_path / f".{NAME}.abc.part"
    left.write_bytes(b"half")
    simulate(Scenario(users=20, days=12), threads=1, checkpoint=tmp_path, every=5)
    assert not left.exists()
