"""The economy report as files: a page, a workbook, a CSV for each table, an SVG for each picture; each whole or not at all."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

from hourglass_policy.errors import BadInput

from hourglass_sim.files import write_text

if TYPE_CHECKING:
    from hourglass_sim.economy.report import EconomyReport


def require_place(out: str | Path) -> Path:
    """The folder's path, checked before any work is done: it can be made and written. Raises BadInput otherwise."""
    target = Path(out)
    nearest = next((place for place in (target, *target.absolute().parents) if os.path.lexists(place)), Path("/"))
    if not nearest.is_dir():
        raise BadInput("not a folder", where="--out", value=str(nearest), allowed="a new or existing folder")
    if not os.access(nearest, os.W_OK | os.X_OK):
        raise BadInput("cannot write (permission denied)", where=str(nearest), allowed="a folder you may write to")
    return target


def write_report(report: "EconomyReport", out: str | Path, language: str = "en") -> list[Path]:
    """Write index.html, economy.xlsx, tables/NAME.csv and pictures/NAME.svg into a folder; returns the paths, the page first."""
    from hourglass_sim.economy.page import page, pictures
    from hourglass_sim.tables import write_tables
    from hourglass_sim.view.still import svg_of
    from hourglass_sim.view.words import words

    folder, w = require_place(out), words(language)
    written = [write_text(folder / "index.html", page(report, w))]
    written += write_tables(folder / "economy.xlsx", report.tables)
    for name, table in report.tables.items():
        written += write_tables(folder / "tables" / f"{name}.csv", {name: table})
    for d in pictures(report, w):
        written.append(write_text(folder / "pictures" / f"{d.name}.svg", svg_of(d, is_file=True) + "\n"))
    return written
