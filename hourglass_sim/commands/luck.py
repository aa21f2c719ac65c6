"""`hourglass luck`: how much smaller the same luck makes the variance of a difference, for three named changes."""

from dataclasses import asdict
from typing import Annotated

import typer

from hourglass_sim.commands import scenario_options as options
from hourglass_sim.commands.notes import noted
from hourglass_sim.commands.output import AsJson, TableFile, checked_table, print_json, print_table, saved_tables

USERS, DAYS = 2_000, 35
Users, Days = options.users_of(USERS), options.days_of(DAYS)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("luck")(luck)


def luck(
    replicates: Annotated[int, typer.Option("--replicates", help="Seeds on which all sides run, 4 to 1000.")] = 24,
    users: Users = None, days: Days = None, seed: options.Seed = None, people: options.PeopleName = None,
    scenario: options.ScenarioFile = None, threads: options.Threads = None, table: TableFile = None,
    json: AsJson = False,
) -> None:  # fmt: skip
    """Compare the variance of paired and unpaired differences: boost cost, level base, one message fewer; on D30 and grains."""
    from hourglass_sim.luck import luck as measure
    from hourglass_sim.tables import table_of_dicts

    checked_table(table)

    start = {"users": USERS, "days": DAYS}
    chosen = options.scenario_from(scenario, None, start, users=users, days=days, seed=seed, people=people)
    with noted() as note:
        found = measure(chosen, replicates=replicates, threads=threads, note=note)
    told = saved_tables(table, {"luck": table_of_dicts(asdict(row) for row in found)} if table else {}, json)
    if json:
        print_json({"pairs": [asdict(row) for row in found], "replicates": replicates, "scenario": chosen.describe()} | told)
        return
    rows = [
        (r.pair, f"{r.measure} ({r.unit})", f"{r.difference:+.4f}", f"{r.paired_variance:.3g}", f"{r.unpaired_variance:.3g}",
         "exact" if r.ratio is None else f"{r.ratio:.1f} ×", "" if r.ratio is None else f"{r.low:.1f} to {r.high:.1f}")
        for r in found
    ]  # fmt: skip
    heads = ("change", "measure", "difference", "paired variance", "unpaired", "ratio", "95 %")
    print_table(heads, rows, f"{chosen.users:,} users × {chosen.days} days, {replicates} seeds")
