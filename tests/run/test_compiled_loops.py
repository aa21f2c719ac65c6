"""Compiled loops are taken from disk as they are, and compiled anew only when they are missing there."""

import pytest
from hourglass_policy.decisions import NAMES as POLICIES
from numba.core.environment import Environment

import hourglass_sim as hg
from hourglass_sim.engine import compiling, day_loops
from hourglass_sim.engine.counting import counting_loop
from hourglass_sim.engine.machine_code import code_kept
from hourglass_sim.engine.tally import COUNTS
from hourglass_sim.engine.world import make_world


def forget(monkeypatch):
    """As in a later process: nothing compiled in memory."""
    monkeypatch.setattr(compiling, "_in_memory", {})
    monkeypatch.setattr(compiling, "_days_in_memory", {})


def test_a_loop_on_disk_is_neither_made_nor_compiled_again(monkeypatch):
    scenario = hg.Scenario(users=600, days=12, seed=5)
    first = hg.simulate(scenario, digest=True)
    forget(monkeypatch)
    monkeypatch.setattr(day_loops.Loop, "function", lambda *_: 1 / 0)
    monkeypatch.setattr(day_loops.Loop, "text", lambda *_: 1 / 0)
    assert hg.simulate(scenario, digest=True).digest == first.digest
    assert len(compiling._in_memory) > 30
    addresses = [loop.address for loop in compiling._in_memory.values()]
    assert 0 not in addresses
    assert len(set(addresses)) == len(addresses)


@pytest.mark.parametrize(("kind", "files"), [("run", {".o"}), ("stage", {".nbi", ".nbc"})])
def test_a_loop_that_is_missing_on_disk_is_compiled_and_kept(kind, files, monkeypatch, tmp_path):
    scenario = hg.Scenario(users=30, days=3, seed=5)
    forget(monkeypatch)
    first = hg.simulate(scenario, digest=True)
    world = make_world(scenario)
    loop = next(loop for loop in day_loops.loops_of(world.stages, world.layout, True) if loop.kind == kind)
    missing = compiling.short(loop.fingerprint(world.layout, world.inputs))
    for file in compiling.cache_folder().iterdir():
        if missing not in file.name:
            (tmp_path / file.name).symlink_to(file)
    forget(monkeypatch)
    monkeypatch.setattr(compiling, "cache_folder", lambda: tmp_path)
    assert hg.simulate(scenario, digest=True).digest == first.digest
    assert {file.suffix for file in tmp_path.glob(f"*{missing}*")} == files


def test_a_broken_object_file_is_made_anew(tmp_path):
    layout = make_world(hg.Scenario(users=30, days=3)).layout
    text = counting_loop(dict(enumerate(COUNTS)), "test_broken", layout)
    file = tmp_path / "broken.o"
    whole = code_kept("test_broken", file, lambda _: text).address
    kept = file.read_bytes()
    file.write_bytes(kept[:-100])
    text = text.replace("test_broken", "test_mended")
    assert code_kept("test_mended", file, lambda _: text).address not in (0, whole)
    assert len(file.read_bytes()) == len(kept)


def test_a_loop_kept_on_disk_that_cannot_be_loaded_is_compiled_anew(monkeypatch, tmp_path):
    def hours(weekday, usual_hour, openings, days_since_open, streak, ignored, in_phoenix, age_days, u, p):
        return weekday, usual_hour

    hours.__module__ = "gone"  # as a file would have it that a later process does not find
    world = make_world(hg.Scenario(users=30, days=3, behaviours={"policy": hours}))
    loops = day_loops.loops_of(world.stages, world.layout, True)
    loop = next(loop for loop in loops if loop.name == "policy")
    monkeypatch.setattr(compiling, "cache_folder", lambda: tmp_path)
    compiled = []

    def as_in_a_later_process():
        forget(monkeypatch)
        monkeypatch.setattr(Environment, "_memo", {})
        assert compiling.compiled(loop, world.layout, world.inputs).address != 0
        return len(compiled)

    make = day_loops.Loop.function
    monkeypatch.setattr(day_loops.Loop, "function", lambda *which: compiled.append(which) or make(*which))
    assert as_in_a_later_process() == 1
    assert as_in_a_later_process() == 2
    loop.stage.function.__module__ = __name__
    assert as_in_a_later_process() == 3
    assert as_in_a_later_process() == 3
    (code,) = tmp_path.glob("*.nbc")
    code.write_bytes(code.read_bytes()[:-100])
    assert as_in_a_later_process() == 4
    assert as_in_a_later_process() == 4


NUMBA_STAGES = {  # what few users do, what reads others' columns, what finds its column by a number
    "thresholds", "seen", "transfusing", "parcels", "level", "look", "next_title_0", "next_title_1", "next_title_2",
}  # fmt: skip


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("is_recorded", [True, False])
def test_every_other_stage_is_worked_out_for_many_users_at_once(policy, is_recorded):
    world = make_world(hg.Scenario(users=30, days=3, policy=policy))
    loops = day_loops.loops_of(world.stages, world.layout, is_recorded)
    assert {loop.name for loop in loops if loop.kind == "stage"} == NUMBA_STAGES
    fused = [stage for loop in loops if loop.run for stage in loop.run.stages]
    assert len(fused) == len(set(fused)) == len(world.stages) - len(NUMBA_STAGES)
