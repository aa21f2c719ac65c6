"""The most that each counter can ever reach, proved from the rules and the calendar (RULES 1.2 to 1.14).

Over the longest supported run of 3,660 days, with the economy's own parameter values. A bound may be generous, never too low: what
it refuses nobody could reach. Each bound carries its reason, which the error shows.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from ..errors import BadInput
from .challenges import Challenge
from .counters import CATEGORIES, COUNTERS
from .dates import longest_days
from .events import Event

if TYPE_CHECKING:
    from ..values import RuleValues
    from .achievements import Condition

LONGEST_DAYS = 3_660  # of a run
YEARS = 11  # calendar years that such a run can touch
DAILY = frozenset({  # counters that grow by at most so much a day: their limit is a day's times the days of the longest run
    "goals_completed", *(f"goals_{c}" for c in CATEGORIES), "proofs", "perfect_days", "early_bird", "night_owl", "days_on_app",
    "grains_earned", "boosts_sent", "boosts_received", "comments", "transfusions_sent", "transfusions_received",
})  # fmt: skip
PARTNERS = 199  # others in the largest pact, a legion of 200


class Limit(NamedTuple):
    """The highest value of a counter, in stored units, and why."""

    most: int
    because: str


class Limits(NamedTuple):
    """Every counter's limit, the goals of a day, and the days away that make a comeback."""

    of: dict[str, Limit]
    goals_per_day: int
    comeback_days: int


