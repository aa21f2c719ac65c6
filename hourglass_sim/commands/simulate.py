"""`hourglass simulate` and `hourglass compare`: run a scenario, or two under the same luck."""

from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from hourglass_policy.errors import BadInput, require_between

from hourglass_sim.commands import scenario_options as options
from hourglass_sim.commands.notes import noted
from hourglass_sim.commands.output import AsJson, TableFile, checked_table, print_json, print_table, saved_tables

if TYPE_CHECKING:
    from hourglass_sim.compare import Comparison
    from hourglass_sim.run import Run
    from hourglass_sim.scenario import Scenario
    from hourglass_sim.tables import Table

Record = Annotated[str, typer.Option("--record", help="totals, days or events: how much of the run is kept.")]
Digest = Annotated[
    bool | None, typer.Option("--digest/--no-digest", help="Hash of everything that happened.", show_default="up to 100000 users")
]
Out = Annotated[
    Path | None,
    typer.Option(
        "--out",
        help="Folder for scenario, KPIs, totals, users, days or events (written while the run goes on).",
        show_default=False,
    ),
]
CheckpointFolder = Annotated[
    Path | None,
    typer.Option("--checkpoint", help="Folder that keeps a long run; the same command continues it.", show_default=False),
]
Every = Annotated[int, typer.Option("--every", help="Days between two checkpoints.")]
FirstFile = Annotated[Path | None, typer.Argument(metavar="[A]", help="Scenario file; else the options.", show_default=False)]
SecondFile = Annotated[Path | None, typer.Argument(metavar="[B]", help="Scenario file to compare with.", show_default=False)]
Against = Annotated[
    list[str] | None,
    typer.Option("--against", help="NAME=VALUE: what B changes (policy, preset, people, a parameter).", show_default=False),
]
Replicates = Annotated[int, typer.Option("--replicates", help="Seeds on which both run, 2 to 1000.")]


def register(app: typer.Typer) -> None:
    """Add `simulate` and `compare`."""
    app.command("simulate")(simulate)
    app.command("compare")(compare)


def simulate(
    users: options.Users = None, days: options.Days = None, seed: options.Seed = None, engine: options.Engine = "columns",
    record: Record = "totals", preset: options.Preset = None, policy: options.PolicyName = None, people: options.PeopleName = None,
    values: options.Values = None, start: options.Start = None, economy: options.Economy = None,
    arrivals: options.Arrivals = None, scenario: options.ScenarioFile = None, threads: options.Threads = None,
    digest: Digest = None, checkpoint: CheckpointFolder = None, every: Every = 30,
    out: Out = None, table: TableFile = None, json: AsJson = False,
) -> None:  # fmt: skip
    """Simulate a population under the rules and print its KPIs."""
    from hourglass_sim.run import simulate as run_scenario
    from hourglass_sim.run_files import EVENTS, require_folder, write_run
    from hourglass_sim.store.places import staged_parts

    chosen = options.scenario_from(
        scenario, values, users=users, days=days, seed=seed, preset=preset, policy=policy, people=people, start=start, economy=economy,
        arrivals=arrivals,
    )  # fmt: skip
    if out is not None:
        require_folder(out)
    checked_table(table)
    with staged_parts(out / EVENTS) if out and record == "events" else nullcontext() as place:
        with noted() as note:
            run = run_scenario(chosen, engine=engine, record=record, threads=threads, digest=digest,
                               checkpoint=checkpoint, every=every, note=note, out=place)  # fmt: skip
        result = run_result(run)
        files = [] if out is None else write_run(run, out, result)
    told = saved_tables(table, run.tables() if table else {}, json)
    if json:
        print_json(result | ({"out": str(out)} if out is not None else {}) | told)
        return
    _show_run(run)
    for path in files:
        print(f"wrote {path}")


def compare(
    a: FirstFile = None, b: SecondFile = None, against: Against = None, replicates: Replicates = 8, users: options.Users = None,
    days: options.Days = None, seed: options.Seed = None, engine: options.Engine = "columns", preset: options.Preset = None,
    policy: options.PolicyName = None, people: options.PeopleName = None, values: options.Values = None,
    start: options.Start = None, economy: options.Economy = None, arrivals: options.Arrivals = None,
    threads: options.Threads = None, table: TableFile = None,
    json: AsJson = False,
) -> None:  # fmt: skip
    """Run two scenarios on the same seeds and print every KPI's paired difference with its 95 % interval."""
    from hourglass_sim.compare import compare as compare_scenarios

    given = {"users": users, "days": days, "seed": seed, "preset": preset, "policy": policy, "people": people, "start": start}
    given |= {"economy": economy, "arrivals": arrivals}
    if (b is None) == (not against):
        raise BadInput("nothing to compare with, or two things", where="compare", allowed="a second scenario file, or --against")
    require_between("--replicates", replicates, 2, 1000)
    checked_table(table)
    first = options.scenario_from(a, values, **given)
    second = options.changed_scenario(first, against) if b is None else options.scenario_from(b, values, **given)
    with noted() as note:
        found = compare_scenarios(first, second, replicates=replicates, engine=engine, threads=threads, note=note)
    told = saved_tables(table, comparison_tables(found) if table else {}, json)
    if json:
        print_json(comparison_result(found) | told)
    else:
        _show_comparison(found)


