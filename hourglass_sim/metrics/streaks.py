"""Streaks: runs of consecutive active days."""

from dataclasses import dataclass

import numpy as np

from hourglass_sim.metrics import kernels
from hourglass_sim.metrics.activity import Activity
from hourglass_sim.metrics.intervals import ratio_of


@dataclass(frozen=True)
class Streaks:
    """All runs of all users: how many, their mean length in days with its 95 % interval, the longest; None without a run."""

    count: int
    mean: float | None
    low: float | None
    high: float | None
    longest: int | None


def streaks_by_user(activity: Activity) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Per user: number of runs, active days, longest run; three int32[n]."""
    return kernels.streaks_by_user(activity.bits)


def streaks(activity: Activity) -> Streaks:
    """Runs of consecutive active days (also those cut by the log's ends). Source: DESIGN.md, Definitions."""
    runs, days, longest = streaks_by_user(activity)
    mean = ratio_of(days, runs, is_share=False)
    return Streaks(mean.denominator, mean.value, mean.low, mean.high, int(longest.max()) if len(longest) else None)
