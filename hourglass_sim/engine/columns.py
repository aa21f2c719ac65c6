"""The columnar engine: blocks of 512 users, each stage a short compiled loop, all days of a block before the next block.

A block's state stays in the cache while its days pass. Blocks are independent, so threads take blocks in any order and the result
is the same for every number of threads: all totals are integers.
"""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np
from numba import njit

from hourglass_sim.engine.compiling import compiled_day, kept_on_disk
from hourglass_sim.engine.kernels import call_loop
from hourglass_sim.engine.layout import BLOCK
from hourglass_sim.engine.tally import COUNTS, FOLD, HOW
from hourglass_sim.engine.world import World

WORD_DAYS = 64
DTYPES = ("i1", "i2", "i4", "i8", "f8")
BLOCKS_AT_ONCE = 8  # blocks a thread takes before it looks for more
_FOLD = np.uint64(FOLD)


@dataclass
class Outcome:
    """What an engine returns: daily totals, final state by column, activity bits, per-user hashes, and days when recorded."""

    totals: np.ndarray
    state: dict[str, np.ndarray]
    bits: np.ndarray
    digests: np.ndarray | None
    days: dict[str, np.ndarray] = field(default_factory=dict)


@njit(nogil=True, error_model="numpy")
def _tally(values, present, how, value):
    total = 0
    if how == 0:
        for i in range(BLOCK):
            total += np.int64(values[i]) * np.int64(present[i])
    elif how == 1:
        for i in range(BLOCK):
            total += np.int64((values[i] != 0) & (present[i] != 0))
    else:
        for i in range(BLOCK):
            total += np.int64((values[i] == value) & (present[i] != 0))
    return total


@njit(nogil=True, error_model="numpy")
def _fold_integers(digests, values, present):
    for i in range(BLOCK):
        mixed = (digests[i] ^ np.uint64(np.int64(values[i]))) * _FOLD
        mixed = mixed ^ (mixed >> np.uint64(29))
        digests[i] = mixed if present[i] != 0 else digests[i]


@njit(nogil=True, error_model="numpy")
def _bytes_of(state, scratch, spec):
    width = 1 << min(spec[2], 3)
    start = spec[1]
    return scratch[start : start + BLOCK * width] if spec[0] == 1 else state[start : start + BLOCK * width]


@njit(nogil=True, error_model="numpy")
def _count_day(state, scratch, present, specs, row):
    for k in range(specs.shape[0]):
        spec = specs[k]
        raw = _bytes_of(state, scratch, spec)
        if spec[2] == 0:
            row[k] += _tally(raw.view(np.int8), present, spec[3], spec[4])
        elif spec[2] == 1:
            row[k] += _tally(raw.view(np.int16), present, spec[3], spec[4])
        elif spec[2] == 2:
            row[k] += _tally(raw.view(np.int32), present, spec[3], spec[4])
        else:
            row[k] += _tally(raw.view(np.int64), present, spec[3], spec[4])


@njit(nogil=True, error_model="numpy")
def _fold_day(state, scratch, present, specs, digests):
    for k in range(specs.shape[0]):
        spec = specs[k]
        raw = _bytes_of(state, scratch, spec)
        if spec[2] == 0:
            _fold_integers(digests, raw.view(np.int8), present)
        elif spec[2] == 1:
            _fold_integers(digests, raw.view(np.int16), present)
        elif spec[2] == 2:
            _fold_integers(digests, raw.view(np.int32), present)
        else:
            _fold_integers(digests, raw.view(np.int64), present)


@njit(nogil=True, error_model="numpy")
def _run_blocks(
    first_block, last_block, first_day, last_day, state, scratch, own_scratch, loops, todays, inputs, counts, folds, present_at,
    first_arrival, last_arrival, totals, digests, finished,
):  # fmt: skip
    for b in range(first_block, last_block):
        s = b if own_scratch else 0
        block, spare = state[b], scratch[s]
        here = spare[present_at : present_at + BLOCK].view(np.int8)
        for day in range(first_day, last_day):
            if day < first_arrival[b] or finished[b]:
                if own_scratch:
                    here[:] = 0
                continue
            today = todays.ctypes.data + day * todays.shape[1] * 8
            for k in range(loops.shape[0]):
                call_loop(loops[k], block.ctypes.data, spare.ctypes.data, today, inputs.ctypes.data)
            before = totals[day, 0]
            _count_day(block, spare, here, counts, totals[day])
            if folds.shape[0] > 0:
                _fold_day(block, spare, here, folds, digests[b])
            if day >= last_arrival[b] and totals[day, 0] == before:
                finished[b] = True


kept_on_disk(_run_blocks)


