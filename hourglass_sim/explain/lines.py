"""An explanation line: what happened, how much, by which rule, with which parameters; and the teller that collects lines."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from hourglass_policy.numeric import logistic

from hourglass_sim.explain.replay import Lived, Replay, at_place
from hourglass_sim.explain.told_parameters import Told, told_parameter

SECTION = re.compile(r"RULES \d\.\d+(?:(?:,| to| and) \d\.\d+)*")


class Term(NamedTuple):
    """One part of a sum."""

    label: str
    value: float


class Odds(NamedTuple):
    """A decision: parts of the log-odds, their sum, the probability and the draw that decided (below p: yes)."""

    terms: tuple[Term, ...]
    log_odds: float | None
    p: float
    u: float


@dataclass(frozen=True)
class Line:
    """One thing that happened: `value` is the run's own, under the name of its column (`paid_1`) when it has one.

    `rule` names the function that did it and `source` its section of the rule book or paper; `parameters` are those it used.
    `terms`, where given, add up to the value; `odds` where chance decided.
    """

    chapter: str
    text: str
    column: str | None = None
    value: Any = None
    rule: str = ""
    source: str = ""
    parameters: tuple[Told, ...] = ()
    terms: tuple[Term, ...] = ()
    odds: Odds | None = None


class Teller:
    """Collects lines about a replayed day. `self[name]` is a column at night (or one slot of it: `goals_in[2]`), `dawn(name)` before."""

    def __init__(self, replay: Replay):
        self.replay = replay
        self.scenario = replay.scenario
        self.policy = replay.scenario.resolved_policy
        self.rules = self.policy.rules
        self.lines: list[Line] = []
        self.told_stages: set[str] = set()

    def __getitem__(self, name: str) -> Any:
        return at_place(self.replay.night, name)

    def dawn(self, name: str) -> Any:
        """A column as the day began."""
        return self.replay.dawn[name]

    def stage(self, name: str) -> Lived | None:
        """A stage that ran, which counts as told; None when it did not run or does not exist."""
        self.told_stages.add(name)
        return self.replay.stages.get(name)

    def group(self, name: str) -> Any:
        """A group of inputs: `people.opening`, `rules.grains`, `policy`."""
        return self.replay.world.inputs.groups[name]

    def say(
        self, chapter: str, text: str, column: str | None = None, value: Any = None, rule: Callable | None = None,
        parameters: Sequence[str] = (), terms: Sequence[tuple[str, float]] = (), odds: Odds | None = None,
    ) -> None:  # fmt: skip
        """Add a line; the value defaults to the column's tonight."""
        if column is not None and value is None:
            name, _, slot = column.rpartition("_")
            value = self[column] if column in self.replay.night else self[name][int(slot) - 1]
        found = SECTION.search(rule.__doc__ or "") if rule else None
        named = f"{rule.__module__.rpartition('.')[2]}.{rule.__name__}" if rule else ""
        told = tuple(told_parameter(self.scenario, name) for name in parameters)
        self.lines.append(
            Line(chapter, text, column, value, named, found.group() if found else "", told, tuple(Term(*t) for t in terms), odds)
        )


def odds_of(terms: Sequence[tuple[str, float]], u: float) -> Odds:
    """Odds from parts in log-odds: they are added in their order, as the rule does."""
    total = terms[0][1]
    for _, value in terms[1:]:
        total = total + value
    return Odds(tuple(Term(*t) for t in terms), total, logistic(total), u)


def hazard(p: float, u: float, terms: Sequence[tuple[str, float]] = ()) -> Odds:
    """Odds given as a probability."""
    return Odds(tuple(Term(*t) for t in terms), None, p, u)


def grains(centigrains: float) -> str:
    """Centigrains as grains with two places."""
    return f"{centigrains / 100:.2f}"


def counted(n: int, one: str, more: str) -> str:
    """`1 victory`, `2 victories`."""
    return f"{n} {one if n == 1 else more}"


def days(n: int) -> str:
    """`1 day`, `2 days`."""
    return counted(n, "day", "days")


def chance(odds: Odds) -> str:
    """The odds in words: the parts, the probability and the draw."""
    parts = " ".join(f"{'+' if t.value >= 0 else '−'} {abs(t.value):.2f} {t.label}" for t in odds.terms if t.value != 0.0)
    total = f" = {odds.log_odds:.2f}".replace("-", "−") if odds.log_odds is not None else ""
    verb = "below" if odds.u < odds.p else "not below"
    return f"{parts.removeprefix('+ ')}{total}{', so ' if parts else ''}chance {100 * odds.p:.1f} %; the draw {odds.u:.4f} is {verb} it"
