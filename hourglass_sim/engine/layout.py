"""Where a user's state lives in memory: columns inside blocks of 512 users, at offsets known when a stage is compiled.

A block is one contiguous run of bytes (about 300 kB, less than a second-level cache): all columns of 512 users, one after the
other. Every column sits at a constant distance from the block's first byte, at the beginning of a line of the cache, so compiled loops
find it without asking.
"""

import contextlib
import hashlib
import mmap
import weakref
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from hourglass_policy.errors import BadInput

BLOCK = 512  # users
PAGE = 1 << 21  # bytes of a large page
MUCH, MOST_KEPT = 1 << 26, 1 << 30  # bytes that several threads clear, and that are kept for the next run
APART = 64  # bytes between columns, so that not all begin at the same place of a memory page: the processor would confuse them


def _from_the_system(size: int) -> mmap.mmap:
    """Zeroed memory of one's own, in large pages where there are."""
    if not hasattr(mmap, "MAP_PRIVATE"):
        return mmap.mmap(-1, size)
    memory = mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    if hasattr(mmap, "MADV_HUGEPAGE"):
        with contextlib.suppress(OSError):  # a system without them
            memory.madvise(mmap.MADV_HUGEPAGE)
    return memory


def _memory(size: int) -> tuple[mmap.mmap, bool]:
    """So many bytes or more, and whether an earlier run used them; those it has not are zero."""
    for memory in list(_spare) if size > MUCH else ():
        if size <= len(memory) <= 2 * size:
            with contextlib.suppress(ValueError):  # another thread was faster
                _spare.remove(memory)
                return memory, True
    return _from_the_system(size), False


def _keep(memory: mmap.mmap) -> None:
    _spare.append(memory)
    while sum(map(len, list(_spare))) > MOST_KEPT:
        with contextlib.suppress(IndexError):
            _spare.pop(0)


_spare: list[mmap.mmap] = []  # the memory of runs that nobody looks at any more, for the next; the longest kept first


