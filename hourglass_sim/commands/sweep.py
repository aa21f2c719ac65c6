"""`hourglass sweep`: one or two parameters over a range, on paired seeds: table, verdict and pictures."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from hourglass_policy.errors import BadInput

from hourglass_sim.commands import scenario_options as options
from hourglass_sim.commands.notes import noted
from hourglass_sim.commands.output import AsJson, print_json, print_table

if TYPE_CHECKING:
    from hourglass_sim.sweep import Sweep
    from hourglass_sim.view.words import Words

Parameters = Annotated[
    list[str],
    typer.Argument(
        metavar="NAME=FROM:TO:STEPS", help="One or two: a range, values such as 8,10,12, or all; also policy, preset, people."
    ),
]
Kpis = Annotated[
    list[str] | None, typer.Option("--kpi", help="Measure by name; repeatable.", show_default="d30 d7 completion minted opt_outs")
]
Replicates = Annotated[int, typer.Option("--replicates", help="Seeds on which every cell runs, 2 to 1000.")]
Baseline = Annotated[str, typer.Option("--baseline", help="default (the scenario as it stands) or first (the first cell).")]
Out = Annotated[
    Path | None,
    typer.Option(
        "--out",
        help="Folder for index.html, sweep.csv, sweep.xlsx and pictures; finished runs in it are kept.",
        show_default=False,
    ),
]
DAYS = 91
Days = options.days_of(DAYS)
Language = Annotated[str, typer.Option("--language", help="en or fr: the page's words.")]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("sweep")(sweep)


def sweep(
    parameters: Parameters, kpi: Kpis = None, replicates: Replicates = 8, baseline: Baseline = "default", users: options.Users = None,
    days: Days = None, seed: options.Seed = None, preset: options.Preset = None, policy: options.PolicyName = None,
    people: options.PeopleName = None, values: options.Values = None, start: options.Start = None, economy: options.Economy = None,
    scenario: options.ScenarioFile = None, threads: options.Threads = None, out: Out = None, language: Language = "en",
    json: AsJson = False,
) -> None:  # fmt: skip
    """Run a scenario at every value of one or two parameters and show what each measure does.

    With --out, an interrupted sweep that is repeated goes on where it stopped; without it nothing is kept.
    """
    from hourglass_sim.economy.files import require_place
    from hourglass_sim.sweep import HEADLINES
    from hourglass_sim.sweep import sweep as run_sweep
    from hourglass_sim.view.sweep_page import write_sweep
    from hourglass_sim.view.words import words

    words(language)
    given = {"users": users, "days": days, "seed": seed, "preset": preset, "policy": policy, "people": people, "start": start}
    chosen = options.scenario_from(scenario, values, {"days": DAYS}, economy=economy, **given)
    if out is not None:
        require_place(out)
    with noted() as note:
        found = run_sweep(chosen, ranges(parameters), kpis=kpi or HEADLINES, replicates=replicates, baseline=baseline, out=out,
                          threads=threads, note=note)  # fmt: skip
    files = [] if out is None else write_sweep(found, out, language)
    if json:
        print_json(found.as_dict() | ({"out": str(out)} if out is not None else {}))
        return
    show(found)
    for path in files:
        print(f"wrote {path}")


def ranges(pairs: list[str]) -> dict[str, str]:
    """`NAME=VALUES` texts by name; BadInput without '=', or for a name given twice."""
    found: dict[str, str] = {}
    for pair in pairs:
        name, equals, text = (part.strip() for part in pair.partition("="))
        if not equals or not name or not text:
            raise BadInput("not a range", where="sweep", value=pair, allowed="NAME=FROM:TO:STEPS, NAME=A,B or NAME=all")
        if name in found:
            raise BadInput("a parameter is given twice", where="sweep", value=name)
        found[name] = text
    return found


def show(found: "Sweep") -> None:
    """Print the sweep for a person: the verdicts, then a table for each measure."""
    from hourglass_sim.commands.simulate import _title
    from hourglass_sim.sweep_words import notes

    own = ", ".join(f"{axis.name} = {axis.default}" for axis in found.axes if axis.default is not None)
    against = f"baseline: the scenario as it stands ({own})" if found.baseline == "default" else "baseline: the first cell"
    print(f"{_title(found.scenario)}\n{len(found.seeds)} paired seeds; {against}\n")
    for kpi in found.kpis:
        print(found.verdict(kpi))
    for kpi in found.kpis:
        _show_lines(found, kpi) if len(found.axes) == 1 else _show_grid(found, kpi)
    for line in notes(found):
        print(f"Note: {line}")


def _show_lines(found: "Sweep", kpi: str) -> None:
    from hourglass_sim.sweep_words import shown
    from hourglass_sim.view.words import words

    w, rows = words("en"), []
    for k, (value,) in enumerate(found.cells):
        r = found.row(kpi, k)
        cells = [w.kpi_change(kpi, r[key], unit=False) for key in ("difference", "low", "high")]
        rows.append((shown(value), w.kpi(kpi, r["b"]), *cells, "clear" if r["clear"] else ""))
    print_table((found.axes[0].name, "value", "difference", "low", "high", ""), rows, f"\n{w.kpi_title(kpi)}")


def _show_grid(found: "Sweep", kpi: str) -> None:
    from hourglass_sim.sweep_words import shown
    from hourglass_sim.view.words import words

    w, (down, across) = words("en"), found.axes
    rows, width = [], len(across.values)
    for k, value in enumerate(down.values):
        own = [found.row(kpi, k * width + j) for j in range(width)]
        rows.append((shown(value), *(_cell(kpi, r, w) for r in own)))
    head = (f"{down.name} \\ {across.name}", *(shown(v) for v in across.values))
    print_table(head, rows, f"\n{w.kpi_title(kpi)}: difference from the baseline with its 95 % interval (* clear)")


def _cell(kpi: str, row: dict, w: "Words") -> str:
    value, change = w.kpi(kpi, row["b"], unit=False), w.kpi_change(kpi, row["difference"], unit=False)
    low, high = (w.kpi_change(kpi, row[key], unit=False) for key in ("low", "high"))
    return f"{value}: {change} [{low}, {high}]{' *' if row['clear'] else ''}"
