"""Compiled loops are taken from disk as they are, and compiled anew only when they are missing there."""

import hourglass_sim as hg
from hourglass_sim.engine import compiling


def forget(monkeypatch):
    """As in a later process: nothing compiled in memory."""
    monkeypatch.setattr(compiling, "_in_memory", {})
    monkeypatch.setattr(compiling, "_days_in_memory", {})


def test_a_loop_on_disk_is_neither_made_nor_compiled_again(monkeypatch):
    scenario = hg.Scenario(users=600, days=12, seed=5)
    first = hg.simulate(scenario, digest=True)
    forget(monkeypatch)
    monkeypatch.setattr(compiling.Loop, "function", lambda *_: 1 / 0)
    assert hg.simulate(scenario, digest=True).digest == first.digest
    assert len(compiling._in_memory) > 100
    addresses = [loop.address for loop in compiling._in_memory.values()]
    assert 0 not in addresses
    assert len(set(addresses)) == len(addresses)


def test_a_loop_that_is_missing_on_disk_is_compiled_and_kept(monkeypatch, tmp_path):
    scenario = hg.Scenario(users=30, days=3, seed=5)
    forget(monkeypatch)
    first = hg.simulate(scenario, digest=True)
    missing = compiling.short(next(iter(compiling._in_memory)))
    for file in compiling.cache_folder().iterdir():
        if missing not in file.name:
            (tmp_path / file.name).symlink_to(file)
    forget(monkeypatch)
    monkeypatch.setattr(compiling, "cache_folder", lambda: tmp_path)
    assert hg.simulate(scenario, digest=True).digest == first.digest
    assert {file.suffix for file in tmp_path.glob(f"*{missing}*")} == {".nbi", ".nbc"}
