"""The compiled functions on packed bits equal a slow, plain reading of the definitions, on any activity."""

from datetime import date, timedelta

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from hourglass_sim.metrics.activity import Activity
from hourglass_sim.metrics.growth import daily, monthly, next_day, next_day_shares
from hourglass_sim.metrics.retention import retention
from hourglass_sim.metrics.streaks import streaks

GAPS = st.one_of(st.integers(1, 3), st.sampled_from([1, 1, 1, 7, 8, 30, 31, 32, 63, 64, 65, 128]), st.integers(1, 90))
USER = st.tuples(st.integers(0, 130), st.lists(GAPS, max_size=12), st.integers(0, 70))
START = st.dates(date(2019, 11, 1), date(2024, 12, 31))


def days_of(user):
    first, gaps, run = user
    days = [first]
    for gap in gaps:
        days.append(days[-1] + gap)
    return {*days, *range(days[-1], days[-1] + run + 1)}


def slow_state(days, day):
    earlier = [d for d in days if d < day]
    if not earlier:
        return "new"
    gap = day - max(earlier)
    return "current" if gap <= 7 else "reactivated" if gap <= 30 else "resurrected"


@settings(max_examples=80, deadline=None)
@given(users=st.lists(USER, min_size=1, max_size=6), tail=st.integers(0, 70), start=START)
def test_every_metric_equals_its_plain_definition(users, tail, start):
    people = [days_of(user) for user in users]
    last = max(max(days) for days in people) + tail
    ids = np.repeat(np.arange(len(people)), [len(days) for days in people])
    activity = Activity.from_days(ids, np.concatenate([sorted(days) for days in people]), start=start, last_day=last)

    assert [set(np.flatnonzero(row)) for row in activity.matrix()] == people
    assert activity.first_day.tolist() == [min(days) for days in people]

    found = retention(activity, (0, 1, 7, 30, 63, 64, 90))
    for n, share in found.classic.items():
        old = [days for days in people if min(days) + n <= last]
        assert (share.numerator, share.denominator) == (sum(min(days) + n in days for days in old), len(old))
        assert found.unbounded[n].numerator == sum(max(days) >= min(days) + n for days in old)

    states = [(d, slow_state(days, d), d + 1 in days) for days in people for d in days]
    for name, share in next_day(activity).items():
        counted = [back for d, state, back in states if state == name and d < last]
        assert (share.numerator, share.denominator) == (sum(counted), len(counted))
    assert next_day_shares(activity) == {name: share.value for name, share in next_day(activity).items()}
    weeks = (last + 1) // 7
    in_weeks = [sum(any(7 * week <= d <= 7 * week + 6 for d in days) for days in people) for week in range(weeks)]
    assert activity.active_in_weeks(weeks).tolist() == in_weeks
    table = daily(activity)
    for name in ("new", "current", "reactivated", "resurrected"):
        by_day = [sum(d == day and state == name for d, state, _ in states) for day in range(last + 1)]
        back = [sum(d == day and state == name and r for d, state, r in states) for day in range(last + 1)]
        assert table[name].tolist() == by_day
        assert table[f"{name}_returned"].tolist() == back

    lengths = []
    for days in people:
        for d in sorted(days):
            lengths = [*lengths[:-1], lengths[-1] + 1] if d - 1 in days else [*lengths, 1]
    runs = streaks(activity)
    assert (runs.count, runs.longest, runs.mean) == (len(lengths), max(lengths), sum(lengths) / len(lengths))

    seen = [{f"{start + timedelta(days=d):%Y-%m}" for d in days} for days in people]
    firsts = [f"{start + timedelta(days=min(days)):%Y-%m}" for days in people]
    before = None
    for row in monthly(activity):
        now = {i for i, months in enumerate(seen) if row.month in months}
        past = {i for i, months in enumerate(seen) if before in months}
        new = {i for i in now if firsts[i] == row.month}
        expected = (len(now), len(new), len(now & past), len(now - past - new), len(past - now))
        assert (row.active, row.new, row.retained, row.resurrected, row.churned) == expected
        before = row.month


@settings(max_examples=50, deadline=None)
@given(users=st.lists(USER, min_size=1, max_size=4), low=st.integers(-5, 200), length=st.integers(0, 200))
def test_active_between_finds_any_day_of_a_span(users, low, length):
    people = [days_of(user) for user in users]
    ids = np.repeat(np.arange(len(people)), [len(days) for days in people])
    activity = Activity.from_days(ids, np.concatenate([sorted(days) for days in people]), start=date(2024, 1, 1))
    expected = [any(low <= d <= low + length for d in days) for days in people]
    assert activity.active_between(low, low + length).tolist() == expected
