"""Tables as files for a spreadsheet: CSV, or an Excel workbook with one sheet a table. Values stay numbers, dates and switches."""

import csv
import math
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from hourglass_policy.errors import BadInput, unknown

from hourglass_sim.files import replacing

if TYPE_CHECKING:
    import pandas as pd

SUFFIXES = (".csv", ".xlsx")
MOST_ROWS = 1_048_575  # rows of an Excel sheet below its header
WIDEST = 60  # characters shown of a column


class Table(NamedTuple):
    """Names of columns and rows of plain values."""

    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]


def table_of(frame: "pd.DataFrame") -> Table:
    """A pandas table, its index left out."""
    return Table([str(name) for name in frame.columns], list(frame.itertuples(index=False, name=None)))


def table_of_dicts(rows: Iterable[Mapping[str, Any]]) -> Table:
    """Rows given as dicts; the columns are every key in order of appearance."""
    listed = list(rows)
    columns = list(dict.fromkeys(key for row in listed for key in row))
    return Table(columns, [[row.get(key) for key in columns] for row in listed])


def require_table_file(path: str | Path) -> Path:
    """The path, checked before any work is done: ends in .csv or .xlsx, and may be written. Raises BadInput otherwise."""
    target = Path(path)
    if target.suffix.lower() not in SUFFIXES:
        raise unknown("kind of table file", target.suffix or target.name, SUFFIXES, str(target))
    if target.is_dir():
        raise BadInput("a folder, not a file", where=str(target), allowed="FILE.csv or FILE.xlsx")
    nearest = next((place for place in target.absolute().parents if place.exists()), Path("/"))
    if not nearest.is_dir() or not os.access(nearest, os.W_OK | os.X_OK):
        raise BadInput("cannot write here", where=str(nearest), allowed="a folder you may write to")
    return target


def write_tables(path: str | Path, tables: Mapping[str, "Table | pd.DataFrame"]) -> list[Path]:
    """Write named tables: .xlsx gives one workbook with a sheet each; .csv the first as FILE.csv, others as FILE-NAME.csv.

    Each file appears whole or not at all. Returns the paths. Raises BadInput for another suffix, no table, or more rows
    than a sheet holds.
    """
    target = require_table_file(path)
    if not tables:
        raise BadInput("no table to write", where=str(target))
    plain = {name: t if isinstance(t, Table) else table_of(t) for name, t in tables.items()}
    if target.suffix.lower() == ".xlsx":
        return [_write_workbook(target, plain)]
    paths = [target, *(target.with_name(f"{target.stem}-{name}{target.suffix}") for name in list(plain)[1:])]
    for file, table in zip(paths, plain.values(), strict=True):
        _write_csv(file, table)
    return paths


def _write_csv(path: Path, table: Table) -> None:
    with replacing(path) as temporary, open(temporary, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(table.columns)
        writer.writerows([[_csv_cell(value) for value in row] for row in table.rows])


def _csv_cell(value: Any) -> Any:
    value = plain_value(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else value


def plain_value(value: Any) -> Any:
    """A value as a cell holds it: numpy scalars unwrapped, NaN and infinities empty, dates without a time, else text."""
    if hasattr(value, "to_pydatetime"):
        value = value.to_pydatetime() if value == value else None  # a missing time is not equal to itself
        return value.date() if value is not None and value.time() == value.time().min else value
    value = value.item() if hasattr(value, "item") else value
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if value is None or isinstance(value, (bool, int, float, str, date)):
        return value
    return ", ".join(str(plain_value(v)) for v in value) if isinstance(value, (list, tuple)) else str(value)


def _write_workbook(path: Path, tables: Mapping[str, Table]) -> Path:
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font

    for name, table in tables.items():
        if len(table.rows) > MOST_ROWS:
            raise BadInput(f"table {name!r} has more rows than a sheet holds", where=str(path), value=len(table.rows),
                           allowed=f"at most {MOST_ROWS:,}; CSV takes any number")  # fmt: skip
    book, bold = Workbook(write_only=True), Font(bold=True)
    for title, table in zip(sheet_titles(tables), tables.values(), strict=True):
        sheet = book.create_sheet(title)
        sheet.freeze_panes = "A2"
        for k, width in enumerate(_widths(table)):
            sheet.column_dimensions[_letters(k)].width = width
        head = [WriteOnlyCell(sheet, value=str(name)) for name in table.columns]
        for cell in head:
            cell.font, cell.data_type = bold, "s"
        sheet.append(head)
        for row in table.rows:
            sheet.append([_excel_cell(sheet, value) for value in row])
    whole = BytesIO()  # a zip file cut short by a full disk complains once more when it is collected
    book.save(whole)
    with replacing(path) as temporary:
        temporary.write_bytes(whole.getbuffer())
    return path


def _excel_cell(sheet: Any, value: Any) -> Any:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    value = plain_value(value)
    if not isinstance(value, str):
        return value
    cell = WriteOnlyCell(sheet, value=ILLEGAL_CHARACTERS_RE.sub("", value))
    cell.data_type = "s"  # a text that begins with "=" stays a text
    return cell


def sheet_titles(names: Iterable[str]) -> list[str]:
    """Names as Excel accepts them: at most 31 characters, none of []:*?/\\, none twice."""
    titles: list[str] = []
    for name in names:
        title = base = re.sub(r"[\[\]:*?/\\]", "-", name)[:31] or "table"
        number = 2
        while title.lower() in (t.lower() for t in titles):
            title, number = f"{base[:28]} {number}", number + 1
        titles.append(title)
    return titles


def _widths(table: Table) -> list[float]:
    shown = [[str(name), *(str(plain_value(row[k])) for row in table.rows[:200])] for k, name in enumerate(table.columns)]
    return [min(WIDEST, 2 + max(map(len, texts))) for texts in shown]


def _letters(k: int) -> str:
    from openpyxl.utils import get_column_letter

    return get_column_letter(k + 1)
