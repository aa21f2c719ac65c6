"""Achievements that require others: every name known, no cycle (RULES 1.13)."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from ..errors import BadInput, unknown
from .counters import COUNTERS

if TYPE_CHECKING:
    from .achievements import Achievement


def check_unlocks(requires: Mapping[str, tuple[str, ...]], where: str) -> None:
    """Raise BadInput for a required achievement that does not exist, or a cycle in which none can ever be the first.

    `requires` maps each achievement's id to those it requires.
    """
    for name, needed in requires.items():
        for other in needed:
            if other not in requires:
                raise unknown("achievement", other, requires, f"{where}, achievement {name}, requires")
    done: set[str] = set()
    for name in requires:
        _follow(name, requires, [], done, where)


def _follow(name: str, requires: Mapping[str, tuple[str, ...]], path: list[str], done: set[str], where: str) -> None:
    if name in path:
        circle = " -> ".join([*path[path.index(name) :], name])
        place = f"{where}, achievement {name}, requires"
        raise BadInput("a cycle of unlocks", where=place, value=circle, allowed="no cycle: remove one of these requires")
    if name not in done:
        for other in requires[name]:
            _follow(other, requires, [*path, name], done, where)
        done.add(name)


def check_simple(achievements: "Iterable[Achievement]", where: str) -> None:
    """Raise BadInput for an achievement on two counters that may fall, or on one whose requirements are not plain ones.

    What may fall is watched only from the evening on which it counts, so what it requires must be decided by one counter that only
    grows. Requirements of others may be anything.
    """
    by_id = {a.id: a for a in achievements}
    for a in by_id.values():
        falling = [c.counter for c in a.conditions if COUNTERS[c.counter].falls]
        if not falling:
            continue
        if len(falling) > 1:
            place = f"{where}, achievement {a.id}, conditions"
            raise BadInput("two counters that may fall in one achievement", where=place, value=falling, allowed="one of them")
        for other in (by_id[name] for name in a.requires):
            if other.requires or len(other.conditions) > 1 or COUNTERS[other.conditions[0].counter].falls:
                place = f"{where}, achievement {a.id}, requires"
                allowed = "achievements with one condition, on a counter that only grows, that require nothing"
                raise BadInput(
                    "what is required beside a counter that may fall is not plain", where=place, value=other.id, allowed=allowed
                )
