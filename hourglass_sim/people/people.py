"""A population in numbers: mechanisms, personas, hours. Loaded from a preset or a file, checked, changed by name."""

import hashlib
import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from pathlib import Path
from typing import NamedTuple

from hourglass_policy import Parameter
from hourglass_policy.errors import BadInput, require_between, unknown

from hourglass_sim.people.groups import GROUPS, Hours, Personas, Prompting
from hourglass_sim.people.hours import hours_group

FOLDER = Path(__file__).parent
TRAITS = tuple(f for f in Personas._fields if f != "share_up_to")
RANGES = {
    "openness_mean": (-6.0, 6.0), "openness_sd": (0.0, 4.0), "ability_mean": (-5.0, 5.0), "ability_sd": (0.0, 4.0),
    "sociability_mean": (-4.0, 4.0), "novelty_seeking_mean": (0.0, 20.0), "tolerance_mean": (-3.0, 3.0),
    "motivation_start": (-4.0, 4.0), "leave_rate": (0.0, 1.0), "leave_sd": (0.0, 3.0), "habit_rate": (0.0, 0.5),
    "habit_rate_sd": (0.0, 2.0),
}  # fmt: skip
SHIFTS = {"shift.openness": "openness_shift", "shift.spread": "openness_spread", "shift.leave": "leave_factor"}
_KEYS = ("title", "description", "values", "shift", "hours", "personas", "fit")


class Persona(NamedTuple):
    """One kind of person: a share of the population and the means and spreads of their traits."""

    name: str
    title: str
    share: float
    traits: dict[str, float]


@cache
def definitions() -> dict[str, Parameter]:
    """Every mechanism's parameter by dotted name, with unit, range and source."""
    with open(FOLDER / "definitions.toml", "rb") as file:
        table = tomllib.load(file)
    rows = {f"{group}.{name}": row for group, members in table.items() for name, row in members.items()}
    return {
        name: Parameter(name, float(r["value"]), r["unit"], r["low"], r["high"], r["source"], r["description"], "float", ())
        for name, r in rows.items()
    }


