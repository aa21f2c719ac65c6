"""Declaring a stage: its scalar function and the names that it reads and writes."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from hourglass_sim.engine.draws import four_draws

OPENED = "opened"  # what follows concerns only those who opened the app


@dataclass(frozen=True)
class Stage:
    """One step of the day: `writes = function(*reads)` for every user, or for those whose `when` column is not 0."""

    name: str
    chapter: str
    function: Callable
    reads: tuple[str, ...]
    writes: tuple[str, ...]
    when: str | None = None

    def __hash__(self) -> int:
        return self._hash

    @cached_property
    def _hash(self) -> int:  # days are looked up by their stages at every run
        return hash((self.name, self.function, self.reads, self.writes, self.when))


def stage(chapter: str, name: str, function: Callable, reads: str, writes: str, when: str | None = None) -> Stage:
    """A stage from names separated by spaces."""
    return Stage(name, chapter, function, tuple(reads.split()), tuple(writes.split()), when)


def places(name: str) -> list[str]:
    """The columns behind a name that a stage reads: `a|b` reads both, `a[*]` all slots of `a`, each as one thing to be indexed."""
    return name.removesuffix("[*]").split("|")


def five(column: str, slots: int, missing: str = "0") -> str:
    """The names of five slots of a column; slots that do not exist are a constant."""
    return " ".join(f"{column}[{k}]" if k < slots else missing for k in range(5))


def each(column: str, slots: int) -> str:
    """The names of a column's slots."""
    return " ".join(f"{column}[{k}]" for k in range(slots))


def goal_facts(k: int) -> str:
    """What a new title in slot k sets."""
    names = ("title", "goal_value", "goal_difficulty", "goal_is_micro", "goal_category", "first_use", "last_use", "goal_habit")
    return " ".join(f"{name}[{k}]" for name in names)


def draws(chapter: str, purpose: int, writes: str, day: str = "today.day", when: str | None = None) -> Stage:
    """Four draws of one group of purposes."""
    reads = f"user {day} {purpose} today.seed_low today.seed_high"
    return stage(chapter, f"draws_{purpose}", four_draws, reads, writes, when)
