"""How much sharper the same luck makes a comparison: variance of paired against unpaired differences for three named changes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from hourglass_policy.errors import require_between

from hourglass_sim.compare import replicate_seed
from hourglass_sim.run import Run, simulate
from hourglass_sim.scenario import Scenario

PAIRS: dict[str, Callable[[Scenario], Scenario]] = {
    "boost cost 0.2 -> 0.3": lambda s: s.with_values({"grains.boost_cost": 0.3}),
    "level base 100 -> 120": lambda s: s.with_values({"levels.base": 120.0}),
    "one notification fewer a day": lambda s: s.with_policy("morning_only"),
}
RESAMPLES = 2_000
FEWEST_SEEDS = 4


@dataclass(frozen=True)
class Sharpness:
    """One pair and measure: variances of the difference on the same and on other luck, their ratio and its 95 % interval.

    The ratio is None where the change moves nothing on any seed: then pairing is exact.
    """

    pair: str
    measure: str
    unit: str
    difference: float
    paired_variance: float
    unpaired_variance: float
    ratio: float | None
    low: float | None
    high: float | None


def grains_per_user(run: Run) -> float:
    """Golden grains that goals and the Phoenix minimum paid over the whole run, per user."""
    return float((run.totals["earned"] + run.totals["topped_up"]).sum()) / run.scenario.users


MEASURES: dict[str, tuple[str, Callable[[Run], float]]] = {
    "D30": ("share", lambda run: float(run.kpis["d30"] or 0.0)),
    "grains per user": ("grains", grains_per_user),
}


def luck(
    scenario: Scenario | None = None,
    *,
    replicates: int = 24,
    pairs: Mapping[str, Callable[[Scenario], Scenario]] = PAIRS,
    threads: int | None = None,
    note: Callable[[str, int, int], None] | None = None,
) -> list[Sharpness]:
    """Every pair and measure over `replicates` seeds (default: 2,000 users × 35 days); intervals by bootstrap over seeds.

    Unpaired: the variance that a difference of runs on independent seeds has, the sum of both sides' variances. Raises BadInput
    for replicates outside 4 to 1,000 and runs without a day 30.
    """
    base = scenario or Scenario(users=2_000, days=35)
    require_between("replicates", replicates, FEWEST_SEEDS, 1_000, "luck")
    require_between("days", base.days, 31, 3_660, "luck")
    sides = {"": base, **{name: change(base) for name, change in pairs.items()}}
    values = np.zeros((len(sides), replicates, len(MEASURES)))
    for k in range(replicates):
        for j, side in enumerate(sides.values()):
            run = simulate(side.with_seed(replicate_seed(base.seed, k)), threads=threads, digest=False)
            values[j, k] = [measure(run) for _, measure in MEASURES.values()]
        if note:
            note("comparing", k + 1, replicates)
    return [
        sharpness(name, measure, unit, values[0, :, m], values[j, :, m])
        for j, name in enumerate(pairs, start=1)
        for m, (measure, (unit, _)) in enumerate(MEASURES.items())
    ]


def sharpness(pair: str, measure: str, unit: str, a: np.ndarray, b: np.ndarray) -> Sharpness:
    """From the values of both sides on the same seeds, float64[replicates] each."""
    apart, together = _variances(a, b)
    ratio = low = high = None
    if together > 0:
        picks = np.random.default_rng(0).integers(0, len(a), (RESAMPLES, len(a)))
        drawn_apart, drawn_together = _variances(a[picks], b[picks])
        ratios = drawn_apart[drawn_together > 0] / drawn_together[drawn_together > 0]
        ratio, (low, high) = float(apart / together), map(float, np.quantile(ratios, (0.025, 0.975)))
    return Sharpness(pair, measure, unit, float((b - a).mean()), float(together), float(apart), ratio, low, high)


def _variances(a: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return a.var(axis=-1, ddof=1) + b.var(axis=-1, ddof=1), (b - a).var(axis=-1, ddof=1)
