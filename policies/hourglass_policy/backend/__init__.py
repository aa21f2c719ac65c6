"""What a backend calls: plain dicts in, plain dicts out, with reasons. Nothing here draws, waits or reads a clock.

A day of one user:

    state, history = initial_state(), initial_history()
    told = decide_notifications(notification_facts(state, history, u), "2026-01-05")
    contract = open_contract(["Run", "Read a book"], state=state)
    result = settle_day(state, contract, completed=["Run"], day={"opened_hour": 9, "weekday": 0})
    state, history = result["state"], history_after_day(history, opened_hour=9, delivered=len(told["messages"]))

A contract opened with `state=` carries the state's `age_days` and is settled on that day only. So a job that is run again is safe:
with the state of before it gives the same result, with the state already updated it gives BadInput and nothing is booked twice.
A contract opened without a state, or a day without a contract, cannot be told from another day's: keep the `age_days` settled last.
"""

from .contracts import open_contract, value_goal
from .history import HISTORY_KEYS, history_after_day, initial_history, notification_facts
from .notifications import decide_notifications
from .settling import settle_day
from .state import STATE_KEYS, initial_state

__all__ = [
    "HISTORY_KEYS",
    "STATE_KEYS",
    "decide_notifications",
    "history_after_day",
    "initial_history",
    "initial_state",
    "notification_facts",
    "open_contract",
    "settle_day",
    "value_goal",
]
