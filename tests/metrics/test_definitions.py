"""The definitions of DESIGN.md section 4, on a log small enough to work out on paper (see BY_HAND in conftest.py)."""

from datetime import date

import numpy as np
import pytest
from hourglass_policy.errors import BadInput

from hourglass_sim.metrics.activity import Activity
from hourglass_sim.metrics.growth import daily, monthly, next_day
from hourglass_sim.metrics.moments import NAMES, moments
from hourglass_sim.metrics.retention import retention
from hourglass_sim.metrics.streaks import streaks


def counts(shares):
    return {name: (share.numerator, share.denominator) for name, share in shares.items()}


def test_classic_retention_counts_exactly_day_n_of_users_old_enough(by_hand):
    found = retention(by_hand, (1, 2, 3, 7, 9, 31, 60, 79, 80))
    # B's day 0 is the last day, so B is old enough for nothing; A and C are old enough up to day 79.
    assert counts(found.classic) == {
        1: (1, 2),
        2: (1, 2),
        3: (0, 2),
        7: (0, 2),
        9: (1, 2),
        31: (1, 2),
        60: (0, 2),
        79: (1, 2),
        80: (0, 0),
    }


def test_unbounded_retention_counts_day_n_or_later(by_hand):
    found = retention(by_hand, (1, 31, 32, 79))
    assert counts(found.unbounded) == {1: (2, 2), 31: (2, 2), 32: (1, 2), 79: (1, 2)}


def test_an_empty_denominator_is_none_and_never_zero(by_hand):
    share = retention(by_hand, (90,)).classic[90]
    assert (share.value, share.low, share.high) == (None, None, None)


def test_states_change_after_7_and_30_days_and_the_last_day_is_no_denominator(by_hand):
    assert counts(next_day(by_hand)) == {
        "new": (1, 2),  # A and C on day 0; A comes back. B on the last day does not count
        "current": (1, 3),  # A on days 1, 2 and 9 (a gap of 7); day 79 is the last
        "reactivated": (0, 2),  # A on day 17 (a gap of 8) and day 47 (a gap of 30)
        "resurrected": (1, 2),  # A on day 78 and C on day 31 (gaps of 31); A is active on day 79
    }


def test_daily_states_add_up_to_the_active_users_of_each_day(by_hand):
    table = daily(by_hand).set_index("day")
    assert len(table) == 80
    assert table.loc[79, ["active", "new", "current"]].tolist() == [2, 1, 1]
    assert table.loc[79, ["new_returned", "current_returned"]].tolist() == [0, 0]
    assert table.loc[0, ["new", "new_returned"]].tolist() == [2, 1]
    assert table.loc[78, ["resurrected", "resurrected_returned"]].tolist() == [1, 1]
    assert table["active"].sum() == 11


def test_months_split_their_users_into_new_retained_and_resurrected(by_hand):
    rows = {m.month: (m.days, m.active, m.new, m.retained, m.resurrected, m.churned) for m in monthly(by_hand)}
    assert rows == {
        "2024-01": (2, 2, 2, 0, 0, 0),
        "2024-02": (29, 1, 0, 1, 0, 1),  # C is gone
        "2024-03": (31, 2, 0, 1, 1, 0),  # C is back on 1 March
        "2024-04": (18, 2, 1, 1, 0, 1),  # B is new, C gone again
    }


def test_months_cross_the_year():
    activity = Activity.from_days(np.array([1, 1]), np.array([0, 1]), start=date(2023, 12, 31))
    assert [(m.month, m.days, m.active) for m in monthly(activity)] == [("2023-12", 1, 1), ("2024-01", 1, 1)]


def test_streaks_are_runs_of_consecutive_days(by_hand):
    # A: 3, 1, 1, 1, 2; B: 1; C: 1, 1.
    found = streaks(by_hand)
    assert (found.count, found.mean, found.longest) == (8, 11 / 8, 3)


def test_moments_are_the_same_numbers(by_hand):
    found = moments(by_hand)
    assert tuple(found) == NAMES
    assert (found["d1"], found["current"], found["streak_mean"], found["streak_longest"]) == (0.5, 1 / 3, 11 / 8, 3.0)


def test_churn_is_no_activity_in_the_next_days_and_unknown_near_the_end(by_hand):
    # On day 2: A is back on day 9, the seventh day; C not before day 31; B, not yet new, is inactive too.
    assert by_hand.churned_on(2).tolist() == [False, True, True]
    assert by_hand.churned_on(2, within_days=6).tolist() == [True, True, True]
    with pytest.raises(BadInput, match="0 to 72"):
        by_hand.churned_on(73)


def test_one_user_on_one_day_has_a_streak_and_no_shares():
    activity = Activity.from_days(np.array([7]), np.array([0]), start=date(2024, 1, 1))
    assert [share.value for share in next_day(activity).values()] == [None] * 4
    assert streaks(activity).count == 1


def test_nobody_at_all_gives_nulls_and_no_crash():
    activity = Activity.from_bits(np.zeros((3, 1), np.uint64), last_day=5, start=date(2024, 1, 1))
    assert len(activity) == 0
    assert set(moments(activity).values()) == {None}
    assert monthly(activity)[0].active == 0


def test_groups_partition_the_users(by_hand):
    grouped = Activity.from_bits(
        by_hand.bits, last_day=79, start=by_hand.start, users=by_hand.users, group=np.array([1, 0, 1], np.int16)
    ).by_group()
    assert {g: a.users.tolist() for g, a in grouped.items()} == {0: ["B"], 1: ["A", "C"]}
    assert by_hand.by_group() == {}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"last_day": -1}, "at least one day"),
        ({"last_day": 128}, "wrong activity bits"),
        ({"last_day": 70}, "after the last day"),
        ({"group": np.zeros(2, np.int16)}, "one entry per user"),
    ],
)
def test_arrays_that_do_not_fit_are_refused(by_hand, change, message):
    parts = {name: getattr(by_hand, name) for name in ("users", "first_day", "last_day", "bits", "start")} | change
    with pytest.raises(BadInput, match=message):
        Activity(**parts)


def test_day_numbers_outside_the_log_are_refused():
    with pytest.raises(BadInput, match="got -1"):
        Activity.from_days(np.array([1]), np.array([-1]), start=date(2024, 1, 1))
    with pytest.raises(BadInput, match="0 to 3"):
        Activity.from_days(np.array([1]), np.array([4]), start=date(2024, 1, 1), last_day=3)
