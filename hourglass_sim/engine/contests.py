"""Challenges of a run: when each begins and ends, who takes part, how they rank and what they are paid (RULES 1.14).

A score is what a user's counter gained between the morning of the first day and the evening of the last: the engines look at
everybody twice, between two days, so a challenge costs the days themselves nothing. Only its end waits for everybody; where they stand
at its beginning may be noted of some users at a time. Any number of challenges may run at once. One that had begun before the run
counts from its first day; one that outlasts it pays nothing.
Whoever left for good keeps having contributed to a shared total, as far as their counters stand still, and is not ranked or paid.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

import numpy as np
from hourglass_policy import RuleValues
from hourglass_policy.catalogue import COUNTERS as COUNTER_FACTS
from hourglass_policy.catalogue import Challenge
from hourglass_policy.rules import challenge_target, is_ranked_among, target_reached

TOLD_PLACES = 1_000
SAMPLE, SPARE = 10_000, 50  # scores of whom the best are judged by, and how many more than their share of those are taken
LASTING = (  # counters that stand still once a user has left
    "goals_completed", "perfect_days", "grains_earned", "proofs", "comebacks", "early_bird", "night_owl", "boosts_sent",
    "comments", "transfusions_sent", "eggs_found", "seasonal_events",
)  # fmt: skip


@dataclass(frozen=True)
class Contest:
    """One year's run of a challenge in days of the run, both included; `first` may lie before day 0."""

    challenge: Challenge
    first: int
    last: int


@dataclass(frozen=True)
class Scores:
    """What decides a contest, by user number: whole numbers [users], scores so far; who is still here, who was active in it."""

    score: np.ndarray
    here: np.ndarray
    active: int


@dataclass(frozen=True)
class Result:
    """How a contest ended. `place`: 1 = first, 0 not ranked, or behind every paid place and the first `TOLD_PLACES`.

    `won`: had a paid place; bool[users], the other arrays int32[users].
    """

    contest: Contest
    target: int
    total: int
    place: np.ndarray
    is_participant: np.ndarray
    won: np.ndarray
    xp: np.ndarray
    centigrains: np.ndarray
    perks: np.ndarray

    def summed(self) -> "Ending":
        """What is kept of it."""
        counts = (np.count_nonzero(self.is_participant), np.count_nonzero(self.won), self.xp.sum(), self.centigrains.sum())
        return Ending(self.contest, self.target, self.total, *map(int, counts))


class Ending(NamedTuple):
    """What remains of a contest when everybody has been paid: numbers, not users."""

    contest: Contest
    target: int
    total: int
    participants: int
    winners: int
    xp: int
    centigrains: int

    def told(self) -> dict[str, object]:
        """The outcome as plain values."""
        c = self.contest
        scale = COUNTER_FACTS[c.challenge.counter].scale
        return {
            "challenge": c.challenge.id, "kind": c.challenge.kind, "counter": c.challenge.counter, "first_day": c.first,
            "last_day": c.last, "participants": self.participants, "total": self.total / scale,
            "target": self.target / scale or None, "winners": self.winners, "xp": self.xp,
            "grains": self.centigrains / 100.0,
        }  # fmt: skip


def contests_of(start: date, days: int, challenges: tuple[Challenge, ...], rules: RuleValues) -> tuple[Contest, ...]:
    """Every run of every challenge that shares a day with the run, in order of ending; none when challenges are switched off."""
    if rules.challenges.enabled == 0:
        return ()
    found = []
    for year in range(start.year, (start + timedelta(days=days)).year + 1):
        for challenge in challenges:
            first, last = ((_date(year, *at, k) - start).days for k, at in enumerate((challenge.start, challenge.end)))
            if last >= 0 and first < days:
                found.append(Contest(challenge, first, last))
    return tuple(sorted(found, key=lambda c: (c.last, c.first)))


