"""`hourglass life --user N`: what a simulated person sees of themselves."""

from pathlib import Path
from typing import Annotated

import typer
from hourglass_policy.errors import BadInput

from hourglass_sim.commands import scenario_options as options
from hourglass_sim.commands.notes import noted
from hourglass_sim.commands.output import AsJson, TableFile, checked_table, print_json, saved_tables

User = Annotated[int, typer.Option("--user", help="Number of the user, from 0.", show_default=False)]
Day = Annotated[int | None, typer.Option("--day", help="At the end of which day, from 0.", show_default="the last")]
Page = Annotated[Path | None, typer.Option("--out", help="Write the card as one HTML file.", show_default=False)]


USERS = 1_000
Users = options.users_of(USERS)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("life")(life)


def life(
    user: User, day: Day = None, users: Users = None, days: options.Days = None, seed: options.Seed = None,
    preset: options.Preset = None, policy: options.PolicyName = None, people: options.PeopleName = None,
    values: options.Values = None, start: options.Start = None, economy: options.Economy = None,
    scenario: options.ScenarioFile = None, threads: options.Threads = None, out: Page = None, table: TableFile = None,
    json: AsJson = False,
) -> None:  # fmt: skip
    """Show a person's life card: 90 days, calendar, categories, insights, periods, sound (1,000 users)."""
    from hourglass_sim.life import life as life_of
    from hourglass_sim.tables import table_of_dicts

    checked_table(table)
    if out is not None and out.suffix.lower() not in (".html", ".htm"):
        raise BadInput("not a page's name", where="--out", value=str(out), allowed="FILE.html")
    chosen = options.scenario_from(
        scenario, values, {"users": USERS}, users=users, days=days, seed=seed, preset=preset, policy=policy, people=people,
        start=start, economy=economy,
    )  # fmt: skip
    with noted() as note:
        found = life_of(chosen, user=user, day=day, threads=threads, note=note)
    tables = {}
    if table is not None:
        tables["series"] = table_of_dicts(found.card["series"])
        tables["categories"] = table_of_dicts({"category": name, **axis} for name, axis in found.card["radar"].items())
    told = saved_tables(table, tables, json)
    if out is not None:
        from hourglass_sim.view.life_pictures import write_life_page

        told |= {"out": str(write_life_page(found, out))}
    if json:
        print_json(found.describe() | told)
        return
    print(found)
    if out is not None:
        print(f"wrote {out}")
