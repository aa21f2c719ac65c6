"""Which messages a user gets today, at which hour, and why (RULES 1.16)."""

from collections.abc import Mapping
from datetime import date

from ..decisions import FACTS, policy_named
from ..errors import BadInput, require_between, unknown
from ..policy import Policy
from .contracts import in_force

TEMPLATES = ("morning", "evening")
OPTED_OUT = "opted_out"
_MOST = 10**9
_RANGES = {"weekday": (0, 6), "usual_hour": (0.0, 24.0), "in_phoenix": (0, 1), "u": (0.0, 1.0)}
_FLOATS = ("usual_hour", "u")


def decide_notifications(facts: Mapping, day: str | date, policy: Policy | None = None) -> dict:
    """Today's messages for one user: `messages` with hour, template and channel, and `reasons` in words.

    `facts` are named as in `decisions.FACTS`; `weekday` may be left out, it follows from `day` (a date or YYYY-MM-DD, local).
    `opted_out` may be added: nothing is sent to such a user. BadInput for a missing, unknown or impossible fact.
    """
    policy = in_force(policy)
    chosen = policy_named(policy.notification.name, policy.notification.parameters, f"policy {policy.name}")
    known = _checked(facts, _weekday(day))
    opted_out = facts.get(OPTED_OUT, False)
    if not isinstance(opted_out, bool):
        raise BadInput(f"fact {OPTED_OUT} is a switch", where="notifications", value=opted_out, allowed="true or false")
    if opted_out:
        return {"messages": [], "reasons": ["silent: notifications are switched off"]}
    first, second = chosen.hours(*[known[name] for name in FACTS], chosen.values)
    sent = [(hour, template) for hour, template in zip((first, second), TEMPLATES, strict=True) if hour >= 0]
    messages = [{"hour": hour, "template": template, "channel": "push"} for hour, template in sent]
    if chosen.reasons is None:
        return {"messages": messages, "reasons": [f"{template} message by policy {chosen.name}" for _, template in sent]}
    return {"messages": messages, "reasons": chosen.reasons(first, second, known, chosen.values)}


def _weekday(day: str | date) -> int:
    if isinstance(day, date):
        return day.weekday()
    try:
        return date.fromisoformat(day).weekday()
    except (TypeError, ValueError) as error:
        raise BadInput("day is not a date", where="notifications", value=day, allowed="YYYY-MM-DD") from error


def _checked(facts: Mapping, weekday: int) -> dict[str, int | float]:
    if not isinstance(facts, Mapping):
        raise BadInput("the facts are not a dict", where="notifications", value=facts, allowed=", ".join(FACTS))
    for name in facts:
        if name not in FACTS and name != OPTED_OUT:
            raise unknown("fact", name, [*FACTS, OPTED_OUT], "notifications")
    given = {"weekday": weekday, **facts}
    for name, meaning in FACTS.items():
        if name not in given:
            raise BadInput(f"fact {name} is missing", where="notifications", allowed=meaning)
    if given["weekday"] != weekday:
        raise BadInput("weekday is not the day's", where="notifications", value=given["weekday"], allowed=str(weekday))
    return {name: _number(name, given[name]) for name in FACTS}


def _number(name: str, value: object) -> int | float:
    allowed = (int, float) if name in _FLOATS else int
    if not isinstance(value, allowed) or (isinstance(value, bool) and name != "in_phoenix"):
        raise BadInput(f"fact {name} has the wrong type", where="notifications", value=value, allowed=FACTS[name])
    require_between(f"fact {name}", value, *_RANGES.get(name, (0, _MOST)), "notifications")
    return float(value) if name in _FLOATS else int(value)
