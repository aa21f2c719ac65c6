"""Pacing counts what a run of that length unlocked, among those who stayed."""

import numpy as np
import pytest
from hourglass_policy import BadInput

from hourglass_sim.economy.pacing import bands, nobody_or_everybody, pacing
from hourglass_sim.run import simulate
from hourglass_sim.scenario import Scenario

SMALL = Scenario(users=300, days=5, seed=4)


def test_shares_are_those_of_a_run_of_that_length():
    table = pacing(SMALL, days=(7, 40))
    long = simulate(SMALL, days=41, threads=1).outcome.state
    short = simulate(SMALL, days=8, threads=1).outcome.state
    stayed = long["last_open"] > 40 - 28
    for number in (0, 1, 3):
        assert table["day_40"][number] == pytest.approx((((long["unlocked_low"] >> number) & 1)[stayed]).mean())
        assert table["day_7"][number] == pytest.approx((((short["unlocked_low"] >> number) & 1)[stayed]).mean())
    assert table.attrs["survivors"] == stayed.sum()
    assert 0 < table.attrs["survivors"] < 300


def test_a_share_never_falls_from_day_to_day_and_every_achievement_stands_in_the_table():
    table = pacing(SMALL, days=(3, 10, 30))
    assert list(table["id"]) == [a.id for a in SMALL.resolved_policy.catalogue.achievements]
    assert (np.diff(table[["day_3", "day_10", "day_30"]], axis=1) >= 0).all()


def test_the_median_of_each_rarity_decides():
    table = pacing(SMALL, days=(1, 20))
    table["day_20"] = 0.05
    verdict = bands(table).set_index("rarity")
    assert list(verdict["ok"]) == [False, False, True, False]
    assert nobody_or_everybody(table) == []
    table.loc[0, "day_20"], table.loc[1, "day_20"] = 0.0, 1.0
    assert nobody_or_everybody(table) == list(table["id"][:2])


def test_one_cohort_and_rising_days_only():
    with pytest.raises(BadInput, match="one cohort"):
        pacing(Scenario(users=10, days=5, arrivals=(5, 5)))
    with pytest.raises(BadInput, match="do not rise"):
        pacing(SMALL, days=(30, 7))
