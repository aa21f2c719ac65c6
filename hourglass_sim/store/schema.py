"""The event log's columns and event names; the names are data in `event_types.toml`."""

import tomllib
from importlib.resources import files
from typing import TYPE_CHECKING

from hourglass_policy.errors import BadInput, unknown

if TYPE_CHECKING:
    import pyarrow as pa

COLUMNS: dict[str, str] = {
    "user": "BIGINT",  # the user's number in the run
    "time": "TIMESTAMP",  # UTC, microseconds
    "day": "INTEGER",  # local day number of the run, from 0
    "event": "VARCHAR",  # one of EVENT_TYPES
    "amount": "DOUBLE",  # grains or XP; null where the event has none
    "goal": "VARCHAR",  # id of the goal title; null where there is none
    "detail": "VARCHAR",  # anything else worth reading; null
}
NOT_NULL = ("user", "time", "day", "event")


def _read_types() -> tuple[dict[str, bool], tuple[str, ...]]:
    data = tomllib.loads(files("hourglass_sim.store").joinpath("event_types.toml").read_text(encoding="utf-8"))
    activity = tuple(data.pop("activity"))
    return {f"{family}.{name}": entry["act"] for family, names in data.items() for name, entry in names.items()}, activity


_IS_ACT, ACTIVITY = _read_types()
EVENT_TYPES: tuple[str, ...] = tuple(_IS_ACT)
ACTS: frozenset[str] = frozenset(name for name, is_act in _IS_ACT.items() if is_act)


def arrow_schema() -> "pa.Schema":
    """The log's columns as an Arrow schema."""
    import pyarrow as pa

    types = {
        "BIGINT": pa.int64(),
        "INTEGER": pa.int32(),
        "DOUBLE": pa.float64(),
        "VARCHAR": pa.string(),
        "TIMESTAMP": pa.timestamp("us"),
    }
    return pa.schema([pa.field(name, types[kind], nullable=name not in NOT_NULL) for name, kind in COLUMNS.items()])


def conforming(table: "pa.Table", where: str) -> "pa.Table":
    """The table with the log's columns, order and types; missing nullable columns become null.

    Raises BadInput for unknown or missing columns, nulls where none may be, and unknown event names.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    for name in table.column_names:
        if name not in COLUMNS:
            raise unknown("column", name, COLUMNS, where=where)
    columns = []
    for field in arrow_schema():
        if field.name not in table.column_names:
            if not field.nullable:
                raise BadInput("missing column", where=where, value=field.name, allowed=", ".join(COLUMNS))
            columns.append(pa.nulls(len(table), field.type))
            continue
        column = table[field.name]
        if not field.nullable and column.null_count:
            raise BadInput(f"column {field.name} may not be null", where=where, value=None)
        try:
            columns.append(column.cast(field.type))
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
            raise BadInput(f"column {field.name} has a wrong type ({error})", where=where, allowed=str(field.type)) from error
    result = pa.table(columns, schema=arrow_schema())
    for name in pc.unique(result["event"]).to_pylist():
        if name not in _IS_ACT:
            raise unknown("event", name, EVENT_TYPES, where=where)
    return result
