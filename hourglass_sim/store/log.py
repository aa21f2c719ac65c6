"""The event log on disk: a DuckDB file, or a folder of Parquet parts that are whole at every moment."""

from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
from hourglass_policy.errors import BadInput

from hourglass_sim.files import replacing
from hourglass_sim.store.digest import rows_digest
from hourglass_sim.store.schema import COLUMNS, arrow_schema, conforming
from hourglass_sim.store.sources import TableSource, parquet_relation

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from hourglass_sim.metrics.activity import Activity
    from hourglass_sim.store.importer import Log

DATABASE_SUFFIXES = (".duckdb", ".db")
ORDER = ", ".join(f'"{name}" NULLS FIRST' for name in ("user", "time", "day", "event", "amount", "goal", "detail"))
EXPORTS = {
    ".csv": "FORMAT csv, HEADER, TIMESTAMPFORMAT '%Y-%m-%dT%H:%M:%S.%fZ'",
    ".csv.gz": "FORMAT csv, HEADER, COMPRESSION gzip, TIMESTAMPFORMAT '%Y-%m-%dT%H:%M:%S.%fZ'",
    ".parquet": "FORMAT parquet, COMPRESSION zstd",
}


class EventLog:
    """An event log with the columns of `store.schema`; use `create` or `open`, and `close` (or `with`) for a DuckDB file."""

    def __init__(self, path: Path, database: duckdb.DuckDBPyConnection):
        self.path, self._database = path, database
        self._is_folder = path.suffix not in DATABASE_SUFFIXES

    @classmethod
    def create(cls, path: str | Path) -> "EventLog":
        """A new, empty log: `*.duckdb` or `*.db` makes a database, any other name a folder of Parquet parts.

        Raises BadInput when something is there already (an empty folder is taken) or the place cannot be written.
        """
        target = Path(path)
        taken = target.exists() and not (target.is_dir() and not any(target.iterdir()))
        if taken:
            raise BadInput("there is something already; nothing was overwritten", where=str(target), allowed="a new name")
        try:
            if target.suffix in DATABASE_SUFFIXES:
                target.parent.mkdir(parents=True, exist_ok=True)
                database = duckdb.connect(str(target))
                database.execute(f"CREATE TABLE events ({', '.join(f'{_q(n)} {t}' for n, t in COLUMNS.items())})")
                return cls(target, database)
            target.mkdir(parents=True, exist_ok=True)
        except (OSError, duckdb.Error) as error:
            raise BadInput(f"cannot create the log ({_first_line(error)})", where=str(target)) from error
        return cls(target, duckdb.connect())

    @classmethod
    def open(cls, path: str | Path) -> "EventLog":
        """An existing log for reading and appending; raises BadInput when it is none or is damaged."""
        target = Path(path)
        if not target.exists():
            raise BadInput("no such log", where=str(target))
        if target.is_dir() == (target.suffix in DATABASE_SUFFIXES):
            raise BadInput("not an event log", where=str(target), allowed="a folder of *.parquet parts, or a *.duckdb file")
        try:
            log = cls(target, duckdb.connect() if target.is_dir() else duckdb.connect(str(target)))
            found = log._cursor().sql("SELECT * FROM events LIMIT 0").columns
        except duckdb.Error as error:
            raise BadInput(f"cannot read the log ({_first_line(error)})", where=str(target)) from error
        missing = [name for name in COLUMNS if name not in found]
        if missing:
            raise BadInput(
                "not an event log: a column is missing", where=str(target), value=missing[0], allowed=", ".join(COLUMNS)
            )
        return log

    def append(self, rows: "pa.Table") -> int:
        """Add rows (checked against the schema); returns their number. A part appears whole or not at all."""
        import pyarrow.parquet as pq

        table = conforming(rows, where=str(self.path))
        if not len(table):
            return 0
        if self._is_folder:
            with replacing(self.path / f"part-{len(self.parts()):06d}.parquet") as temporary:
                pq.write_table(table, temporary, compression="zstd")
        else:
            self._database.cursor().from_arrow(table).insert_into("events")
        return len(table)

    def parts(self) -> list[Path]:
        """The finished Parquet parts, in order; [] for a DuckDB file."""
        return sorted(p for p in self.path.glob("*.parquet") if not p.name.startswith(".")) if self._is_folder else []

    def query(self, sql: str) -> "pd.DataFrame":
        """The answer to an SQL query over the table `events`; raises BadInput with the database's message."""
        try:
            return self._cursor().sql(sql).df()
        except duckdb.Error as error:
            raise BadInput(f"the query failed ({_first_line(error)})", where=str(self.path), value=sql) from error

    def acts(self, tz: str = "UTC") -> "Log":
        """The `user.logged_in` rows on local days and hours, as the importer reads them from an export."""
        from hourglass_sim.store.importer import log_from

        return log_from(TableSource(str(self.path), "events", self._cursor()), tz=tz)

    def activity(self, tz: str = "UTC") -> "Activity":
        """Who was active on which local day."""
        return self.acts(tz).activity()

    def export(self, path: str | Path) -> Path:
        """Write every row, in one order, to `.csv`, `.csv.gz` or `.parquet`, times in UTC; a failure leaves the previous file."""
        target = Path(path)
        kind = next((suffix for suffix in sorted(EXPORTS, key=len, reverse=True) if target.name.endswith(suffix)), None)
        if kind is None:
            raise BadInput("unknown export format", where="export", value=target.name, allowed=", ".join(EXPORTS))
        with replacing(target) as temporary:
            out = str(temporary).replace("'", "''")
            try:
                self._cursor().execute(f"COPY (SELECT {_names()} FROM events ORDER BY {ORDER}) TO '{out}' ({EXPORTS[kind]})")
            except duckdb.Error as error:
                raise BadInput(
                    f"cannot export ({_first_line(error)}); the previous file is unchanged", where=str(target)
                ) from error
        return target

    def digest(self) -> str:
        """SHA-256 over all rows in one order: the same for the same rows in any layout, file format or insertion order."""
        return rows_digest(self._cursor().sql(f"SELECT {_names()} FROM events ORDER BY {ORDER}").to_arrow_reader(65_536))

    def close(self) -> None:
        """Release the file; the log can be opened again."""
        self._database.close()

    def __enter__(self) -> "EventLog":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _cursor(self) -> duckdb.DuckDBPyConnection:
        cursor = self._database.cursor()
        if self._is_folder:
            parts = self.parts()
            if parts:
                cursor.execute(f"CREATE OR REPLACE TEMP VIEW events AS SELECT * FROM {parquet_relation(parts)}")
            else:
                cursor.register("events", arrow_schema().empty_table())
        return cursor


def _names() -> str:
    return ", ".join(_q(name) for name in COLUMNS)


def _q(name: str) -> str:
    return f'"{name}"'


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0]
