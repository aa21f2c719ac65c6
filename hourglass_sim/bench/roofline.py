"""The roofline: what a user-day must move and draw, counted from the list of stages, and how fast this machine moves and draws."""

import os
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
from numba import njit

from hourglass_sim.bench.toy.day import Today, groups, todays
from hourglass_sim.engine.agents import HourglassModel
from hourglass_sim.engine.compiling import compiled_loops
from hourglass_sim.engine.day_loops import Loop, loops_of
from hourglass_sim.engine.declaring import base_of, draws, each
from hourglass_sim.engine.draws import four_draws
from hourglass_sim.engine.inputs import Inputs
from hourglass_sim.engine.kernels import call_loop
from hourglass_sim.engine.layout import BLOCK, Column, Layout
from hourglass_sim.engine.stages import Stage
from hourglass_sim.engine.tally import COUNTS
from hourglass_sim.engine.world import make_world
from hourglass_sim.scenario import Scenario

DRAWS = 4  # of one call of the generator
FIRST, SECOND, MEMORY = 12 * 1024, 96 * 1024, 64 * 1024 * 1024  # bytes copied within the first cache, the second, and beyond all
COPY_BYTES = 1_000_000_000  # of a try
DRAW_CALLS = 8_000
TRIES = 7


class Roofline(NamedTuple):
    """Per user-day: bytes that the day's loops load and store, bytes of state touched at all, draws. Per second, all threads: bytes moved
    within the first cache, within the second, in memory; draws. `bound_*`: user-days per second if nothing else were needed: loads and
    stores from the first cache, state from the second (a block stays there), draws; `bound` is the least of them. `bound_memory`: what
    an engine that brings all state from memory every day could reach.
    """

    stage_bytes: float
    state_bytes: float
    draws: float
    first_bytes_per_second: float
    second_bytes_per_second: float
    memory_bytes_per_second: float
    draws_per_second: float
    bound_stages: float
    bound_state: float
    bound_draws: float
    bound: float
    bound_memory: float


def roofline(users: int, days: int, seed: int) -> Roofline:
    """Counted on `users` people of the readable engine over `days` days; ceilings measured now, on every thread."""
    stage_bytes, state_bytes, drawn = needs(users, days, seed)
    first, second, memory, generated = _copies(FIRST), _copies(SECOND), _copies(MEMORY), _draws()
    bounds = (first / stage_bytes, second / state_bytes, generated / drawn)
    return Roofline(stage_bytes, state_bytes, drawn, first, second, memory, generated, *bounds, min(bounds), memory / state_bytes)


def needs(users: int, days: int, seed: int) -> tuple[float, float, float]:
    """Bytes that the day's loops load and store, bytes of state that a day touches, and draws: means of a user-day of the full rules."""
    scenario = Scenario(users=users, days=days, seed=seed)
    world = make_world(scenario)
    calls: Counter[str] = Counter()
    counted = tuple(replace(stage, function=_counted(stage, calls)) for stage in world.stages)
    model = HourglassModel(make_world(scenario, counted), digest=False, record_days=False)
    model.advance(days)
    user_days = float(model.outcome().totals[:, 0].sum())
    shares = {stage.name: min(1.0, calls[stage.name] / user_days) for stage in world.stages}
    moved = sum(_moved(loop, shares, world.layout) for loop in loops_of(world.stages, world.layout, False))
    drawn = sum(shares[stage.name] * DRAWS for stage in world.stages if stage.function is four_draws)
    touched: dict[str, float] = {}
    for stage in world.stages:
        for place, ways in (dict.fromkeys(stage.reads, 1) | dict.fromkeys(stage.writes, 2)).items():  # written: read before
            if not _is_scratch(place, world.layout):
                touched[place] = max(touched.get(place, 0.0), shares[stage.name] * ways * _width(place, world.layout))
    return moved, sum(touched.values()), drawn


def _moved(loop: Loop, shares: dict[str, float], layout: Layout) -> float:
    """Bytes that one of the day's loops loads and stores, a user: of runs what comes from memory and what goes back to it."""
    if loop.kind == "count":
        return sum(_width(COUNTS[k].column, layout) for k in loop.counts)
    stages = loop.run.stages if loop.run else (loop.stage,) if loop.stage else loop.section.stages
    share = max(shares[stage.name] for stage in stages)
    if loop.kind in ("bring", "return"):
        names = loop.section.brought if loop.kind == "bring" else loop.section.returned
        return (1 + share) * sum(_width(name, layout) for name in names)
    if loop.run is None:
        return share * sum(_width(place, layout) for place in (*loop.stage.reads, *loop.stage.writes))
    known: set[str] = set()
    loaded = 0
    for stage in stages:
        loaded += sum(_width(place, layout) for place in {*stage.reads} - known)
        known |= {*stage.reads, *stage.writes}
    return share * (loaded + sum(_width(place, layout) for place in loop.run.stored))


def _counted(stage: Stage, calls: Counter) -> Callable:
    def function(*values: Any) -> Any:
        calls[stage.name] += 1
        return stage.function(*values)

    return function


def _width(place: str, layout: Layout) -> int:
    return layout[base_of(place)].width if base_of(place) in layout else 0


def _is_scratch(place: str, layout: Layout) -> bool:
    return base_of(place) in layout and layout.is_scratch(base_of(place))


def _on_every_thread(work: Callable[[int], None]) -> float:
    """Least seconds of a few tries that `work(thread)` takes on every thread at once: a ceiling is what the machine can do."""
    threads = os.cpu_count() or 1
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(work, range(threads)))
        return min(_seconds(lambda: list(pool.map(work, range(threads)))) for _ in range(TRIES))


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


@njit(nogil=True)
def _copy_again(one, other, times):
    for k in range(times):
        for i in range(len(one)):
            one[i] = other[i] + k  # a plain copy would become a call that no stage makes


def _copies(size: int) -> float:
    """Bytes read and written per second by copying `size` bytes over and over."""
    threads, times = os.cpu_count() or 1, max(1, COPY_BYTES // (2 * size))
    memory = [(np.ones(size // 8), np.ones(size // 8)) for _ in range(threads)]
    return threads * times * 2 * size / _on_every_thread(lambda thread: _copy_again(*memory[thread], times))


@njit(nogil=True)
def _call_again(address, block, scratch, today, inputs, times):
    for _ in range(times):
        call_loop(address, block, scratch, today, inputs)


def _draws() -> float:
    """Draws per second of the engine's own compiled loop of four draws."""
    layout = Layout(
        [Column("user", "i4", "number"), Column("u_open", "draw", "draws", kind="scratch", size=DRAWS, recorded=True)]
    )
    inputs, threads = Inputs(groups(), Today), os.cpu_count() or 1
    stage = draws("arrive", 0, each("u_open", DRAWS))
    loop = compiled_loops((stage,), layout, inputs, True)[1][0]
    block, scratch, today = layout.allocate(1), layout.allocate(threads, scratch=True), inputs.pack_days(todays(1, 7))
    addresses = (today.ctypes.data, inputs.memory.ctypes.data)
    work = lambda t: _call_again(loop.address, block.ctypes.data, scratch[t].ctypes.data, *addresses, DRAW_CALLS)  # noqa: E731
    return threads * DRAW_CALLS * BLOCK * DRAWS / _on_every_thread(work)
