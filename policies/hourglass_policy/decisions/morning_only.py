"""One message a day at a fixed hour: the deployed policy with one notification fewer."""

from typing import NamedTuple

from . import number

NAME = "morning_only"
TITLE = "Everyone once a day"
PARAMETERS = (number("hour", 8, "hour", 0, 23, "RULES 1.16", "hour of the message"),)


class Values(NamedTuple):
    """Parameters as the decision computes with them."""

    hour: int


def hours(weekday, usual_hour, openings, days_since_open, streak, ignored, in_phoenix, age_days, u, p):
    """The morning message only."""
    return p.hour, -1


def reasons(first, second, facts, p):
    """One fixed hour for everyone."""
    return [f"everyone once a day at {p.hour}:00"]
