"""What a life card says: a prediction, the best moment, a warning, achievements within reach (RULES 1.18)."""

import math
from collections.abc import Mapping, Sequence

from ..catalogue import COUNTERS, Achievement
from ..rules import first_reason, grains_of, hundredths, phoenix_may_enter, ratio_potential
from ..rules.phoenix import REASONS
from ..values import PhoenixValues, RuleValues
from .days import victories

Z95 = 1.959963984540054
PARTS_OF_DAY = (("night", 0, 6), ("morning", 6, 12), ("afternoon", 12, 18), ("evening", 18, 24))
LEARNED_FROM, PACE_DAYS, LOOK_AHEAD = 30, 7, 14
FEWEST_GOALS = 5  # goals in a part of the day before it can be the best moment


def prediction(days: Sequence[dict]) -> dict | None:
    """Chance of a victory tomorrow from the last 30 days, with its 95 % interval (Wilson 1927) and how sure that is.

    The chance is (days with a victory + 1) / (days + 2), Laplace's rule of succession; confidence is 1 less the interval's width.
    None before the first week is over.
    """
    recent = days[-LEARNED_FROM:]
    if len(recent) < 7:
        return None
    n, won = len(recent), sum(victories(day) > 0 for day in recent)
    share, square = won / n, Z95 * Z95
    middle = (share + square / (2 * n)) / (1 + square / n)
    half = Z95 * math.sqrt(share * (1 - share) / n + square / (4 * n * n)) / (1 + square / n)
    low, high = max(0.0, middle - half), min(1.0, middle + half)
    return {
        "of": "a victory tomorrow",
        "p": round((won + 1) / (n + 2), 4),
        "low": round(low, 4),
        "high": round(high, 4),
        "confidence": round(1.0 - (high - low), 4),
        "reason": f"{won} of the last {n} days had a victory",
    }


def best_moment(days: Sequence[dict]) -> dict | None:
    """The part of the day in which the largest share of goals succeeds, by the hour of opening; None below five goals in each."""
    found = []
    for name, first, end in PARTS_OF_DAY:
        goals = [g for day in days if day["hour"] is not None and first <= day["hour"] < end for g in day["goals"]]
        if len(goals) >= FEWEST_GOALS:
            found.append((sum(g["done"] for g in goals) / len(goals), len(goals), name))
    if not found:
        return None
    rate, goals, name = max(found, key=lambda row: (row[0], row[1]))
    return {"moment": name, "success_rate": round(rate, 4), "goals": goals, "reason": f"{round(100 * rate)} % of {goals} goals"}


def phoenix_warning(
    days: Sequence[dict], in_phoenix: bool, days_without_victory: int, ph: PhoenixValues, days_since_exit: int = -1,
    ratios: Sequence[int] = (),
) -> dict | None:  # fmt: skip
    """In how many days Phoenix mode begins if every next day brings the mean of the last 7; None when not within 14 (RULES 1.9).

    The rule's own test runs on the days to come: `low_grains` on the moving sum, `ratio_drop` on the `ratios` to come (as
    `ratios_ahead` gives them; none: not foreseen), `no_victory` on the days without one, which go on growing only if the last 7 days
    had none. `days_since_exit`: -1 when never in Phoenix mode.
    """
    if in_phoenix or not days:
        return None
    pace = days[-PACE_DAYS:]
    daily = sum(day["earned_centigrains"] for day in pace) / len(pace)
    has_won = any(victories(day) for day in pace)
    known = [float(day["earned_centigrains"]) for day in days]
    limit = ph.low_grains_centigrains * ph.low_grains_days
    for ahead in range(1, LOOK_AHEAD + 1):
        waited = days_since_exit + ahead - 1 if days_since_exit >= 0 else -1
        if len(days) + ahead - 1 < ph.newcomer_days or not phoenix_may_enter(waited, ph):
            continue
        total = sum([*known, *[daily] * ahead][-ph.low_grains_days :])
        without = 0 if has_won else days_without_victory + ahead
        then = len(days) - 1 + ahead - ph.ratio_drop_days
        before = days[then]["ratio_hundredths"] if 0 <= then < len(days) else 0
        change = ratios[ahead - 1] - before if len(ratios) >= ahead else 0
        reason = first_reason(total, limit, change, ph.ratio_drop_hundredths, without, ph.no_victory_days)
        if reason:
            told = f"at {daily / 100:.2f} grains a day, the mean of the last {len(pace)} days"
            told += f", the ratio will be {change / 100:+.2f} points from {ph.ratio_drop_days} days before" if reason == 2 else ""
            return {"in_days": ahead, "cause": REASONS[reason], "reason": told}
    return None


def ratios_ahead(days: Sequence[dict], rules: RuleValues) -> list[int]:
    """The life ratio of the next 14 nights in hundredths of a point if every day brings the mean of the last 7 (RULES 1.7).

    Days that count are those with grains earned so far (all, where calendar days count), and come at the pace of the last 7; the
    heritage is what makes tonight's ratio. Rewards and gifts to come are not foreseen.
    """
    if not days:
        return []
    pace = days[-PACE_DAYS:]
    potential = ratio_potential(rules.ratio, rules.grains)
    is_counted = [rules.ratio.counts_calendar_days == 1 or day["earned_centigrains"] > 0 for day in days]
    counted, share = max(sum(is_counted), 1), sum(is_counted[-PACE_DAYS:]) / len(pace)
    heritage = days[-1]["ratio_hundredths"] * counted * potential / 100.0  # centigrains
    daily = sum(day["earned_centigrains"] for day in pace) / len(pace)
    return [
        hundredths((heritage + daily * ahead) / ((counted + share * ahead) * potential)) for ahead in range(1, LOOK_AHEAD + 1)
    ]


def within_reach(
    achievements: Sequence[Achievement],
    counters: Mapping[str, int],
    unlocked: Sequence[str],
    most: int = 3,
    from_share: float = 0.5,
) -> list[dict]:
    """The locked achievements nearest to being met: at least half of every condition, the nearest first (RULES 1.18)."""
    found = []
    for order, a in enumerate(achievements):
        known = all(c.counter in counters for c in a.conditions)
        if a.id in unlocked or not known:
            continue
        progress = min(min(counters[c.counter] / c.threshold, 1.0) for c in a.conditions)
        missing = {c.counter: (c.threshold - counters[c.counter]) / COUNTERS[c.counter].scale for c in a.conditions
                   if counters[c.counter] < c.threshold}  # fmt: skip
        if progress >= from_share and missing:
            found.append((-progress, order, a, missing))
    found.sort(key=lambda row: row[:2])
    return [
        {"id": a.id, "fr": a.fr, "en": a.en, "rarity": a.rarity, "progress": round(-p, 4), "missing": missing,
         "xp": a.reward.xp, "grains": grains_of(a.reward.centigrains)}
        for p, _, a, missing in found[:most]
    ]  # fmt: skip
