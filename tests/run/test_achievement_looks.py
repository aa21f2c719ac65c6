"""Looking at achievements only when one could be met finds them on the day on which looking every day does."""

from dataclasses import replace

import numpy as np
import pytest

from hourglass_sim.engine.achieving import DUE
from hourglass_sim.engine.columns import Columns
from hourglass_sim.engine.world import make_world
from hourglass_sim.scenario import Scenario


def whenever_here(present, *counters):
    """Every counter is due every evening, whatever the thresholds say."""
    return ((1 << (len(counters) // 2)) - 1) * present


def outcome(scenario, every_day):
    world = make_world(scenario)
    if every_day:
        stages = tuple(replace(s, function=whenever_here) if s.function in DUE else s for s in world.stages)
        world = make_world(scenario, stages)
    run = Columns(world, digest=True, record_days=False, threads=1)
    run.advance(scenario.days)
    return run.outcome()


@pytest.mark.parametrize(
    ("preset", "values"),
    [
        ("documented", {}),
        ("as_deployed", {}),
        ("documented", {"phoenix.minimum_without_opening": True, "phoenix.low_grains": 4.0}),
        ("documented", {"ratio.ratio_days": "calendar_days", "levels.base": 30, "phoenix.micro_multiplier": 10.0}),
    ],
)
def test_waiting_for_a_threshold_misses_nothing(preset, values):
    scenario = Scenario(users=1500, days=150, seed=11, preset=preset, values=values)
    waited, looked = outcome(scenario, False), outcome(scenario, True)
    assert waited.state["unlocked_low"].any()
    assert (waited.state["achievements_unlocked"] > 40).any()
    assert np.array_equal(waited.digests, looked.digests)
