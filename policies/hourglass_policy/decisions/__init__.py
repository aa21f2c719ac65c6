"""Notification policies: who hears from us at which hour. One file each; `policy_named` finds one, `NAMES` lists them.

A policy is one scalar function `hours(facts…, values)` that returns two hours (0 to 23, or -1 for no message): the first message
carries the morning template, the second the evening one. It sees only what production knows about the person. It is compiled
by the simulation and called as it is by the backend. To add one: a file with NAME, TITLE, PARAMETERS, Values and `hours`, and a
line here. It may add `reasons(first, second, facts, values)`, a list of texts that say why; that is never compiled.
"""

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import NamedTuple

from ..errors import unknown
from ..parameters import Parameter

NAMES = ("deployed", "silent", "morning_only", "personal_hour", "considerate")

FACTS = {
    "weekday": "0 Monday to 6 Sunday",
    "usual_hour": "running mean of opening hours, 0 to 24; 8 before the first opening",
    "openings": "days opened so far",
    "days_since_open": "days since the last opening (0 = yesterday's next day is 1); days on the app when never",
    "streak": "consecutive days with a victory",
    "ignored": "messages in a row that were not opened",
    "in_phoenix": "1 in Phoenix mode",
    "age_days": "days since sign-up",
    "u": "a number in (0, 1) that is the person's own for the day",
}


class NotificationPolicy(NamedTuple):
    """A policy ready to decide: `hours(*facts, values)` with facts in the order of FACTS."""

    name: str
    title: str
    hours: Callable
    values: NamedTuple
    parameters: dict[str, Parameter]
    reasons: Callable[..., list[str]] | None = None

    def with_values(self, values: Mapping[str, object], where: str | None = None) -> "NotificationPolicy":
        """The policy with some of its parameters changed; BadInput for an unknown name or a value out of range."""
        parameters = dict(self.parameters)
        for name, value in values.items():
            if name not in parameters:
                raise unknown(f"parameter of notification policy {self.name}", name, parameters, where)
            parameters[name] = parameters[name].checked(value, where)
        numbers = [int(p.value) if p.kind == "int" else float(p.value) for p in parameters.values()]
        return self._replace(values=type(self.values)(*numbers), parameters=parameters)


def policy_named(name: str, values: Mapping[str, object] | None = None, where: str | None = None) -> NotificationPolicy:
    """The notification policy of that name, with parameters changed if given; BadInput with the nearest name otherwise."""
    if name not in NAMES:
        raise unknown("notification policy", name, NAMES, where)
    module = import_module(f".{name}", __name__)
    parameters = {p.name: p for p in module.PARAMETERS}
    start = module.Values(*[p.value for p in module.PARAMETERS])
    blank = NotificationPolicy(name, module.TITLE, module.hours, start, parameters, getattr(module, "reasons", None))
    return blank.with_values(values or {}, where)


def number(name: str, value: int | float, unit: str, low: int | float, high: int | float, source: str, text: str) -> Parameter:
    """A policy's parameter: int or float by the type of its default."""
    return Parameter(name, value, unit, low, high, source, text, "int" if isinstance(value, int) else "float", ())
