"""What is deployed: everyone at fixed hours, morning and evening (RULES 1.16)."""

from typing import NamedTuple

from . import number

NAME = "deployed"
TITLE = "Everyone at 08:00 and 20:00"
PARAMETERS = (
    number("morning_hour", 8, "hour", 0, 23, "RULES 1.16", "hour of the morning message"),
    number("evening_hour", 20, "hour", 0, 23, "RULES 1.16", "hour of the evening message"),
)


class Values(NamedTuple):
    """Parameters as the decision computes with them."""

    morning_hour: int
    evening_hour: int


def hours(weekday, usual_hour, openings, days_since_open, streak, ignored, in_phoenix, age_days, u, p):
    """Both messages, every day."""
    return p.morning_hour, p.evening_hour


def reasons(first, second, facts, p):
    """Fixed hours for everyone."""
    return [f"everyone at {p.morning_hour}:00", f"everyone at {p.evening_hour}:00"]
