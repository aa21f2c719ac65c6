"""Simulations behind a live page: off the page's own thread, the newest wish first, the baseline kept, intervals that sharpen."""

import logging
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np
from hourglass_policy.errors import BadInput

from hourglass_sim.compare import FEW_SEEDS, paired, replicate_seed
from hourglass_sim.scenario import Scenario
from hourglass_sim.view.curves import paired_rows

if TYPE_CHECKING:
    from hourglass_sim.run import Run

SEEDS = 6  # paired seeds of a finished view
SEEDS_FOR_T = FEW_SEEDS  # from here on intervals come from the seeds, before from pairs of users
KEPT_RUNS = 24


class RunCache:
    """Runs of the last scenarios, shared by every page of a server. One simulation at a time; safe for threads."""

    def __init__(self, size: int = KEPT_RUNS):
        self._runs: OrderedDict[str, Run] = OrderedDict()
        self._size, self._lock = size, Lock()

    def run(self, scenario: Scenario) -> "Run":
        """The run of a scenario, simulated once."""
        from hourglass_sim.run import simulate

        with self._lock:
            key = scenario.digest()
            if key not in self._runs:
                self._runs[key] = simulate(scenario, digest=False)
            self._runs.move_to_end(key)
            while len(self._runs) > self._size:
                self._runs.popitem(last=False)
            return self._runs[key]


@dataclass(frozen=True)
class Shown:
    """What a page shows: the runs of the first seed, KPI rows (a, b, difference, low, high) over `seeds` seeds."""

    baseline: "Run"
    candidate: "Run"
    rows: Mapping[str, Mapping[str, float | None]]
    seeds: int
    of: int
    seconds: float

    @property
    def is_final(self) -> bool:
        """Whether no more seeds will come."""
        return self.seeds >= self.of

    def is_before(self, other: "Shown") -> bool:
        """Whether the other shows the same scenarios on more seeds."""
        pairs = ((self.baseline, other.baseline), (self.candidate, other.candidate))
        return self.seeds < other.seeds and all(a.scenario.digest() == b.scenario.digest() for a, b in pairs)

    def means(self) -> tuple[dict[str, float | None], dict[str, float | None]]:
        """KPIs of baseline and candidate, means over the seeds so far."""
        return {n: r["a"] for n, r in self.rows.items()}, {n: r["b"] for n, r in self.rows.items()}


class Simulations:
    """Answers the newest request with `deliver(Shown)` after every seed, or `fail(message)`; both are called off the page's thread."""

    def __init__(self, cache: RunCache, deliver: Callable[[Shown], None], fail: Callable[[str], None], seeds: int = SEEDS):
        self._cache, self._deliver, self._fail, self._seeds = cache, deliver, fail, seeds
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="hourglass-view")
        self._newest = 0
        self._lock = Lock()

    @property
    def seeds(self) -> int:
        """Paired seeds of a finished answer."""
        return self._seeds

    def ask(self, baseline: Scenario, candidate: Scenario) -> None:
        """Show these two; whatever was asked before is given up."""
        with self._lock:
            self._newest += 1
            number = self._newest
        self._pool.submit(self._answer, number, baseline, candidate)

    def stop(self) -> None:
        """Give up the seeds still to come; what is shown stays."""
        with self._lock:
            self._newest += 1

    def close(self) -> None:
        """Give up everything; the page is gone."""
        self.stop()
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _answer(self, number: int, baseline: Scenario, candidate: Scenario) -> None:
        try:
            self._seed_by_seed(number, baseline, candidate)
        except BadInput as error:
            self._fail(str(error))
        except Exception as error:
            logging.getLogger(__name__).exception("a simulation behind a page failed")
            self._fail(f"{type(error).__name__}: {error}")

    def _seed_by_seed(self, number: int, baseline: Scenario, candidate: Scenario) -> None:
        first: tuple[Run, Run] | None = None
        values: dict[str, list[tuple[float, float]]] = {}
        for k in range(self._seeds):
            started = time.perf_counter()
            seed = replicate_seed(baseline.seed, k)
            pair = []
            for scenario in (baseline, candidate):
                if number != self._newest:
                    return
                pair.append(self._cache.run(scenario.with_seed(seed)))
            first = first or (pair[0], pair[1])
            for name in pair[0].kpis:
                values.setdefault(name, []).append((_number(pair[0].kpis.get(name)), _number(pair[1].kpis.get(name))))
            if number != self._newest:
                return
            seconds = time.perf_counter() - started
            self._deliver(Shown(*first, rows_of(values, *first), k + 1, self._seeds, seconds))


def rows_of(values: Mapping[str, list[tuple[float, float]]], a: "Run", b: "Run") -> dict[str, dict[str, float | None]]:
    """KPI rows: from the seeds when there are enough, else means with the interval over users paired one by one."""
    names = tuple(values)
    seeds = len(next(iter(values.values())))
    if seeds >= SEEDS_FOR_T:
        return {name: paired(np.array(pairs)) for name, pairs in values.items()}  # type: ignore[misc]
    return paired_rows(a, b, names)


def _number(value: float | None) -> float:
    return np.nan if value is None else float(value)
