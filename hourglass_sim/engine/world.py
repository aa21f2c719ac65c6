"""A scenario made ready to run: the day's stages, the memory layout, every input, and the bounds that keep numbers exact."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property
from typing import NamedTuple

import numpy as np
from hourglass_policy.catalogue import COUNTERS as COUNTER_FACTS
from hourglass_policy.catalogue import LANGUAGES, PERKS, Achievement
from hourglass_policy.errors import BadInput
from hourglass_policy.numeric import log_
from hourglass_policy.rules import hundredths
from hourglass_policy.rules.levels import level_thresholds

from hourglass_sim.engine import steps
from hourglass_sim.engine.achieving import BITS_PER_WORD, FAR
from hourglass_sim.engine.inputs import Inputs
from hourglass_sim.engine.layout import Layout
from hourglass_sim.engine.pacts import PactMap, pact_map
from hourglass_sim.engine.stages import COUNTERS, Stage, the_day
from hourglass_sim.engine.state import TRAITS, scratch_columns, state_columns
from hourglass_sim.engine.today import Today, todays
from hourglass_sim.scenario import MOST_DAYS, Scenario

PERK_BITS = {
    "extra_daily_grain": steps.EXTRA_GRAIN,
    "boost_discount": steps.BOOST_DISCOUNT,
    "phoenix_protection": steps.PROTECTION,
    "vision_unlock": steps.VISION,
}


SOCIAL = ("boosts_sent", "boosts_received", "transfusions_sent", "transfusions_received", "comments")
RARE = ("level", "phoenix_exits", "seasons_seen", "comebacks", *SOCIAL)  # counters that say on which days they moved


class Titles(NamedTuple):
    """Goal titles: tables by language × title (value, micro-victory) or by title (difficulty, category)."""

    count: int
    value: tuple[int, ...]
    is_micro: tuple[int, ...]
    difficulty: tuple[float, ...]
    category: tuple[int, ...]


class LevelTable(NamedTuple):
    """XP needed to be at each level."""

    thresholds: tuple[int, ...]


class DayTable(NamedTuple):
    """What is worked out once for every number of days that a run can have: its natural logarithm (0 for none)."""

    logs: tuple[float, ...]


class AchievementTable(NamedTuple):
    """Achievements by counter. Counter c's thresholds stand sorted at first[c] .. first[c + 1]; low/high/top[first[c] + c + k] are
    the achievements held back by c once k of them are passed; the `all` words are every achievement."""

    first: tuple[int, ...]
    threshold: tuple[int, ...]
    number: tuple[int, ...]
    low: tuple[int, ...]
    high: tuple[int, ...]
    top: tuple[int, ...]
    days_per_unit: tuple[float, ...]
    all_low: int
    all_high: int
    all_top: int
    xp: tuple[int, ...]
    centigrains: tuple[int, ...]
    perks: tuple[int, ...]


@dataclass(frozen=True)
class World:
    """Everything both engines need to run a scenario."""

    scenario: Scenario
    stages: tuple[Stage, ...]
    layout: Layout
    inputs: Inputs
    todays: list[Today]
    slots: int

    @cached_property
    def arrival_days(self) -> np.ndarray:
        """Day of sign-up of each user, int16[users]; users are numbered in order of arrival."""
        counts = self.scenario.arrivals or (self.scenario.users,)
        return np.repeat(np.arange(len(counts), dtype=np.int16), counts)

    @cached_property
    def pacts(self) -> PactMap:
        """Who belongs together."""
        shares = self.scenario.resolved_people.groups()["people.pacts"]
        return pact_map(self.scenario.users, self.scenario.seed, (shares.couple, shares.friends, shares.legion))


def make_world(scenario: Scenario, stages: tuple[Stage, ...] | None = None) -> World:
    """The world of a scenario; `stages` replaces the day's list. Raises BadInput when numbers could overflow."""
    policy, people, notification = scenario.resolved_policy, scenario.resolved_people, scenario.notification
    rules = policy.rules
    slots = 3 if rules.grains.max_goals <= 3 else 5
    layout = Layout((*TRAITS, *state_columns(slots), *scratch_columns(slots)))
    achievements = policy.catalogue.achievements
    _refuse_overflow(scenario, achievements)
    groups = {f"rules.{name}": group for name, group in zip(rules._fields, rules, strict=True)}
    groups |= people.groups()
    groups["tables.titles"] = _titles(policy)
    groups["tables.levels"] = LevelTable(level_thresholds(rules.levels))
    groups["tables.days"] = _days()
    groups["tables.achievements"] = _achievements(achievements, rules)
    groups["policy"] = notification.values  # last: policies differ in size, and nothing else may move
    inputs = Inputs(groups, Today)
    days = todays(scenario.start, scenario.days, scenario.seed, rules, groups["people.opening"])
    return World(scenario, stages or the_day(notification, slots), layout, inputs, days, slots)


