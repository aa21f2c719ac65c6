"""What a person sees drawn: the 90-day series, the calendar of grains, the radar of categories (RULES 1.18)."""

from collections.abc import Sequence

from ..rules import grains_of
from .days import victories

SERIES_DAYS = 90
BUCKETS = ("0", "1–3", "4–7", "8–10", "more")


def series(days: Sequence[dict]) -> list[dict]:
    """The last 90 days: grains earned and evaporated, ratio in percent; `day` counts from sign-up (RULES 1.18)."""
    first = max(0, len(days) - SERIES_DAYS)
    return [
        {
            "day": first + k,
            "earned": grains_of(day["earned_centigrains"]),
            "evaporated": grains_of(day["evaporated_centigrains"]),
            "ratio": grains_of(day["ratio_hundredths"]),
        }
        for k, day in enumerate(days[first:])
    ]


def bucket_of(centigrains: int) -> int:
    """Calendar bucket of a day's grains: 0 none, 1 below 4, 2 below 8, 3 up to 10, 4 more (RULES 1.18).

    The paper names 0, 1–3, 4–7 and 8–10. Open: parts of a grain go to the bucket below (3.99 is 1–3), the first ones to 1–3, and
    what a perk or Phoenix mode pays above ten has a bucket of its own.
    """
    if centigrains <= 0:
        return 0
    if centigrains < 400:
        return 1
    if centigrains < 800:
        return 2
    return 3 if centigrains <= 1000 else 4


def calendar(days: Sequence[dict]) -> list[dict]:
    """The last 90 days as a heatmap: day since sign-up, grains, bucket (RULES 1.18)."""
    first = max(0, len(days) - SERIES_DAYS)
    return [
        {"day": first + k, "grains": grains_of(day["earned_centigrains"]), "bucket": bucket_of(day["earned_centigrains"])}
        for k, day in enumerate(days[first:])
    ]


def radar(days: Sequence[dict]) -> dict[str, dict]:
    """By category over the last 90 days: success rate, days a week, mean value in grains, longest streak in days (RULES 1.18)."""
    recent = days[-SERIES_DAYS:]
    categories = sorted({goal["category"] for day in recent for goal in day["goals"]})
    return {category: _axis(recent, category) for category in categories}


def _axis(days: Sequence[dict], category: str) -> dict:
    own = [[goal for goal in day["goals"] if goal["category"] == category] for day in days]
    goals = [goal for of_day in own for goal in of_day]
    longest = run = 0
    for of_day in own:
        run = run + 1 if any(goal["done"] for goal in of_day) else 0
        longest = max(longest, run)
    return {
        "goals": len(goals),
        "success_rate": round(sum(goal["done"] for goal in goals) / len(goals), 4),
        "days_per_week": round(7 * sum(map(bool, own)) / len(days), 2),
        "mean_value": round(sum(goal["value"] for goal in goals) / len(goals), 2),
        "longest_streak": longest,
    }


def totals(days: Sequence[dict]) -> dict[str, float]:
    """A period in figures: grains earned and evaporated, victories, goals, days opened."""
    return {
        "earned": grains_of(sum(day["earned_centigrains"] for day in days)),
        "evaporated": grains_of(sum(day["evaporated_centigrains"] for day in days)),
        "victories": sum(map(victories, days)),
        "goals": sum(len(day["goals"]) for day in days),
        "days_opened": sum(day["opened"] for day in days),
    }


def periods(days: Sequence[dict], length: int = 30) -> dict:
    """The last `length` days against the ones before: totals and relative changes, null where nothing was before (RULES 1.18)."""
    now, before = days[-length:], days[-2 * length : -length]
    this, last = totals(now), totals(before)
    change = {name: round(this[name] / last[name] - 1.0, 4) if last[name] else None for name in this}
    return {"days": length, "this": this, "last": last if before else None, "change": change if len(before) == length else None}
