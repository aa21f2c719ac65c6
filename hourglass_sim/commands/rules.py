"""`hourglass rules`: recorded calls, hand-computed cases, the list of rules and parameters, one rule, a goal's value."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hourglass_sim.commands import scenario_options as options
from hourglass_sim.commands.output import AsJson, TableFile, checked_table, print_json, print_table, saved_tables

if TYPE_CHECKING:
    from hourglass_sim.tables import Table

TITLE_SHOWN = 80  # characters of a title


def register(app: typer.Typer) -> None:
    """Add `rules check`, `rules cases`, `rules list`, `rules show` and `rules explain`."""
    from hourglass_sim.commands import rule_pages

    rules = typer.Typer(help="The economy's rules: check, cases, list, show, explain.", no_args_is_help=True)
    rules.command("check")(check)
    rules.command("cases")(rule_pages.cases)
    rules.command("list")(list_)
    rules.command("show")(rule_pages.show)
    rules.command("explain")(explain)
    app.add_typer(rules, name="rules")


def check(
    file: Annotated[Path, typer.Argument(help="Recorded calls, one JSON object a line: rule, args, expect.")],
    compiled: Annotated[
        bool, typer.Option("--compiled", help="Compute through the rules as the fast engine compiles them.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Replay recorded calls of the deployed rules; exit 1 when any result differs."""
    from hourglass_sim.rules_check import check_rules

    result = check_rules(file, compiled=compiled)
    different = result["different"]
    if as_json:
        print_json(result)
    else:
        if different:
            keys = ("line", "rule", "args", "expect", "got")
            print_table(keys, ([row[key] for key in keys] for row in different[:20]))
        typer.echo(f"{result['checked'] - len(different)} of {result['checked']} calls give the recorded result")
    if different:
        raise typer.Exit(1)


def list_(
    preset: Annotated[str, typer.Option("--preset", help="Whose values: documented or as_deployed.")] = "documented",
    table: TableFile = None,
    as_json: AsJson = False,
) -> None:
    """List the deployed rules, and every parameter of economy, notifications and people: unit, range, source."""
    import hourglass_policy as hp
    from hourglass_policy.decisions import NAMES, policy_named
    from hourglass_policy.rules import DEPLOYED

    from hourglass_sim.people.people import definitions, load_people

    checked_table(table)
    documented, parameters = (hp.load(preset=name).parameters for name in ("documented", preset))
    notifications = [p._replace(name=f"{name}.{p.name}") for name in NAMES for p in policy_named(name).parameters.values()]
    habit = load_people("habit").values
    people = [p._replace(value=habit.get(p.name, p.value)) for p in definitions().values()]
    described = {name: (rule.function.__doc__ or "").strip().splitlines()[0] for name, rule in DEPLOYED.items()}
    saved = saved_tables(table, parameter_tables(parameters.values(), notifications, people, described) if table else {}, as_json)
    if as_json:
        listed = [{"name": n, "arguments": list(DEPLOYED[n].arguments), "description": text} for n, text in described.items()]
        more = {"notifications": notifications, "people": people}
        told = {key: [p._asdict() for p in rows] for key, rows in ({"parameters": parameters.values()} | more).items()}
        print_json({"rules": listed, "preset": preset, **told, **saved})
        return
    for name, rule in DEPLOYED.items():
        typer.echo(f"{name}({', '.join(rule.arguments)}): {described[name]}")
    for p in [*parameters.values(), *notifications, *people]:
        changed = p.name in documented and p.value != documented[p.name].value
        other = f" (documented: {documented[p.name].value})" if changed else ""
        typer.echo(f"{p.name} = {p.value} {p.unit} [{_range(p)}] {p.source}: {p.description}{other}")


def parameter_tables(economy, notifications, people, rules: dict[str, str]) -> "dict[str, Table]":
    """Every parameter with value, unit, range, source and meaning, and the deployed rules."""
    from hourglass_sim.tables import Table

    groups = {"economy": economy, "notifications": notifications, "people": people}
    rows = [
        [of, p.name, p.value, p.unit, p.low, p.high, " | ".join(p.choices), p.source, p.description]
        for of, listed in groups.items()
        for p in listed
    ]
    columns = ["of", "parameter", "value", "unit", "low", "high", "choices", "source", "description"]
    return {"parameters": Table(columns, rows), "rules": Table(["rule", "description"], list(rules.items()))}


def _range(parameter) -> str:
    if parameter.kind == "choice":
        return " | ".join(parameter.choices)
    return "true | false" if parameter.kind == "bool" else f"{parameter.low:g} to {parameter.high:g}"


def explain(
    title: Annotated[str, typer.Argument(help="A goal title.")],
    language: Annotated[str, typer.Option("--language", "-l", help="en or fr: whose keywords count.")] = "en",
    economy: options.Economy = None,
    as_json: AsJson = False,
) -> None:
    """Explain what a goal title is worth, and whether it is a micro-victory."""
    from hourglass_policy.backend import value_goal

    from hourglass_sim.scenario import Scenario

    result = value_goal(title, language, Scenario(economy=economy or "hourglass").resolved_policy)
    if as_json:
        print_json(result)
        return
    micro = f"a micro-victory ({result['micro_victory_word']!r})" if result["is_micro_victory"] else "not a micro-victory"
    typer.echo(f"{_named(title)}: {result['value']:g} grains ({result['reason']}); {micro}")


def _named(title: str) -> str:
    """A title as it is shown: on one line, a very long one cut, an empty one said to be empty."""
    line = " ".join(title.split())
    return f"{line[:TITLE_SHOWN]}… ({len(title):,} characters)" if len(line) > TITLE_SHOWN else line or "(empty title)"
