"""The moments that calibration matches: retention, next-day rates and streaks, with their sampling error by resampling users."""

import numpy as np
from hourglass_policy.errors import require_between

from hourglass_sim.metrics import kernels
from hourglass_sim.metrics.activity import Activity
from hourglass_sim.metrics.growth import STATES, state_days
from hourglass_sim.metrics.streaks import streaks_by_user

RETENTION_DAYS = (1, 2, 3, 7, 14, 30)
RATIOS = (*(f"d{n}" for n in RETENTION_DAYS), *STATES, "streak_mean")
NAMES = (*RATIOS, "streak_longest")

_WEIGHTS_AT_ONCE = 4_000_000


def moment_sums(activity: Activity) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Per user: numerators and denominators of RATIOS, float64[n, 11] each, and the longest streak, int32[n]."""
    days = np.asarray(RETENTION_DAYS, np.int64)
    eligible, retained = kernels.retained_by_user(activity.bits, activity.first_day, activity.last_day, days)
    in_state, returned = state_days(activity)
    runs, active_days, longest = streaks_by_user(activity)
    numerators = np.hstack([retained, returned, active_days[:, None]]).astype(np.float64)
    denominators = np.hstack([eligible, in_state, runs[:, None]]).astype(np.float64)
    return numerators, denominators, longest


def moments(activity: Activity) -> dict[str, float | None]:
    """The value of every moment in NAMES: shares, the mean streak and the longest, in days; None without a denominator."""
    days = np.asarray(RETENTION_DAYS, np.int64)
    eligible, retained, _ = kernels.retained_totals(activity.bits, activity.first_day, activity.last_day, days)
    in_state, returned = state_days(activity)
    runs, active_days, longest = streaks_by_user(activity)
    top = [*retained, *returned.sum(axis=0), active_days.sum()]
    bottom = [*eligible, *in_state.sum(axis=0), runs.sum()]
    values = {name: int(top[k]) / int(bottom[k]) if bottom[k] else None for k, name in enumerate(RATIOS)}
    return values | {"streak_longest": float(longest.max()) if len(longest) else None}


def bootstrap_moments(activity: Activity, replicates: int, seed: int) -> tuple[tuple[str, ...], np.ndarray]:
    """Moments of `replicates` resamples of the users with replacement: (NAMES, float64[replicates, 12]).

    Each replicate draws as many users as there are; a moment without a denominator is NaN. The same seed gives the same
    replicates, and the first k of them do not depend on how many follow. Source: Efron 1979 (users as the unit).
    """
    require_between("replicates", replicates, 1, 1_000_000)
    numerators, denominators, longest = moment_sums(activity)
    order = np.argsort(-longest, kind="stable")
    sums = np.hstack([numerators, denominators])[order]
    longest = longest[order]
    n, m = len(order), len(RATIOS)
    result = np.full((replicates, m + 1), np.nan)
    if n == 0:
        return NAMES, result
    rng = np.random.default_rng(seed)
    block = max(1, min(replicates, _WEIGHTS_AT_ONCE // n))
    for low in range(0, replicates, block):
        high = min(low + block, replicates)
        weights = np.stack([np.bincount(rng.integers(0, n, n), minlength=n) for _ in range(low, high)])
        totals = weights.astype(np.float64) @ sums
        with np.errstate(invalid="ignore", divide="ignore"):
            result[low:high, :m] = totals[:, :m] / totals[:, m:]
        result[low:high, m] = longest[np.argmax(weights > 0, axis=1)]
    return NAMES, result


def moment_intervals(activity: Activity, replicates: int = 1000, seed: int = 0) -> dict[str, tuple[float | None, float | None]]:
    """95 % percentile intervals of every moment by resampling users; (None, None) where a moment has no value."""
    names, values = bootstrap_moments(activity, replicates, seed)
    intervals: dict[str, tuple[float | None, float | None]] = {}
    for k, name in enumerate(names):
        known = values[:, k][~np.isnan(values[:, k])]
        intervals[name] = (float(np.quantile(known, 0.025)), float(np.quantile(known, 0.975))) if len(known) else (None, None)
    return intervals
