"""What a backend calls: plain dicts in, plain dicts out, with reasons. Nothing here draws, waits or reads a clock.

A day of one user:

    state = initial_state()
    contract = open_contract(["Run", "Read a book"], state=state)
    result = settle_day(state, contract, completed=["Run"])
    state = result["state"]
"""

from .contracts import open_contract, value_goal
from .settling import settle_day
from .state import STATE_KEYS, initial_state

__all__ = ["STATE_KEYS", "initial_state", "open_contract", "settle_day", "value_goal"]
