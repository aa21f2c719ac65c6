"""`hourglass bench`: each figure with its peer in the same run, and the ratio."""

from typing import Annotated

import typer

from hourglass_sim.commands.notes import noted
from hourglass_sim.commands.output import AsJson, print_json, print_table


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("bench")(bench)


def bench(
    users: Annotated[int, typer.Option(min=1_000, max=20_000_000, help="Users of the large run.")] = 100_000,
    days: Annotated[int, typer.Option(min=2, max=3_660)] = 90,
    agent_days: Annotated[int, typer.Option(min=1, max=90, help="Days that the readable engine runs: minutes each.")] = 1,
    repetitions: Annotated[int, typer.Option(min=1, max=99)] = 3,
    json: AsJson = False,
) -> None:
    """Measure both engines on the full rules: medians of interleaved repetitions, and ratios. Takes a few minutes."""
    from hourglass_sim.bench.engines import engines, small_run

    with noted() as note:
        figures = engines(users=users, days=days, agent_days=agent_days, repetitions=repetitions, note=note) + small_run()
    if json:
        print_json({"figures": [f._asdict() for f in figures]})
        return
    rows = [(f.name, f"{f.value:,.0f} {f.unit}", f.peer_name, f"{f.peer:,.0f}", f"{f.ratio:,.2f} ×") for f in figures]
    print_table(("figure", "value", "peer", "its value", "ratio"), rows)
