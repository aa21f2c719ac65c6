"""`hourglass calibrate LOG`: people fitted to a log, with the log's own uncertainty beside each moment."""

from pathlib import Path
from typing import Annotated

import typer

from hourglass_sim.commands.metrics import Events, LogPath, TimeColumn, TimeUnit, UserColumn, Zone, event_filter
from hourglass_sim.commands.notes import noted
from hourglass_sim.commands.output import AsJson, print_json, print_table


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("calibrate")(calibrate)


def calibrate(
    log: LogPath,
    user: UserColumn = None,
    time: TimeColumn = None,
    time_unit: TimeUnit = None,
    tz: Zone = "UTC",
    event: Events = None,
    out: Annotated[Path | None, typer.Option(help="Folder for people.toml, calibration.json and the search's state.")] = None,
    people: Annotated[str, typer.Option(help="Where the search starts, and everything that is not fitted.")] = "learner",
    policy: Annotated[str, typer.Option(help="Which notifications the log's product sent.")] = "silent",
    evaluations: Annotated[int, typer.Option(min=12, max=100_000, help="Most simulations.")] = 400,
    seconds: Annotated[float, typer.Option(min=1, max=86_400, help="Most time for the search; run again to go on.")] = 420.0,
    seed: Annotated[int, typer.Option(min=0)] = 1,
    json: AsJson = False,
) -> None:
    """Fit people to a log (method of simulated moments). Interrupt it and run it again with the same --out to continue."""
    from hourglass_sim.learn.calibration import calibrate as fit
    from hourglass_sim.store.importer import read_log

    read = read_log(log, user, time, time_unit, tz, event_filter(event))
    with noted() as note:
        result = fit(read, people=people, policy=policy, evaluations=evaluations, seconds=seconds, out=out, seed=seed, note=note)
    if json:
        print_json({**result.to_dict(), "people_file": None if out is None else str(out / "people.toml")})
        return
    rows = [
        (
            m.name,
            *(None if v is None else f"{v:.4f}" for v in (m.observed, m.low, m.high, m.simulated)),
            "yes" if m.inside else "no",
        )
        for m in result.moments
    ]
    title = f"{result.inside} of 10 moments inside their 95 % interval widened by a point; {result.evaluations} simulations"
    print_table(("moment", "observed", "low", "high", "simulated", "inside"), rows, title=title)
    apart = max(abs(a - b) for a, b in zip(result.hours_observed, result.hours_simulated, strict=True))
    typer.echo(f"hours of the day: at most {100 * apart:.1f} points apart")
    if out is not None:
        typer.echo(f"people: {out / 'people.toml'}")
