"""Each of the four perks changes what it says, in a run."""

import numpy as np
import pytest

from hourglass_sim.run import simulate
from hourglass_sim.scenario import Scenario

NEVER = {f"perks.{name}_level": 0 for name in ("extra_daily_grain", "boost_discount", "phoenix_protection", "vision_unlock")}
PLAIN = NEVER | {"events.enabled": False, "challenges.enabled": False}


def days_with(perk, users=400, days=25, **values):
    """The days of a run in which everybody has a perk from the first evening on, or nobody any."""
    level = {f"perks.{perk}_level": 1} if perk else {}
    scenario = Scenario(users=users, days=days, seed=12, values=PLAIN | level | values)
    return simulate(scenario, record="days", threads=1).days


def test_extra_daily_grain_hands_out_one_more_white_grain():
    days = days_with("extra_daily_grain")
    assert set(days["potential"][days["day"] == 0]) == {1000}
    assert set(days["potential"][days["day"] > 0]) == {1100}


def test_boost_discount_lowers_what_a_boost_takes_from_the_reserve_and_not_what_it_gives():
    without, given = days_with(None), days_with("boost_discount")
    for days, cost in ((without, 20), (given, 16)):
        boosts = np.bitwise_count(days["boosted"].to_numpy(np.uint8)).astype(np.int64)
        assert boosts.sum() > 0
        np.testing.assert_array_equal(days["boost_out"], cost * boosts)
        np.testing.assert_array_equal(days["boost_out"] + days["boost_subsidy"], 20 * boosts)
        assert set(days["boost_in"] % 20) == {0}


def test_phoenix_protection_saves_a_streak_once_a_week():
    without, given = (days_with(p, days=15).sort_values(["user", "day"]) for p in (None, "phoenix_protection"))
    assert (without["protected"][without["perks"] & 4 == 0] == 0).all()
    assert without["protected"].sum() < given["protected"].sum() / 10  # an achievement gives the perk to a few
    saved = given[given["protected"] == 1]
    before = given.groupby("user")["streak"].shift(fill_value=0)[saved.index]
    assert (before > 0).any()
    np.testing.assert_array_equal(saved["streak"], before)
    assert saved.groupby(["user", saved["day"] // 7]).size().max() == 1  # day 0 is a Monday


@pytest.mark.parametrize("lift", [0.0, 3.0])
def test_vision_unlock_makes_people_look_at_the_others_more(lift):
    values = {"together.vision_lift": lift, "together.look": -2.0}
    without, given = days_with(None, **values), days_with("vision_unlock", **values)
    acts = [np.bitwise_count(d["boosted"].to_numpy(np.uint8)).sum() for d in (without, given)]
    assert acts[0] > 0
    assert acts[1] == acts[0] if lift == 0.0 else acts[1] > 2 * acts[0]
