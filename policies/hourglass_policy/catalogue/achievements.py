"""Achievements: conditions on counters, and what they reward (RULES 1.13).

`requires` names achievements that must be unlocked before or on the same evening. Whatever a file says is proved reachable (see
`limits`), named once, and free of cycles before anybody can play it.
"""

from collections.abc import Sequence
from typing import NamedTuple

from ..errors import BadInput, require_between, unknown
from .counters import COUNTERS
from .limits import Limits, check_reachable
from .reading import Key, checked, require_unique
from .rewards import Reward, read_reward
from .unlocks import check_simple, check_unlocks

RARITIES = ("common", "rare", "epic", "legendary")
_ACHIEVEMENT = {
    "id": Key(str),
    "fr": Key(str),
    "en": Key(str),
    "description_fr": Key(str),
    "description_en": Key(str),
    "rarity": Key(str),
    "conditions": Key(list),
    "requires": Key(list, False),
    "reward": Key(dict),
}


class Condition(NamedTuple):
    """A counter and the threshold it must reach, in the counter's stored units (centigrains, hundredths, counts)."""

    counter: str
    threshold: int


class Achievement(NamedTuple):
    """An achievement; all its conditions must hold at the end of a day, and what it requires be unlocked by then."""

    id: str
    fr: str
    en: str
    description_fr: str
    description_en: str
    rarity: str
    conditions: tuple[Condition, ...]
    reward: Reward
    requires: tuple[str, ...] = ()


def read_achievements(table: dict, limits: Limits, where: str) -> tuple[Achievement, ...]:
    """Achievements from their TOML; BadInput names the achievement, the key, the value and the remedy for anything faulty:

    an unknown condition or required id, an unreachable value, conditions that contradict each other, two achievements with one id,
    name or set of conditions, a reward that is none, a cycle of unlocks.
    """
    checked(table, {"achievements": Key(list)}, where)
    rows = table["achievements"]
    names = [row.get("id", i + 1) if isinstance(row, dict) else i + 1 for i, row in enumerate(rows)]
    achievements = tuple(_achievement(row, limits, f"{where}, achievement {name}") for name, row in zip(names, rows, strict=True))
    for what in ("id", "fr", "en"):
        require_unique((getattr(a, what) for a in achievements), f"achievement {what}", where)
    _require_different(achievements, where)
    check_unlocks({a.id: a.requires for a in achievements}, where)
    check_simple(achievements, where)
    return achievements


def unlock_order(achievements: Sequence[Achievement]) -> tuple[int, ...]:
    """Positions in an order in which each achievement comes after those it requires, else as in the file."""
    requires = {a.id: a.requires for a in achievements}

    def depth(name: str) -> int:
        return 1 + max((depth(other) for other in requires[name]), default=-1)

    return tuple(sorted(range(len(achievements)), key=lambda n: depth(achievements[n].id)))


def _achievement(row: object, limits: Limits, where: str) -> Achievement:
    table = checked(row, _ACHIEVEMENT, where)
    if table["rarity"] not in RARITIES:
        raise unknown("rarity", table["rarity"], RARITIES, where)
    if not table["conditions"]:
        raise BadInput("no condition", where=where, allowed="at least one {type, value}")
    conditions = tuple(read_condition(c, where) for c in table["conditions"])
    require_unique((c.counter for c in conditions), "condition type", where)
    check_reachable(conditions, limits, where)
    requires = tuple(_name(name, where) for name in table.get("requires", []))
    require_unique(requires, "required achievement", where)
    texts = [table[key] for key in ("id", "fr", "en", "description_fr", "description_en", "rarity")]
    return Achievement(*texts, conditions, read_reward(table["reward"], f"{where}, reward"), requires)


def read_condition(row: object, where: str) -> Condition:
    """A condition from its TOML; BadInput for an unknown type, or a value below the counter's smallest or not whole."""
    table = checked(row, {"type": Key(str), "value": Key(float)}, f"{where}, conditions")
    name, value = table["type"], table["value"]
    if name not in COUNTERS:
        raise unknown("condition type", name, COUNTERS, where)
    counter = COUNTERS[name]
    require_between(f"{name}'s value", value, 1.0 / counter.scale, 10**9, where, counter.unit)
    if counter.scale == 1 and value != int(value):
        raise BadInput(f"{name}'s value is not whole", where=where, value=value, allowed=f"whole {counter.unit}")
    return Condition(name, int(value * counter.scale + 0.5))


def _name(name: object, where: str) -> str:
    if not isinstance(name, str):
        raise BadInput("a required achievement is not an id", where=f"{where}, requires", value=name, allowed='["other_id"]')
    return name


def _require_different(achievements: tuple[Achievement, ...], where: str) -> None:
    seen: dict[tuple, str] = {}
    for a in achievements:
        asks = (frozenset(a.conditions), frozenset(a.requires))
        if asks in seen:
            shown = ", ".join(f"{c.counter} {c.threshold / COUNTERS[c.counter].scale:g}" for c in a.conditions)
            place = f"{where}, achievement {a.id}, conditions"
            raise BadInput(
                f"the same conditions as {seen[asks]!r}", where=place, value=shown, allowed="different ones: change or remove"
            )
        seen[asks] = a.id
