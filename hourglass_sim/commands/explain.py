"""`hourglass explain --user N --day D`: why this user got this on that day."""

from typing import Annotated

import typer

from hourglass_sim.commands import scenario_options as options
from hourglass_sim.commands.notes import noted
from hourglass_sim.commands.output import AsJson, TableFile, checked_table, print_json, saved_tables

User = Annotated[int, typer.Option("--user", help="Number of the user, from 0.", show_default=False)]
Day = Annotated[int, typer.Option("--day", help="Day of the run, from 0.", show_default=False)]
Brief = Annotated[bool, typer.Option("--brief", help="What happened only, without rules and parameters.")]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("explain")(explain)


def explain(
    user: User, day: Day, users: options.Users = None, days: options.Days = None, seed: options.Seed = None,
    preset: options.Preset = None, policy: options.PolicyName = None, people: options.PeopleName = None,
    values: options.Values = None, start: options.Start = None, economy: options.Economy = None,
    scenario: options.ScenarioFile = None, threads: options.Threads = None, brief: Brief = False,
    table: TableFile = None, json: AsJson = False,
) -> None:  # fmt: skip
    """Explain a user's day act by act: the rule and the parameter that did it, and the draw that decided."""
    from hourglass_sim.explain import explain as explain_day

    checked_table(table)
    chosen = options.scenario_from(
        scenario, values, users=users, days=days, seed=seed, preset=preset, policy=policy, people=people, start=start, economy=economy
    )  # fmt: skip
    with noted() as note:
        told = explain_day(chosen, user=user, day=day, threads=threads, note=note)
    saved = saved_tables(table, {"day": told.table} if table else {}, json)
    if json:
        print_json(told.describe() | saved)
        return
    lines = repr(told).splitlines()
    print("\n".join(line for line in lines if not (brief and line.startswith("      "))))