def limits_of(
    rules: "RuleValues",
    max_level: int,
    challenges: Iterable[Challenge] = (),
    events: Iterable[Event] = (),
    achievements: int = 180,
) -> Limits:
    """The limits under rule values and content; `achievements` counts the catalogue's."""
    goals, days = rules.grains.max_goals, LONGEST_DAYS
    own_days = f"one a day for {days:,} days"
    each_goal = f"{goals} goals a day for {days:,} days"
    known = {
        **dict.fromkeys(("perfect_days", "perfect_days_streak", "streak", "early_bird", "night_owl"), Limit(days, own_days)),
        **dict.fromkeys(("goals_completed", "proofs", *(f"goals_{c}" for c in CATEGORIES)), Limit(goals * days, each_goal)),
        "days_on_app": Limit(days - 1, f"a run has at most {days:,} days"),
        "level": Limit(max_level, "levels.max_level"),
        "seasons_seen": Limit(4, "there are four seasons of life"),
        "comebacks": Limit(days // rules.day.comeback_days, f"each takes {rules.day.comeback_days} days away"),
        "phoenix_exits": Limit(_exits(rules), f"no new Phoenix mode within {rules.phoenix.reentry_days} days of an exit"),
        "achievements_unlocked": Limit(achievements - 1, f"the other {achievements - 1} achievements of the file"),
        **_social(rules),
        **_yearly(tuple(challenges), tuple(events)),
    }
    known |= _grains(rules, known)
    return Limits(known, goals, rules.day.comeback_days)


def _exits(rules: "RuleValues") -> int:
    """An exit needs an entry before it, which waits for `reentry_days` after the last exit."""
    return (
        1 + (LONGEST_DAYS - rules.phoenix.newcomer_days) // (rules.phoenix.reentry_days + 1) if rules.phoenix.exit_enabled else 0
    )


def _social(rules: "RuleValues") -> dict[str, Limit]:
    g, s, days = rules.grains, rules.social, LONGEST_DAYS
    cheapest = g.boost_cost_centigrains * (100 - rules.perks.boost_discount_hundredths) // 100
    boosts = _affordable(g.social_reserve_centigrains, cheapest, s.boosts_per_day)
    comments = _affordable(g.social_reserve_centigrains, g.comment_cost_centigrains, s.comments_per_day)
    sent = f"at most {{}} a day for {days:,} days"
    received = f"at most {{}} a day from each of {PARTNERS} others for {days:,} days"
    return {
        "boosts_sent": Limit(boosts * days, sent.format(boosts)),
        "comments": Limit(comments * days, sent.format(comments)),
        "transfusions_sent": Limit(s.transfusions_per_day * days, sent.format(s.transfusions_per_day)),
        "boosts_received": Limit(boosts * days * PARTNERS, received.format(boosts)),
        "transfusions_received": Limit(s.transfusions_per_day * days * PARTNERS, received.format(s.transfusions_per_day)),
    }


def _affordable(reserve: int, cost: int, cap: int) -> int:
    return min(cap, reserve // cost) if cost > 0 else cap


def _yearly(challenges: tuple[Challenge, ...], events: tuple[Event, ...]) -> dict[str, Limit]:
    years = f"{{}} in a year, over {YEARS} calendar years"
    top = sum(any(p.to == "top" for p in c.prizes) for c in challenges)
    eggs = sum(longest_days(e.start, e.end) for e in events if any(m.type == "eggs" for m in e.mechanics))
    return {
        "challenges_joined": Limit(len(challenges) * YEARS, years.format(f"{len(challenges)} challenges")),
        "challenges_won": Limit(top * YEARS, years.format(f"{top} challenges with places")),
        "seasonal_events": Limit(len(events) * YEARS, years.format(f"{len(events)} events")),
        "eggs_found": Limit(eggs * YEARS, years.format(f"{eggs} days on which an egg may appear")),
    }


def _grains(rules: "RuleValues", known: dict[str, Limit]) -> dict[str, Limit]:
    """Grains: what goals, the Phoenix minimum, rewards and others can give; the ratio divides them by at least one day each."""
    g, days = rules.grains, LONGEST_DAYS
    potential = g.daily_potential_centigrains + rules.perks.extra_daily_grain_centigrains
    day = (
        int(potential * max(1.0, rules.phoenix.micro_multiplier)) + rules.phoenix.daily_minimum_centigrains + g.max_goals
    )  # rounding
    boosts, transfusions = known["boosts_received"].most // days, known["transfusions_received"].most // days
    gifts = boosts * g.boost_benefit_centigrains + transfusions * g.transfusion_centigrains
    rewards = 180 * 100_000  # every achievement with the largest reward that a file may give
    most = f"{day / 100:g} grains a day for {days:,} days"
    ratio = min((day + gifts) * 10_000 // int(rules.ratio.potential_grains * 100), COUNTERS["ratio"].cap * 100)
    return {
        "grains_earned": Limit(day * days, most),
        "heritage": Limit((day + gifts) * days + rewards, f"{most}, with gifts and rewards"),
        "ratio": Limit(ratio, f"{(day + gifts) / 100:g} grains a day with gifts, and a life ratio above 1,000 % is a slip"),
    }


def check_reachable(conditions: "Iterable[Condition]", limits: Limits, where: str) -> None:
    """Raise BadInput for a threshold above its counter's limit, or conditions that need more days together than there are."""
    wanted = {c.counter: c.threshold for c in conditions}
    for name, threshold in wanted.items():
        counter, limit = COUNTERS[name], limits.of.get(name)
        if limit is not None and threshold > limit.most:
            most = f"at most {limit.most / counter.scale:g} {counter.unit} ({limit.because})"
            raise BadInput(f"{name} can never reach its value", where=where, value=threshold / counter.scale, allowed=most)
    _check_days(wanted, limits, where)


def check_minimums(challenges: Iterable[Challenge], limits: Limits, where: str) -> None:
    """Raise BadInput for a challenge whose `minimum` nobody could add to its counter between its first day and its last."""
    for c in challenges:
        counter, most = COUNTERS[c.counter], limits.of[c.counter].most
        length = longest_days(c.start, c.end)
        if c.counter in DAILY:
            most = min(most, -(-most // LONGEST_DAYS) * length)
        if c.minimum * counter.scale > most:
            allowed = f"at most {most / counter.scale:g} {counter.unit} in the {length} days of the challenge"
            raise BadInput(
                "nobody could take part", where=f"{where}, challenge {c.id}, minimum", value=c.minimum, allowed=allowed
            )


def _check_days(wanted: dict[str, int], limits: Limits, where: str) -> None:
    """Days opened early are not opened late, a day has so many goals, and a comeback takes days away from everything else."""
    by_category = sum(wanted.get(f"goals_{c}", 0) for c in CATEGORIES)
    goals = max(by_category, wanted.get("goals_completed", 0), wanted.get("proofs", 0))
    days = {
        "goals": -(-goals // limits.goals_per_day),
        "early and late openings": wanted.get("early_bird", 0) + wanted.get("night_owl", 0),
        "days": max(wanted.get(name, 0) for name in ("perfect_days", "perfect_days_streak", "streak")),
    }
    what = max(days, key=lambda name: days[name])
    away = wanted.get("comebacks", 0) * (limits.comeback_days - 1)
    if days[what] + away > LONGEST_DAYS:
        needs = f"{days[what]:,} days for their {what}" + (f" and {away:,} days away for the comebacks" if away else "")
        allowed = f"{LONGEST_DAYS:,} days together, the longest run"
        raise BadInput("the conditions contradict each other", where=where, value=needs, allowed=allowed)
