"""No message at all: the control against which every policy must show its worth."""

from typing import NamedTuple

from . import number

NAME = "silent"
TITLE = "No notifications"
PARAMETERS = (number("unused", 0, "", 0, 0, "none", "a policy has at least one value"),)


class Values(NamedTuple):
    """Parameters as the decision computes with them."""

    unused: int


def hours(weekday, usual_hour, openings, days_since_open, streak, ignored, in_phoenix, age_days, u, p):
    """Never a message."""
    return -1, -1


def reasons(first, second, facts, p):
    """Nobody hears from us."""
    return ["silent: this policy sends nothing"]
