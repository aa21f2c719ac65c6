"""`hourglass new` starts a preset, people or an economy from a template; `hourglass check` says whether a file can be used."""

from pathlib import Path
from typing import Annotated

import typer

from hourglass_sim.commands.output import AsJson, print_json, print_table

Name = Annotated[str, typer.Argument(help="Name or path of the new file; .toml is added.", show_default=False)]
Folder = Annotated[str, typer.Argument(help="Name or path of the new folder.", show_default=False)]
Force = Annotated[bool, typer.Option("--force", help="Replace what is there.")]
Place = Annotated[Path, typer.Argument(help="A preset, people or scenario file, or an economy's folder.", show_default=False)]
Kind = Annotated[str | None, typer.Option("--as", help="preset, people, scenario or economy.", show_default="by what it holds")]


def register(app: typer.Typer) -> None:
    """Add `new preset`, `new people`, `new economy` and `check`."""
    new = typer.Typer(help="Start a preset, people or an economy from a commented template.", no_args_is_help=True)
    new.command("preset")(preset)
    new.command("people")(people)
    new.command("economy")(economy)
    app.add_typer(new, name="new")
    app.command("check")(check)


def preset(
    name: Name, start: Annotated[str, typer.Option("--from", help="Preset to begin from.")] = "documented", force: Force = False
) -> None:
    """Write NAME.toml: every parameter with unit, range and source, for `--preset NAME.toml`."""
    _made("preset", name, start, force)


def people(
    name: Name, start: Annotated[str, typer.Option("--from", help="People to begin from.")] = "habit", force: Force = False
) -> None:
    """Write NAME.toml: personas, hours and every mechanism, for `--people NAME.toml`."""
    _made("people", name, start, force)


def economy(
    name: Folder, start: Annotated[str, typer.Option("--from", help="Economy to begin from.")] = "hourglass", force: Force = False
) -> None:
    """Write the folder NAME: parameters, goals, achievements and all other content, for `--economy NAME`."""
    _made("economy", name, start, force)


def _made(kind: str, name: str, start: str, force: bool) -> None:
    from hourglass_sim.templates import new_file

    path = new_file(kind, name, start=start, force=force)
    print(f"wrote {path}\nEdit it, then: hourglass check {path}\nUse it:       hourglass simulate --{kind} {path}")


def check(path: Place, kind: Kind = None, json: AsJson = False) -> None:
    """Load a file as it would be used: what it holds and changes, or one line that says what is wrong (exit 2)."""
    from hourglass_sim.checking import check as check_file

    found = check_file(path, kind)
    if json:
        print_json(found)
        return
    if found["changes"]:
        rows = [(row["parameter"], row["from"], row["to"], row["unit"]) for row in found["changes"]]
        print_table(("parameter", "from", "to", "unit"), rows)
        print()
    print(f"{path} can be used: {found['summary']}")
