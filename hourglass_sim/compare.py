"""Two scenarios under the same luck: paired differences of every KPI with 95 % intervals over replicates."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from hourglass_policy.errors import BadInput, require_between

from hourglass_sim.run import Run, simulate
from hourglass_sim.scenario import Scenario

if TYPE_CHECKING:
    import pandas as pd

SEED_STEP = 0x9E3779B97F4A7C15
SUSPICIOUS_LIFT = 0.03  # relative, on daily actives or retention: larger than anything published
FEW_SEEDS = 4  # replicates below which an interval is not to be trusted
WATCHED = ("dau", "stickiness", "curr", "d1", "d2", "d3", "d7", "d14", "d30", "d60", "d90", "week_one_active_d90")


@dataclass(frozen=True, eq=False)
class Comparison:
    """`table`: per KPI the means a and b, the paired difference and its 95 % interval (t over replicates), and whether it is clear.

    `values`: KPI -> float[replicates, 2]. `warnings`: lifts larger than anything published.
    """

    a: Scenario
    b: Scenario
    seeds: tuple[int, ...]
    values: dict[str, np.ndarray]
    runs: tuple[Run, Run]

    @property
    def table(self) -> "pd.DataFrame":
        """One row a KPI: kpi, a, b, difference, low, high, clear."""
        import pandas as pd

        return pd.DataFrame([{"kpi": name, **self.row(name)} for name in self.values])

    def row(self, kpi: str) -> dict[str, float | bool | None]:
        """One KPI: a, b, difference, low, high, clear (the interval leaves out 0)."""
        return paired(self.values[kpi])

    @property
    def warnings(self) -> list[str]:
        """Changes beyond anything published, to be doubted before they are believed, and intervals from too few seeds."""
        found = []
        if len(self.seeds) < FEW_SEEDS:
            found.append(f"{len(self.seeds)} seeds give intervals that mean little; use at least {FEW_SEEDS}")
        for name in WATCHED:
            row = self.row(name) if name in self.values else {}
            if row.get("a") and row.get("difference") is not None and abs(row["difference"] / row["a"]) > SUSPICIOUS_LIFT:
                moved = "rises" if row["difference"] > 0 else "falls"
                found.append(
                    f"{name} {moved} by {abs(100 * row['difference'] / row['a']):.1f} % of the baseline: more than anything published "
                    "(about 3 %); look for an assumption that gives it away"
                )
        return found

    def __repr__(self) -> str:
        lines = [f"Comparison over {len(self.seeds)} paired seeds: difference b - a, 95 % interval"]
        for name in self.values:
            row = self.row(name)
            if row["difference"] is not None:
                mark = " *" if row["clear"] else ""
                lines.append(f"  {name:<24}{row['a']:>12.4f}{row['b']:>12.4f}{row['difference']:>+12.4f}"
                             f"  [{row['low']:+.4f}, {row['high']:+.4f}]{mark}")  # fmt: skip
        return "\n".join([*lines, *self.warnings])

    def _repr_html_(self) -> str:
        from hourglass_sim.view.cards import comparison_card

        return comparison_card(self)


def replicate_seed(seed: int, replicate: int) -> int:
    """The seed of a replicate: replicate 0 is the scenario's own."""
    return (seed + replicate * SEED_STEP) % 2**64


def paired(values: np.ndarray) -> dict[str, float | bool | None]:
    """Means of two columns [replicates, 2], their paired difference and its 95 % t interval; None where a value is missing."""
    from scipy.stats import t

    known = values[~np.isnan(values).any(axis=1)]
    if len(known) == 0:
        return {"a": None, "b": None, "difference": None, "low": None, "high": None, "clear": None}
    differences = known[:, 1] - known[:, 0]
    mean = float(differences.mean())
    row: dict[str, float | bool | None] = {"a": float(known[:, 0].mean()), "b": float(known[:, 1].mean()), "difference": mean}
    if len(known) < 2:
        return {**row, "low": None, "high": None, "clear": None}
    half = float(t.ppf(0.975, len(known) - 1) * differences.std(ddof=1) / np.sqrt(len(known)))
    return {**row, "low": mean - half, "high": mean + half, "clear": bool(abs(mean) > half)}


def compare(
    a: Scenario,
    b: Scenario,
    *,
    replicates: int = 8,
    engine: str = "columns",
    threads: int | None = None,
    note: Callable[[str, int, int], None] | None = None,
) -> Comparison:
    """Run both scenarios on the same `replicates` seeds and compare every KPI, pair by pair.

    The seed of `a` decides the seeds; `b` runs on the same ones. Raises BadInput when users, days or arrivals differ
    (then users would not meet the same luck) or replicates are not 2 to 1000.
    """
    require_between("replicates", replicates, 2, 1000)
    if (a.users, a.days, a.arrival_counts, a.start) != (b.users, b.days, b.arrival_counts, b.start):
        raise BadInput("paired scenarios need the same users, days, start and arrivals", value=(a.users, a.days, b.users, b.days))
    seeds = tuple(replicate_seed(a.seed, k) for k in range(replicates))
    found: dict[str, list[list[float]]] = {}
    first: list[Run] = []
    for k, seed in enumerate(seeds):
        pair = [simulate(s.with_seed(seed), engine=engine, threads=threads, digest=False) for s in (a, b)]
        first = first or pair
        for name in {**pair[0].kpis, **pair[1].kpis}:
            row = [np.nan if r.kpis.get(name) is None else float(r.kpis[name]) for r in pair]
            found.setdefault(name, []).append(row)
        if note:
            note("comparing", k + 1, replicates)
    return Comparison(a, b, seeds, {name: np.array(rows) for name, rows in found.items()}, (first[0], first[1]))
