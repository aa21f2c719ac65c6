"""The spread of heritage, against cases worked out by hand."""

import numpy as np
import pytest

from hourglass_sim.economy.wealth import gini, gini_interval, lorenz, spread


@pytest.mark.parametrize(
    ("holdings", "expected"),
    [
        ([5, 5, 5, 5], 0.0),
        ([0, 0, 0, 10], 0.75),  # (n - 1) / n: one has all
        ([1, 2, 3, 4], 0.25),  # mean absolute difference of all pairs 1.25, over twice the mean 2.5
        ([4, 1, 3, 2], 0.25),  # order does not matter
        ([10, 20, 30, 40], 0.25),  # nor does the unit
        ([1, 3], 0.25),
        ([7], 0.0),
    ],
)
def test_gini_of_hand_computed_holdings(holdings, expected):
    assert gini(np.array(holdings)) == pytest.approx(expected)


def test_gini_is_the_mean_absolute_difference_over_twice_the_mean():
    x = np.random.default_rng(1).gamma(2.0, 30.0, 200)
    pairs = np.abs(x[:, None] - x[None, :]).mean()
    assert gini(x) == pytest.approx(pairs / (2 * x.mean()))


def test_gini_of_nothing_or_of_debt_is_not_known():
    assert gini(np.array([])) is None
    assert gini(np.zeros(3)) is None
    assert gini(np.array([-5.0, 1.0])) is None
    assert gini_interval(np.zeros(3)) is None


def test_the_bootstrap_interval_holds_the_index_and_narrows_with_users():
    x = np.random.default_rng(2).gamma(2.0, 30.0, 4000)
    few, many = gini_interval(x[:200], resamples=200), gini_interval(x, resamples=200)
    assert few[0] < gini(x[:200]) < few[1]
    assert many[0] < gini(x) < many[1]
    assert many[1] - many[0] < 0.5 * (few[1] - few[0])


def test_lorenz_curve_of_hand_computed_holdings():
    share, held = lorenz(np.array([1.0, 3.0]), points=5)
    assert list(share) == [0.0, 0.25, 0.5, 0.75, 1.0]
    assert list(held) == pytest.approx([0.0, 0.125, 0.25, 0.625, 1.0])


def test_the_spread_says_what_the_richest_hold_and_who_is_below_zero():
    found = spread(np.array([-10.0, *[0.0] * 8, 110.0]))
    assert found["top_tenth"] == pytest.approx(1.1)
    assert found["negative"] == pytest.approx(0.1)
    assert (found["mean"], found["p50"]) == (10.0, 0.0)