def run_result(run: "Run") -> dict[str, Any]:
    """A run as one JSON object."""
    return {
        "kpis": dict(run.kpis),
        "digest": run.digest,
        "seconds": run.seconds,
        "compile_seconds": run.compile_seconds,
        "user_days": run.user_days,
        "opened_user_days": run.opened_user_days,
        "user_days_per_second": run.user_days_per_second,
        "opened_user_days_per_second": run.opened_user_days / run.seconds,
        "scenario": run.scenario.describe(),
        "scenario_digest": run.scenario.digest(),
        "engine": run.engine,
        "record": run.record,
        "threads": run.threads,
        "notes": too_short(run.scenario.days),
    }


def comparison_result(found: "Comparison") -> dict[str, Any]:
    """A comparison as one JSON object: per KPI a, b, difference, low, high, clear."""
    return {
        "kpis": {name: found.row(name) for name in found.values},
        "warnings": found.warnings,
        "replicates": len(found.seeds),
        "seeds": list(found.seeds),
        "a": found.a.describe(),
        "b": found.b.describe(),
    }


def comparison_tables(found: "Comparison") -> "dict[str, Table]":
    """A comparison as tables: every KPI with its difference and interval, every seed's values, and both scenarios."""
    from hourglass_sim.kpis import BY_NAME
    from hourglass_sim.tables import Table, table_of_dicts

    units = {name: BY_NAME[name].unit if name in BY_NAME else "share" for name in found.values}
    kpis = table_of_dicts({"kpi": name, "unit": units[name], **found.row(name)} for name in found.values)
    seeds = [[seed, name, *map(float, found.values[name][k])] for name in found.values for k, seed in enumerate(found.seeds)]
    a, b = found.a.describe(), found.b.describe()
    return {"comparison": kpis, "seeds": Table(["seed", "kpi", "a", "b"], [[str(s[0]), *s[1:]] for s in seeds]),
            "scenarios": Table(["field", "a", "b"], [[name, _cell(a[name]), _cell(b[name])] for name in a])}  # fmt: skip


def _cell(value: object) -> object:
    return ", ".join(f"{k} = {v}" for k, v in value.items()) if isinstance(value, dict) else value


def verdict(run: "Run") -> str:
    """One line: which of the product's targets the run meets and which it misses."""
    from hourglass_sim.kpis import KPIS

    met, missed = [], []
    for kpi in KPIS:
        value = run.kpis.get(kpi.name)
        if kpi.target is None or value is None:
            continue
        (met if kpi.meets_target(value) else missed).append(f"{kpi.title.lower()} {kpi.show(value)} ({_target(kpi)})")
    missing = f"Misses {', '.join(missed)}" if missed else "Misses no target that it can be held to"
    return f"{missing}; meets {', '.join(met)}." if met else f"{missing}."


def too_short(days: int) -> list[str]:
    """A note for a run that ends on the very day that a retention figure needs: day n of a user needs n + 1 days."""
    from hourglass_sim.kpis import RETENTION_DAYS

    return [f"a run of {n} days has no day-{n} retention; it needs {n + 1} (--days {n + 1})" for n in RETENTION_DAYS if n == days]


def _target(kpi) -> str:
    if kpi.target is None:
        return ""
    return f"at most {kpi.show(kpi.target)}" if kpi.at_most else f"target {kpi.show(kpi.target)}"


def _title(s: "Scenario") -> str:
    what = s.describe()
    head = (
        f"{s.users:,} users × {s.days} days from {s.start}, people {what['people']}, policy {what['policy']}, preset {s.preset}"
    )
    arrivals = what["arrivals"]
    if isinstance(arrivals, str):
        head += f", arrivals {arrivals}"
    elif arrivals:
        head += f", signing up on {sum(count > 0 for count in arrivals)} days from a list of counts"
    return ", ".join([head, *(f"{name} = {value}" for name, value in s.values.items())])


def _show_run(run: "Run") -> None:
    from hourglass_sim.kpis import KPIS

    rows = [(k.title, k.show(run.kpis[k.name]), _target(k)) for k in KPIS if run.kpis.get(k.name) is not None]
    print_table(("KPI", "value", "target"), rows, _title(run.scenario))
    for line in too_short(run.scenario.days):
        print(f"Note: {line}")
    pace = f"{run.user_days:,} user-days in {run.seconds:.2f} s ({run.user_days_per_second:,.0f} a second)"
    print(f"\n{verdict(run)}\n{run.engine}, seed {run.scenario.seed}, {pace}; digest {run.digest or 'not made'}")


def _show_comparison(found: "Comparison") -> None:
    from hourglass_sim.kpis import BY_NAME

    rows = []
    for name in found.values:
        row = found.row(name)
        if row["difference"] is None:
            continue
        share = name.startswith("d30.") or (name in BY_NAME and BY_NAME[name].unit == "share")
        scale, places = (100, 2) if share else (1, 3)
        cells = [f"{scale * row[key]:+.{places}f}" for key in ("difference", "low", "high")]
        means = [f"{scale * row[key]:.{places}f}" for key in ("a", "b")]
        unit = "%" if share else BY_NAME[name].unit if name in BY_NAME else ""
        rows.append((f"{name} {unit}".rstrip(), *means, *cells, "clear" if row["clear"] else ""))
    print_table(("KPI", "A", "B", "difference", "low", "high", ""), rows, f"A: {_title(found.a)}\nB: {_title(found.b)}")
    clear = sum(1 for row in rows if row[-1])
    print(f"\n{clear} of {len(rows)} KPIs differ clearly (95 % interval over {len(found.seeds)} paired seeds leaves out 0; "
          "of KPIs that a change leaves alone, one in twenty does so by luck).")  # fmt: skip
    for line in found.warnings:
        print(f"Warning: {line}")
    for line in too_short(found.a.days):
        print(f"Note: {line}")
