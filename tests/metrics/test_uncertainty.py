"""Intervals and resampling: users are the unit, and the numbers agree with each other and with published formulas."""

from datetime import date

import numpy as np
import pytest
from statsmodels.stats.proportion import proportion_confint

from hourglass_sim.metrics.activity import Activity
from hourglass_sim.metrics.growth import next_day
from hourglass_sim.metrics.intervals import ratio_of, share_of
from hourglass_sim.metrics.moments import NAMES, bootstrap_moments, moment_intervals, moments
from hourglass_sim.metrics.streaks import streaks, streaks_by_user


@pytest.fixture(scope="module")
def crowd() -> Activity:
    """800 users over 70 days who differ in how often they come, so that a user's days are not independent."""
    rng = np.random.default_rng(5)
    habit = rng.beta(0.7, 1.5, 800)
    active = rng.random((800, 70)) < habit[:, None]
    active[:, 0] = True
    users, days = np.nonzero(active)
    return Activity.from_days(users, days, start=date(2024, 1, 1))


@pytest.mark.parametrize(("k", "n"), [(0, 10), (10, 10), (3, 10), (1945, 7061)])
def test_a_share_of_users_has_wilsons_interval(k, n):
    share = share_of(k, n)
    assert (share.low, share.high) == pytest.approx(proportion_confint(k, n, method="wilson"), abs=1e-12)


def test_one_unit_per_user_makes_the_cluster_interval_nearly_wilsons():
    successes = np.arange(2000) < 500
    assert ratio_of(successes, np.ones(2000)).low == pytest.approx(share_of(500, 2000).low, abs=1e-5)


def test_repeating_each_user_day_does_not_narrow_the_interval():
    successes, trials = np.array([3, 0, 5, 1, 4, 2] * 20), np.array([6, 4, 7, 5, 5, 3] * 20)
    once, tenfold = ratio_of(successes, trials), ratio_of(10 * successes, 10 * trials)
    assert tenfold.high - tenfold.low == pytest.approx(once.high - once.low, rel=1e-9)


@pytest.mark.parametrize("successes", [0, 1])
def test_a_share_of_nobody_or_everybody_keeps_an_interval_inside_0_and_1(successes):
    share = ratio_of(np.full(30, 4 * successes), np.full(30, 4))
    assert 0 <= share.low < share.high <= 1
    assert share.high - share.low > 0.05


def test_cluster_intervals_agree_with_resampling_users(crowd):
    sampled = moment_intervals(crowd, replicates=2000, seed=1)
    current = next_day(crowd)["current"]
    assert (current.low, current.high) == pytest.approx(sampled["current"], abs=0.004)
    mean = streaks(crowd)
    assert (mean.low, mean.high) == pytest.approx(sampled["streak_mean"], rel=0.03)


def test_a_replicate_is_the_moments_of_the_resampled_users(crowd):
    n = len(crowd)
    names, values = bootstrap_moments(crowd, 3, seed=11)
    order = np.argsort(-streaks_by_user(crowd)[2], kind="stable")
    rng = np.random.default_rng(11)
    for row in values:
        again = moments(crowd.subset(order[rng.integers(0, n, n)]))
        assert dict(zip(names, row, strict=True)) == pytest.approx(again, rel=1e-12)


def test_the_same_seed_gives_the_same_replicates_however_many_follow(crowd):
    few, many = bootstrap_moments(crowd, 5, seed=3)[1], bootstrap_moments(crowd, 40, seed=3)[1]
    assert np.array_equal(few, many[:5])
    assert not np.array_equal(few, bootstrap_moments(crowd, 5, seed=4)[1])


def test_a_moment_without_a_denominator_is_nan_in_replicates_and_none_in_intervals(by_hand):
    names, values = bootstrap_moments(by_hand.subset(by_hand.users == "B"), 4, seed=0)
    assert names == NAMES
    assert np.isnan(values[:, names.index("d1")]).all()
    assert values[:, names.index("streak_longest")].tolist() == [1.0] * 4
    assert moment_intervals(by_hand.subset(by_hand.users == "B"), 4)["d1"] == (None, None)


def test_the_longest_streak_of_a_replicate_is_that_of_a_user_drawn():
    pair = Activity.from_days(np.array([1] * 5 + [2]), np.array([0, 1, 2, 3, 4, 0]), start=date(2024, 1, 1))
    names, values = bootstrap_moments(pair, 4000, seed=2)
    longest = values[:, names.index("streak_longest")]
    # Of two draws from two users both miss user 1 with probability 1/4 (standard error 0.007).
    assert set(longest) == {1.0, 5.0}
    assert (longest == 1).mean() == pytest.approx(0.25, abs=0.03)
