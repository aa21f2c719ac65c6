"""One measured figure beside its goal and its peer, and how far it is."""

from collections.abc import Sequence
from statistics import median
from typing import NamedTuple

REACHED, ABOVE_HALF, BELOW_HALF, NO_GOAL, NOT_MEASURED = "reached", "above half", "below half", "–", "not measured"


class Goal(NamedTuple):
    """What a figure should be: at least `value`, or at most when less is better."""

    value: float
    at_most: bool = False


class Figure(NamedTuple):
    """One figure. `value` is a median of `repetitions`, `low` and `high` their extremes; for a ratio, `own` and `peer_value` stand
    behind it. `note` says how it was made or, without a value, why it was not measured.
    """

    name: str
    unit: str
    value: float | None
    goal: Goal | None = None
    repetitions: int = 1
    low: float | None = None
    high: float | None = None
    own: float | None = None
    peer: str | None = None
    peer_value: float | None = None
    note: str = ""

    @property
    def verdict(self) -> str:
        """Whether the goal is reached, more than half or less than half of it is; half of "at most 10" is 20."""
        if self.value is None:
            return NOT_MEASURED
        if self.goal is None:
            return NO_GOAL
        share = self.goal.value / self.value if self.goal.at_most and self.value > 0 else self.value / self.goal.value
        return REACHED if share >= 1.0 else ABOVE_HALF if share >= 0.5 else BELOW_HALF

    def told(self) -> dict[str, object]:
        """The figure as JSON holds it, goal and verdict included."""
        goal = None if self.goal is None else {"value": self.goal.value, "at_most": self.goal.at_most}
        return {**self._asdict(), "goal": goal, "verdict": self.verdict}


def measured(name: str, unit: str, values: Sequence[float], goal: Goal | None = None, note: str = "") -> Figure:
    """The figure of several repetitions."""
    return Figure(name, unit, median(values), goal, len(values), min(values), max(values), note=note)


def ratio(
    name: str,
    own: Sequence[float],
    peer: str,
    theirs: Sequence[float],
    goal: float | None,
    note: str = "",
    *,
    inverse: bool = False,
) -> Figure:
    """How many times the peer's median our median is (`inverse`: the peer's over ours, for times); extremes pair repetitions."""
    pairs = [b / a if inverse else a / b for a, b in zip(own, theirs, strict=False)]
    mine, other = median(own), median(theirs)
    value = other / mine if inverse else mine / other
    wanted = None if goal is None else Goal(goal)
    return Figure(name, "×", value, wanted, len(pairs), min(pairs), max(pairs), mine, peer, other, note)


def missing(name: str, unit: str, reason: str, goal: Goal | None = None) -> Figure:
    """A figure that could not be measured, with the reason."""
    return Figure(name, unit, None, goal, 0, note=reason)
