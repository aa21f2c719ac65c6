"""The small things people wait for: 10,000 users × 90 days warm, the first run after installation, a later process."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from hourglass_sim.bench.figures import Figure, Goal, measured, missing
from hourglass_sim.bench.sizes import Sizes
from hourglass_sim.run import simulate
from hourglass_sim.scenario import Scenario

WARM_MS, FIRST_SECONDS, LATER_SECONDS = Goal(50.0, True), Goal(20.0, True), Goal(1.0, True)
LATER = 5  # repetitions of a later process


def warm(sizes: Sizes, note: Callable[[str, int, int], None] | None = None) -> list[Figure]:
    """From the Python call to the KPIs, on all threads and on one, interleaved."""
    scenario = Scenario(users=sizes.small_users, days=sizes.days, seed=sizes.seed)
    every = os.cpu_count() or 1
    times: dict[int, list[float]] = {}
    simulate(scenario, digest=False)
    for k in range(sizes.small_repetitions):
        for threads in {every, 1}:
            started = time.perf_counter()
            _ = simulate(scenario, digest=False, threads=threads).kpis
            times.setdefault(threads, []).append((time.perf_counter() - started) * 1000)
        if note:
            note("small runs", k + 1, sizes.small_repetitions)
    name = f"{sizes.small_users:,} users × {sizes.days} days, call to KPIs"
    found = [measured(f"{name}, {every} threads", "ms", times[every], WARM_MS, "warm")]
    return found + ([measured(f"{name}, one thread", "ms", times[1], note="warm")] if every > 1 else [])


def starting(sizes: Sizes, note: Callable[[str, int, int], None] | None = None) -> list[Figure]:
    """Wall time of `hourglass simulate` as a process: once with nothing compiled, then again."""
    with tempfile.TemporaryDirectory() as empty:
        first = None if sizes.is_quick else _process({"HOURGLASS_CACHE": empty})
        kept = {} if sizes.is_quick else {"HOURGLASS_CACHE": empty}
        later = [_process(kept) for _ in range(1 if sizes.is_quick else LATER)]
    if note:
        note("starting", 1, 1)
    name, what = "first run after installation", "hourglass simulate --users 1000 --days 30, from the shell and back"
    skipped = missing(name, "s", "--quick leaves it out: it compiles everything anew", FIRST_SECONDS)
    return [
        skipped if first is None else Figure(name, "s", first, FIRST_SECONDS, note=what),
        measured("a later process", "s", later, LATER_SECONDS, what),
    ]


def _process(changes: dict[str, str]) -> float:
    command = [sys.executable, "-m", "hourglass_sim.cli", "simulate", "--users", "1000", "--days", "30", "--json"]
    environment = os.environ | changes
    environment["PYTHONPATH"] = os.pathsep.join(path for path in sys.path if Path(path).is_dir())
    started = time.perf_counter()
    subprocess.run(command, capture_output=True, check=True, env=environment)
    return time.perf_counter() - started
