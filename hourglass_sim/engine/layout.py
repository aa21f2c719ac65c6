"""Where a user's state lives in memory: columns inside blocks of 512 users, at offsets known when a stage is compiled.

A block is one contiguous run of bytes (about 200 kB, the size of a second-level cache): all columns of 512 users, one after the
other. Because every column sits at a constant distance from the block's first byte, the compiler can prove that two
columns never overlap and turns each stage's loop into vector instructions without run-time checks.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

BLOCK = 512  # users


@dataclass(frozen=True)
class Column:
    """One value per user (or `size` of them): its name, storage type, and whether a day's record and digest hold it.

    `kind` is "state" (kept between days), "trait" (set once at birth) or "scratch" (made anew each day).
    Integers are computed as int64 and floats as float64 whatever their storage type.
    """

    name: str
    dtype: str
    doc: str
    unit: str = ""
    kind: str = "state"
    size: int = 1
    recorded: bool = False

    @property
    def width(self) -> int:
        """Bytes of one value."""
        return np.dtype(self.dtype).itemsize

    @property
    def is_float(self) -> bool:
        """Whether the value is a float."""
        return self.dtype.startswith("f")

    @property
    def largest(self) -> int:
        """The largest integer the storage holds."""
        return int(np.iinfo(self.dtype).max)


class Layout:
    """Columns at fixed offsets in a block. `Layout(columns)`; iterate for the columns, `layout[name]` for one."""

    def __init__(self, columns: Iterable[Column]):
        self.columns = tuple(columns)
        self._by_name = {column.name: column for column in self.columns}
        if len(self._by_name) != len(self.columns):
            raise ValueError("two columns share a name")
        self.offset: dict[str, int] = {}
        position = 0
        for column in sorted(self.columns, key=lambda c: -c.width):
            self.offset[column.name] = position
            position += column.width * column.size * BLOCK
        self.block_bytes = -(-position // 4096) * 4096
        self.signature = tuple((c.name, c.dtype, c.size, self.offset[c.name]) for c in self.columns)

    def __getitem__(self, name: str) -> Column:
        return self._by_name[name]

    def __contains__(self, name: str) -> bool:
        return name in self._by_name

    def __iter__(self):
        return iter(self.columns)

    def allocate(self, users: int) -> np.ndarray:
        """Zeroed memory for `users`: uint8[blocks, block_bytes]."""
        blocks = -(-users // BLOCK)
        return np.zeros((blocks, self.block_bytes), dtype=np.uint8)

    def view(self, memory: np.ndarray, name: str, index: int = 0) -> np.ndarray:
        """One column as an array [blocks, 512] that shares the memory."""
        column = self[name]
        start = self.offset[name] + index * column.width * BLOCK
        return memory[:, start : start + column.width * BLOCK].view(column.dtype)

    def values(self, memory: np.ndarray, name: str, users: int, index: int = 0) -> np.ndarray:
        """One column as a flat copy [users]."""
        return self.view(memory, name, index).reshape(-1)[:users].copy()
