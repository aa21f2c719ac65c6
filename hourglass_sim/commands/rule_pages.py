"""`hourglass rules show` and `hourglass rules cases`: one rule with its parameters and cases; every hand-computed case."""

import json
from pathlib import Path
from typing import Annotated

import typer

from hourglass_sim.commands.output import AsJson, print_json, print_table


def show(
    rule: Annotated[str, typer.Argument(help="A rule's name, e.g. phase_of, boost_cost, evaluate_goal.")],
    preset: Annotated[str, typer.Option("--preset", help="Whose values: documented or as_deployed.")] = "documented",
    as_json: AsJson = False,
) -> None:
    """Show one rule: what it gives, its code, the parameters it reads with unit, range and source, its hand-computed cases."""
    from hourglass_sim.rule_pages import rule_page

    page = rule_page(rule, preset)
    if as_json:
        print_json(page)
        return
    typer.echo(f"{rule}({', '.join(page['arguments'])}): {page['description']}\n{page['file']}\n")
    typer.echo(page["code"])
    for p in page["parameters"]:
        bounds = " | ".join(p["choices"]) or ("true | false" if p["low"] is None else f"{p['low']:g} to {p['high']:g}")
        typer.echo(f"  {p['name']} = {p['value']} {p['unit']} [{bounds}] {p['source']}: {p['description']}")
    if not page["parameters"]:
        typer.echo("  no parameter")
    if page["cases"] is None:
        typer.echo("\nthe hand-computed cases are not beside this installation (tests/rules/cases in the workbench)")
        return
    typer.echo(f"\n{len(page['cases'])} hand-computed case{'' if len(page['cases']) == 1 else 's'}")
    for case in page["cases"]:
        given = {**case["args"], **case["set"], **({"preset": case["preset"]} if case["preset"] != "documented" else {})}
        told = f"{case['claim']}: {_plain(given)} gives {_plain(case['expect'])}; {case['why']} ({case['source']})"
        typer.echo(f"  {told}")


def cases(
    place: Annotated[Path | None, typer.Argument(help="A file or folder of cases; default: the project's own.")] = None,
    as_json: AsJson = False,
) -> None:
    """Check hand-computed cases against the rules; exit 1 when a rule gives something else."""
    from hourglass_sim.rule_cases import check_cases, read_cases

    found = read_cases(place)
    different = [
        {"file": case.file, "claim": case.claim, "rule": case.rule, "args": case.args, "expect": case.expect, "got": got}
        for case, got in check_cases(found)
    ]
    rules = len({case.rule for case in found})
    if as_json:
        print_json({"cases": len(found), "rules": rules, "different": different})
    else:
        if different:
            print_table(tuple(different[0]), ([_plain(value) for value in row.values()] for row in different[:20]))
        typer.echo(f"{len(found) - len(different)} of {len(found)} cases of {rules} rules hold")
    if different:
        raise typer.Exit(1)


def _plain(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
