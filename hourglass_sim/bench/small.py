"""The small things people wait for: 10,000 users × 90 days warm, the first run after installation, a later process."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import median

from hourglass_sim.bench.figures import Figure, Goal, measured, missing
from hourglass_sim.bench.sizes import Sizes
from hourglass_sim.bench.toy.specification import timed
from hourglass_sim.run import simulate
from hourglass_sim.scenario import Scenario

WARM_MS, FIRST_SECONDS, LATER_SECONDS = Goal(50.0, True), Goal(20.0, True), Goal(1.0, True)
LATER = 5  # repetitions of a later process


def warm(sizes: Sizes, note: Callable[[str, int, int], None] | None = None) -> list[Figure]:
    """From the Python call to the KPIs, on all threads and on one, interleaved; the processors' time beside the clock's."""
    scenario = Scenario(users=sizes.small_users, days=sizes.days, seed=sizes.seed)
    every = os.cpu_count() or 1
    clock: dict[int, list[float]] = {}
    processors: dict[int, list[float]] = {}
    simulate(scenario, digest=False)
    for k in range(sizes.small_repetitions):
        for threads in {every, 1}:
            _, seconds, busy = timed(lambda: simulate(scenario, digest=False, threads=threads).kpis)  # noqa: B023 — called at once
            clock.setdefault(threads, []).append(1000 * seconds)
            processors.setdefault(threads, []).append(1000 * busy)
        if note:
            note("small runs", k + 1, sizes.small_repetitions)
    name = f"{sizes.small_users:,} users × {sizes.days} days, call to KPIs"
    told = {threads: f"warm; {median(busy):.1f} ms of processor time" for threads, busy in processors.items()}
    found = [measured(f"{name}, {every} threads", "ms", clock[every], WARM_MS, told[every])]
    return found + ([measured(f"{name}, one thread", "ms", clock[1], note=told[1])] if every > 1 else [])


def starting(sizes: Sizes, note: Callable[[str, int, int], None] | None = None) -> list[Figure]:
    """Seconds of `hourglass simulate` as a process: once with nothing compiled, then again."""
    with tempfile.TemporaryDirectory() as empty:
        first = None if sizes.is_quick else _process({"HOURGLASS_CACHE": empty})
        kept = {} if sizes.is_quick else {"HOURGLASS_CACHE": empty}
        later = [_process(kept) for _ in range(1 if sizes.is_quick else LATER)]
    if note:
        note("starting", 1, 1)
    name, what = "first run after installation", "hourglass simulate --users 1000 --days 30, from the shell and back"
    skipped = missing(name, "s", "--quick leaves it out: it compiles everything anew", FIRST_SECONDS)
    busy = f"{what}; {median(b for _, b in later):.2f} s of processor time"
    return [
        skipped
        if first is None
        else measured(name, "s", [first[0]], FIRST_SECONDS, f"{what}; {first[1]:.1f} s of processor time"),
        measured("a later process", "s", [seconds for seconds, _ in later], LATER_SECONDS, busy),
    ]


def _process(changes: dict[str, str]) -> tuple[float, float]:
    """Seconds of the clock and of the processors."""
    command = [sys.executable, "-m", "hourglass_sim.cli", "simulate", "--users", "1000", "--days", "30", "--json"]
    environment = os.environ | changes
    environment["PYTHONPATH"] = os.pathsep.join(path for path in sys.path if Path(path).is_dir())
    before = os.times()
    _, seconds, _ = timed(lambda: subprocess.run(command, capture_output=True, check=True, env=environment))
    after = os.times()
    return seconds, after.children_user + after.children_system - before.children_user - before.children_system
