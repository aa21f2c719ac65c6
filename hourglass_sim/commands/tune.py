"""`hourglass tune` and `hourglass confirm`: search for a better policy, then see whether it holds on people never seen."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hourglass_sim.commands import scenario_options as options
from hourglass_sim.commands.notes import noted
from hourglass_sim.commands.output import AsJson, print_json, print_table

if TYPE_CHECKING:
    from hourglass_sim.tune.confirm import Confirmation
    from hourglass_sim.tune.study import Study

USERS, DAYS = 20_000, 91  # of the highest fidelity, where neither options nor a scenario file say more

Trials = Annotated[int, typer.Option("--trials", help="Trials in all, 1 to 10000; a study that is there goes on to this many.")]
Out = Annotated[Path, typer.Option("--out", help="Folder of the study; the same command goes on where it was cut.")]
Aim = Annotated[str, typer.Option("--objective", help="KPI to raise: d30, d90, dau, curr, completion and more.")]
Lock = Annotated[
    list[str] | None,
    typer.Option("--lock", help="Parameter that stays as it is; `policy` for the notification policy. Repeatable.", show_default=False),
]  # fmt: skip
SpaceFile = Annotated[
    Path | None, typer.Option("--space", help="TOML file of ranges: [group] name = { low, high }.", show_default="built in")
]
Users = Annotated[int | None, typer.Option("--users", help="People in the dearest runs.", show_default=str(USERS))]
Days = Annotated[int | None, typer.Option("--days", help="Days of the dearest runs.", show_default=str(DAYS))]
StudyFolder = Annotated[Path, typer.Argument(metavar="STUDY", help="Folder of a study, as `tune --out` made it.")]
Replicates = Annotated[int, typer.Option("--replicates", help="Fresh seeds on which both run, 2 to 1000.")]
FreshUsers = Annotated[int | None, typer.Option("--users", help="People on each seed.", show_default="the study's")]


def register(app: typer.Typer) -> None:
    """Add `tune` and `confirm`."""
    app.command("tune")(tune)
    app.command("confirm")(confirm)


def tune(
    trials: Trials = 60, out: Out = Path("out/study"), objective: Aim = "d30", lock: Lock = None, space: SpaceFile = None,
    users: Users = None, days: Days = None, seed: options.Seed = None, preset: options.Preset = None,
    policy: options.PolicyName = None, people: options.PeopleName = None, values: options.Values = None,
    start: options.Start = None, economy: options.Economy = None, scenario: options.ScenarioFile = None,
    threads: options.Threads = None, json: AsJson = False,
) -> None:  # fmt: skip
    """Search economy and notification parameters that raise a KPI without breaking a guardrail."""
    from hourglass_sim.run_files import require_folder
    from hourglass_sim.tune.search import tune as search

    baseline = options.scenario_from(
        scenario, values, {"users": USERS, "days": DAYS}, users=users, days=days, seed=seed, preset=preset, policy=policy,
        people=people, start=start, economy=economy,
    )  # fmt: skip
    require_folder(out)
    with noted() as note:
        study = search(
            baseline, trials=trials, out=out, objective=objective, lock=tuple(lock or ()), space=space, threads=threads, note=note
        )
    if json:
        print_json(study_result(study))
    else:
        _show_study(study)


def confirm(
    study: StudyFolder,
    replicates: Replicates = 8,
    users: FreshUsers = None,
    threads: options.Threads = None,
    json: AsJson = False,
) -> None:
    """Run a study's best on fresh seeds and people, beside the baseline; exit 1 unless the lift is above 0 and nothing is broken."""
    from hourglass_sim.tune.confirm import confirm as confirm_study

    with noted() as note:
        found = confirm_study(study, users=users, replicates=replicates, threads=threads, note=note)
    if json:
        print_json(found.as_dict())
    else:
        _show_confirmation(found)
    if not found.passed:
        raise typer.Exit(1)


def study_result(study: "Study") -> dict[str, Any]:
    """A study as one JSON object."""
    confirmed = study.confirmed
    return {
        "study": str(study.path),
        "objective": study.table["objective"],
        "baseline": study.baseline,
        "best": study.best,
        "confirmed": confirmed,
        "optimism": confirmed["optimism"] if confirmed else None,
        "guardrails": study.guardrails,
        "trials": study.trials,
        "promoted": study.table["promoted"],
        "scenario": study.table["scenario"],
    }


def _show_study(study: "Study") -> None:
    best, title = study.best, study.table["objective"]["title"]
    known = {row["name"]: row for row in study.space}
    print_table(("", title), [("baseline", f"{study.baseline['objective']:.4f}"), ("best", f"{best['objective']:.4f}")])
    rows = [
        (name, known[name]["baseline"], value, known[name]["unit"]) for name, value in best["values"].items() if name in known
    ]
    print_table(("parameter", "baseline", "best", "unit"), rows, f"\nNotification policy: {best['policy']}")
    _show_guardrails(study.guardrails)
    full, combined, simplified = (study.table[name] for name in ("promoted", "combined", "simplified"))
    told = f"{study.trials} trials, {full} of them at full size, {combined} to combine, {simplified} to simplify"
    print(f"\n{told}; {study.path}\nThe search's own lift flatters: run `hourglass confirm {study.path}`.")


def _show_confirmation(found: "Confirmation") -> None:
    result = found.result
    print(result["verdict"])
    lift, robust = result["objective"], result["robustness"]
    rows = [
        ("lift, confirmed", *(_signed(lift[k]) for k in ("difference", "low", "high"))),
        ("lift, as searched", _signed(result["search_lift"]), None, None),
        ("optimism", *(_signed(result[k]) for k in ("optimism", "optimism_low", "optimism_high"))),
        ("lift, people perturbed", *(_signed(robust[k]) for k in ("difference", "low", "high"))),
    ]
    print_table(("", lift["name"], "low", "high"), rows, f"\n{result['replicates']} fresh seeds × {result['users']:,} people")
    rows = [(p["persona"], *(f"{p[k]:.4f}" for k in ("a", "b")), _signed(p["difference"])) for p in result["personas"] if p["a"]]
    print_table(("D30 of persona", "baseline", "best", "change"), rows, "")
    _show_guardrails(result["guardrails"])
    for line in result["losses"]:
        print(f"Price: {line}")
    for line in result["warnings"]:
        print(f"Suspicious: {line}")


def _show_guardrails(guardrails: list[dict[str, Any]]) -> None:
    words = {True: "holds", False: "BROKEN", None: "unknown"}
    rows = [(words[g["passed"]], g["text"], *(_share(g[k]) for k in ("value", "bound"))) for g in guardrails]
    print_table(("guardrail", "", "value", "bound"), rows, "")


def _share(value: float | None) -> str | None:
    return None if value is None else f"{100 * value:.2f} %"


def _signed(value: float | None) -> str | None:
    return None if value is None else f"{value:+.4f}"
