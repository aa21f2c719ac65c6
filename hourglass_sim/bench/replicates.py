"""Replicates side by side: the same runs one after the other on one thread, and several at a time."""

import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from hourglass_sim.bench.figures import Figure, ratio
from hourglass_sim.bench.sizes import Sizes
from hourglass_sim.compare import replicate_seed
from hourglass_sim.run import simulate
from hourglass_sim.scenario import Scenario

SPEEDUP, WORKERS = 1.8, 2


def figures(sizes: Sizes, note: Callable[[str, int, int], None] | None = None) -> list[Figure]:
    """Seconds of all replicates with one worker over those with two; each run has one thread."""
    base = Scenario(users=sizes.replicate_users, days=sizes.days)
    seeds = [replicate_seed(sizes.seed, k) for k in range(sizes.replicates)]
    simulate(base.with_seed(seeds[0]), digest=False, threads=1)
    seconds: dict[int, list[float]] = {1: [], WORKERS: []}
    for k in range(1 if sizes.is_quick else min(sizes.repetitions, 2)):
        for workers, kept in seconds.items():
            started = time.perf_counter()
            with ThreadPoolExecutor(workers) as pool:
                list(pool.map(lambda seed: simulate(base.with_seed(seed), digest=False, threads=1).kpis, seeds))
            kept.append(time.perf_counter() - started)
            if note:
                note("replicates", k * 2 + workers, 2 * max(1, min(sizes.repetitions, 2)))
    of = f"{sizes.replicates} × {sizes.replicate_users:,} users × {sizes.days} days, {os.cpu_count()} processors"
    return [ratio(f"replicates on {WORKERS} threads", seconds[WORKERS], "one thread (s)", seconds[1], SPEEDUP, of, inverse=True)]
