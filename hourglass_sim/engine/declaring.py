"""Declaring a stage: its scalar function and the names that it reads and writes."""

import contextlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property

from hourglass_sim.engine.draws import four_draws

OURS = ("hourglass_sim.", "hourglass_policy.")
HERE = "present"  # column of those who have signed up and not left
OPENED = "opened"  # what follows concerns only those who opened the app


@dataclass(frozen=True)
class Stage:
    """One step of the day: `writes = function(*reads)` for every user, or for those whose `when` column is not 0.

    `is_from_outside`: a notebook or a file brought its function, whosever it is: nothing is known of it, it works in doubles, and it
    concerns those alone who have signed up and not left.
    """

    name: str
    chapter: str
    function: Callable
    reads: tuple[str, ...]
    writes: tuple[str, ...]
    when: str | None = None
    is_from_outside: bool = False

    def __hash__(self) -> int:
        return self._hash

    @cached_property
    def _hash(self) -> int:  # days are looked up by their stages at every run
        return hash((self.name, self.function, self.reads, self.writes, self.when, self.is_from_outside))


def stage(chapter: str, name: str, function: Callable, reads: str, writes: str, when: str | None = None) -> Stage:
    """A stage from names separated by spaces."""
    return Stage(name, chapter, function, tuple(reads.split()), tuple(writes.split()), when, not is_ours(function))


def is_ours(function: Callable) -> bool:
    """Whether a function is the workbench's own by its module; what `functools.wraps` puts around one of ours is not."""
    return function.__module__.startswith(OURS) and not hasattr(function, "__wrapped__")


def places(name: str) -> list[str]:
    """The columns behind a name that a stage reads: `a|b` reads both, `a[*]` all slots of `a`, each as one thing to be indexed."""
    return name.removesuffix("[*]").split("|")


@cache
def read_by(stage: Stage) -> frozenset[str]:
    """The places that a stage reads, as their writers spell them; a column's name alone stands for all its slots."""
    return frozenset(part for name in (*stage.reads, stage.when or "") for part in _parts_of(name))


def _parts_of(name: str) -> Iterator[str]:
    column, _, row = name.partition("@")
    for part in places(column):
        yield base_of(part) if "[today." in part or name.endswith("[*]") or ("|" in name and "[" not in part) else part
    if row:
        yield row


def read_beside(stages: Iterable[Stage], day: tuple[Stage, ...]) -> frozenset[str]:
    """The places that other stages of a day read than these."""
    own = Counter(part for stage in stages for part in read_by(stage))
    return frozenset(part for part, readers in _readers(day).items() if readers > own[part])


@cache
def _readers(day: tuple[Stage, ...]) -> Counter[str]:
    return Counter(part for stage in day for part in read_by(stage))


def base_of(place: str) -> str:
    """The column of a place: `goal_habit` of `goal_habit[1]`, `feed` of `feed[today.slot]@partner[0]`."""
    return place.partition("@")[0].partition("[")[0]


def literal_of(name: str) -> int | float | None:
    """The number that a stage reads under this name: `2`, `0.5`; None for what is no number."""
    for kind in (int, float):
        with contextlib.suppress(ValueError):
            return kind(name)
    return None


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