@cache
def _days() -> DayTable:
    return DayTable((0.0, *(log_(float(n)) for n in range(1, MOST_DAYS + 2))))


def _titles(policy) -> Titles:
    goals = policy.catalogue.goals
    facts = [fact for language in LANGUAGES for fact in goals.facts(language, policy.rules)]
    return Titles(
        count=len(goals.goals),
        value=tuple(hundredths(fact.value) for fact in facts),
        is_micro=tuple(fact.is_micro_victory for fact in facts),
        difficulty=tuple(goal.difficulty for goal in goals.goals),
        category=tuple(fact.category for fact in facts[: len(goals.goals)]),
    )


def most_per_day(rules, in_phoenix: bool = True) -> dict[str, int]:
    """The most that each counter can grow in a day without a reward, in its stored unit; in Phoenix mode or outside it."""
    g = rules.grains
    potential = g.daily_potential_centigrains + rules.perks.extra_daily_grain_centigrains
    multiplier = max(1.0, rules.phoenix.micro_multiplier) if in_phoenix else 1.0
    grains = int(potential * multiplier) + g.max_goals + rules.phoenix.daily_minimum_centigrains
    known = {"goals_completed": g.max_goals, "proofs": g.max_goals, "grains_earned": grains, "heritage": grains}
    return {name: known.get(name, 1) for name in COUNTERS if name not in ("ratio", *RARE)}


def _achievements(achievements: tuple[Achievement, ...], rules) -> AchievementTable:
    missing = [c for c in COUNTER_FACTS if c not in COUNTERS]
    if missing:
        raise BadInput(f"the engine keeps no counter {missing[0]!r}", where="achievements", allowed=", ".join(COUNTERS))
    first, threshold, numbers, words = [0], [], [], ([], [], [])
    for counter in COUNTERS:
        own = sorted((c.threshold, n) for n, a in enumerate(achievements) for c in a.conditions if c.counter == counter)
        for k in range(len(own) + 1):
            for word, bits in zip(words, _words(n for _, n in own[k:]), strict=True):
                word.append(bits)
        threshold += [t for t, _ in own]
        numbers += [n for _, n in own]
        first.append(len(threshold))
    every = _words(range(len(achievements)))
    return AchievementTable(
        tuple(first),
        tuple(threshold),
        tuple(numbers),
        *(tuple(word) for word in words),
        tuple(days for in_phoenix in (False, True) for days in days_per_unit(rules, in_phoenix).values()),
        *every,
        xp=tuple(a.reward.xp for a in achievements),
        centigrains=tuple(a.reward.centigrains for a in achievements),
        perks=tuple(PERK_BITS[a.reward.perk] if a.reward.perk in PERKS else 0 for a in achievements),
    )


def _words(numbers: Iterable[int]) -> tuple[int, int, int]:
    words = [0, 0, 0]
    for number in numbers:
        words[number // BITS_PER_WORD] |= 1 << (number % BITS_PER_WORD)
    return words[0], words[1], words[2]


def days_per_unit(rules, in_phoenix: bool) -> dict[str, float]:
    """The fewest days that one unit of each counter takes; for the ratio, times the days it is divided by.

    The ratio after n days rises by at most (most grains of a day) / (n x potential), so a unit takes n x that inverse. Rare
    counters are looked at when they move, so no day is foreseen for them.
    """
    most = most_per_day(rules, in_phoenix)
    potential = rules.grains.daily_potential_centigrains if rules.ratio.follows_potential else rules.ratio.potential_grains * 100
    known = {name: 1.0 / bound for name, bound in most.items()} | {"ratio": potential / (most["heritage"] * 10_000)}
    return {name: known.get(name, float(FAR)) for name in COUNTERS}


def _refuse_overflow(scenario: Scenario, achievements: tuple[Achievement, ...]) -> None:
    if len(achievements) > 180:
        raise BadInput("too many achievements", where="achievements", value=len(achievements), allowed="at most 180")
    rules = scenario.resolved_policy.rules
    day = most_per_day(rules)["grains_earned"]
    if day > 32_767:
        raise BadInput(
            "a day could pay more grains than a day's record holds", where="scenario", value=day / 100, allowed="at most 327.67"
        )
    rewards = sum(a.reward.centigrains for a in achievements)
    if day * 100 > 2**31 - 1 or rewards > 2**31 - 1:
        raise BadInput("the life ratio could exceed what its record holds", where="scenario", value=day / 100)