def _date(year: int, month: int, day: int, is_end: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:  # 29 February of a common year
        return date(year, 2, 28) if is_end else date(year, 3, 1)


def decided(contest: Contest, scores: Scores, rules: RuleValues, perk_bits: dict[str, int]) -> Result:
    """The result of a contest: participants, places (ties: the smaller user number first), and what each prize pays whom."""
    c = contest.challenge
    scale = COUNTER_FACTS[c.counter].scale
    is_participant = scores.score >= c.minimum * scale
    total = int((scores.score * is_participant).sum(dtype=np.int64))
    target = challenge_target(c.target * scale, c.population, scores.active, int(c.scales), rules.challenges)
    paid = is_participant & scores.here
    ranked = _ranked(scores.score, paid, max((prize.places for prize in c.prizes if prize.to == "top"), default=0))
    place = np.zeros(len(paid), dtype=np.int32)
    place[ranked] = np.arange(1, len(ranked) + 1, dtype=np.int32)
    is_shared = c.kind == "collective"
    won = np.zeros(len(paid), dtype=bool)
    xp, centigrains, perks = (np.zeros(len(paid), dtype=np.int32) for _ in range(3))
    for prize in c.prizes:
        share = round(100 * prize.share) if prize.to == "threshold" else 100
        if is_shared and not target_reached(total, target, share):
            continue
        whom = ranked[is_ranked_among(place[ranked], prize.places)] if prize.to == "top" else slice(None)
        mine = 1 if prize.to == "top" else paid
        if prize.to == "top":
            won[whom] = True
        if prize.reward.xp:
            xp[whom] += mine * np.int32(prize.reward.xp)
        if prize.reward.centigrains:
            centigrains[whom] += mine * np.int32(prize.reward.centigrains)
        if prize.reward.perk in perk_bits:
            perks[whom] |= mine * np.int32(perk_bits[prize.reward.perk])
    return Result(contest, target if is_shared else 0, total, place, is_participant, won, xp, centigrains, perks)


def _ranked(score: np.ndarray, paid: np.ndarray, deepest: int) -> np.ndarray:
    """Numbers of those who are paid, by place: all of them, or of very many those with the first `deepest` or `TOLD_PLACES`."""
    most = max(deepest, TOLD_PLACES)
    ranked = _no_fewer_than(most, score, paid)
    if len(ranked) > most:
        reached = score[ranked]
        ranked = ranked[reached >= np.partition(reached, -most)[-most]]
    return ranked[_order(score[ranked])]


def _no_fewer_than(most: int, score: np.ndarray, paid: np.ndarray) -> np.ndarray:
    """Numbers of the paid, ascending; of very many only those with the best scores, though more than `most`, judged by some of them."""
    some = score[:: score.size // SAMPLE or 1][paid[:: score.size // SAMPLE or 1]]
    among_some = 2 * most * len(some) // score.size + SPARE
    if among_some < len(some):
        best = np.flatnonzero(paid & (score >= np.partition(some, -among_some)[-among_some]))
        if len(best) >= most:
            return best
    return np.flatnonzero(paid)


def _order(scores: np.ndarray) -> np.ndarray:
    """Positions by score, the highest first, equal ones in their order; numbers of two bytes are sorted by their digits, much faster."""
    behind = scores.max(initial=0) - scores
    return np.argsort(behind.astype(np.uint16) if behind.max(initial=0) < 2**16 else behind, kind="stable")


class Contests:
    """Keeps the scores of a run's contests. An engine calls `overnight(day, read, pay)` after each day that `is_due`.

    One that notes on its own, with `begin` and `note`, where users stand on `eves` (a contest is about to begin, none ends), calls it
    after days on which one ends.

    `read(column)` gives a column by user number (of those who left for good as they left it), `pay(changes)` adds arrays of
    [users] to columns of users still here; perks are set as bits.
    """

    def __init__(self, contests: tuple[Contest, ...], columns: dict[str, str], rules: RuleValues, perk_bits: dict[str, int]):
        self.contests, self.columns, self.rules, self.perk_bits = contests, columns, rules, perk_bits
        self.before: dict[int, np.ndarray] = {}
        self.endings: list[Ending] = []
        self.ends = sorted({c.last for c in contests})
        self.eves = sorted({c.first - 1 for c in contests if c.first > 0} - set(self.ends))

    def told(self) -> list[dict[str, object]]:
        """How each decided contest ended, as plain values, in order."""
        return [ending.told() for ending in self.endings]

    def kept(self) -> dict[str, np.ndarray]:
        """Scores that open contests began with, and how others ended, as arrays by name."""
        arrays = {f"contest.{k}.before": scores for k, scores in self.before.items()}
        return arrays | {
            f"contest.{self.contests.index(e.contest)}.ending": np.array(e[1:], dtype=np.int64) for e in self.endings
        }

    def take_up(self, arrays: Mapping[str, np.ndarray]) -> None:
        """Go on from what `kept` gave."""
        for k, contest in enumerate(self.contests):
            if f"contest.{k}.before" in arrays:
                self.before[k] = arrays[f"contest.{k}.before"]
            if f"contest.{k}.ending" in arrays:
                self.endings.append(Ending(contest, *arrays[f"contest.{k}.ending"].tolist()))

    def is_due(self, day: int) -> bool:
        """Whether a contest ends with this day or begins the next."""
        return day in self.ends or day in self.eves

    def next_end(self, day: int) -> int:
        """The first day from `day` on with which a contest ends; a very late one when there is none."""
        return next((end for end in self.ends if end >= day), 2**31)

    def begin(self, day: int, read: Callable[[str], np.ndarray]) -> None:
        """Make room for where users will stand at the end of a day with which contests are about to begin.

        What `read` gives stands for those whom `note` is not told of: who left long ago.
        """
        for k, contest in self._beginning(day):
            self.before[k] = self._values(contest, day, read).copy()

    def note(self, day: int, users: np.ndarray | slice, read: Callable[[str], np.ndarray]) -> None:
        """Where some users stand at the end of such a day; `read(column)` gives a column of theirs."""
        for k, contest in self._beginning(day):
            self.before[k][users] = self._values(contest, day, read)

    def _beginning(self, day: int) -> list[tuple[int, Contest]]:
        return [(k, contest) for k, contest in enumerate(self.contests) if contest.first == day + 1]

    def overnight(self, day: int, read: Callable[[str], np.ndarray], pay: Callable[[dict[str, np.ndarray]], None]) -> None:
        """Note where everybody stands for contests that begin tomorrow; decide and pay those that end today."""
        for k, contest in enumerate(self.contests):
            if contest.last == day:
                self._decide(k, contest, day, read, pay)
        if any(k not in self.before for k, _ in self._beginning(day)):  # after what others won today was counted
            self.begin(day, read)

    def _values(self, contest: Contest, day: int, read: Callable[[str], np.ndarray]) -> np.ndarray:
        if contest.challenge.counter == "days_on_app":
            return np.maximum(day - read("arrival_day").astype(np.int32), 0)
        return read(self.columns[contest.challenge.counter])

    def _decide(self, k: int, contest: Contest, day: int, read: Callable, pay: Callable) -> None:
        arrived = read("arrival_day") <= day
        here = arrived & (read("gone") == 0)
        values = self._values(contest, day, read)
        score = np.subtract(values, self.before.pop(k, 0), dtype=np.int32 if values.dtype.itemsize < 4 else np.int64)
        name = contest.challenge.counter
        stays = here | arrived if name in LASTING or name.startswith("goals_") else here
        active = int(np.count_nonzero(arrived & (read("last_open") >= max(contest.first, 0))))
        result = decided(contest, Scores(np.multiply(score, stays, out=score), here, active), self.rules, self.perk_bits)
        self.endings.append(result.summed())
        pay({
            "reward_xp": result.xp, "reward_centigrains": result.centigrains, "perks": result.perks,
            "challenges_joined": (result.is_participant & here).astype(np.int8), "challenges_won": result.won.astype(np.int8),
        })  # fmt: skip
