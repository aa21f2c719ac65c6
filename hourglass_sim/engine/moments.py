"""Moments of a day as small numbers, so that a day's events are put in order by counting, without comparing.

A moment is an hour (0 to 24, counted in real hours from local midnight: a day of the clock change has 23 or 25), a second within it
and an order in microseconds among the acts of one second. Where many acts share a second (on the hour, and 55 minutes past
it, when a late contract is settled) each order has its own moment; in the seconds between each of the eight orders in `RANKS` has.
"""

import numpy as np

HOURS = 25
ORDERS = 1_024  # orders on the hour and at LATE_SYNC
RANKS = (0, 1, 2, 30, 31, 32, 40, 41)  # orders of what is done while the app is open
LATE_SYNC = 3_300  # second of the opening's hour at which a contract made after the sync is settled
LAST_SECOND, LAST_ORDER = 3_599, 999_000  # when accounts are deleted
OPEN = ORDERS  # the first moment of second 1
LATE = OPEN + (LATE_SYNC - 1) * len(RANKS)
LAST = LATE + ORDERS
HOUR_MOMENTS = LAST + 1
MOMENTS = HOURS * HOUR_MOMENTS


def microseconds() -> np.ndarray:
    """When each moment is, in microseconds from local midnight; int64[MOMENTS], rising."""
    on_the_hour = np.arange(ORDERS)
    between = (np.arange(1, LATE_SYNC)[:, None] * 1_000_000 + np.array(RANKS)).reshape(-1)
    late = LATE_SYNC * 1_000_000 + np.arange(ORDERS)
    hour = np.concatenate([on_the_hour, between, late, [LAST_SECOND * 1_000_000 + LAST_ORDER]])
    return (np.arange(HOURS, dtype=np.int64)[:, None] * 3_600_000_000 + hour).reshape(-1)
