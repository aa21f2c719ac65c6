"""A run in a fresh process: how much memory it took at its peak and how fast it was; prints one JSON object."""

import json
import resource
import sys

from hourglass_sim.run import simulate
from hourglass_sim.scenario import Scenario


def speed(scenario: Scenario) -> float:
    """User-days per second of one run, which is not kept: the next one must not find it in memory."""
    return simulate(scenario, digest=False).user_days_per_second


if __name__ == "__main__":
    users, days, seed, repetitions = map(int, sys.argv[1:5])
    speed(Scenario(users=512, days=2))  # compiles or loads
    speeds = sorted(speed(Scenario(users=users, days=days, seed=seed)) for _ in range(repetitions))
    unit = 1 if sys.platform == "darwin" else 1024  # bytes in what the system reports
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
    print(json.dumps({"peak_bytes": peak, "user_days_per_second": speeds}))
