"""The person's own hour, fewer messages to those who ignore them, an evening nudge when a streak is at stake (RULES 1.16).

Volume: sending less to people who do not open costs little (LinkedIn 2016: 64.5 % of sends kept 98.2 % of sessions; Pinterest,
KDD 2018). Rest lets a template recover its novelty (Yancey & Settles, KDD 2020).
"""

from typing import NamedTuple

from . import number
from .words import at_own_hour, counted

NAME = "considerate"
TITLE = "Own hour, rest for the tired, a nudge for a streak at stake"
PARAMETERS = (
    number("first_hour", 8, "hour", 0, 23, "RULES 1.16", "hour used while too little is known"),
    number("learn_after", 3, "openings", 1, 30, "assumption", "openings after which the person's own hour is used"),
    number("patience", 4, "messages", 1, 60, "assumption", "ignored messages in a row after which messages become rare"),
    number("rest_days", 3, "days", 1, 30, "Yancey & Settles 2020", "days between messages once patience has run out"),
    number("streak_at_stake", 3, "days", 1, 60, "RULES 1.16", "streak from which an evening nudge is sent"),
    number("evening_hour", 19, "hour", 0, 23, "RULES 1.2", "hour of the nudge, before the sync at 20:00"),
)


class Values(NamedTuple):
    """Parameters as the decision computes with them."""

    first_hour: int
    learn_after: int
    patience: int
    rest_days: int
    streak_at_stake: int
    evening_hour: int


def hours(weekday, usual_hour, openings, days_since_open, streak, ignored, in_phoenix, age_days, u, p):
    """Own hour each day, every `rest_days` when tired; a nudge only for a streak at stake."""
    own = int(usual_hour + 0.5) % 24 if openings >= p.learn_after else p.first_hour
    tired = (ignored >= p.patience) & (age_days % p.rest_days != 0)
    nudge = p.evening_hour if (streak >= p.streak_at_stake) & (ignored < p.patience) else -1
    return -1 if tired else own, nudge


def reasons(first, second, facts, p):
    """Where the hour comes from, or until when messages rest; why there is a nudge, or why not when a streak is at stake."""
    ignored = counted(facts["ignored"], "message")
    told = at_own_hour(first, facts["openings"], p.learn_after)
    if first < 0:
        told = f"silent today: {ignored} ignored, next in {counted(p.rest_days - facts['age_days'] % p.rest_days, 'day')}"
    if second >= 0:
        return [told, f"a streak of {counted(facts['streak'], 'day')} is at stake"]
    return [told, f"no nudge: {ignored} ignored"] if facts["streak"] >= p.streak_at_stake else [told]
