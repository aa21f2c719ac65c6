"""What differs between two policies, parameter by parameter: for the card of a release and for `hourglass diff`."""

from dataclasses import asdict, dataclass

from hourglass_policy import Parameter, Policy
from hourglass_policy.decisions import policy_named


@dataclass(frozen=True)
class Difference:
    """One parameter with both values (None where a policy has no such parameter), its unit, range and source."""

    name: str
    unit: str
    a: object
    b: object
    range: str
    source: str

    def as_dict(self) -> dict[str, object]:
        """The difference as plain values."""
        return asdict(self)


def differences(a: Policy, b: Policy) -> list[Difference]:
    """Everything in which `b` differs from `a`: the economy's parameters, then the notification policy and its own."""
    found = [_difference(p, p.value, b.parameters[p.name].value) for p in a.parameters.values()]
    one, other = _notification(a), _notification(b)
    names = (a.notification.name, b.notification.name)
    found.append(Difference("notification policy", "", *names, "", "RULES 1.16"))
    for name in dict.fromkeys((*one, *other)):
        before, after = one.get(name), other.get(name)
        facts = before or after
        found.append(_difference(facts, before and before.value, after and after.value, name))
    return [d for d in found if d.a != d.b]


def _notification(policy: Policy) -> dict[str, Parameter]:
    chosen = policy_named(policy.notification.name, policy.notification.parameters, policy.name)
    return {f"{chosen.name}.{p.name}": p for p in chosen.parameters.values() if p.low != p.high}


def _difference(p: Parameter, a: object, b: object, name: str | None = None) -> Difference:
    return Difference(name or p.name, p.unit, a, b, range_of(p), p.source)


def range_of(p: Parameter) -> str:
    """A parameter's allowed values in words."""
    if p.kind == "choice":
        return " | ".join(p.choices)
    return "true | false" if p.kind == "bool" else f"{p.low:g} to {p.high:g}"
