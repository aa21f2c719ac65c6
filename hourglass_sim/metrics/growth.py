"""Growth states: each active user of a day is new, current, reactivated or resurrected; who comes back the next day; months."""

from dataclasses import asdict, dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from hourglass_sim.metrics import kernels
from hourglass_sim.metrics.activity import Activity
from hourglass_sim.metrics.intervals import Share, ratio_of

if TYPE_CHECKING:
    import pandas as pd

STATES = ("new", "current", "reactivated", "resurrected")
CURRENT_DAYS = 7
REACTIVATED_DAYS = 30


@dataclass(frozen=True)
class Month:
    """Users of one calendar month: retained were active the month before, churned were and are not; resurrected came back."""

    month: str
    days: int
    active: int
    new: int
    retained: int
    resurrected: int
    churned: int


def state_days(activity: Activity) -> tuple[np.ndarray, np.ndarray]:
    """Per user: days in each of STATES that have a next day in the log, and those active on it; two int16[n, 4]."""
    return kernels.state_counts_by_user(activity.bits, activity.first_day, activity.last_day, CURRENT_DAYS, REACTIVATED_DAYS)


def next_day(activity: Activity) -> dict[str, Share]:
    """Share of each state's user-days that are active on the following day (NURR, CURR, RURR, SURR).

    Last active 1 to 7 days ago is current, 8 to 30 reactivated, longer ago resurrected; the log's last day is no
    denominator. Intervals treat a user's days as one cluster. Source: DESIGN.md, Definitions.
    """
    days, returned = state_days(activity)
    return {state: ratio_of(returned[:, s], days[:, s]) for s, state in enumerate(STATES)}


def next_day_shares(activity: Activity) -> dict[str, float | None]:
    """The shares of `next_day` without their intervals, which take most of its time; None without a denominator."""
    days, returned = kernels.state_counts(activity.bits, activity.first_day, activity.last_day, CURRENT_DAYS, REACTIVATED_DAYS)
    return {state: int(returned[s]) / int(days[s]) if days[s] else None for s, state in enumerate(STATES)}


def daily(activity: Activity) -> "pd.DataFrame":
    """One row a day: day, date, active, the four STATES (users), and `<state>_returned`, those active the next day.

    On the log's last day the returned columns are 0: that day is no denominator.
    """
    import pandas as pd

    users, returned = kernels.state_counts_by_day(
        activity.bits, activity.first_day, activity.last_day, CURRENT_DAYS, REACTIVATED_DAYS
    )
    table = pd.DataFrame({"day": np.arange(activity.last_day + 1)})
    table["date"] = [activity.date_of(day) for day in table["day"]]
    table["active"] = users.sum(axis=0)
    for s, state in enumerate(STATES):
        table[state] = users[s]
    for s, state in enumerate(STATES):
        table[f"{state}_returned"] = returned[s]
    return table


def monthly(activity: Activity) -> list[Month]:
    """Growth accounting by calendar month, from the month of day 0 to that of the last day; `days` = days inside the log.

    Source: DESIGN.md, Definitions.
    """
    firsts = _month_firsts(activity.start, activity.date_of(activity.last_day))
    edges = [max((first - activity.start).days, 0) for first in firsts[:-1]] + [activity.last_day + 1]
    counts = kernels.month_counts(activity.bits, activity.first_day, np.asarray(edges, np.int64))
    return [Month(f"{first:%Y-%m}", edges[m + 1] - edges[m], *(int(c) for c in counts[m])) for m, first in enumerate(firsts[:-1])]


def monthly_rows(activity: Activity) -> list[dict]:
    """`monthly` as plain dicts, for JSON and tables."""
    return [asdict(month) for month in monthly(activity)]


def _month_firsts(start: date, last: date) -> list[date]:
    firsts = [date(start.year, start.month, 1)]
    while firsts[-1] <= last:
        year, month = divmod(firsts[-1].year * 12 + firsts[-1].month, 12)
        firsts.append(date(year, month + 1, 1))
    return firsts
