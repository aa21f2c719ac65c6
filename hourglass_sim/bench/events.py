"""Events per second: a run that records its events and writes them as Parquet, by the path that `simulate --record events --out` takes."""

import tempfile
from collections.abc import Callable
from pathlib import Path

from hourglass_sim.bench.figures import Figure, Goal, measured
from hourglass_sim.bench.sizes import Sizes
from hourglass_sim.run import simulate
from hourglass_sim.scenario import Scenario

EVENTS = Goal(20e6)


def figures(sizes: Sizes, note: Callable[[str, int, int], None] | None = None) -> list[Figure]:
    """Events per second with the simulation, from the call to files on disk; and how many times the seconds of the run alone."""
    whole, beside, count = [], [], 0
    scenario = Scenario(users=sizes.event_users, days=sizes.event_days, seed=sizes.seed)
    with tempfile.TemporaryDirectory() as folder:
        simulate(Scenario(users=512, days=2), record="events", out=Path(folder) / "events")
    for k in range(sizes.repetitions):
        with tempfile.TemporaryDirectory() as folder:
            plain = simulate(scenario, digest=False)
            run = simulate(scenario, record="events", digest=False, out=Path(folder) / "events")
            count = _rows(Path(folder) / "events")
        whole.append(count / run.seconds)
        beside.append(run.seconds / plain.seconds)
        if note:
            note("events", k + 1, sizes.repetitions)
    of = f"{sizes.event_users:,} users × {sizes.event_days} days, {count:,} events, {count / run.user_days:.1f} per user-day"
    return [
        measured("events to Parquet, simulation included", "events/s", whole, EVENTS, of),
        measured(
            "a run with its events beside the run alone", "times the seconds", beside, note="simulated and written together"
        ),
    ]


def _rows(folder: Path) -> int:
    import pyarrow.dataset as dataset

    return dataset.dataset(folder, format="parquet").count_rows()
