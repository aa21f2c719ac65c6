"""Options that describe a scenario, shared by every command that simulates, and the Scenario made from them."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from hourglass_policy.errors import BadInput, unknown

if TYPE_CHECKING:
    from hourglass_sim.scenario import Scenario


def users_of(default: int) -> object:
    """The option for a number of people, with the default that a command shows."""
    return Annotated[int | None, typer.Option("--users", help="Number of people, 1 to 20 million.", show_default=str(default))]


def days_of(default: int) -> object:
    """The option for a number of days, with the default that a command shows."""
    return Annotated[int | None, typer.Option("--days", help="Days to simulate, 1 to 3660.", show_default=str(default))]


Users, Days = users_of(10_000), days_of(90)
Seed = Annotated[int | None, typer.Option("--seed", help="Luck: the same seed gives the same run.", show_default="7")]
Preset = Annotated[
    str | None, typer.Option("--preset", help="Rule values: documented, as_deployed, or a TOML file.", show_default="documented")
]
PolicyName = Annotated[
    str | None, typer.Option("--policy", help="Notification policy, release, or parameter file.", show_default="deployed")
]
PeopleName = Annotated[
    str | None, typer.Option("--people", help="Who lives in it: a preset, or a TOML file.", show_default="habit")
]
Values = Annotated[
    list[str] | None, typer.Option("--set", help="NAME=VALUE: any parameter by dotted name; repeatable.", show_default=False)
]
Start = Annotated[str | None, typer.Option("--start", help="First day, YYYY-MM-DD.", show_default="2026-01-05")]
Arrivals = Annotated[
    str | None,
    typer.Option(
        "--arrivals",
        help="Sign-ups over the days: constant, growing:0.02 (a week), seasonal, or a CSV of date,count.",
        show_default="all on day 0",
    ),
]
Economy = Annotated[
    str | None, typer.Option("--economy", help="Economy whose rules hold: a name, or a folder.", show_default="hourglass")
]
ScenarioFile = Annotated[
    Path | None,
    typer.Option("--scenario", help="TOML file as `simulate --out` writes it; other options win.", show_default=False),
]
Engine = Annotated[str, typer.Option("--engine", help="columns (fast) or agents (readable); the same run.")]
Threads = Annotated[int | None, typer.Option("--threads", help="Never changes a result.", show_default="1 below 10000 users")]

CHANGES = ("policy", "preset", "people", "economy")  # what --against may change besides parameters


def scenario_from(
    file: Path | None = None,
    values: Iterable[str] | None = None,
    fallback: "Mapping[str, object] | None" = None,
    **given: object,
) -> "Scenario":
    """The Scenario of a command: a file's or the defaults (with a command's own `fallback`), then the options given.

    `given`: fields of Scenario, None where the option was not given. BadInput for anything unknown or out of range.
    """
    from dataclasses import replace

    from hourglass_sim.scenario import Scenario

    base = Scenario.from_toml(file) if file else Scenario(**(fallback or {}))
    changes = {name: value for name, value in given.items() if value is not None}
    if "users" not in changes and file is None:
        changes |= _users_of_arrivals(changes, base)
    for name in ("people", "policy", "preset", "economy"):
        if name in changes:
            changes[name] = _found(str(changes[name]))
    changed = assignments(values, "--set")
    if changed:
        changes["values"] = {**base.values, **changed}
    return replace(base, **changes) if changes else base


def _users_of_arrivals(changes: "Mapping[str, object]", base: "Scenario") -> dict[str, int]:
    """Where no number of users is given, those of a file of arrivals."""
    from hourglass_sim.arrivals import users_of_file

    users = users_of_file(changes.get("arrivals"), changes.get("start", base.start))
    return {} if users is None else {"users": users}


def changed_scenario(base: "Scenario", pairs: Iterable[str], option: str = "--against") -> "Scenario":
    """The scenario with `NAME=VALUE` applied, NAME being policy, preset, people, economy or a parameter."""
    from dataclasses import fields, replace

    changes = assignments(pairs, option)
    own = {name: _found(str(changes.pop(name))) for name in CHANGES if name in changes}
    for name in changes:
        if "." not in name:
            fixed = name in {field.name for field in fields(base)}
            if fixed:
                raise BadInput(f"{name} is the same on both sides", where=option, value=name, allowed=", ".join(CHANGES))
            raise unknown("change", name, [*CHANGES, *base.resolved_policy.parameters], option)
    return replace(base, **own, values={**base.values, **changes})


def assignments(pairs: Iterable[str] | None, option: str) -> dict[str, object]:
    """`NAME=VALUE` texts as values by name: whole numbers, numbers, true and false, else text. BadInput without '='."""
    found: dict[str, object] = {}
    for pair in pairs or ():
        name, equals, text = (part.strip() for part in pair.partition("="))
        if not equals or not name or not text:
            raise BadInput("not an assignment", where=option, value=pair, allowed="NAME=VALUE")
        if name in found:
            raise BadInput("a parameter is given twice", where=option, value=name)
        found[name] = value_of(text)
    return found


def value_of(text: str) -> object:
    """A value as typed on a command line."""
    if text.lower() in ("true", "false"):
        return text.lower() == "true"
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text


def _found(name: str) -> str:
    """A file's full path, so that a written scenario can be read from anywhere; any other name as it is."""
    looks_like_a_file = name.endswith(".toml") or "/" in name or Path(name, "parameters.toml").is_file()
    return str(Path(name).resolve()) if looks_like_a_file and Path(name).exists() else name
