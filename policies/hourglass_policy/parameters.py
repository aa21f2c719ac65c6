"""Parameters: every number of the economy with its unit, range and source; a changed set is a new, checked object."""

import math
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from .errors import BadInput, require_between, unknown
from .parameter_checks import check_together

if TYPE_CHECKING:
    from .values import RuleValues

Value = bool | int | float | str


class Parameter(NamedTuple):
    """One number of the economy, in the unit a person thinks in."""

    name: str
    value: Value
    unit: str
    low: float | None
    high: float | None
    source: str
    description: str
    kind: str
    choices: tuple[str, ...]

    def checked(self, value: object, where: str | None = None) -> "Parameter":
        """This parameter with another value; BadInput for a wrong type, a value out of range or an unknown choice."""
        return self._replace(value=_of_kind(self, value, where))


class Group:
    """The parameters of one group, as attributes."""

    def __init__(self, name: str, members: dict[str, Parameter]):
        vars(self).update(_name=name, _members=members)

    def __getattr__(self, name: str) -> Parameter:
        if name.startswith("_"):
            raise AttributeError(name)
        if name not in self._members:
            raise AttributeError(str(unknown(f"parameter of {self._name}", name, self._members)))
        return self._members[name]

    def __setattr__(self, name: str, value: object) -> None:
        raise _unchangeable(f"{self._name}.{name}")

    def __delattr__(self, name: str) -> None:
        raise _unchangeable(f"{self._name}.{name}")

    def __iter__(self) -> Iterator[Parameter]:
        return iter(self._members.values())

    def __dir__(self) -> list[str]:
        return list(self._members)


class Parameters(Mapping[str, Parameter]):
    """All parameters of an economy by dotted name, checked one by one and together; it cannot be changed in place."""

    _members: dict[str, Parameter]
    _defaults: dict[str, Value]
    _rule_values: "RuleValues | None"

    def __init__(self, members: Mapping[str, Parameter], defaults: Mapping[str, Value] | None = None, where: str | None = None):
        values = {name: p.value for name, p in members.items()}
        own = dict(defaults) if defaults is not None else values
        vars(self).update(_members=dict(members), _defaults=own, _rule_values=None)
        check_together(values, where)

    def __getitem__(self, name: str) -> Parameter:
        if name not in self._members:
            raise unknown("parameter", name, self._members)
        return self._members[name]

    def __contains__(self, name: object) -> bool:
        return name in self._members

    def __iter__(self) -> Iterator[str]:
        return iter(self._members)

    def __len__(self) -> int:
        return len(self._members)

    def __getattr__(self, name: str) -> Group:
        if name.startswith("_"):
            raise AttributeError(name)
        members = {full.partition(".")[2]: p for full, p in self._members.items() if full.startswith(name + ".")}
        if not members:
            raise AttributeError(str(unknown("parameter group", name, {full.partition(".")[0] for full in self._members})))
        return Group(name, members)

    def __setattr__(self, name: str, value: object) -> None:
        raise _unchangeable(name)

    def __delattr__(self, name: str) -> None:
        raise _unchangeable(name)

    def __repr__(self) -> str:
        return f"Parameters({len(self)} parameters; changed: {self.changed() or 'none'})"

    def get(self, name: str, default: object = None) -> object:
        """The parameter of that name, else `default`."""
        return self._members.get(name, default)

    def names(self) -> tuple[str, ...]:
        """Dotted names in file order."""
        return tuple(self._members)

    def values_by_name(self) -> dict[str, Value]:
        """Every value by dotted name, in human units."""
        return {name: p.value for name, p in self._members.items()}

    def with_values(self, values: Mapping[str, object], where: str | None = None) -> "Parameters":
        """A new set with some values changed; BadInput names the parameter, the value, its range and the nearest name."""
        if not isinstance(values, Mapping):
            raise BadInput("values are not a dict", where=where, value=values, allowed="values by dotted parameter name")
        members = dict(self._members)
        for name, value in values.items():
            if name not in members:
                raise unknown("parameter", name, members, where)
            members[name] = members[name].checked(value, where)
        return Parameters(members, self._defaults, where)

    def changed(self) -> dict[str, Value]:
        """What differs from the economy's own values."""
        return {name: p.value for name, p in self._members.items() if p.value != self._defaults[name]}

    def digest(self) -> str:
        """SHA-256 over all names and values."""
        import hashlib

        lines = "".join(f"{name}={p.value!r}\n" for name, p in sorted(self._members.items()))
        return hashlib.sha256(lines.encode()).hexdigest()

    def to_toml(self, only_changed: bool = True) -> str:
        """The values as TOML that `load_parameters` reads back."""
        chosen = self.changed() if only_changed else self.values_by_name()
        lines: list[str] = []
        group = ""
        for name in (n for n in self._members if n in chosen):
            head, _, field = name.partition(".")
            if head != group:
                lines += [*([""] if lines else []), f"[{head}]"]
                group = head
            p = self._members[name]
            lines.append(f"{field} = {_toml(p.value)}  # {p.unit}, default {_toml(self._defaults[name])}")
        return "\n".join(lines) + "\n" if lines else "# nothing differs from the economy's own values\n"

    def rule_values(self) -> "RuleValues":
        """The same numbers as rules compute with them: centigrains, hundredths, switches as 0 and 1."""
        if self._rule_values is None:
            from .rule_values import rule_values  # here, so that loading a policy does not import every rule

            vars(self)["_rule_values"] = rule_values(self)
        return self._rule_values


def _unchangeable(name: str) -> AttributeError:
    return AttributeError(f"{name} cannot be changed in place; with_values({{'group.name': value}}) gives a changed set")


def _of_kind(p: Parameter, value: object, where: str | None) -> Value:
    if p.kind == "choice":
        if value not in p.choices:
            raise unknown(f"value of {p.name}", value, p.choices, where)
        return str(value)
    if p.kind == "bool":
        switch = {"true": True, "false": False}.get(value.strip().lower()) if isinstance(value, str) else value
        if not isinstance(switch, bool):
            raise BadInput(f"{p.name} is a switch", where=where, value=value, allowed="true or false")
        return switch
    number = _as_number(p, value, where)
    require_between(p.name, number, p.low, p.high, where, p.unit)
    return number


def _as_number(p: Parameter, value: object, where: str | None) -> int | float:
    allowed = f"{p.low} to {p.high} {p.unit}"
    try:
        number = None if isinstance(value, bool) else float(value)
    except (TypeError, ValueError):
        number = None
    if number is None or not math.isfinite(number):
        raise BadInput(f"{p.name} is not a number", where=where, value=value, allowed=allowed)
    if p.kind == "float":
        return number
    if number != int(number):
        raise BadInput(f"{p.name} is a whole number", where=where, value=value, allowed=allowed)
    return int(number)


def _toml(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return f'"{value}"' if isinstance(value, str) else repr(value)
