"""Files that hold logs: CSV (plain or gzip), Parquet, folders of Parquet parts, DuckDB; only the needed columns are read."""

import csv
import gzip
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Protocol

import duckdb
import pandas as pd
from hourglass_policy.errors import BadInput, nearest_name, unknown

DECODING = (EOFError, gzip.BadGzipFile, zlib.error, UnicodeDecodeError)
OTHER_PACKING = {b"PK\x03\x04": "zip", b"BZh": "bzip2", b"\xfd7zXZ": "xz", b"\x28\xb5\x2f\xfd": "zstd"}

Filter = Mapping[str, frozenset[str]]


@dataclass(frozen=True)
class Rows:
    """What a log holds: users and times of the kept rows, and times of other rows that also belong to its span."""

    users: pd.Series
    times: pd.Series
    other_times: pd.Series
    positions: pd.Index


class Source(Protocol):
    """A readable log: its column names, its rows, and where a row stands in it."""

    name: str
    columns: list[str]

    def table(self, columns: Iterable[str]) -> pd.DataFrame: ...

    def rows(self, user: str, time: str, keep: Filter) -> Rows: ...

    def place(self, position: int) -> str: ...


def open_source(path: str | Path) -> Source:
    """The log at `path`, by its content and not by its name; raises BadInput in one line when there is none."""
    file = Path(path)
    if not file.exists():
        near = _nearest_file(file)
        raise BadInput("no such log", where=str(file), nearest=near)
    if file.is_dir():
        parts = sorted(p for p in file.rglob("*.parquet") if not p.name.startswith("."))
        if not parts:
            raise BadInput("no log in this folder", where=str(file), allowed="a folder with *.parquet parts, or a file")
        return TableSource(str(file), parquet_relation(parts))
    with file.open("rb") as opened:
        head = opened.read(16)
    if not head:
        raise BadInput("the log is empty", where=str(file))
    if head[:4] == b"PAR1":
        return TableSource(str(file), parquet_relation([file]))
    if head[8:12] == b"DUCK":
        return TableSource(str(file), None)
    for magic, packing in OTHER_PACKING.items():
        if head.startswith(magic):
            raise BadInput(f"cannot read {packing} files", where=str(file), allowed="csv, csv.gz, parquet, duckdb")
    return CsvSource(file, packed=head[:2] == b"\x1f\x8b")


class CsvSource:
    """A CSV file with a header line; separators , ; tab | and runs of spaces are recognised."""

    def __init__(self, path: Path, packed: bool):
        self.name, self._path, self._packed = str(path), path, packed
        try:
            with self._text() as text:
                header = next((line for line in text if line.strip()), "")
        except DECODING as error:
            raise self._broken(error) from error
        if not header:
            raise BadInput("the log is empty", where=self.name)
        if "\0" in header:
            raise BadInput("not a text file", where=self.name, allowed="csv, csv.gz, parquet, duckdb")
        counts = {mark: header.count(mark) for mark in ",\t;|"}
        best = max(counts, key=lambda mark: counts[mark])
        self._separator = best if counts[best] else (r"\s+" if len(header.split()) > 1 else ",")
        fields = header.split() if self._separator == r"\s+" else next(csv.reader([header], delimiter=self._separator))
        self.columns = [field.strip() for field in fields]

    def table(self, columns: Iterable[str], as_text: Iterable[str] = ()) -> pd.DataFrame:
        """Some columns of all rows; raises BadInput on a file cut short, without rows, or with ragged lines."""
        try:
            with self._text() as text:
                table = pd.read_csv(
                    text,
                    sep=self._separator,
                    usecols=sorted({self.columns.index(name) for name in columns}),
                    names=self.columns,
                    header=0,
                    index_col=False,
                    low_memory=False,
                    dtype=dict.fromkeys(as_text, "str"),
                )
        except (*DECODING, pd.errors.ParserError) as error:
            raise self._broken(error) from error
        if not len(table):
            raise BadInput("the file has a header and no rows", where=self.name)
        return table

    def rows(self, user: str, time: str, keep: Filter) -> Rows:
        """The rows that the filter keeps, and the times of the others."""
        table = self.table({user, time, *keep}, as_text=keep)
        kept = pd.Series(True, index=table.index)
        for column, values in keep.items():
            passing = table[column].isin(values)
            _require_some(passing, table[column], column, values, self.name)
            kept &= passing
        return Rows(table.loc[kept, user], table.loc[kept, time], table.loc[~kept, time], table.index[kept])

    def place(self, position: int) -> str:
        """`FILE line N` of the row at that position: only asked for in an error, so the file is read again."""
        with self._text() as text:
            lines = csv.reader(text, delimiter="," if self._separator == r"\s+" else self._separator)
            filled = (lines.line_num for line in lines if line)
            for count, number in enumerate(filled):
                if count == position + 1:
                    return f"{self.name} line {number}"
        return self.name

    def _text(self) -> IO[str]:
        if self._packed:
            return gzip.open(self._path, "rt", encoding="utf-8-sig", newline="")
        return self._path.open("r", encoding="utf-8-sig", newline="")

    def _broken(self, error: Exception) -> BadInput:
        if isinstance(error, UnicodeDecodeError):
            return BadInput("not a text file in UTF-8", where=self.name, allowed="csv, csv.gz, parquet, duckdb")
        if self._packed and not isinstance(error, pd.errors.ParserError):
            return BadInput("the gzip file is cut short or damaged; copy it again", where=self.name)
        return BadInput(
            f"not a regular CSV file ({str(error).removeprefix('Error tokenizing data. C error: ')})", where=self.name
        )


