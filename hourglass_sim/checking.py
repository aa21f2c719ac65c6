"""Checks a preset, people, a scenario or an economy's folder before it is used: a summary, or one line that says what is wrong."""

from pathlib import Path
from typing import Any

import hourglass_policy as hp
from hourglass_policy.errors import BadInput, unknown
from hourglass_policy.parameter_files import flat, read_toml

from hourglass_sim.scenario import Scenario

KINDS = ("preset", "people", "scenario", "economy")
_SCENARIO_KEYS = ("users", "days", "seed", "start", "arrivals", "policy", "preset", "people", "economy")


def check(path: str | Path, kind: str | None = None) -> dict[str, Any]:
    """Load a file or folder as it would be used and say what it holds: `kind`, `path`, `summary`, and what it changes.

    `kind` is guessed when not given. Raises BadInput with file, key, value and remedy for whatever is wrong.
    """
    place = Path(path)
    if not place.exists():
        raise BadInput("no such file or folder", where=str(place), allowed="a TOML file, or an economy's folder")
    chosen = kind or kind_of(place)
    if chosen not in KINDS:
        raise unknown("kind of file", chosen, KINDS)
    if (chosen == "economy") != place.is_dir():
        raise BadInput("an economy is a folder, everything else a file", where=str(place), value=chosen)
    found = {"preset": _preset, "people": _people, "scenario": _scenario, "economy": _economy}[chosen](place.resolve())
    return {"kind": chosen, "path": str(place), **found}


def kind_of(path: Path) -> str:
    """What a file seems to be: a folder is an economy, personas make people, users or days a scenario, else it is a preset."""
    if path.is_dir():
        return "economy"
    table = read_toml(path)
    if "personas" in table or "shift" in table or "hours" in table:
        return "people"
    return "scenario" if any(key in table and not isinstance(table[key], dict) for key in _SCENARIO_KEYS) else "preset"


def _preset(path: Path) -> dict[str, Any]:
    scenario = Scenario(users=1, days=1, preset=str(path))
    before, after = hp.economy_parameters(), scenario.resolved_policy.parameters
    for name in flat(read_toml(path), str(path)):
        if name not in before:
            raise unknown("parameter", name, before, str(path))
    _ready(scenario)
    rows = [_change(name, before[name].value, after[name].value, after[name].unit) for name in after.changed()]
    return {"summary": f"a preset that changes {len(rows)} of {len(after)} parameters", "changes": rows}


def _people(path: Path) -> dict[str, Any]:
    from hourglass_sim.people.people import definitions

    scenario = Scenario(users=1, days=1, people=str(path))
    _ready(scenario)
    people, known = scenario.resolved_people, definitions()
    total = sum(p.share for p in people.personas)
    rows = [_change(n, known[n].value, v, known[n].unit) for n, v in people.values.items() if v != known[n].value]
    shares = ", ".join(f"{p.name} {100 * p.share / total:.0f} %" for p in people.personas)
    return {
        "summary": f"{len(people.personas)} personas ({shares}) that change {len(rows)} of {len(known)} values",
        "changes": rows,
    }


def _scenario(path: Path) -> dict[str, Any]:
    scenario = Scenario.from_toml(path)
    _ready(scenario)
    told = scenario.describe()
    text = f"{scenario.users:,} users × {scenario.days} days, people {told['people']}, policy {told['policy']}, preset {scenario.preset}"
    return {"summary": f"a scenario: {text}", "changes": [_change(n, None, v, "") for n, v in scenario.values.items()]}


def _economy(path: Path) -> dict[str, Any]:
    scenario = Scenario(users=1, days=1, economy=str(path))
    _ready(scenario)
    for preset in hp.preset_names(str(path)):
        Scenario(users=1, days=1, economy=str(path), preset=preset)
    c, before, after = scenario.resolved_policy.catalogue, hp.economy_parameters(), scenario.resolved_policy.parameters
    counts = {"goals": len(c.goals.goals), "achievements": len(c.achievements), "challenges": len(c.challenges),
              "events": len(c.events), "levels": len(c.levels), "keywords": sum(len(t.values) for t in c.keywords)}  # fmt: skip
    rows = [_change(n, before[n].value, p.value, p.unit) for n, p in after.items() if p.value != before[n].value]
    text = ", ".join(f"{n} {name}" for name, n in counts.items())
    return {
        "summary": f"an economy: {text}; {len(rows)} of {len(after)} parameters differ from the bundled one",
        "changes": rows,
    } | counts


def _change(name: str, before: object, after: object, unit: str) -> dict[str, object]:
    return {"parameter": name, "from": before, "to": after, "unit": unit}


def _ready(scenario: Scenario) -> None:
    """Everything that a run needs before its first day: rule values, catalogue, tables, bounds."""
    from hourglass_sim.engine.world import make_world

    make_world(scenario)
