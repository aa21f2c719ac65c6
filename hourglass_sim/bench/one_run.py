"""A run in a fresh process: how much memory it took at its peak and how fast it was; prints one JSON object."""

import json
import resource
import sys

from hourglass_sim.run import simulate
from hourglass_sim.scenario import Scenario

if __name__ == "__main__":
    users, days, seed, repetitions = map(int, sys.argv[1:5])
    scenario = Scenario(users=users, days=days, seed=seed)
    simulate(Scenario(users=512, days=2), digest=False)  # compiles or loads
    runs = [simulate(scenario, digest=False) for _ in range(repetitions)]
    unit = 1 if sys.platform == "darwin" else 1024  # bytes in what the system reports
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
    print(json.dumps({"peak_bytes": peak, "user_days_per_second": sorted(run.user_days_per_second for run in runs)}))