class TableSource:
    """Parquet parts or a table of a DuckDB file, read with SQL; the filter runs in the database."""

    def __init__(self, name: str, relation: str | None, database: duckdb.DuckDBPyConnection | None = None):
        """`relation` as SQL, None for the file's own table; `database` an open connection that knows it, None to open one."""
        self.name = name
        try:
            self._database = database or (duckdb.connect() if relation else duckdb.connect(name, read_only=True))
            self._relation = relation or self._table()
            self.columns = self._database.sql(f"SELECT * FROM {self._relation} LIMIT 0").columns
        except duckdb.Error as error:
            raise self._broken(error) from error

    def table(self, columns: Iterable[str]) -> pd.DataFrame:
        """Some columns of all rows."""
        try:
            return self._database.sql(f"SELECT {', '.join(quoted(name) for name in columns)} FROM {self._relation}").df()
        except duckdb.Error as error:
            raise self._broken(error) from error

    def rows(self, user: str, time: str, keep: Filter) -> Rows:
        """The rows that the filter keeps, and the first and last time of all rows."""
        where = " AND ".join(
            f"CAST({quoted(column)} AS VARCHAR) IN ({', '.join(_literal(v) for v in sorted(values))})"
            for column, values in keep.items()
        )
        everything = f"SELECT {quoted(user)} AS u, {quoted(time)} AS t FROM {self._relation}"
        try:
            table = self._database.sql(f"{everything} WHERE {where}" if where else everything).df()
            span = self._database.sql(f"SELECT unnest([min(t), max(t)]) AS t FROM ({everything})").df()
            if span["t"].isna().all():
                raise BadInput("the log has no rows", where=self.name)
            for column, values in keep.items() if not len(table) else ():
                seen = self._database.sql(f"SELECT DISTINCT {quoted(column)} AS v FROM {self._relation} LIMIT 1000").df()["v"]
                _require_some(seen.astype("str").isin(values), seen, column, values, self.name)
        except duckdb.Error as error:
            raise self._broken(error) from error
        return Rows(table["u"], table["t"], span["t"], table.index)

    def place(self, position: int) -> str:
        """`FILE row N` of the row at that position, the first row being 1."""
        return f"{self.name} row {position + 1}"

    def _table(self) -> str:
        tables = [row[0] for row in self._database.execute("SELECT table_name FROM duckdb_tables()").fetchall()]
        if "events" in tables or len(tables) == 1:
            return quoted("events" if "events" in tables else tables[0])
        raise BadInput("no table 'events'", where=self.name, value=tables, allowed="a table 'events', or one table only")

    def _broken(self, error: Exception) -> BadInput:
        return BadInput(f"cannot read the log ({str(error).splitlines()[0]})", where=self.name)


def quoted(name: str) -> str:
    """A column or table name as SQL."""
    return '"' + name.replace('"', '""') + '"'


def parquet_relation(parts: Iterable[Path]) -> str:
    """Parquet files as one SQL relation."""
    return f"read_parquet([{', '.join(_literal(str(part)) for part in parts)}], union_by_name = true)"


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _require_some(kept: pd.Series, column: pd.Series, name: str, values: frozenset[str], where: str) -> None:
    if not kept.any():
        seen = [str(v) for v in column.dropna().unique()[:20]]
        raise unknown(f"value of {name}", ", ".join(sorted(values)), seen, where=f"--event in {where}")


def _nearest_file(file: Path) -> str | None:
    folder = file.parent
    near = nearest_name(file.name, [p.name for p in folder.iterdir()]) if folder.is_dir() else None
    return str(folder / near) if near else None
