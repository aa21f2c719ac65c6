"""`hourglass demo`: the whole path, from a log to a shipped policy and a report."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hourglass_sim.commands.metrics import Events, TimeColumn, TimeUnit, UserColumn, Zone, event_filter
from hourglass_sim.commands.notes import noted
from hourglass_sim.commands.output import AsJson, print_json, print_table

if TYPE_CHECKING:
    from hourglass_sim.demo import Demo

LogFile = Annotated[
    Path | None, typer.Option("--log", help="Log that people are fitted to; without one, a log is simulated.", show_default=False)
]
Out = Annotated[Path, typer.Option("--out", help="Folder of everything made; finished steps in it are kept.")]
Quick = Annotated[bool, typer.Option("--quick", help="A tiny version: shows that the path works, not what it finds.")]

SHOWN = {
    "d30": "D30 retention, %", "d1": "D1 retention, %", "d90": "D90 retention, %", "curr": "CURR, %", "completion": "completion, %",
    "minted": "grains minted per active day", "opt_outs": "opt-outs, %",
}  # fmt: skip


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("demo")(demo)


def demo(
    log: LogFile = None, user: UserColumn = None, time: TimeColumn = None, time_unit: TimeUnit = None, tz: Zone = "UTC",
    event: Events = None, out: Out = Path("out/demo"), quick: Quick = False, json: AsJson = False,
) -> None:  # fmt: skip
    """From a log to a shipped policy: fit people, tune, confirm, ship, report. Interrupt it and run it again to go on."""
    from hourglass_sim.demo import FULL, QUICK, LogOptions
    from hourglass_sim.demo import demo as run_demo

    options = LogOptions(log, user, time, time_unit, tz, event_filter(event))
    with noted() as note:
        made = run_demo(options, out, size=QUICK if quick else FULL, say=_say, note=note)
    if json:
        print_json(made.as_dict())
    else:
        _show(made, quick)


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _show(made: "Demo", quick: bool) -> None:
    study, confirmed = made.study, made.study["confirmed"]
    rows = []
    for name in dict.fromkeys((study["objective"]["name"], *SHOWN)):
        row, found = confirmed["kpis"].get(name), [study[side]["kpis"].get(name) for side in ("baseline", "best")]
        if row is None or row["difference"] is None or None in found:
            continue
        scale = 100.0 if SHOWN.get(name, "%").endswith("%") else 1.0
        cells = [f"{scale * cell:.2f}" for cell in (row["a"], row["b"])]
        cells += [f"{scale * cell:+.2f}" for cell in (row["difference"], row["low"], row["high"], found[1] - found[0])]
        rows.append((SHOWN.get(name, name), *cells))
    print(f"\nPeople: fitted to {made.log}; {made.moments_inside} of 10 moments match")
    print_table(("confirmed on fresh people", "baseline", "tuned", "change", "low", "high", "searched"), rows, "")
    span = f"95 % interval {confirmed['optimism_low']:+.4f} to {confirmed['optimism_high']:+.4f}"
    print(f"\nOptimism of the search: {confirmed['optimism']:+.4f}, {span}")
    words = {True: "holds", False: "BROKEN", None: "unknown"}
    guardrails = [(words[g["passed"]], g["text"], _percent(g["value"]), _percent(g["bound"])) for g in confirmed["guardrails"]]
    print_table(("guardrail", "", "value", "bound"), guardrails, "")
    print(f"\n{confirmed['verdict']}")
    for line in confirmed["losses"]:
        print(f"Price: {line}")
    for line in confirmed["warnings"]:
        print(f"Suspicious: {line}")
    if quick:
        print("This was the quick version: too small to conclude anything from.")
    times = ", ".join(f"{name} {seconds:.1f} s{' (kept)' if name in made.kept else ''}" for name, seconds in made.seconds.items())
    print(f"\nreport  {made.report}\nwheel   {made.wheel}\nrelease {made.release}\ntimes   {times}")


def _percent(value: float | None) -> str | None:
    return None if value is None else f"{100 * value:.2f} %"
