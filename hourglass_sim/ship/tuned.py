"""From a study to the two policies that a release is about: what was tuned, and the baseline it was compared with."""

from collections.abc import Mapping

from hourglass_policy import Policy
from hourglass_policy.decisions import NAMES as NOTIFICATION_POLICIES
from hourglass_policy.decisions import policy_named
from hourglass_policy.errors import BadInput, nearest_name, unknown

from hourglass_sim.ship.study import Study


def tuned_policy(study: Study) -> Policy:
    """The policy to ship: the study's best values and notification policy on top of its scenario.

    BadInput for a people parameter, an unknown name or a value out of range.
    """
    base = baseline_policy(study)
    where = f"{study.folder}, best"
    policy_named(study.policy, where=where)
    economy, messages = _split(study.values, base, study.policy, where)
    own = base.notification.parameters if base.notification.name == study.policy else {}
    chosen = policy_named(study.policy, {**own, **messages}, where)
    changed = {p.name: p.value for p in chosen.parameters.values()}
    return base.with_values(economy, where).with_notification(study.policy, changed)


def baseline_policy(study: Study) -> Policy:
    """What the study compared with: its scenario's own policy and values; people parameters are left aside."""
    from hourglass_sim.scenario import Scenario

    told, where = study.scenario, f"{study.folder}, scenario"
    policy = str(told.get("policy", "deployed"))
    base = Scenario(economy=study.economy, preset=str(told.get("preset", "documented")), policy=policy).resolved_policy
    values = {name: value for name, value in dict(told.get("values", {})).items() if not _of_people(name)}
    economy, messages = _split(values, base, base.notification.name, where)
    chosen = policy_named(base.notification.name, {**base.notification.parameters, **messages}, where)
    changed = {p.name: p.value for p in chosen.parameters.values()}
    return base.with_values(economy, where).with_notification(chosen.name, changed)


def _of_people(name: str) -> bool:
    from hourglass_sim.people.people import definitions

    return name in definitions() or name.startswith(("shift.", "personas."))


def _split(values: Mapping[str, object], base: Policy, policy: str, where: str) -> tuple[dict, dict]:
    """Values of the economy, and values of the notification policy without its name in front."""
    economy, messages = {}, {}
    for name, value in values.items():
        head, _, rest = name.partition(".")
        if name in base.parameters:
            economy[name] = value
        elif head == policy:
            messages[rest] = value
        elif head in NOTIFICATION_POLICIES:
            raise BadInput(f"a parameter of policy {head}, but {policy} is shipped", where=where, value=name)
        elif _of_people(name):
            raise BadInput("a people parameter cannot be shipped", where=where, value=name, allowed="parameters of the economy")
        else:
            near = nearest_name(name, base.parameters)
            raise (
                BadInput("unknown parameter", where=where, value=name, nearest=near)
                if near
                else unknown("parameter", name, base.parameters, where)
            )
    return economy, messages
