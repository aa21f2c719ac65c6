"""Everything that `hourglass metrics` says about a log or a run, as one plain dict."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from hourglass_sim.metrics.activity import Activity
from hourglass_sim.metrics.growth import monthly, next_day
from hourglass_sim.metrics.hours import hours
from hourglass_sim.metrics.intervals import Share
from hourglass_sim.metrics.retention import DAYS, retention
from hourglass_sim.metrics.streaks import streaks

if TYPE_CHECKING:
    from hourglass_sim.store.importer import Log


def activity_report(activity: Activity, days: Iterable[int] = DAYS) -> dict[str, Any]:
    """The metrics that need active days only: keys as DESIGN.md section 4 names them, `intervals` and `counts` beside them.

    `intervals` holds [low, high] at 95 %, `counts` [numerator, denominator]; None where a denominator is 0.
    """
    kept, states, runs = retention(activity, days), next_day(activity), streaks(activity)
    classic = {f"d{n}": share for n, share in kept.classic.items()}
    unbounded = {f"d{n}": share for n, share in kept.unbounded.items()}
    shares = {"retention": classic, "retention_unbounded": unbounded, "next_day": states}
    return {
        "users": len(activity),
        "start": activity.start.isoformat(),
        "end": activity.date_of(activity.last_day).isoformat(),
        "days": activity.last_day + 1,
        "retention": _values(classic),
        "retention_unbounded": _values(unbounded),
        "next_day": {state: {"n": share.denominator, "rate": share.value} for state, share in states.items()},
        "monthly": [asdict(month) for month in monthly(activity)],
        "streaks": {"count": runs.count, "mean": runs.mean, "longest": runs.longest},
        "intervals": {name: _bounds(group) for name, group in shares.items()} | {"streaks": {"mean": [runs.low, runs.high]}},
        "counts": {name: {k: [s.numerator, s.denominator] for k, s in group.items()} for name, group in shares.items()},
    }


def log_report(log: "Log", days: Iterable[int] = DAYS) -> dict[str, Any]:
    """`activity_report` of a log with its rows, hours of the day and warnings."""
    report = activity_report(log.activity(), days)
    by_hour = hours(log)
    report["hours"] = [share.value for share in by_hour]
    report["intervals"]["hours"] = [[share.low, share.high] for share in by_hour]
    return report | {"rows": log.n_rows, "tz": log.tz, "warnings": list(log.warnings)}


def _values(shares: dict[str, Share]) -> dict[str, float | None]:
    return {name: share.value for name, share in shares.items()}


def _bounds(shares: dict[str, Share]) -> dict[str, list[float | None]]:
    return {name: [share.low, share.high] for name, share in shares.items()}
