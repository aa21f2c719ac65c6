"""Achievements that require others: every name known, no cycle (RULES 1.13)."""

from collections.abc import Mapping

from ..errors import BadInput, unknown


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
