"""`hourglass experiment CSV`: the arms of an A/B test compared."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from hourglass_policy.errors import BadInput

from hourglass_sim.commands.output import AsJson, TableFile, checked_table, print_json, print_table, saved_tables

if TYPE_CHECKING:
    from hourglass_sim.metrics.experiments import Difference, Experiment
    from hourglass_sim.tables import Table

TablePath = Annotated[Path, typer.Argument(metavar="CSV", help="One row per user: csv, csv.gz, parquet.", show_default=False)]
Group = Annotated[str, typer.Option("--group", help="Column that names each user's arm.")]
Outcomes = Annotated[list[str], typer.Option("--outcome", help="Column of 0/1 or numbers; repeat it for more.")]
Control = Annotated[str | None, typer.Option("--control", help="The arm that the others are compared with.", show_default=False)]
Ratio = Annotated[
    str | None, typer.Option("--ratio", help="Intended split in the arms' order, for instance 1:1.", show_default="even")
]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("experiment")(experiment)


def experiment(
    table: TablePath, group: Group, outcome: Outcomes, control: Control = None, ratio: Ratio = None,
    table_file: TableFile = None, json: AsJson = False,
) -> None:  # fmt: skip
    """Differences between arms with 95 % intervals, z and p, and whether the split went as intended."""
    from hourglass_sim.metrics.experiments import compare_arms
    from hourglass_sim.store.outcomes import read_outcomes

    checked_table(table_file)
    found = compare_arms(read_outcomes(table, group, outcome), group, outcome, control, _weights(ratio))
    told = saved_tables(table_file, arm_tables(found) if table_file else {}, json)
    if json:
        outcomes = {
            name: asdict(differences[0]) | {"comparisons": [asdict(d) for d in differences]}
            for name, differences in found.outcomes.items()
        }
        arms = {arm: {"n": n} for arm, n in found.arms.items()}
        ending = {"sample_ratio_p": found.sample_ratio_p, "warnings": found.warnings}
        print_json({"arms": arms, "reference": found.reference, "outcomes": outcomes} | ending | told)
        return
    print_table(("arm", "users"), list(found.arms.items()), "Arms")
    rows = [
        (name, d.arm, *(f"{x:.4f}" for x in (d.arm_value, d.reference_value, d.difference, d.low, d.high)), _p(d))
        for name, differences in found.outcomes.items()
        for d in differences
    ]
    print_table(("outcome", "arm", "value", "ref.", "difference", "low", "high", "p"), rows, f"\nMinus {found.reference}, 95 %")
    print(f"\nSample ratio p = {found.sample_ratio_p:.4f}")
    for line in found.warnings:
        print(f"Warning: {line}")


def arm_tables(found: "Experiment") -> "dict[str, Table]":
    """An experiment as tables: every outcome's difference with its interval, and the arms."""
    from hourglass_sim.tables import Table, table_of_dicts

    rows = [{"outcome": name, "reference": found.reference, **asdict(d)} for name, ds in found.outcomes.items() for d in ds]
    arms = Table(["arm", "users", "sample_ratio_p"], [[arm, n, found.sample_ratio_p] for arm, n in found.arms.items()])
    return {"outcomes": table_of_dicts(rows), "arms": arms}


def _weights(ratio: str | None) -> list[float] | None:
    if ratio is None:
        return None
    try:
        return [float(part) for part in ratio.replace(",", ":").split(":")]
    except ValueError as error:
        raise BadInput("not a ratio", where="--ratio", value=ratio, allowed="positive numbers such as 1:1") from error


def _p(difference: "Difference") -> str | None:
    return None if difference.p is None else f"{difference.p:.4g}"
