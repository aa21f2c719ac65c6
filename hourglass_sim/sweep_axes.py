"""What a sweep varies: one parameter over a range, a list of values, or the choices of a policy, preset or people."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from hourglass_policy.decisions import NAMES, policy_named
from hourglass_policy.errors import BadInput, require_between, unknown

from hourglass_sim.people.people import SHIFTS, definitions

if TYPE_CHECKING:
    from hourglass_policy.parameters import Parameter

    from hourglass_sim.scenario import Scenario

FIELDS = ("policy", "preset", "people")
MOST_VALUES, MOST_PARAMETERS = 200, 2
Value = bool | int | float | str


@dataclass(frozen=True)
class Axis:
    """One swept parameter: dotted name (or policy, preset, people), unit, the values in order, and the scenario's own value."""

    name: str
    unit: str
    values: tuple[Value, ...]
    default: Value | None

    @property
    def is_numeric(self) -> bool:
        """Whether the values lie on a number line."""
        return all(isinstance(v, (int, float)) and not isinstance(v, bool) for v in self.values)


def applied(scenario: "Scenario", axes: "Sequence[Axis]", cell: Sequence[Value]) -> "Scenario":
    """The scenario of a cell: every axis at its value, all at once; BadInput when the values do not go together."""
    pairs = list(zip((axis.name for axis in axes), cell, strict=True))
    changed = replace(scenario, **{name: value for name, value in pairs if name in FIELDS})
    values = {name: value for name, value in pairs if name not in FIELDS}
    return changed.with_values(values) if values else changed


def axis_of(scenario: "Scenario", name: str, values: "str | Sequence[Value]") -> Axis:
    """The axis of a parameter: `values` are listed, or "from:to:steps" (both ends included), or "a,b,c", or "all".

    "all" is every choice of a switch or a choice. BadInput: unknown parameter (with the nearest), a value out of range or twice,
    from above to, no step, more than 200 values.
    """
    where = f"sweep of {name}"
    parameter = None if name in FIELDS else _parameter(scenario, name)
    listed = _written(name, values, parameter, where) if isinstance(values, str) else list(values)
    if parameter is not None and parameter.kind == "int":
        listed = [int(v) if isinstance(v, float) and v == int(v) else v for v in listed]
    if not listed:
        raise BadInput("no values", where=where, allowed="at least one")
    if len(listed) > MOST_VALUES:
        raise BadInput("too many values", where=where, value=len(listed), allowed=f"at most {MOST_VALUES}")
    for k, value in enumerate(listed):
        if value in listed[:k]:
            raise BadInput("a value twice", where=where, value=value, allowed="fewer steps, or other values")
    for value in listed if parameter is not None and parameter.low is not None else ():
        parameter.checked(value, where)
    return Axis(name, parameter.unit if parameter else "", tuple(listed), _default(scenario, name, parameter))


def _written(name: str, text: str, parameter: "Parameter | None", where: str) -> list[Value]:
    from hourglass_sim.commands.scenario_options import value_of

    if text.strip() == "all":
        return _all(name, parameter, where)
    if ":" not in text:
        return [value_of(part.strip()) for part in text.split(",") if part.strip()]
    parts = [value_of(part.strip()) for part in text.split(":")]
    allowed = "from:to:steps, for instance 5:20:7; or values such as 5,10,20"
    if len(parts) != 3 or not all(isinstance(p, (int, float)) and not isinstance(p, bool) for p in parts):
        raise BadInput("not a range", where=where, value=text, allowed=allowed)
    first, last, steps = parts
    if not isinstance(steps, int):
        raise BadInput("steps are not a whole number", where=where, value=steps, allowed=f"1 to {MOST_VALUES}")
    require_between("steps", steps, 1, MOST_VALUES, where)
    if parameter is None or parameter.kind not in ("int", "float"):
        raise BadInput("a range of something that is no number", where=where, value=text, allowed="values such as a,b; or all")
    if first > last:
        raise BadInput("from is above to", where=where, value=text, allowed=f"{last}:{first}:{steps}")
    if steps == 1 and first != last:
        raise BadInput(
            "one step from one end to another", where=where, value=text, allowed=f"{first}:{last}:2, or the value alone"
        )
    if steps > 1 and first == last:
        raise BadInput("from equals to", where=where, value=text, allowed=f"{first}:{last}:1, or another end")
    if not (np.isfinite(first) and np.isfinite(last)):
        raise BadInput("not a range", where=where, value=text, allowed=allowed)
    spaced = [float(v) for v in np.linspace(first, last, steps)]
    if parameter.kind == "int":
        return [int(v) for v in dict.fromkeys(round(v) for v in spaced)]
    return [round(v, 10) for v in spaced]


def _all(name: str, parameter: "Parameter | None", where: str) -> list[Value]:
    if parameter is not None and parameter.kind == "bool":
        return [False, True]
    if parameter is not None and parameter.kind == "choice":
        return list(parameter.choices)
    if name == "policy":
        return list(NAMES)
    if name == "preset":
        return ["documented", "as_deployed"]
    raise BadInput("all of something without choices", where=where, value="all", allowed="from:to:steps, or values such as 5,10")


def _parameter(scenario: "Scenario", name: str) -> "Parameter | None":
    """The parameter of a dotted name; None for a persona's shift or trait, which are plain numbers."""
    own, policy = scenario.resolved_policy.parameters, scenario.notification.name
    if name in own:
        return own[name]
    if name in definitions():
        return definitions()[name]
    head, _, rest = name.partition(".")
    if head == policy:
        listed = policy_named(policy).parameters
        if rest in listed:
            return listed[rest]
        raise unknown("parameter", name, [f"{head}.{own_name}" for own_name in listed], "sweep")
    if head in NAMES and rest in policy_named(head).parameters:
        raise BadInput(f"{name} does nothing under policy {policy!r}", where="sweep", allowed=f"--policy {head}")
    if head in ("shift", "personas"):
        return _plain_number(name)
    if "." not in name:
        raise unknown("parameter", name, [*FIELDS, *own], "sweep")
    scenario.with_values({name: 0})  # says what is wrong with the name, and the nearest
    raise unknown("parameter", name, own, "sweep")


def _plain_number(name: str) -> "Parameter":
    from hourglass_policy.parameters import Parameter

    return Parameter(name, 0.0, "", None, None, "", "", "float", ())


def _default(scenario: "Scenario", name: str, parameter: "Parameter | None") -> Value | None:
    """The scenario's own value."""
    if name in FIELDS:
        return scenario.describe()[name]  # type: ignore[return-value]
    if name in scenario.values:
        return scenario.values[name]  # type: ignore[return-value]
    if name in definitions() or name in SHIFTS:
        return scenario.resolved_people.value(name)
    return None if name.startswith("personas.") or parameter is None else parameter.value
