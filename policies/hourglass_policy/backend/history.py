"""What a backend keeps of a user's openings for the notification policies, day by day (RULES 1.16)."""

from collections.abc import Mapping

from ..decisions.memory import FIRST_HOUR, usual_hour_next
from ..errors import BadInput, require_between, unknown
from .state import checked_state

HISTORY_KEYS = {
    "usual_hour": "running mean of opening hours, 0 to 24",
    "openings": "days opened so far",
    "days_since_open": "days since the last opening (1 on the morning after it); days on the app when never",
    "ignored": "messages in a row that were not opened",
}


def initial_history() -> dict:
    """The history of a user who signs up today; see `HISTORY_KEYS`."""
    return {"usual_hour": FIRST_HOUR, "openings": 0, "days_since_open": 0, "ignored": 0}


def history_after_day(history: Mapping, opened_hour: int | None, delivered: int = 0) -> dict:
    """The history tomorrow morning: `opened_hour` 0 to 23, None for a day without opening; `delivered` messages reached the user.

    The given history is left alone. BadInput for a wrong key, hour or count.
    """
    _check_history(history)
    opened = opened_hour is not None
    for name, value, high in (("opened_hour", opened_hour if opened else 0, 23), ("delivered", delivered, 100)):
        if isinstance(value, bool) or not isinstance(value, int):
            raise BadInput(f"{name} is not a whole number", where="history", value=value, allowed=f"0 to {high}")
        require_between(name, value, 0, high, "history")
    return {
        "usual_hour": usual_hour_next(history["usual_hour"], opened_hour if opened else 0, int(opened)),
        "openings": history["openings"] + int(opened),
        "days_since_open": 1 if opened else history["days_since_open"] + 1,
        "ignored": 0 if opened else history["ignored"] + delivered,
    }


def notification_facts(state: Mapping, history: Mapping, u: float, opted_out: bool = False) -> dict:
    """The facts of a morning for `decide_notifications`; `u` in (0, 1) is the user's own number for the day.

    BadInput for a state or history with a wrong key or value; `u` and `opted_out` are checked where the decision is made.
    """
    state = checked_state(state)
    _check_history(history)
    mine = {"streak": state["streak"], "in_phoenix": int(state["in_phoenix"]), "age_days": state["age_days"]}
    return {**{name: history[name] for name in HISTORY_KEYS}, **mine, "u": u, "opted_out": opted_out}


def _check_history(history: object) -> None:
    if not isinstance(history, Mapping):
        raise BadInput("the history is not a dict", value=history, allowed="what initial_history() or history_after_day() gave")
    for name in history:
        if name not in HISTORY_KEYS:
            raise unknown("key", name, HISTORY_KEYS, "history")
    for name, meaning in HISTORY_KEYS.items():
        if name not in history:
            raise BadInput(f"{name} is missing", where="history", allowed=meaning)
        value, is_hour = history[name], name == "usual_hour"
        if isinstance(value, bool) or not isinstance(value, (int, float) if is_hour else int):
            raise BadInput(f"{name} has the wrong type", where="history", value=value, allowed=meaning)
        require_between(name, value, 0, 24 if is_hour else 10**9, "history")
