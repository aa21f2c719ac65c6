"""Achievements: conditions on counters, and what they reward (RULES 1.13)."""

from typing import NamedTuple

from ..errors import BadInput, require_between, unknown
from .counters import COUNTERS
from .reading import Key, checked, require_unique
from .rewards import Reward, read_reward

RARITIES = ("common", "rare", "epic", "legendary")
_ACHIEVEMENT = {
    "id": Key(str),
    "fr": Key(str),
    "en": Key(str),
    "description_fr": Key(str),
    "description_en": Key(str),
    "rarity": Key(str),
    "conditions": Key(list),
    "reward": Key(dict),
}


class Condition(NamedTuple):
    """A counter and the threshold it must reach, in the counter's stored units (centigrains, hundredths, counts)."""

    counter: str
    threshold: int


class Achievement(NamedTuple):
    """An achievement; all its conditions must hold at the end of a day."""

    id: str
    fr: str
    en: str
    description_fr: str
    description_en: str
    rarity: str
    conditions: tuple[Condition, ...]
    reward: Reward


def read_achievements(table: dict, max_level: int, where: str) -> tuple[Achievement, ...]:
    """Achievements from their TOML; BadInput names the one with an unknown condition, an empty reward or an unreachable value."""
    checked(table, {"achievements": Key(list)}, where)
    rows = table["achievements"]
    names = [row.get("id", i + 1) if isinstance(row, dict) else i + 1 for i, row in enumerate(rows)]
    achievements = tuple(
        _achievement(row, max_level, f"{where}, achievement {name}") for name, row in zip(names, rows, strict=True)
    )
    require_unique((a.id for a in achievements), "achievement id", where)
    return achievements


def _achievement(row: object, max_level: int, where: str) -> Achievement:
    table = checked(row, _ACHIEVEMENT, where)
    if table["rarity"] not in RARITIES:
        raise unknown("rarity", table["rarity"], RARITIES, where)
    if not table["conditions"]:
        raise BadInput("no condition", where=where, allowed="at least one {type, value}")
    conditions = tuple(read_condition(c, max_level, where) for c in table["conditions"])
    require_unique((c.counter for c in conditions), "condition type", where)
    texts = [table[key] for key in ("id", "fr", "en", "description_fr", "description_en", "rarity")]
    return Achievement(*texts, conditions, read_reward(table["reward"], f"{where}, reward"))


def read_condition(row: object, max_level: int, where: str) -> Condition:
    """A condition from its TOML; BadInput for an unknown type or a threshold that the counter cannot reach."""
    table = checked(row, {"type": Key(str), "value": Key(float)}, f"{where}, conditions")
    name, value = table["type"], table["value"]
    if name not in COUNTERS:
        raise unknown("condition type", name, COUNTERS, where)
    counter = COUNTERS[name]
    require_between(f"{name}'s value", value, 1.0 / counter.scale, 10**9, where, counter.unit)
    if counter.scale == 1 and value != int(value):
        raise BadInput(f"{name}'s value is not whole", where=where, value=value, allowed=f"whole {counter.unit}")
    cap = max_level if name == "level" else counter.cap
    if cap is not None and value > cap:
        raise BadInput(f"{name} can never reach its value", where=where, value=value, allowed=f"at most {cap} {counter.unit}")
    return Condition(name, int(value * counter.scale + 0.5))
