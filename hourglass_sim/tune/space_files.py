"""Search spaces from TOML files, checked: `[group] parameter = { low, high, kind, step, reason }`."""

from collections.abc import Mapping
from pathlib import Path

from hourglass_policy.decisions import NAMES as NOTIFICATION_POLICIES
from hourglass_policy.decisions import policy_named
from hourglass_policy.errors import BadInput, nearest_name, require_between, unknown
from hourglass_policy.parameter_files import read_toml
from hourglass_policy.parameters import Parameter

from hourglass_sim.scenario import Scenario
from hourglass_sim.tune.space import Dimension, Space

DEFAULT = Path(__file__).parent / "default_space.toml"
_KEYS = ("low", "high", "kind", "step", "reason")
_FINENESS = 100  # steps in a float's range when the file names none


def make_space(scenario: Scenario, file: str | Path | None = None, lock: tuple[str, ...] = ()) -> Space:
    """The search space around a scenario, from a file or the default one, with some names locked at the baseline.

    A range always includes the baseline's value. BadInput: a missing or invalid file, an unknown parameter (with the nearest), a people
    parameter, a switch, a range that is empty or leaves the legal one, an unknown key.
    """
    where = DEFAULT.name if file is None else str(file)
    rows = _rows(read_toml(DEFAULT if file is None else file), where)
    if not rows:
        raise BadInput("an empty search space", where=where, allowed="[group] parameter = { low = …, high = … }")
    dimensions = tuple(_dimension(scenario, name, row, where) for name, row in rows.items())
    own = scenario.notification.name
    others = [d.group for d in dimensions if d.group in NOTIFICATION_POLICIES and d.group != own]
    return Space(scenario, dimensions, (own, *dict.fromkeys(others))).locking(tuple(lock))


def _rows(table: Mapping[str, object], where: str) -> dict[str, Mapping[str, object]]:
    found: dict[str, Mapping[str, object]] = {}
    for key, value in table.items():
        members = value if isinstance(value, dict) else {}
        nested = {f"{key}.{k}": v for k, v in members.items() if isinstance(v, dict)}
        if "." in key and not nested:
            nested = {key: members}
        if not nested or ("." not in key and len(nested) != len(members)):
            raise BadInput(f"{key} is not a range", where=where, value=value, allowed="a table with low and high")
        found |= nested
    return found


def _dimension(scenario: Scenario, name: str, row: Mapping[str, object], where: str) -> Dimension:
    parameter = _parameter(scenario, name, where)
    for key in row:
        if key not in _KEYS:
            raise unknown(f"key of {name}", key, _KEYS, where)
    for key in ("low", "high"):
        if key not in row:
            raise BadInput(f"{name} has no {key}", where=where)
    if parameter.kind not in ("int", "float"):
        raise BadInput(f"{name} is a {parameter.kind}", where=where, allowed="a parameter that is a number")
    kind = row.get("kind", parameter.kind)
    if kind != parameter.kind:
        raise BadInput(f"{name} has another kind", where=where, value=kind, allowed=parameter.kind)
    low, high = (parameter.checked(row[key], where).value for key in ("low", "high"))
    if not low < high:
        raise BadInput(f"the range of {name} is empty", where=where, value=(low, high), allowed="low below high")
    step = _step(name, row.get("step"), kind, low, high, where)
    start = parameter.value
    reason = str(row.get("reason", ""))
    return Dimension(name, min(low, start), max(high, start), kind, step, start, reason, parameter.unit)


def _step(name: str, step: object, kind: str, low: float, high: float, where: str) -> float:
    if step is None:
        return 1 if kind == "int" else (high - low) / _FINENESS
    if isinstance(step, bool) or not isinstance(step, (int, float)) or (kind == "int" and step != int(step)):
        raise BadInput(f"the step of {name} is not a number of its kind", where=where, value=step, allowed=kind)
    require_between(f"the step of {name}", step, 1 if kind == "int" else (high - low) / 1e6, high - low, where)
    return step


def _parameter(scenario: Scenario, name: str, where: str) -> Parameter:
    """The parameter with the scenario's own value; BadInput for anything that a product cannot set."""
    from hourglass_sim.people.people import definitions

    economy = scenario.resolved_policy.parameters
    head, _, rest = name.partition(".")
    if name in economy:
        return economy[name]
    if head in NOTIFICATION_POLICIES:
        policy = scenario.notification if head == scenario.notification.name else policy_named(head)
        if rest not in policy.parameters:
            raise unknown(f"parameter of notification policy {head}", rest, policy.parameters, where)
        return policy.parameters[rest]
    if name in definitions() or head in ("shift", "personas"):
        raise BadInput("people are fitted, not tuned", where=where, value=name, allowed="economy and notification parameters")
    names = [*economy, *(f"{p}.{n}" for p in NOTIFICATION_POLICIES for n in policy_named(p).parameters)]
    raise BadInput("unknown parameter", where=where, value=name, nearest=nearest_name(name, names),
                   allowed="economy parameters (`hourglass rules list`) and those of notification policies")  # fmt: skip
