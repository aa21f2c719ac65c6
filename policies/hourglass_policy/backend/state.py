"""What a backend keeps of a user between days: a plain dict that JSON can hold, its keys documented here."""

import unicodedata
from collections.abc import Mapping
from datetime import date, datetime
from typing import NamedTuple

from ..catalogue.counters import CATEGORIES
from ..errors import BadInput, require_between, unknown
from ..rules.seasons import SEASONS

FORMAT = 2  # of a state; a key added later says from which format on it is kept, and an older state gets its first value
WINDOW = 30  # days of grains and ratios that are kept
MOST_GOALS = 1000  # goals remembered; beyond, those unused for longest are forgotten (a new title starts in phase 1 anyway)
ARRIVALS_KEPT_DAYS = 7  # days for which the ids of boosts and transfusions that arrived are remembered
_MOST = 10**15
_LOWEST = {"level": 1, "days_since_phoenix": -1, "last_open_day": -1, "heritage_centigrains": -_MOST}  # others: 0
_NUMBERS, _NAMES = ("grains_per_day", "ratio_per_day"), ("perks", "seasons_seen", "achievements")


class Key(NamedTuple):
    """A key's type, value on the day of sign-up, meaning, and the format of states that first held it."""

    kind: type | tuple[type, ...]
    first: object
    meaning: str
    since: int = 1


STATE_KEYS = {
    "format": Key(int, FORMAT, "format of this state; an older one is brought up to date when it is read", 2),
    "date": Key((str, type(None)), None, "calendar date settled last, YYYY-MM-DD; null while none was given", 2),
    "age_days": Key(int, 0, "days since sign-up of the day to be settled next"),
    "heritage_centigrains": Key(int, 0, "golden grains held"),
    "earned_centigrains": Key(int, 0, "grains from goals and the Phoenix minimum so far"),
    "counted_days": Key(int, 0, "days with a ledger row that counts"),
    "grains_per_day": Key(list, [], "centigrains of up to 30 last days, newest last"),
    "ratio_per_day": Key(list, [], "life ratio in hundredths at the end of up to 30 last days, newest last"),
    "xp": Key(int, 0, "experience points"),
    "level": Key(int, 1, "level"),
    "perks": Key(list, [], "names of perks in force"),
    "protections_used": Key(int, 0, "missed days protected this week"),
    "streak": Key(int, 0, "days in a row with a victory"),
    "longest_streak": Key(int, 0, "longest streak so far"),
    "victory_run": Key(int, 0, "days in a row with a victory, protection aside"),
    "perfect_streak": Key(int, 0, "perfect days in a row"),
    "perfect_days": Key(int, 0, "perfect days so far"),
    "days_without_victory": Key(int, 0, "days since the last victory"),
    "goals_completed": Key(int, 0, "victories so far"),
    "goals_in": Key(dict, {}, "victories so far per category of goal", 2),
    "proofs": Key(int, 0, "accepted proofs so far"),
    "season": Key((str, type(None)), None, "season of life, null while none is set"),
    "seasons_seen": Key(list, [], "names of seasons met"),
    "in_phoenix": Key(bool, False, "in Phoenix mode"),
    "days_in_phoenix": Key(int, 0, "days since Phoenix mode began"),
    "days_since_phoenix": Key(int, -1, "days since the last exit, -1 when never"),
    "phoenix_exits": Key(int, 0, "exits from Phoenix mode so far"),
    "last_open_day": Key(int, -1, "age_days of the last opening, -1 when never"),
    "comebacks": Key(int, 0, "openings after a long time away"),
    "early_bird": Key(int, 0, "days first opened early"),
    "night_owl": Key(int, 0, "days first opened late"),
    "achievements": Key(list, [], "ids of unlocked achievements"),
    "reward_xp": Key(int, 0, "XP of rewards due since the last day, paid on the next"),
    "reward_centigrains": Key(int, 0, "grains of rewards due since the last day, paid on the next"),
    "goals": Key(dict, {}, "per goal (title in lower case, outer spaces removed): [first, last] age_days of use"),
    "boosts_sent": Key(int, 0, "boosts sent so far", 2),
    "boosts_received": Key(int, 0, "boosts received so far", 2),
    "transfusions_sent": Key(int, 0, "transfusions sent so far", 2),
    "transfusions_received": Key(int, 0, "transfusions received so far", 2),
    "comments": Key(int, 0, "comments written so far", 2),
    "event_days": Key(int, 0, "days opened of the current or last seasonal event", 2),
    "seasonal_events": Key(int, 0, "seasonal events taken part in", 2),
    "eggs_found": Key(int, 0, "eggs found", 2),
    "challenges_joined": Key(int, 0, "challenges in which the user was a participant", 2),
    "challenges_won": Key(int, 0, "challenges in which the user had a paid place", 2),
    "arrived": Key(dict, {}, "ids of boosts and transfusions that arrived in the last 7 days: age_days of arrival", 2),
}


def initial_state() -> dict:
    """The state of a user who signs up today; see `STATE_KEYS` for the meaning of each key."""
    return {name: _first(key) for name, key in STATE_KEYS.items()}


