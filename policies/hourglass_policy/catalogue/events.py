"""Seasonal events: what is different on some days of the year (RULES 1.14).

No two events share a day, so a day has at most one. A user has taken part once they opened the app on `days_needed` days of an
event; on that evening `seasonal_events` counts one more and the event's rewards are due, as an achievement's are.
"""

from typing import NamedTuple

from ..errors import BadInput, require_between, unknown
from .dates import MonthDay, longest_days, read_period, require_apart
from .reading import Key, between, checked, require_unique
from .rewards import REWARD_KEYS, Reward, read_reward

MECHANICS = {
    "xp_multiplier": {"multiplier": Key(float), "only_in_phoenix": Key(bool, False)},
    "eggs": {"p_per_day": Key(float), **REWARD_KEYS},
}
_EVENT = {
    "id": Key(str),
    "fr": Key(str),
    "en": Key(str),
    "description_fr": Key(str),
    "description_en": Key(str),
    "theme": Key(str),
    "days_needed": Key(int, False),
    "start": Key(str),
    "end": Key(str),
    "mechanics": Key(list),
    "rewards": Key(list, False),
}
_NOTHING = Reward(0, 0, "", "")


class Mechanic(NamedTuple):
    """What an event changes: XP times a factor in hundredths, or eggs with a probability and a reward."""

    type: str
    multiplier_hundredths: int
    only_in_phoenix: bool
    p_per_day: float
    reward: Reward


class Event(NamedTuple):
    """A seasonal event; `days_needed` days opened take part in it; dates are (month, day), both included."""

    id: str
    fr: str
    en: str
    description_fr: str
    description_en: str
    theme: str
    days_needed: int
    start: MonthDay
    end: MonthDay
    mechanics: tuple[Mechanic, ...]
    rewards: tuple[Reward, ...]


def read_events(table: dict, where: str) -> tuple[Event, ...]:
    """Events from their TOML; BadInput names the event and the key."""
    checked(table, {"events": Key(list)}, where)
    rows = table["events"]
    names = [row.get("id", i + 1) if isinstance(row, dict) else i + 1 for i, row in enumerate(rows)]
    events = tuple(_event(row, f"{where}, event {name}") for name, row in zip(names, rows, strict=True))
    for what in ("id", "fr", "en"):
        require_unique((getattr(e, what) for e in events), f"event {what}", where)
    require_apart(((e.id, e.start, e.end) for e in events), "events", where)
    return events


def _event(row: object, where: str) -> Event:
    table = checked(row, _EVENT, where)
    start, end = read_period(table["start"], table["end"], where)
    if not table["mechanics"]:
        raise BadInput("no mechanic", where=where, allowed=", ".join(MECHANICS))
    days_needed, length = table.get("days_needed", 1), longest_days(start, end)
    require_between("days_needed", days_needed, 1, length, where, "days of the event")
    require_unique((m["type"] for m in table["mechanics"] if isinstance(m, dict) and "type" in m), "mechanic", where)
    mechanics = tuple(_mechanic(m, f"{where}, mechanic {i + 1}") for i, m in enumerate(table["mechanics"]))
    rewards = tuple(read_reward(r, f"{where}, reward {i + 1}") for i, r in enumerate(table.get("rewards", [])))
    texts = [table[key] for key in ("id", "fr", "en", "description_fr", "description_en", "theme")]
    return Event(*texts, days_needed, start, end, mechanics, rewards)


def _mechanic(row: object, where: str) -> Mechanic:
    kind = row.get("type") if isinstance(row, dict) else None
    if kind not in MECHANICS:
        raise unknown("mechanic", kind, MECHANICS, where)
    table = checked(row, {"type": Key(str), **MECHANICS[kind]}, where)
    between(table, "multiplier", 0.01, 10.0, where)
    between(table, "p_per_day", 0.0, 1.0, where)
    if kind == "eggs":
        reward = read_reward({k: v for k, v in table.items() if k in REWARD_KEYS}, where)
        return Mechanic(kind, 100, False, float(table["p_per_day"]), reward)
    return Mechanic(kind, int(table["multiplier"] * 100 + 0.5), table.get("only_in_phoenix", False), 0.0, _NOTHING)