class Columns:
    """One run of the columnar engine, day by day or in spans of days."""

    def __init__(
        self, world: World, *, digest: bool, record_days: bool, threads: int, note: Callable[[str, int, int], None] | None = None
    ):
        self.world, self.threads, self.record_days = world, threads, record_days
        layout, scenario = world.layout, world.scenario
        started = time.perf_counter()
        self.loops = compiled_day(world.stages, layout, world.inputs, note)
        self.addresses = np.array([loop.address for loop in self.loops], dtype=np.int64)
        self.todays = world.inputs.pack_days(world.todays)
        users = scenario.users
        self.blocks = -(-users // BLOCK)
        self.state = layout.allocate(self.blocks)
        self.scratch = layout.allocate(self.blocks if record_days else threads, scratch=True)
        numbers = np.arange(self.blocks * BLOCK, dtype=np.int32)
        layout.view(self.state, "user")[:] = numbers.reshape(-1, BLOCK)
        arrivals = np.full(self.blocks * BLOCK, 32_767, dtype=np.int16)
        arrivals[:users] = world.arrival_days
        layout.view(self.state, "arrival_day")[:] = arrivals.reshape(-1, BLOCK)
        by_block = arrivals.reshape(-1, BLOCK).astype(np.int64)
        self.first_arrival = by_block.min(axis=1)
        self.last_arrival = np.where(by_block < 32_767, by_block, -1).max(axis=1)
        self.finished = np.zeros(self.blocks, dtype=np.bool_)
        self.totals = np.zeros((scenario.days, len(COUNTS)), dtype=np.int64)
        self.digests = np.zeros((self.blocks, BLOCK), dtype=np.uint64)
        self.counts = np.array([(*self._where(c.column, 0), HOW[c.how], c.value) for c in COUNTS], dtype=np.int64)
        folds = [(*self._where(name, k), 0, 0) for name, k in layout.recorded()] if digest else []
        self.folds = np.array(folds, dtype=np.int64).reshape(-1, 5)
        self.has_digest = digest
        self.bits = np.zeros((users, (scenario.days - 1) // WORD_DAYS + 1), dtype=np.uint64)
        self.recorded: dict[str, list[np.ndarray]] = {}
        self.day = 0
        self._blocks(0, 0, 0, 0, 0, self.totals)  # compiles the driver or takes it from the cache
        self.compile_seconds = time.perf_counter() - started

    def _where(self, name: str, slot: int) -> tuple[int, int, int]:
        layout, column = self.world.layout, self.world.layout[name]
        start = layout.offset[name] + slot * column.width * BLOCK
        return int(layout.is_scratch(name)), start, DTYPES.index(column.dtype)

    def advance(self, days: int = 1) -> None:
        """Simulate the next `days` days."""
        until = min(self.day + days, self.world.scenario.days)
        while self.day < until:
            span_end = min(until, (self.day // WORD_DAYS + 1) * WORD_DAYS, self.day + 1 if self.record_days else until)
            self._span(self.day, span_end)
            self._keep_bits(span_end)
            if self.record_days:
                self._keep_day(self.day)
            self.day = span_end

    def _span(self, first: int, last: int) -> None:
        if self.threads == 1 or self.blocks <= BLOCKS_AT_ONCE:
            self._blocks(0, self.blocks, first, last, 0, self.totals)
            return
        partial = [np.zeros_like(self.totals) for _ in range(self.threads)]
        starts = iter(range(0, self.blocks, BLOCKS_AT_ONCE))

        def work(thread: int) -> None:
            for start in starts:  # a shared iterator: the interpreter lock makes taking the next chunk safe
                self._blocks(start, min(start + BLOCKS_AT_ONCE, self.blocks), first, last, thread, partial[thread])

        with ThreadPoolExecutor(self.threads) as pool:
            list(pool.map(work, range(self.threads)))
        self.totals += sum(partial)

    def _blocks(self, start: int, end: int, first: int, last: int, thread: int, totals: np.ndarray) -> None:
        scratch = self.scratch if self.record_days else self.scratch[thread : thread + 1]
        present_at = self.world.layout.offset["present"]
        _run_blocks(
            start, end, first, last, self.state, scratch, self.record_days, self.addresses, self.todays, self.world.inputs.memory,
            self.counts, self.folds, present_at, self.first_arrival, self.last_arrival, totals, self.digests, self.finished,
        )  # fmt: skip

    def _keep_bits(self, reached: int) -> None:
        word = (reached - 1) // WORD_DAYS
        view = self.world.layout.view(self.state, "active_word")
        self.bits[:, word] = view.reshape(-1)[: len(self.bits)].view(np.uint64)
        if reached % WORD_DAYS == 0:
            view[:] = 0

    def _keep_day(self, day: int) -> None:
        layout, users = self.world.layout, self.world.scenario.users
        here = np.flatnonzero(layout.values(self.scratch, "present", users))
        self.recorded.setdefault("day", []).append(np.full(len(here), day, dtype=np.int32))
        self.recorded.setdefault("user", []).append(here.astype(np.int32))
        for name, k in layout.recorded():
            memory = self.scratch if layout.is_scratch(name) else self.state
            label = name if layout[name].size == 1 else f"{name}_{k + 1}"
            self.recorded.setdefault(label, []).append(layout.view(memory, name, k).reshape(-1)[:users][here])

    def outcome(self) -> Outcome:
        """Everything so far."""
        users, layout = self.world.scenario.users, self.world.layout
        state = {}
        for column in layout:
            if column.kind != "scratch" and column.name not in ("grains_ring", "ratio_ring", "active_word"):
                for k in range(column.size):
                    label = column.name if column.size == 1 else f"{column.name}_{k + 1}"
                    state[label] = layout.values(self.state, column.name, users, k)
        digests = self.digests.reshape(-1)[:users].copy() if self.has_digest else None
        days = {name: np.concatenate(parts) for name, parts in self.recorded.items()}
        return Outcome(self.totals, state, self.bits, digests, days)