@dataclass(frozen=True)
class Column:
    """One value per user (or `size` of them): its name, storage type, and whether a day's record and digest hold it.

    `kind` is "state" (kept between days), "trait" (set once at birth) or "scratch" (made anew each day).
    Whole numbers and floats are the same whatever the storage type. A draw ("draw") is a float in (0, 1) kept as the word of 32 bits that
    it was made from (`draws.unit`): only `draws.four_draws` makes such numbers, so nothing is lost.
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
        return np.dtype(self.storage).itemsize

    @property
    def storage(self) -> str:
        """The type of what memory holds."""
        return "u4" if self.is_draw else self.dtype

    @property
    def is_draw(self) -> bool:
        """Whether the value is a draw."""
        return self.dtype == "draw"

    @property
    def is_float(self) -> bool:
        """Whether the value is a float."""
        return self.is_draw or self.dtype.startswith("f")

    @property
    def range(self) -> tuple[int, int]:
        """The least and the largest integer that the storage holds."""
        held = np.iinfo(self.dtype)
        return int(held.min), int(held.max)

    @property
    def largest(self) -> int:
        """The largest integer the storage holds."""
        return self.range[1]


class Layout:
    """Columns at fixed offsets in a block. `Layout(columns)`; iterate for the columns, `layout[name]` for one.

    `own`: state columns that a notebook brings; they stand behind all others, so that nothing else moves. BadInput for a name taken.
    `bounds`: between which whole numbers columns always lie, where that is less than their storage holds.

    Traits and state live in the block; scratch columns live in a second block that is reused (one for each thread) unless a
    run records whole days. Behind the scratch columns, at `totals_at`, is room for a day's totals, and at `noted_at` for what a stage
    from outside wrote that its column does not hold (`written`).
    """

    TOTALS_BYTES = 4096

    def __init__(
        self, columns: Iterable[Column], own: Iterable[Column] = (), bounds: Mapping[str, tuple[int, int]] | None = None
    ):
        self.bounds = dict(bounds or {})
        standard, own = tuple(columns), tuple(own)
        self.columns = (*standard, *own)
        self._by_name = {column.name: column for column in self.columns}
        if len(self._by_name) != len(self.columns):
            taken = next((c.name for c in own if c.name in {s.name for s in standard}), None)
            raise BadInput("a column of that name exists", where="columns", value=taken, allowed="another name")
        self.offset: dict[str, int] = {}
        self.block_bytes = self._place([c for c in standard if c.kind != "scratch"])
        self.totals_at = self._place([c for c in standard if c.kind == "scratch"])
        self.noted_at = self.totals_at + self.TOTALS_BYTES // 2
        self.scratch_columns_bytes = self.scratch_bytes = self.totals_at + self.TOTALS_BYTES
        self.digest = hashlib.sha256(repr((self._signature(standard), sorted(self.bounds.items()))).encode()).hexdigest()
        self.block_bytes = self._place(own, self.block_bytes)
        self.own = self._signature(own)

    def _signature(self, columns: Iterable[Column]) -> tuple:
        return tuple((c.name, c.dtype, c.size, c.kind, self.offset[c.name]) for c in columns)

    def own_among(self, names: Iterable[str]) -> tuple:
        """Where the notebook's columns among some names lie, and their types."""
        bases = {name.partition("[")[0] for name in names}
        return tuple(place for place in self.own if place[0] in bases)

    def _place(self, columns: Iterable[Column], position: int = 0) -> int:
        for column in sorted(columns, key=lambda c: -c.width):
            self.offset[column.name] = position
            position += column.width * column.size * BLOCK + APART
        return -(-position // 4096) * 4096

    def reserve_scratch(self, end: int) -> None:
        """Make the scratch block at least `end` bytes long: room behind its columns for what stages pack."""
        self.scratch_bytes = max(self.scratch_bytes, -(-end // 4096) * 4096)

    def range_of(self, column: Column) -> tuple[int, int]:
        """The least and the largest number that a column of whole numbers can hold."""
        return self.bounds.get(column.name, column.range)

    def __getitem__(self, name: str) -> Column:
        return self._by_name[name]

    def __contains__(self, name: str) -> bool:
        return name in self._by_name

    def __iter__(self):
        return iter(self.columns)

    def is_scratch(self, name: str) -> bool:
        """Whether a column is made anew each day."""
        return self[name].kind == "scratch"

    def recorded(self) -> list[tuple[str, int]]:
        """(column, slot) of everything that a day's record and digest hold, in order."""
        return [(c.name, k) for c in self.columns if c.recorded for k in range(c.size)]

    def allocate(self, blocks: int, scratch: bool = False, threads: int = 1, spread: Callable = map) -> np.ndarray:
        """Zeroed memory: uint8[blocks, bytes of a block], every column at the beginning of a line of the cache.

        It lies in large pages where the system has them: a day touches a hundred columns, each in pages of its own, more than a
        processor remembers the places of. It comes from the system, which gives it zeroed, page by page when one is first touched; much
        of it is touched at once, by `threads` to which `spread` hands work as `map` does. What a large run had is kept for the next.
        """
        width = self.scratch_bytes if scratch else self.block_bytes
        held, is_used = _memory(blocks * width + PAGE)
        memory = np.frombuffer(held, dtype=np.uint8)
        start = -memory.ctypes.data % PAGE
        found = memory[start : start + blocks * width]
        if len(held) > MUCH:
            weakref.finalize(memory, _keep, held).atexit = False
            parts = np.array_split(found if is_used else found[::PAGE], threads)
            list(spread(lambda part: part.fill(0), parts))
        return found.reshape(blocks, width)

    def view(self, memory: np.ndarray, name: str, slot: int = 0) -> np.ndarray:
        """One column as an array [blocks, 512] that shares the memory (the state's or the scratch's)."""
        column = self[name]
        start = self.offset[name] + slot * column.width * BLOCK
        return memory[:, start : start + column.width * BLOCK].view(column.storage)

    def values(self, memory: np.ndarray, name: str, users: int, slot: int = 0) -> np.ndarray:
        """One column as a flat copy [users]."""
        return self.view(memory, name, slot).reshape(-1)[:users].copy()
