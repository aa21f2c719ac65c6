"""Measuring a candidate against the baseline on the same seeds: the lift, its error, and the guardrails."""

import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from math import nan, sqrt
from statistics import fmean, stdev

from hourglass_sim.run import simulate
from hourglass_sim.scenario import Scenario
from hourglass_sim.tune.candidates import candidate
from hourglass_sim.tune.fidelity import Fidelity
from hourglass_sim.tune.guardrails import Guardrail, allowance, check_guardrails
from hourglass_sim.tune.objective import Objective
from hourglass_sim.tune.seeds import search_seeds

Kpis = Mapping[str, float | None]
Note = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Evaluation:
    """A candidate at one fidelity: paired differences of the objective, one a seed, mean KPIs, and guardrails.

    `violations` are what the search is told: the guardrails' own, less what luck may do at a fidelity below the highest.
    """

    level: int
    differences: tuple[float, ...]
    kpis: Kpis
    guardrails: tuple[Guardrail, ...]
    violations: Mapping[str, float]

    @property
    def lift(self) -> float:
        """Mean paired difference from the baseline."""
        return fmean(self.differences)

    @property
    def error(self) -> float:
        """Standard error of the lift over seeds; 0 with a single seed."""
        return stdev(self.differences) / sqrt(len(self.differences)) if len(self.differences) > 1 else 0.0

    @property
    def feasible(self) -> bool:
        """Whether no guardrail is violated as far as this fidelity can tell."""
        return all(v <= 0.0 for v in self.violations.values()) and self.lift == self.lift


@dataclass
class Evaluator:
    """Runs candidates at the search's fidelities; the baseline is run once for each."""

    scenario: Scenario
    objective: Objective
    fidelities: tuple[Fidelity, ...]
    threads: int | None = None
    _baselines: dict[int, list[Kpis]] = field(default_factory=dict)

    def prepare(self, policies: Sequence[str], note: Note | None = None) -> None:
        """Compile what the candidates need, one notification policy after the other."""
        for policy in policies:
            small = candidate(self.scenario, {}, policy)
            tiny = Scenario(people=small.people, policy=small.policy, values=small.values, users=1, days=1)
            simulate(tiny, threads=1, digest=False, note=note)

    def baseline(self, level: int) -> list[Kpis]:
        """The baseline's KPIs at a fidelity, one a seed."""
        if level not in self._baselines:
            self._baselines[level] = self._kpis(self.scenario, level)
        return self._baselines[level]

    def evaluate(self, values: Mapping[str, object], policy: str, level: int) -> Evaluation:
        """A candidate at a fidelity."""
        fidelity, before = self.fidelities[level], self.baseline(level)
        is_baseline = not values and policy == self.scenario.notification.name
        after = before if is_baseline else self._kpis(candidate(self.scenario, values, policy), level)
        value = self.objective.value
        pairs = zip(before, after, strict=True)
        differences = tuple(value(b, fidelity.users) - value(a, fidelity.users) for a, b in pairs)
        base, kpis = mean_kpis(before), mean_kpis(after)
        guardrails = check_guardrails(base, kpis)
        is_top = level == len(self.fidelities) - 1
        users = fidelity.users * fidelity.seeds
        violations = {g.name: g.violation - (0.0 if is_top else allowance(g, base, users)) for g in guardrails}
        return Evaluation(level, differences, kpis, guardrails, violations)

    def level_of(self, level: int) -> float:
        """The baseline's mean objective at a fidelity."""
        users = self.fidelities[level].users
        return fmean(self.objective.value(k, users) for k in self.baseline(level))

    def _kpis(self, scenario: Scenario, level: int) -> list[Kpis]:
        fidelity = self.fidelities[level]
        shaped = fidelity.of(scenario)
        seeds = search_seeds(self.scenario.seed, level, fidelity.seeds)
        return run_all([shaped.with_seed(seed) for seed in seeds], self.threads)


def run_all(scenarios: Sequence[Scenario], threads: int | None = None) -> list[Kpis]:
    """KPIs of several scenarios, run side by side on all cores unless `threads` says fewer; that never changes a result."""

    def one(scenario: Scenario) -> Kpis:
        return simulate(scenario, threads=1, digest=False).kpis

    workers = min(threads or os.cpu_count() or 1, len(scenarios))
    if workers == 1:
        return [one(scenario) for scenario in scenarios]
    with ThreadPoolExecutor(workers) as pool:
        return list(pool.map(one, scenarios))


def mean_kpis(runs: Sequence[Kpis]) -> dict[str, float | None]:
    """Each KPI's mean over runs; None where one run has none."""
    found: dict[str, float | None] = {}
    for name in runs[0]:
        values = [run.get(name) for run in runs]
        known = [nan if v is None else float(v) for v in values]
        mean = fmean(known)
        found[name] = None if mean != mean else mean
    return found
