"""What a backend calls: plain dicts in, plain dicts out, with reasons. Nothing here draws, waits or reads a clock.

A day of one user:

    state, history = initial_state(), initial_history()
    told = decide_notifications(notification_facts(state, history, u), "2026-01-05")
    today = open_day(state, "anna", open_contract(["Run", "Read a book"], state=state))
    today = do_act(state, today, {"type": "complete", "goal": "Run", "id": "request-1"})["today"]
    result = close_day(state, today, {"opened_hour": 9, "date": "2026-01-05"})
    state, history = result["state"], history_after_day(history, opened_hour=9, delivered=len(told["messages"]))

`settle_day` does what `close_day` does from a contract and a list of completed titles. Everything may be tried again: an act by its
request id, a settlement by its date or by the contract's day (see `docs/backend.md`).
"""

from .contracts import LONGEST_TITLE, open_contract, value_goal
from .festive import award_challenge
from .history import HISTORY_KEYS, history_after_day, initial_history, notification_facts
from .notifications import decide_notifications
from .seeing import PRIVACY, feed_items, seen_of
from .settling import settle_day
from .state import FORMAT, STATE_KEYS, goal_key, initial_state
from .today import ACTS, add_contract, close_day, do_act, open_day

__all__ = [
    "ACTS",
    "FORMAT",
    "HISTORY_KEYS",
    "LONGEST_TITLE",
    "PRIVACY",
    "STATE_KEYS",
    "add_contract",
    "award_challenge",
    "close_day",
    "decide_notifications",
    "do_act",
    "feed_items",
    "goal_key",
    "history_after_day",
    "initial_history",
    "initial_state",
    "notification_facts",
    "open_contract",
    "open_day",
    "seen_of",
    "settle_day",
    "value_goal",
]
