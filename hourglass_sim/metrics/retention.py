"""Retention: of the users old enough, who is active exactly n days after their day 0 (classic), or then or later (unbounded)."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from hourglass_policy.errors import BadInput

from hourglass_sim.metrics import kernels
from hourglass_sim.metrics.activity import Activity
from hourglass_sim.metrics.intervals import Share, share_of

DAYS = (1, 2, 3, 7, 14, 30, 60, 90)


@dataclass(frozen=True)
class Retention:
    """Retention by day number, with exact counts and Wilson 95 % intervals."""

    classic: dict[int, Share]
    unbounded: dict[int, Share]


def retention(activity: Activity, days: Iterable[int] = DAYS) -> Retention:
    """Classic and unbounded retention on each of `days` (days after day 0; 1 and more, or 0 which is always 1).

    A user counts for day n when day 0 lies at least n days before the log's last day; with no such user the share is None.
    Source: DESIGN.md, Definitions.
    """
    chosen = [int(n) for n in days]
    if any(n < 0 for n in chosen):
        raise BadInput("retention needs days after day 0", where="days", value=min(chosen), allowed="0 or more")
    eligible, classic, unbounded = kernels.retained_totals(
        activity.bits, activity.first_day, activity.last_day, np.asarray(chosen, np.int64)
    )
    return Retention(
        classic={n: share_of(classic[k], eligible[k]) for k, n in enumerate(chosen)},
        unbounded={n: share_of(unbounded[k], eligible[k]) for k, n in enumerate(chosen)},
    )
