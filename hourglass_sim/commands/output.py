"""What every command shares: `--json`, one JSON object on standard output, tables for people, progress on standard error."""

import json
import math
import sys
from collections.abc import Iterable
from typing import Annotated, Any

import typer

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object on standard output and nothing else there.")]


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
    Console(highlight=False, soft_wrap=True).print(table)


def progress(iterable: Any = None, *, total: int | None = None, label: str = ""):
    """A tqdm bar on standard error, shown only when a person is watching."""
    from tqdm import tqdm

    return tqdm(iterable, total=total, desc=label, disable=not sys.stderr.isatty(), leave=False, file=sys.stderr)
