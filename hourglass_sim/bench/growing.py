"""Time and memory by the number of users: each size in a fresh process, so that one does not warm or fill memory for the other."""

import json
import subprocess
import sys
from collections.abc import Callable
from statistics import median
from typing import Any

from hourglass_sim.bench.figures import Figure, Goal, missing
from hourglass_sim.bench.sizes import Sizes

GROWTH, BYTES, FIXED_MB = Goal(1.3, True), Goal(400.0, True), Goal(300.0, True)
ENOUGH_USER_DAYS = 30_000_000  # of a size, over its repetitions
MOST_REPETITIONS = 9


def measure(sizes: Sizes, note: Callable[[str, int, int], None] | None = None) -> dict[int, dict[str, Any]]:
    """Peak resident memory in bytes and user-days per second by number of users; small sizes repeat more often."""
    found = {}
    _one_run(512, 2, sizes.seed, 1)  # compiles: what compiles needs more memory at its peak than what is measured
    for k, users in enumerate(sizes.growth):
        often = 1 if sizes.is_quick else max(1, min(MOST_REPETITIONS, ENOUGH_USER_DAYS // (users * sizes.days)))
        found[users] = _one_run(users, sizes.days, sizes.seed, often)
        if note:
            note("growing the population", k + 1, len(sizes.growth))
    return found


def _one_run(*numbers: int) -> dict[str, Any]:
    command = [sys.executable, "-m", "hourglass_sim.bench.one_run", *map(str, numbers)]
    return json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def figures(sizes: Sizes, found: dict[int, dict[str, Any]]) -> list[Figure]:
    """Growth of the cost of a user-day from the smallest to the dearest size; bytes of a user and what does not grow."""
    cost = {users: 1e9 / median(one["user_days_per_second"]) for users, one in found.items()}
    small, large, most = sizes.growth[0], sizes.growth[-2], sizes.growth[-1]
    dearest = max(cost[users] for users in sizes.growth[1:])
    listed = ", ".join(f"{users:,}: {ns:.1f} ns" for users, ns in cost.items())
    grown = dearest / cost[small]
    peaks = {users: one["peak_bytes"] for users, one in found.items()}
    each = (peaks[most] - peaks[large]) / (most - large)
    fixed = (peaks[large] - each * large) / 1e6
    told = ", ".join(f"{users:,}: {peak / 1e6:,.0f} MB" for users, peak in peaks.items())
    return [
        Figure(f"cost of a user-day, {small:,} to {most:,} users", "× at most", grown, GROWTH, note=f"median cost {listed}"),
        *_memory(each, fixed, f"peak of a process, {told}"),
    ]


def _memory(each: float, fixed: float, told: str) -> list[Figure]:
    if each <= 0:
        reason = f"too few users to tell: {told}"
        return [missing("memory of a user", "bytes", reason, BYTES), missing("memory beside the users", "MB", reason, FIXED_MB)]
    return [
        Figure("memory of a user", "bytes", each, BYTES, note=told),
        Figure("memory beside the users", "MB", fixed, FIXED_MB, note="what remains of the peak for no users"),
    ]
