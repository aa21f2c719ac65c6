"""A parameter as an explanation tells it: value, unit, source, and the file or option that set it."""

from typing import TYPE_CHECKING, NamedTuple

import hourglass_policy as hp
from hourglass_policy.errors import unknown
from hourglass_policy.parameter_files import preset_values

from hourglass_sim.people.people import SHIFTS, definitions

if TYPE_CHECKING:
    from hourglass_sim.scenario import Scenario


class Told(NamedTuple):
    """A parameter in force: its value in human units, where it comes from and who set it."""

    name: str
    value: object
    unit: str
    source: str
    set_by: str

    def __str__(self) -> str:
        by = "" if self.set_by.endswith((".toml", ".py")) else f"; set by {self.set_by}"
        return f"{self.name} = {shown(self.value)} ({self.source}{by})"


def shown(value: object) -> str:
    """A value as a person types it: 10, 0.2, true, first_use."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:g}" if isinstance(value, (int, float)) else str(value)


def told_parameter(scenario: "Scenario", name: str) -> Told:
    """The parameter of that dotted name in a scenario; BadInput when there is none."""
    economy = scenario.resolved_policy.parameters
    if name in economy:
        p = economy[name]
        return Told(name, p.value, p.unit, p.source, _set_in_economy(scenario, name))
    if name in definitions():
        p, people = definitions()[name], scenario.resolved_people
        mine = name in scenario.values
        by = "this scenario" if mine else f"people {people.name}" if name in people.values else "definitions.toml"
        return Told(name, people.value(name), p.unit, p.source, by)
    head, _, own = name.partition(".")
    notification = scenario.notification
    if head == notification.name and own in notification.parameters:
        p = notification.parameters[own]
        by = "this scenario" if name in scenario.values else f"decisions/{head}.py"
        if own in scenario.resolved_policy.notification.parameters:
            by = f"policy {scenario.resolved_policy.name}"
        return Told(name, p.value, p.unit, p.source, by)
    raise unknown("parameter", name, [*economy, *definitions(), *SHIFTS])


def _set_in_economy(scenario: "Scenario", name: str) -> str:
    policy = scenario.resolved_policy
    if name in scenario.values:
        return "this scenario"
    if policy.parameters[name].value == hp.economy_parameters(policy.economy)[name].value:
        return "parameters.toml"
    if scenario.preset == "documented" or name not in preset_values(scenario.preset, policy.economy):
        return f"policy {policy.name}"
    return f"preset {scenario.preset}"
