"""`hourglass bench`: each figure with its goal and its peer in the same run."""

from pathlib import Path
from typing import Annotated

import typer

from hourglass_sim.commands.notes import noted
from hourglass_sim.commands.output import AsJson, print_json, print_table

Users = Annotated[int | None, typer.Option(min=10_000, max=5_000_000, help="Users of the large run.", show_default="1000000")]
Days = Annotated[int | None, typer.Option(min=15, max=365, help="Days of every run.", show_default="90")]
AgentDays = Annotated[int | None, typer.Option(min=1, max=365, help="Days that the readable engine runs.", show_default="90")]
Repetitions = Annotated[int | None, typer.Option(min=1, max=99, help="Rounds, of which medians are told.", show_default="3")]
Quick = Annotated[bool, typer.Option("--quick", help="Small sizes, under a minute: shows that everything works, proves no goal.")]
Only = Annotated[
    list[str] | None,
    typer.Option("--only", help="throughput, small, growth, events, starting, replicates, roofline.", show_default="all"),
]
Peers = Annotated[
    Path | None, typer.Option("--peers", help="Folder with the peers' environments.", show_default="beside the compiled rules")
]
Install = Annotated[
    bool, typer.Option("--install-peers", help="First install mesa-frames and Starsim with pip, each on its own.")
]
Out = Annotated[Path | None, typer.Option("--out", help="Folder for index.html, bench.svg and figures.json.", show_default=False)]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("bench")(bench)


def bench(
    users: Users = None, days: Days = None, agent_days: AgentDays = None, repetitions: Repetitions = None, quick: Quick = False,
    only: Only = None, peers: Peers = None, install_peers: Install = False, out: Out = None, json: AsJson = False,
) -> None:  # fmt: skip
    """Measure speed and memory: the full rules, a toy day with the peers, medians of interleaved repetitions. Takes ten minutes."""
    from hourglass_sim.bench.chart import HEAD, write
    from hourglass_sim.bench.peers import install, peers_folder
    from hourglass_sim.bench.report import measure, require_parts
    from hourglass_sim.bench.sizes import sizes
    from hourglass_sim.bench.telling import closing, row, verdict
    from hourglass_sim.run_files import require_folder

    parts, folder = require_parts(only or []), peers_folder(peers)
    if out is not None:
        require_folder(out)
    chosen = sizes(quick=quick, users=users, days=days, repetitions=repetitions, agent_days=agent_days)
    with noted() as note:
        failed = install(folder, note) if install_peers else {}
        report = measure(chosen, folder, parts, failed, note)
    files = write(report, out) if out is not None else []
    if json:
        print_json(report.told() | ({"out": str(out)} if out is not None else {}))
        return
    print_table(HEAD, [row(figure) for figure in report.figures])
    for line in (f"{verdict(report)}.", *closing(report), *(f"wrote {path}" for path in files)):
        print(line)
