"""`hourglass ship`, `verify` and `diff`: make a release, check one, compare two."""

from pathlib import Path
from typing import Annotated

import typer

from hourglass_sim.commands.output import AsJson, print_json, print_table

KeyFile = Annotated[
    Path | None, typer.Option("--key", help="File with the signing key; else the variable HOURGLASS_SIGNING_KEY.")
]


def register(app: typer.Typer) -> None:
    """Add `ship`, `verify` and `diff`."""
    app.command("ship")(ship)
    app.command("verify")(verify)
    app.command("diff")(diff)


def ship(
    study: Annotated[Path, typer.Argument(help="Folder of a tuned and confirmed study.")],
    version: Annotated[str, typer.Option("--version", help="Version of the release and its wheel, such as 1.2.0.")],
    out: Annotated[Path, typer.Option("--out", help="Folder for the release and the wheel.")] = Path("out/releases"),
    name: Annotated[str | None, typer.Option("--name", help="Name of the release; the economy's by default.")] = None,
    key: KeyFile = None,
    unconfirmed: Annotated[
        bool, typer.Option("--unconfirmed", help="Ship although no confirmation was run; the card says so.")
    ] = False,
    economy: Annotated[str, typer.Option("--economy", help="Economy that the study must be of.")] = "hourglass",
    as_json: AsJson = False,
) -> None:
    """Make a release folder and a wheel from a study."""
    from hourglass_sim.ship.shipping import ship as ship_study
    from hourglass_sim.ship.shipping import signing_key

    made = ship_study(study, version, out, name=name, key=signing_key(key), unconfirmed=unconfirmed, economy=economy)
    if as_json:
        print_json(made.as_dict())
        return
    rows = [("release", made.release), ("wheel", made.wheel), ("digest", made.digest), ("signature", made.signature)]
    print_table(("", "shipped"), [*rows, ("confirmed", "yes" if made.confirmed else "NO")])


def verify(
    bundle: Annotated[Path, typer.Argument(help="A release folder or a wheel.")],
    key: KeyFile = None,
    as_json: AsJson = False,
) -> None:
    """Check that a release is as it was shipped; exit 1 when anything is wrong."""
    from hourglass_sim.ship.shipping import signing_key
    from hourglass_sim.ship.verifying import verify as verify_release

    result = verify_release(bundle, signing_key(key))
    if as_json:
        print_json(result.as_dict())
    else:
        for problem in result.problems:
            typer.echo(str(problem))
        typer.echo(f"{'whole' if result.ok else 'NOT as shipped'}; signature: {result.signature}")
    if not result.ok:
        raise typer.Exit(1)


def diff(
    a: Annotated[str, typer.Argument(help="A release folder, wheel, release name, parameter file, or baseline.")],
    b: Annotated[str, typer.Argument(help="What to compare it with.")],
    as_json: AsJson = False,
) -> None:
    """List the parameters that differ between two releases."""
    from hourglass_sim.ship.verifying import compare_releases

    found = compare_releases(a, b)
    if as_json:
        print_json({"different": [d.as_dict() for d in found]})
    elif not found:
        typer.echo("nothing differs")
    else:
        print_table(("parameter", "a", "b", "unit", "range"), [(d.name, d.a, d.b, d.unit, d.range) for d in found])