@dataclass(frozen=True)
class People:
    """Who lives in a simulation. `with_values({"feeling.fade": 0.04})` gives a changed population.

    `openness_shift` (log-odds) is added to every persona's openness, `openness_spread` multiplies its spread, `leave_factor`
    multiplies every leaving rate: the three numbers that move a whole population (`shift.openness`, `shift.spread`, `shift.leave`).
    `fit` says what was fitted to what; everything else is an assumption.
    """

    name: str
    title: str
    personas: tuple[Persona, ...]
    hour_weights: tuple[float, ...]
    values: Mapping[str, float] = field(default_factory=dict)
    openness_shift: float = 0.0
    openness_spread: float = 1.0
    leave_factor: float = 1.0
    description: str = ""
    fit: Mapping[str, object] = field(default_factory=dict)

    def __post_init__(self) -> None:
        known = definitions()
        for name, value in self.values.items():
            if name not in known:
                raise unknown("people parameter", name, known, f"people {self.name}")
            known[name].checked(value, f"people {self.name}")
        if not self.personas:
            raise BadInput("no persona", where=f"people {self.name}", allowed="at least one [personas.NAME]")
        for persona in self.personas:
            for trait, value in persona.traits.items():
                require_between(f"{persona.name}.{trait}", value, *RANGES[trait], where=f"people {self.name}")
        if sum(p.share for p in self.personas) <= 0.0 or any(p.share < 0 for p in self.personas):
            raise BadInput("persona shares must be positive", where=f"people {self.name}")
        require_between("shift.openness", self.openness_shift, -6.0, 6.0, f"people {self.name}")
        require_between("shift.spread", self.openness_spread, 0.0, 5.0, f"people {self.name}")
        require_between("shift.leave", self.leave_factor, 0.0, 50.0, f"people {self.name}")

    @property
    def persona_names(self) -> tuple[str, ...]:
        """Names of the personas, in the order of their index."""
        return tuple(p.name for p in self.personas)

    def value(self, name: str) -> float:
        """The value of a mechanism's parameter, or of a shift, by dotted name."""
        if name in SHIFTS:
            return float(getattr(self, SHIFTS[name]))
        if name not in definitions():
            raise unknown("people parameter", name, definitions())
        return float(self.values.get(name, definitions()[name].value))

    def with_values(self, values: Mapping[str, object], where: str | None = None) -> "People":
        """The same people with some parameters changed; also those of SHIFTS and `personas.NAME.TRAIT`."""
        changed, personas = dict(self.values), {p.name: p for p in self.personas}
        shifts: dict[str, float] = {}
        for name, raw in values.items():
            value = _number(name, raw, where)
            if name in SHIFTS:
                shifts[SHIFTS[name]] = value
            elif name.startswith("personas."):
                personas = _with_trait(personas, name, value, where)
            elif name in definitions():
                changed[name] = definitions()[name].checked(value, where).value
            else:
                raise unknown("people parameter", name, [*definitions(), *SHIFTS], where)
        return replace(self, values=changed, personas=tuple(personas.values()), **shifts)

    def groups(self) -> dict[str, NamedTuple]:
        """Everything the stages read, as `people.<group>` NamedTuples."""
        return dict(self._groups)

    @cached_property
    def _groups(self) -> dict[str, NamedTuple]:
        made = {f"people.{name}": self._group(name, cls) for name, cls in GROUPS.items()}
        total = sum(p.share for p in self.personas)
        up_to, reached = [], 0.0
        for persona in self.personas:
            reached += persona.share / total
            up_to.append(reached)
        up_to[-1] = 1.0
        tables = {t: tuple(float(p.traits[t]) for p in self.personas) for t in TRAITS}
        tables["openness_mean"] = tuple(v + self.openness_shift for v in tables["openness_mean"])
        tables["openness_sd"] = tuple(v * self.openness_spread for v in tables["openness_sd"])
        tables["leave_rate"] = tuple(v * self.leave_factor for v in tables["leave_rate"])
        made["people.personas"] = Personas(share_up_to=tuple(up_to), **tables)
        made["people.hours"] = self.hours()
        return made

    def hours(self) -> Hours:
        """Opening hours as tables for eight chronotypes whose mixture is `hour_weights`."""
        return hours_group(self.hour_weights)

    def _group(self, name: str, cls: type) -> NamedTuple:
        if cls is Prompting:
            recovery = 1.0 - 0.5 ** (1.0 / self.value("prompting.novelty_half_life"))
            return cls(**{f: recovery if f == "novelty_recovery" else self.value(f"prompting.{f}") for f in cls._fields})
        return cls(**{f: self.value(f"{name}.{f}") for f in cls._fields})

    def digest(self) -> str:
        """SHA-256 of the population."""
        return hashlib.sha256(self.to_toml().encode()).hexdigest()

    def to_toml(self) -> str:
        """The population as a file that `load_people` reads back."""
        lines = [f"title = {_text(self.title)}", f"description = {_text(self.description)}", "", "[values]"]
        lines += [f'"{name}" = {value!r}' for name, value in sorted(self.values.items())]
        lines += ["", "[shift]", f"openness = {self.openness_shift!r}", f"spread = {self.openness_spread!r}"]
        lines += [f"leave = {self.leave_factor!r}"]
        lines += ["", "[hours]", f"weights = [{', '.join(repr(float(w)) for w in self.hour_weights)}]"]
        if self.fit:
            lines += ["", "[fit]", *[f"{key} = {_toml(value)}" for key, value in self.fit.items()]]
        for p in self.personas:
            lines += ["", f"[personas.{p.name}]", f"title = {_text(p.title)}", f"share = {p.share!r}"]
            lines += [f"{trait} = {p.traits[trait]!r}" for trait in TRAITS]
        return "\n".join(lines) + "\n"


def preset_names() -> list[str]:
    """Names of the bundled populations."""
    return sorted(path.stem for path in (FOLDER / "presets").glob("*.toml"))


