"""`hourglass proofs`: what each pair of proof thresholds costs."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from hourglass_policy.errors import BadInput

from hourglass_sim.commands import scenario_options as options
from hourglass_sim.commands.notes import noted
from hourglass_sim.commands.output import AsJson, TableFile, checked_table, print_json, print_table, saved_tables

if TYPE_CHECKING:
    from hourglass_sim.proof_costs import ProofCosts

Span = str | None
SHARES = ("honest_refused", "fakes_paid")
Content = Annotated[
    Span, typer.Option("--inappropriate", help="FROM:TO:STEPS of the inappropriate-content limit.", show_default="0.3:0.7:5")
]
Similar = Annotated[Span, typer.Option("--similarity", help="FROM:TO:STEPS of the least similarity.", show_default="0.5:0.9:9")]
Replicates = Annotated[int, typer.Option("--replicates", help="Seeds, 2 to 1000.")]
Page = Annotated[Path | None, typer.Option("--out", help="Write the pictures and tables as one HTML file.", show_default=False)]


USERS, DAYS = 2_000, 60
Users, Days = options.users_of(USERS), options.days_of(DAYS)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("proofs")(proofs)


def proofs(
    inappropriate: Content = None, similarity: Similar = None, replicates: Replicates = 8, users: Users = None,
    days: Days = None, seed: options.Seed = None, preset: options.Preset = None, policy: options.PolicyName = None,
    people: options.PeopleName = None, values: options.Values = None, start: options.Start = None, economy: options.Economy = None,
    scenario: options.ScenarioFile = None, threads: options.Threads = None, out: Page = None, table: TableFile = None,
    json: AsJson = False,
) -> None:  # fmt: skip
    """Honest proofs refused and fakes paid under every pair of thresholds, with 95 % intervals (2,000 users, 60 days)."""
    from hourglass_sim.proof_costs import INAPPROPRIATE, SIMILARITY, proof_costs

    checked_table(table)
    if out is not None and out.suffix.lower() not in (".html", ".htm"):
        raise BadInput("not a page's name", where="--out", value=str(out), allowed="FILE.html")
    chosen = options.scenario_from(
        scenario, values, {"users": USERS, "days": DAYS}, users=users, days=days, seed=seed, preset=preset, policy=policy,
        people=people, start=start, economy=economy,
    )  # fmt: skip
    grids = span(inappropriate, "--inappropriate", INAPPROPRIATE), span(similarity, "--similarity", SIMILARITY)
    with noted() as note:
        found = proof_costs(
            chosen, inappropriate=grids[0], similarity=grids[1], replicates=replicates, threads=threads, note=note
        )
    told = saved_tables(table, {"proofs": _table(found)} if table else {}, json)
    if out is not None:
        from hourglass_sim.view.proof_pictures import write_proof_page

        told |= {"out": str(write_proof_page(found, out))}
    if json:
        print_json(
            {"verdict": found.verdict, "in_force": list(found.in_force), "proofs": found.proofs, "seeds": list(found.seeds),
             "scenario": found.scenario.describe(), "pairs": found.table.to_dict("records")} | told
        )  # fmt: skip
        return
    _show(found)
    if out is not None:
        print(f"wrote {out}")


def span(text: str | None, option: str, default: tuple[float, ...]) -> tuple[float, ...]:
    """`FROM:TO:STEPS` as evenly spaced numbers, or one number; BadInput for anything else."""
    if text is None:
        return default
    try:
        parts = text.split(":")
        first, last, steps = (
            float(parts[0]),
            float(parts[1] if len(parts) == 3 else parts[0]),
            int(parts[2]) if len(parts) == 3 else 1,
        )
    except ValueError:
        parts, first, last, steps = [], 0.0, 0.0, 0
    if len(parts) not in (1, 3) or steps < 1 or steps > 200 or first > last or (steps == 1 and first != last):
        raise BadInput("not a span", where=option, value=text, allowed="FROM:TO:STEPS with FROM up to TO, such as 0.5:0.9:9")
    return tuple(first + (last - first) * k / max(steps - 1, 1) for k in range(steps))


def _table(found: "ProofCosts"):
    from hourglass_sim.tables import table_of

    return table_of(found.table)


def _show(found: "ProofCosts") -> None:
    rows, own = [], found.in_force
    for row in found.table.to_dict("records"):
        pair = (row["inappropriate_above"], row["similarity_above"])
        if own[0] != pair[0] and own[1] != pair[1]:
            continue
        shares = [f"{100 * row[m]:.1f} [{100 * row[m + '_low']:.1f}, {100 * row[m + '_high']:.1f}]" for m in SHARES]
        rest = [f"{row[m]:.0f}" for m in ("grains_refused", "grains_to_fakes", "xp_to_fakes")]
        rows.append((f"{pair[0]:g}{' *' if pair == own else ''}", f"{pair[1]:g}", *shares, *rest))
    head = ("content", "similar", "honest refused %", "fakes paid %", "grains refused", "grains to fakes", "XP to fakes")
    print_table(head, rows, "Thresholds around those in force (*); grains and XP per 1,000 proofs; 95 % intervals over seeds")
    print(f"\n{found!r}\nOther pairs: --table, --out or --json.")
