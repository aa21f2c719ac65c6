"""The toy day on the product's own technique: its blocks, its compiled stage loops, its draws; only the driver is the toy's."""

import os
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numba import njit

from hourglass_sim.bench.toy.day import CORES, Today, groups, the_toy_day, todays, toy_layout
from hourglass_sim.bench.toy.specification import Outcome, ToyDay
from hourglass_sim.engine.compiling import compiled_loops, kept_on_disk
from hourglass_sim.engine.inputs import Inputs
from hourglass_sim.engine.kernels import call_loop, loader
from hourglass_sim.engine.layout import BLOCK
from hourglass_sim.engine.lift import lift

AT_ONCE = 8  # blocks a thread takes before it looks for more
COUNTED = (  # column and what is counted: None the sum, else how many have this value; in the order of AGGREGATES
    ("present", None), ("opened", None), ("victories", None), ("earned", None), ("level", None), ("phoenix", None),
    ("season", 0), ("season", 1), ("season", 2), ("season", 3), ("left", None),
)  # fmt: skip
_load_1, _load_2 = loader("i1"), loader("i2")


@njit(nogil=True, error_model="numpy")
def _count(column, width, here, value):
    total = np.int32(0)
    if width == 2:
        for i in range(BLOCK):
            total = np.int32(total + (_load_2(column, i) & -_load_1(here, i)))
    elif value < 0:
        for i in range(BLOCK):
            total = np.int32(total + (_load_1(column, i) & -_load_1(here, i)))
    else:
        for i in range(BLOCK):
            total = np.int32(total + ((_load_1(column, i) == value) & _load_1(here, i)))
    return total


@njit(nogil=True, error_model="numpy")
def _run_blocks(first, last, state, scratch, loops, todays, inputs, counts, here_at, totals):
    for b in range(first, last):
        block, spare = state[b].ctypes.data, scratch.ctypes.data
        for day in range(todays.shape[0]):
            today = todays.ctypes.data + day * todays.shape[1] * 8
            for k in range(loops.shape[0]):
                call_loop(loops[k], block, spare, today, inputs.ctypes.data)
            for k in range(counts.shape[0]):
                column = (spare if counts[k, 0] == 1 else block) + counts[k, 1]
                totals[day, k] += _count(column, counts[k, 2], spare + here_at, counts[k, 3])


kept_on_disk(_run_blocks)


def simulate(users: int, days: int, seed: int, threads: int | None = None) -> Outcome:
    """The toy day for `users` users and `days` days with the columns; threads never change a result."""
    lift(CORES)
    layout, inputs = toy_layout(), Inputs(groups(), Today)
    _, compiled = compiled_loops(the_toy_day(), layout, inputs, is_recorded=True)
    loops = np.array([loop.address for loop in compiled], dtype=np.int64)
    blocks, threads = -(-users // BLOCK), threads or os.cpu_count() or 1
    state = layout.allocate(blocks)
    for name, values in _newcomers(users, blocks, seed).items():
        layout.view(state, name)[:] = values
    counts = np.array([_where(layout, name, value) for name, value in COUNTED], dtype=np.int64)
    packed, here_at = inputs.pack_days(todays(days, seed)), layout.offset["present"]
    partial = np.zeros((threads, days, len(COUNTED)), dtype=np.int64)
    scratch = layout.allocate(threads, scratch=True)
    starts = iter(range(0, blocks, AT_ONCE))

    def work(thread: int) -> None:
        for start in starts:  # a shared iterator: the interpreter lock makes taking the next chunk safe
            end = min(start + AT_ONCE, blocks)
            _run_blocks(start, end, state, scratch[thread], loops, packed, inputs.memory, counts, here_at, partial[thread])

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(work, range(threads)))
    heritage, xp = (layout.values(state, name, users) for name in ("heritage", "xp"))
    return Outcome(partial.sum(axis=0).tolist(), (heritage.mean(), heritage.std()), (xp.mean(), xp.std()))


def _newcomers(users: int, blocks: int, seed: int) -> dict[str, np.ndarray]:
    """Columns at the start, as [blocks, 512]; rows without a user have left."""
    toy, rows = ToyDay(), np.arange(blocks * BLOCK).reshape(-1, BLOCK)
    motivation = np.random.default_rng(seed).normal(toy.motivation_mean, toy.motivation_sd, rows.shape)
    return {"user": rows, "motivation": motivation, "level": np.ones_like(rows), "gone": rows >= users}


def _where(layout, name: str, value: int | None) -> tuple[int, int, int, int]:
    return int(layout.is_scratch(name)), layout.offset[name], layout[name].width, -1 if value is None else value