def load_people(name_or_path: "str | Path | People" = "habit") -> People:
    """A bundled population by name, or one from a TOML file; BadInput names the key and the nearest valid one."""
    if isinstance(name_or_path, People):
        return name_or_path
    name = str(name_or_path)
    if name in preset_names():
        return _bundled(name)
    path = Path(name)
    if path.suffix == ".toml" and path.is_file():
        return _read(path, path.stem)
    if path.suffix == ".toml":
        raise BadInput("no such people file", where=name, allowed=f"a TOML file, or one of {', '.join(preset_names())}")
    raise unknown("people", name, preset_names())


@cache
def _bundled(name: str) -> People:
    return _read(FOLDER / "presets" / f"{name}.toml", name)


def _read(path: Path, name: str) -> People:
    from hourglass_policy.parameter_files import read_toml

    table, where = read_toml(path), str(path)
    for key in table:
        if key not in _KEYS:
            raise unknown("key", key, _KEYS, where)
    personas = tuple(_persona(n, row, where) for n, row in table.get("personas", {}).items())
    values = {k: _number(k, v, where) for k, v in _flat(table.get("values", {})).items()}
    shift = table.get("shift", {})
    for key in shift:
        if f"shift.{key}" not in SHIFTS:
            raise unknown("key of shift", key, [name.partition(".")[2] for name in SHIFTS], where)
    weights = table.get("hours", {}).get("weights", [1.0] * 24)
    if len(weights) != 24 or not all(isinstance(w, (int, float)) and w >= 0 for w in weights) or sum(weights) <= 0:
        raise BadInput(
            "hours.weights are not 24 weights", where=where, value=weights, allowed="24 numbers, none negative, not all 0"
        )
    return People(
        name=name,
        title=str(table.get("title", name)),
        personas=personas,
        hour_weights=tuple(float(w) for w in weights),
        values=values,
        **{SHIFTS[f"shift.{key}"]: _number(f"shift.{key}", value, where) for key, value in shift.items()},
        description=str(table.get("description", "")),
        fit=dict(table.get("fit", {})),
    )


def _persona(name: str, row: object, where: str) -> Persona:
    if not isinstance(row, dict):
        raise BadInput(f"personas.{name} is not a table", where=where, value=row)
    valid = ("title", "share", *TRAITS)
    for key in row:
        if key not in valid:
            raise unknown(f"trait of persona {name}", key, valid, where)
    for key in ("share", *TRAITS):
        if key not in row:
            raise BadInput(f"persona {name} has no {key}", where=where)
    traits = {t: _number(f"{name}.{t}", row[t], where) for t in TRAITS}
    require_between(f"share of persona {name}, which must be positive,", _number("share", row["share"], where), 0.0, 1e9, where)
    return Persona(name, str(row.get("title", name)), _number(f"{name}.share", row["share"], where), traits)


def _with_trait(personas: dict[str, Persona], name: str, value: float, where: str | None) -> dict[str, Persona]:
    _, _, rest = name.partition(".")
    who, _, trait = rest.partition(".")
    if who not in personas:
        raise unknown("persona", who, personas, where)
    old = personas[who]
    if trait == "share":
        return personas | {who: old._replace(share=value)}
    if trait not in TRAITS:
        raise unknown(f"trait of persona {who}", trait, ("share", *TRAITS), where)
    return personas | {who: old._replace(traits=old.traits | {trait: value})}


def _flat(table: Mapping[str, object]) -> dict[str, object]:
    flat: dict[str, object] = {}
    for key, value in table.items():
        flat.update({f"{key}.{k}": v for k, v in value.items()} if isinstance(value, dict) else {key: value})
    return flat


def _number(name: str, value: object, where: str | None) -> float:
    try:
        number = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        number = math.nan
    if isinstance(value, bool) or not math.isfinite(number):
        raise BadInput(f"{name} is not a number", where=where, value=value)
    return number


def _text(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ") + '"'


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(_toml(v) for v in value)}]"
    return repr(value) if isinstance(value, (int, float)) else _text(str(value))
