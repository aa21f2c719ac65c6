"""User-days per second of the full rules, of the readable engine, and of the toy day with the columns and every peer: interleaved."""

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hourglass_sim.bench.agreement import disagreement
from hourglass_sim.bench.figures import Figure, Goal, measured, missing, ratio
from hourglass_sim.bench.peers import PEERS, Peer, Skipped, run_toy
from hourglass_sim.bench.sizes import Sizes
from hourglass_sim.bench.toy import columns
from hourglass_sim.bench.toy.specification import timed, told
from hourglass_sim.run import simulate
from hourglass_sim.scenario import Scenario

USER_DAYS, AGENTS, PLAIN = 40e6, 300.0, 70.0  # goals: a second, times the readable engine, times plain Mesa's toy day
TOY = 10.0  # the toy day with the columns against each peer's
Note = Callable[[str, int, int], None] | None


@dataclass
class Speeds:
    """User-days per second of each repetition, and what the peers said."""

    full: list[float] = field(default_factory=list)
    opened: list[float] = field(default_factory=list)
    agents: list[float] = field(default_factory=list)
    toy: list[float] = field(default_factory=list)
    peers: dict[str, list[float]] = field(default_factory=dict)
    skipped: dict[str, str] = field(default_factory=dict)
    told: dict[str, dict[str, Any]] = field(default_factory=dict)
    processors: dict[str, list[float]] = field(default_factory=dict)

    def note_processors(self, name: str, speed: float) -> None:
        """Keep the user-days per second of one processor: a busy machine changes it little."""
        self.processors.setdefault(name, []).append(speed)


def measure(sizes: Sizes, folder: Path, failed: dict[str, str], note: Note = None) -> Speeds:
    """Measure everything `sizes.repetitions` times, one after the other in each round.

    A peer whose aggregates differ from ours beyond the noise of the draws is skipped with what differs; `failed` are peers that could
    not be installed. Raises ValueError when the two engines disagree: then no figure means anything.
    """
    speeds = Speeds(skipped=dict(failed))
    columns.simulate(100, 3, sizes.seed)  # compiles
    simulate(Scenario(users=512, days=2), digest=False)
    _require_equal_engines(sizes)
    steps = [_full, _agents, _toy, *(_peer(peer, folder) for peer in PEERS)]
    for k in range(sizes.repetitions):
        for j, step in enumerate(steps):
            step(sizes, speeds)
            if note:
                note("measuring throughput", k * len(steps) + j + 1, len(steps) * sizes.repetitions)
    return speeds


def _require_equal_engines(sizes: Sizes) -> None:
    both = Scenario(users=64, days=min(sizes.agent_days, 12), seed=sizes.seed)
    if simulate(both, engine="agents", digest=True).digest != simulate(both, digest=True).digest:
        raise ValueError("the engines disagree: the comparison means nothing")


def _full(sizes: Sizes, speeds: Speeds) -> None:
    scenario = Scenario(users=sizes.users, days=sizes.days, seed=sizes.seed)
    run, _, processor_seconds = timed(lambda: simulate(scenario, digest=False))
    speeds.full.append(run.user_days_per_second)
    speeds.opened.append(run.opened_user_days / run.seconds)
    speeds.note_processors("full rules, columns", run.user_days / processor_seconds)


def _agents(sizes: Sizes, speeds: Speeds) -> None:
    scenario = Scenario(users=sizes.agent_users, days=sizes.agent_days, seed=sizes.seed)
    run, _, processor_seconds = timed(lambda: simulate(scenario, engine="agents", digest=False))
    speeds.agents.append(run.user_days_per_second)
    speeds.note_processors("full rules, agents", run.user_days / processor_seconds)


def _toy(sizes: Sizes, speeds: Speeds) -> None:
    users, days, seed = sizes.toy_users, sizes.days, sizes.seed
    outcome, seconds, processor_seconds = timed(lambda: columns.simulate(users, days, seed))
    found = told("columns", {}, outcome, users, days, seed, seconds, processor_seconds)
    speeds.told["columns"] = found
    speeds.toy.append(found["user_days"] / found["seconds"])
    speeds.note_processors("toy day, columns", found["user_days"] / found["processor_seconds"])


def _peer(peer: Peer, folder: Path) -> Callable[[Sizes, Speeds], None]:
    def step(sizes: Sizes, speeds: Speeds) -> None:
        if peer.name in speeds.skipped:
            return
        users = peer.quick_users if sizes.is_quick else peer.users
        try:
            found = run_toy(peer, folder, users, sizes.days, sizes.seed)
            if differs := disagreement(speeds.told["columns"], found):
                raise Skipped(f"its toy day is not ours: {differs}")
        except Skipped as reason:
            speeds.skipped[peer.name] = str(reason)
            speeds.peers.pop(peer.name, None)
            return
        speeds.told[peer.name] = found
        speeds.peers.setdefault(peer.name, []).append(found["user_days"] / found["seconds"])
        speeds.note_processors(f"toy day, {peer.name}", found["user_days"] / found["processor_seconds"])

    return step


def figures(sizes: Sizes, speeds: Speeds) -> list[Figure]:
    """The rows of the table."""
    threads = os.cpu_count() or 1
    of = f"{sizes.users:,} users × {sizes.days} days, social on, people habit, totals, {threads} threads"
    found = [
        measured("full rules", "user-days/s", speeds.full, Goal(USER_DAYS), of),
        measured("full rules, opened days only", "user-days/s", speeds.opened, note=of),
        ratio("full rules ÷ agents", speeds.full, "agents", speeds.agents, AGENTS,
              f"the readable engine ran {sizes.agent_users:,} users × {sizes.agent_days} days"),
    ]  # fmt: skip
    for subject, speed, goals in (
        ("full rules", speeds.full, {"plain Mesa": PLAIN}),
        ("toy day, columns", speeds.toy, {p.name: TOY for p in PEERS}),
    ):
        for peer in PEERS:
            name, goal = f"{subject} ÷ toy day, {peer.name}", goals.get(peer.name, 1.0)
            if peer.name in speeds.skipped:
                found.append(missing(name, "×", speeds.skipped[peer.name], Goal(goal)))
                continue
            said = speeds.told[peer.name]
            versions = ", ".join(f"{package} {version}" for package, version in said["versions"].items())
            found.append(ratio(name, speed, peer.name, speeds.peers[peer.name], goal, f"{versions}, {said['users']:,} users"))
    return found
