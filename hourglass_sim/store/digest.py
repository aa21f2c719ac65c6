"""A log's digest: SHA-256 over its columns' bytes, independent of how the rows are cut into batches, parts or files."""

import hashlib
from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from hourglass_sim.store.schema import arrow_schema

if TYPE_CHECKING:
    import pyarrow as pa


def rows_digest(batches: "Iterable[pa.RecordBatch]") -> str:
    """SHA-256, hex, of ordered rows with the log's columns; nulls, -0.0 and batch borders are normalised."""
    import pyarrow as pa

    schema = arrow_schema()
    sums = {name: (hashlib.sha256(), hashlib.sha256()) for name in schema.names}
    for batch in batches:
        for field in schema:
            column = batch.column(batch.schema.get_field_index(field.name)).cast(field.type)
            first, second = sums[field.name]
            for piece in _text_bytes(column) if pa.types.is_string(field.type) else _number_bytes(column):
                first.update(piece[0])
                second.update(piece[1])
    whole = hashlib.sha256()
    for name, (first, second) in sums.items():
        whole.update(name.encode() + first.digest() + second.digest())
    return whole.hexdigest()


def _number_bytes(column: "pa.Array") -> Iterable[tuple[bytes, bytes]]:
    import pyarrow as pa

    is_null = np.asarray(column.is_null().to_numpy(zero_copy_only=False), np.uint8)
    kind = "<f8" if pa.types.is_floating(column.type) else "<i8"
    plain = column if pa.types.is_floating(column.type) else column.cast(pa.int64())
    values = np.asarray(plain.fill_null(0).to_numpy(zero_copy_only=False)).astype(kind) + np.zeros(1, kind)
    yield values.tobytes(), is_null.tobytes()


def _text_bytes(column: "pa.Array") -> Iterable[tuple[bytes, bytes]]:
    import pyarrow.compute as pc

    lengths = pc.fill_null(pc.binary_length(column), -1).to_numpy(zero_copy_only=False).astype("<i8")
    yield lengths.tobytes(), "".join(column.drop_null().to_pylist()).encode()
