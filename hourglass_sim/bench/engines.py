"""The columnar engine against the readable one, interleaved, on the same scenario with the full rules."""

import os
import statistics
from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

from hourglass_sim.run import Run, simulate
from hourglass_sim.scenario import Scenario


class Figure(NamedTuple):
    """One measured figure beside its peer: medians of interleaved repetitions, and their ratio."""

    name: str
    unit: str
    value: float
    peer_name: str
    peer: float
    ratio: float
    repetitions: int


def engines(
    *,
    users: int = 100_000,
    days: int = 90,
    agent_days: int = 1,
    repetitions: int = 3,
    note: Callable[[str, int, int], None] | None = None,
) -> list[Figure]:
    """User-days per second of both engines on `users` people `habit`; days of users who left for good do not count.

    The agents run only the first `agent_days` days, because they take minutes; both digests of those days are compared, and
    ValueError is raised when they differ.
    """
    whole = Scenario(users=users, days=days)
    short = replace(whole, days=agent_days)
    threads = os.cpu_count() or 1
    simulate(replace(whole, users=512, days=2), threads=threads)  # compiles
    fast: list[Run] = []
    slow: list[Run] = []
    for k in range(repetitions):
        fast.append(simulate(whole, digest=False, threads=threads))
        if k < 1:
            slow.append(simulate(short, engine="agents", digest=True))
            if slow[-1].digest != simulate(short, digest=True, threads=threads).digest:
                raise ValueError("the engines disagree: the comparison means nothing")
        if note:
            note("measuring", k + 1, repetitions)
    columns = statistics.median(run.user_days_per_second for run in fast)
    opened = statistics.median(run.opened_user_days / run.seconds for run in fast)
    agents = statistics.median(run.user_days_per_second for run in slow)
    of = f"{users:,} users × {days} days, {threads} threads, totals"
    return [
        Figure(
            f"columns, {of}", "user-days/s", columns, f"agents, {agent_days} day(s) of it", agents, columns / agents, repetitions
        ),
        Figure(f"columns, {of}", "opened user-days/s", opened, "user-days/s", columns, opened / columns, repetitions),
    ]


def small_run(*, repetitions: int = 7) -> list[Figure]:
    """10,000 users × 90 days from the Python call to the KPIs, warm, in milliseconds, with one thread and with all."""
    scenario = Scenario(users=10_000, days=90)
    threads = os.cpu_count() or 1
    simulate(scenario, digest=False)
    times: dict[int, list[float]] = {1: [], threads: []}
    for _ in range(repetitions):
        for count, kept in times.items():
            kept.append(simulate(scenario, digest=False, threads=count).seconds * 1000)
    one, every = statistics.median(times[1]), statistics.median(times[threads])
    return [Figure(f"10,000 users × 90 days, {threads} threads", "ms", every, "one thread", one, every / one, repetitions)]