def _first(key: Key) -> object:
    return key.first.copy() if isinstance(key.first, (list, dict)) else key.first


def checked_state(state: object) -> dict:
    """A copy of a state that may be changed, brought up to today's format.

    BadInput for a key that is missing, unknown, of the wrong type or impossible, and for a state of a newer format.
    """
    if not isinstance(state, Mapping):
        raise BadInput("the state is not a dict", value=state, allowed="what initial_state() or settle_day() gave")
    state = upgraded(state)
    for name in state:
        if name not in STATE_KEYS:
            raise unknown("key", name, STATE_KEYS, "state")
    for name, key in STATE_KEYS.items():
        if name not in state:
            raise BadInput(f"{name} is missing", where="state", allowed=key.meaning)
        value = state[name]
        if not isinstance(value, key.kind) or (isinstance(value, bool) and key.kind is int):
            raise BadInput(f"{name} has the wrong type", where="state", value=value, allowed=key.meaning)
    _check_contents(state)
    return {name: state[name].copy() if isinstance(state[name], (list, dict)) else state[name] for name in STATE_KEYS}


def upgraded(state: Mapping) -> Mapping:
    """A state in today's format: keys added since get their first value; BadInput for a format that is not known."""
    written = state.get("format", 1)
    if type(written) is not int or not 1 <= written <= FORMAT:
        raise BadInput("a state of an unknown format", where="state", value=written, allowed=f"1 to {FORMAT}; a newer release?")
    if written == FORMAT:
        return state
    added = {name: _first(key) for name, key in STATE_KEYS.items() if key.since > written and name not in state}
    goals = state.get("goals")
    if isinstance(goals, Mapping) and all(isinstance(title, str) for title in goals):
        added["goals"] = {goal_key(title): use for title, use in goals.items()}
    return {**state, **added, "format": FORMAT}


def _check_contents(state: Mapping) -> None:
    for name, key in STATE_KEYS.items():
        if key.kind is int:
            require_between(name, state[name], _LOWEST.get(name, 0), _MOST, "state")
    for names, kind in ((_NUMBERS, int), (_NAMES, str)):
        for name in names:
            if not all(type(item) is kind for item in state[name]):
                raise BadInput(f"{name} holds a wrong type", where="state", value=state[name], allowed=STATE_KEYS[name].meaning)
    days = min(state["age_days"], WINDOW)
    for name in _NUMBERS:
        if len(state[name]) != days:
            raise BadInput(f"{name} is not of its age", where="state", value=len(state[name]), allowed=f"{days} days")
    for name in (state["season"], *state["seasons_seen"]):
        if name is not None and name not in SEASONS:
            raise unknown("season", name, SEASONS, "state")
    if state["date"] is not None and as_date(state["date"]) is None:
        raise BadInput("date is not a date", where="state", value=state["date"], allowed=STATE_KEYS["date"].meaning)
    _check_categories(state["goals_in"])
    for title, use in state["goals"].items():
        days_used = isinstance(title, str) and isinstance(use, (list, tuple)) and len(use) == 2
        if not (days_used and all(type(day) is int for day in use) and 0 <= use[0] <= use[1] <= state["age_days"]):
            raise BadInput("a goal has impossible days", where="state", value={title: use}, allowed=STATE_KEYS["goals"].meaning)
    for name, day in state["arrived"].items():
        if not (isinstance(name, str) and type(day) is int and 0 <= day <= state["age_days"]):
            raise BadInput("an impossible arrival", where="state", value={name: day}, allowed=STATE_KEYS["arrived"].meaning)


def _check_categories(goals_in: Mapping) -> None:
    for category, count in goals_in.items():
        if category not in CATEGORIES:
            raise unknown("category", category, CATEGORIES, "state, goals_in")
        if type(count) is not int or not 0 <= count <= _MOST:
            raise BadInput(
                "goals_in holds no count", where="state", value={category: count}, allowed=STATE_KEYS["goals_in"].meaning
            )


def as_date(value: object) -> date | None:
    """A day from a date, a datetime or a text YYYY-MM-DD; None for anything else and for the calendar's last day."""
    if isinstance(value, datetime):
        value = value.date()
    if isinstance(value, str):
        try:
            found = date.fromisoformat(value)
        except ValueError:
            return None
        value = found if value == found.isoformat() else None
    return value if isinstance(value, date) and value < date.max else None


def goal_key(title: str) -> str:
    """A title as it names a goal: case, outer spaces and the way accents are written do not matter (RULES 1.4)."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", title).strip().lower())


def remember_goal(state: dict, title: str) -> tuple[int, int]:
    """First and last age_days of a goal that is used today, before today's use; forgets the goals unused for longest."""
    key, day, goals = goal_key(title), state["age_days"], state["goals"]
    first, last = goals.get(key, (day, day))
    goals[key] = [first, day]
    while len(goals) > MOST_GOALS:
        del goals[min(goals, key=lambda name: goals[name][1])]
    return first, last
