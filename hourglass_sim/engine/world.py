"""A scenario made ready to run: the day's stages, the memory layout, every input, and the bounds that keep numbers exact."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache, cached_property
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from hourglass_policy.catalogue import COUNTERS as COUNTER_FACTS
from hourglass_policy.catalogue import LANGUAGES, PERKS, Achievement, unlock_order
from hourglass_policy.errors import BadInput
from hourglass_policy.rules import hundredths
from hourglass_policy.rules.levels import level_thresholds

from hourglass_sim.engine import steps
from hourglass_sim.engine.achieving import (
    BEYOND,
    BITS_PER_WORD,
    NARROW,
    NARROW_NEVER,
    NEVER,
    NEXT,
    REWARD_BITS,
    ROW,
    places,
    starting,
    together,
)  # fmt: skip
from hourglass_sim.engine.bounds import ALWAYS_BETWEEN, refuse_overflow
from hourglass_sim.engine.contests import Contests, contests_of
from hourglass_sim.engine.declaring import HERE, base_of
from hourglass_sim.engine.festivities import festivity_of
from hourglass_sim.engine.inputs import Inputs
from hourglass_sim.engine.layout import Column, Layout
from hourglass_sim.engine.pacts import PactMap, pact_map
from hourglass_sim.engine.proofs import proof_table
from hourglass_sim.engine.stages import COUNTERS, Stage, the_day
from hourglass_sim.engine.state import TRAITS, scratch_columns, state_columns
from hourglass_sim.engine.today import Today, todays
from hourglass_sim.extending import extended, own_columns, require_known, require_made
from hourglass_sim.scenario import Scenario

PERK_BITS = {
    "extra_daily_grain": steps.EXTRA_GRAIN,
    "boost_discount": steps.BOOST_DISCOUNT,
    "phoenix_protection": steps.PROTECTION,
    "vision_unlock": steps.VISION,
}


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


class AchievementTable(NamedTuple):
    """Achievements by counter and by number.

    Counter c's thresholds stand sorted at first[c] .. first[c + 1] with their achievement's number. `falls`: the bits of the counters
    that may fall and stand beside other conditions. `together`: the numbers of the achievements with several conditions, with
    requirements or on such a counter, required ones first (-1 when there is none), a bit for each; `about_falling`: those on such a
    counter or that open one there. Achievement n's conditions stand at condition_first[n] .. condition_first[n + 1], those it
    requires at required_first[n] .. required_first[n + 1]; `opens`: the bits of those that require it; `reward`: XP, and centigrains
    above `achieving.REWARD_BITS`; `low`, `high`, `top`: its bit in each of the three words of unlocked bits.

    `rows`: a row of `achieving.ROW` numbers for each threshold, so that an unlocking reads one line of the cache: bit in each
    word, bits (`opens`), reward, perks, 1, of one in `together` only its own bit, so that passing it unlocks nothing yet; and the
    counter's next threshold. Behind a counter's rows stands one that gives nothing, for what no counter reaches. `place`, `room` and
    `factor` find the row of a threshold (`achieving.row_of`). `start`: each counter's first threshold to wait for.
    """

    first: tuple[int, ...]
    threshold: tuple[int, ...]
    number: tuple[int, ...]
    falls: int
    about_falling: int
    together: tuple[int, ...]
    condition_first: tuple[int, ...]
    condition_counter: tuple[int, ...]
    condition_threshold: tuple[int, ...]
    required_first: tuple[int, ...]
    required: tuple[int, ...]
    opens: tuple[int, ...]
    reward: tuple[int, ...]
    perks: tuple[int, ...]
    low: tuple[int, ...]
    high: tuple[int, ...]
    top: tuple[int, ...]
    rows: tuple[int, ...]
    room: int
    factor: tuple[int, ...]
    place: tuple[int, ...]
    start: tuple[int, ...] = ()


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
        counts = self.scenario.arrival_counts or (self.scenario.users,)
        return np.repeat(np.arange(len(counts), dtype=np.int16), counts)

    def contests(self) -> Contests:
        """The challenges of the run, to be kept by one engine."""
        s, policy = self.scenario, self.scenario.resolved_policy
        listed = contests_of(s.start, s.days, policy.catalogue.challenges, policy.rules)
        return Contests(listed, COUNTERS, policy.rules, PERK_BITS)

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
    own = own_columns(scenario.behaviours)
    layout = _layout(slots, own, True)
    achievements = policy.catalogue.achievements
    refuse_overflow(scenario, layout, slots)
    groups = {f"rules.{name}": group for name, group in zip(rules._fields, rules, strict=True)}
    groups |= people.groups()
    groups["tables.titles"] = _titles(policy)
    groups["tables.levels"] = LevelTable(level_thresholds(rules.levels))
    groups["tables.proofs"] = proof_table(groups["people.proofs"], rules.proofs)
    groups["tables.achievements"] = achievement_table(achievements)
    groups["policy"] = notification.values  # last: policies differ in size, and nothing else may move
    inputs = Inputs(groups, Today)
    events = policy.catalogue.events
    days = todays(scenario.start, scenario.days, scenario.seed, rules, groups["people.opening"],
                  lambda when: festivity_of(when, events, rules, PERK_BITS))  # fmt: skip
    inputs.note_days(days)
    require_known(scenario.behaviours, layout, inputs)
    day = extended(stages or the_day(notification, slots), scenario.behaviours)
    require_made(day, layout)
    if has_numbers_of_others(day, layout):
        return World(scenario, at_rest_when_gone(day, layout), _layout(slots, own, False), inputs, days, slots)
    return World(scenario, day, layout, inputs, days, slots)


@cache
def _layout(slots: int, own: tuple[Column, ...], is_bounded: bool) -> Layout:
    return Layout((*TRAITS, *state_columns(slots), *scratch_columns(slots)), own, ALWAYS_BETWEEN if is_bounded else None)


def has_numbers_of_others(day: tuple[Stage, ...], layout: Layout) -> bool:
    """Whether a function from outside writes whole numbers of ours, hours of messages aside.

    Then nobody knows what others make of them, and no column has bounds but those of its storage.
    """
    written = {base_of(place) for s in day if s.is_from_outside for place in s.writes}
    own = {name for name, *_ in layout.own}
    return any(not layout[name].is_float for name in written - own - {"hour_1", "hour_2"})


def at_rest_when_gone(day: tuple[Stage, ...], layout: Layout) -> tuple[Stage, ...]:
    """A day in which no stage changes the state of users who have left, whatever a notebook left there on their last evening.

    Stages of ours leave it alone by themselves where only they write.
    """

    def keeps(stage: Stage) -> bool:
        is_ours_for_all = stage.when is None and not stage.is_from_outside
        return is_ours_for_all and not all(layout.is_scratch(base_of(place)) for place in stage.writes)

    return tuple(replace(stage, when=HERE) if keeps(stage) else stage for stage in day)


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


@cache
def achievement_table(achievements: tuple[Achievement, ...]) -> AchievementTable:
    """The achievements as the engines read them; BadInput when the engines do not keep exactly the catalogue's counters."""
    if set(COUNTERS) != set(COUNTER_FACTS):
        odd = sorted(set(COUNTERS) ^ set(COUNTER_FACTS))[0]
        raise BadInput(f"engines and catalogue do not both keep {odd!r}", where="achievements", allowed=", ".join(COUNTERS))
    order, ids = list(COUNTERS), [a.id for a in achievements]
    first, threshold, number = [0], [], []
    for counter in order:
        own = sorted((c.threshold, n) for n, a in enumerate(achievements) for c in a.conditions if c.counter == counter)
        threshold += [t for t, _ in own]
        number += [n for _, n in own]
        first.append(len(threshold))
    conditions = [[(order.index(c.counter), c.threshold) for c in a.conditions] for a in achievements]
    required = [[ids.index(name) for name in a.requires] for a in achievements]
    falling, is_together = together(achievements)
    several = [n for n in unlock_order(achievements) if is_together[n]]
    bits = {ids[n]: 1 << k for k, n in enumerate(several)}
    opens = [sum(bits[a.id] for a in achievements if name in a.requires) for name in ids]
    about_falling = sum(bits[ids[n]] for n in several if any(c.counter in falling for c in achievements[n].conditions))
    for n in reversed(several):
        if opens[n] & about_falling:
            about_falling |= bits[ids[n]]
    reward = [a.reward.xp | a.reward.centigrains << REWARD_BITS for a in achievements]
    perks = [PERK_BITS[a.reward.perk] if a.reward.perk in PERKS else 0 for a in achievements]
    words = [[_bit_in(n, word) for n in range(len(achievements))] for word in range(3)]
    own = [
        (0, 0, 0, bits[a.id], 0, 0, 0) if n in several else (*(word[n] for word in words), opens[n], reward[n], perks[n], 1)
        for n, a in enumerate(achievements)
    ]
    rows, row_keys, row_starts = [], [], []
    for c, (begin, end) in enumerate(pairwise(first)):
        never = NARROW_NEVER if c < NARROW else NEVER
        starts = range(len(rows), len(rows) + ROW * (end - begin + 1), ROW)
        for k in range(begin, end):
            rows += (*own[number[k]], threshold[k + 1] if k + 1 < end else BEYOND)
        rows += (0,) * NEXT + (BEYOND,)
        first_of = {min(t, never): start for t, start in reversed(list(zip((*threshold[begin:end], never), starts, strict=True)))}
        row_keys.append(list(first_of))
        row_starts.append(list(first_of.values()))
    room, factor, place = places(row_keys, row_starts)
    table = AchievementTable(
        tuple(first),
        tuple(threshold),
        tuple(number),
        falls=sum(1 << c for c, counter in enumerate(order) if counter in falling),
        about_falling=about_falling,
        together=tuple(several) or (-1,),
        condition_first=_starts(conditions),
        condition_counter=tuple(counter for row in conditions for counter, _ in row),
        condition_threshold=tuple(t for row in conditions for _, t in row),
        required_first=_starts(required),
        required=tuple(n for row in required for n in row) or (0,),
        opens=tuple(opens),
        reward=tuple(reward),
        perks=tuple(perks),
        low=tuple(words[0]),
        high=tuple(words[1]),
        top=tuple(words[2]),
        rows=tuple(rows),
        room=room,
        factor=factor,
        place=place,
    )
    return table._replace(start=starting(table))


def _bit_in(number: int, word: int) -> int:
    """The bit of achievement `number` in one of the words, 0 in the others."""
    return 1 << (number % BITS_PER_WORD) if number // BITS_PER_WORD == word else 0


def _starts(rows: Iterable[list]) -> tuple[int, ...]:
    return tuple(np.cumsum([0, *map(len, rows)]).tolist())
