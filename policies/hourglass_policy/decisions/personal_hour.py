"""One message near each person's own hour, learned from when they open (RULES 1.16)."""

from typing import NamedTuple

from . import number
from .words import at_own_hour, counted

NAME = "personal_hour"
TITLE = "Once a day at the person's own hour"
PARAMETERS = (
    number("first_hour", 8, "hour", 0, 23, "RULES 1.16", "hour used while too little is known"),
    number("learn_after", 3, "openings", 1, 30, "assumption", "openings after which the person's own hour is used"),
    number("lead_hours", 0, "hour", 0, 6, "assumption", "how long before the usual hour the message is sent"),
)


class Values(NamedTuple):
    """Parameters as the decision computes with them."""

    first_hour: int
    learn_after: int
    lead_hours: int


def hours(weekday, usual_hour, openings, days_since_open, streak, ignored, in_phoenix, age_days, u, p):
    """The morning message at the person's own hour, or at a fixed one while it is not known."""
    own = (int(usual_hour + 0.5) + 24 - p.lead_hours) % 24
    return own if openings >= p.learn_after else p.first_hour, -1


def reasons(first, second, facts, p):
    """Where the hour comes from."""
    known = facts["openings"] >= p.learn_after
    told = at_own_hour((first + p.lead_hours) % 24 if known else first, facts["openings"], p.learn_after)
    return [f"{told}, sent {counted(p.lead_hours, 'hour')} before" if known and p.lead_hours else told]
