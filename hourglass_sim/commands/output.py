"""What every command shares: `--json`, one JSON object on standard output, tables for people, progress on standard error."""

import json
import math
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from hourglass_sim.tables import Table

FILE_WIDTH = 240  # characters of a table that no terminal shows: whoever reads a file can scroll

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object on standard output and nothing else there.")]

TableFile = Annotated[
    Path | None, typer.Option("--table", help="Also write the tables as FILE.csv or FILE.xlsx.", show_default=False)
]


def checked_table(path: Path | None) -> None:
    """Refuse a table file that could not be written, before any work is done."""
    if path is not None:
        from hourglass_sim.tables import require_table_file

        require_table_file(path)


def saved_tables(path: Path | None, tables: "Mapping[str, Table]", as_json: bool) -> dict[str, list[str]]:
    """Write the tables of `--table`, say so to a person, and return what a JSON object adds about them."""
    if path is None:
        return {}
    from hourglass_sim.tables import write_tables

    written = [str(file) for file in write_tables(path, tables)]
    if not as_json:
        for file in written:
            print(f"wrote {file}", file=sys.stderr)
    return {"table": written}


def plain(value: Any) -> Any:
    """The value as JSON can hold it: numpy scalars and arrays unwrapped, NaN and infinities as null."""
    if isinstance(value, dict):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(v) for v in value]
    if hasattr(value, "tolist") and not isinstance(value, (str, bytes)):
        return plain(value.tolist())
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, (str, int, float, bool)) or value is None:
        return value
    return str(value)


def print_json(result: dict[str, Any]) -> None:
    """Write one JSON object to standard output."""
    sys.stdout.write(json.dumps(plain(result), ensure_ascii=False, allow_nan=False) + "\n")


def print_table(columns: Iterable[str], rows: Iterable[Iterable[object]], title: str | None = None) -> None:
    """Print a table for a person; numbers right-aligned."""
    from rich.console import Console
    from rich.table import Table

    table = Table(title=title, title_justify="left", header_style="bold", box=None, pad_edge=False)
    rows = [list(row) for row in rows]
    for i, name in enumerate(columns):
        numeric = all(isinstance(row[i], (int, float)) or str(row[i])[:1] in "+-−0123456789–" for row in rows) and bool(rows)
        table.add_column(name, justify="right" if numeric else "left")
    for row in rows:
        table.add_row(*["–" if cell is None else str(cell) for cell in row])
    console = Console(highlight=False, soft_wrap=True)
    if not console.is_terminal:
        console = Console(highlight=False, soft_wrap=True, width=FILE_WIDTH)
    console.print(table)


def progress(iterable: Any = None, *, total: int | None = None, label: str = ""):
    """A tqdm bar on standard error, shown only when a person is watching."""
    from tqdm import tqdm

    return tqdm(iterable, total=total, desc=label, disable=not sys.stderr.isatty(), leave=False, file=sys.stderr)
