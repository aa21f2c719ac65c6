"""From a scenario, changed values and a notification policy to the scenario that is run."""

from collections.abc import Mapping
from dataclasses import replace

from hourglass_policy.decisions import NAMES as NOTIFICATION_POLICIES

from hourglass_sim.scenario import Scenario


def candidate(scenario: Scenario, values: Mapping[str, object], policy: str) -> Scenario:
    """The scenario with economy values and a notification policy on top of its own; people, users, days and seed stay.

    `values` holds economy parameters and `<policy>.<parameter>`. BadInput for unknown names and values out of range.
    """
    base, told = scenario.resolved_policy, scenario.notification
    economy = {n: v for n, v in values.items() if n in base.parameters}
    messages = {n.removeprefix(f"{policy}."): v for n, v in values.items() if n not in base.parameters}
    own = {p.name: p.value for p in told.parameters.values()} if policy == told.name else {}
    changed = base.with_values(economy, "candidate").with_notification(policy, {**own, **messages})
    people = {n: v for n, v in scenario.values.items() if n not in base.parameters and _head(n) not in NOTIFICATION_POLICIES}
    return replace(scenario, policy=changed, values=people)


def _head(name: str) -> str:
    return name.partition(".")[0]
