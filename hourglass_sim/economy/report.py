"""The economy report: every figure over seeds with its interval, tables for a spreadsheet, and what falls outside its band."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from hourglass_policy.errors import require_between, unknown

from hourglass_sim.economy.bands import Flag, judge, read_bands
from hourglass_sim.economy.flows import Balance, balance
from hourglass_sim.economy.measuring import Measured, measure
from hourglass_sim.economy.pacing import DAYS
from hourglass_sim.economy.wealth import gini_interval
from hourglass_sim.scenario import Scenario

if TYPE_CHECKING:
    import pandas as pd

Estimate = tuple[float | None, float | None, float | None]
GINIS = ("heritage.all.gini", "heritage.here.gini")


@dataclass(frozen=True, eq=False)
class EconomyReport:
    """What an economy does, measured on several seeds.

    `figures`: name -> float[seeds], NaN where there is no denominator · `measured`: one run a seed, the scenario's own first ·
    `flags`: every band with what the figure did · `nobody_or_everybody`: achievements that none or all of the survivors have.
    """

    scenario: Scenario
    seeds: tuple[int, ...]
    measured: tuple[Measured, ...]
    days: tuple[int, ...]
    flags: tuple[Flag, ...] = field(default=())

    @cached_property
    def figures(self) -> dict[str, np.ndarray]:
        """Name -> values over the seeds."""
        names = list(dict.fromkeys(name for m in self.measured for name in m.figures))
        rows = {n: [np.nan if m.figures.get(n) is None else float(m.figures[n]) for m in self.measured] for n in names}
        return {name: np.array(values) for name, values in rows.items()}

    def estimate(self, name: str) -> Estimate:
        """Mean over the seeds and its 95 % interval (Student's t); with one seed only the Gini has one, by bootstrap over users."""
        if name not in self.figures:
            raise unknown("figure", name, self.figures)
        return _estimate(self.figures[name], self._bootstrapped.get(name))

    @cached_property
    def _bootstrapped(self) -> dict[str, tuple[float, float] | None]:
        from hourglass_sim.economy.figures import still_here

        if len(self.seeds) > 1:
            return {}
        run = self.measured[0].run
        heritage = run.outcome.state["heritage"].astype(np.float64)
        return dict(zip(GINIS, (gini_interval(heritage), gini_interval(heritage[still_here(run)])), strict=True))

    @property
    def balances(self) -> tuple[Balance, ...]:
        """Each seed's ledger: minted - burnt = heritage + in transit, in centigrains."""
        return tuple(balance(m.run) for m in self.measured)

    @cached_property
    def pacing(self) -> "pd.DataFrame | None":
        """Share of survivors who had unlocked each achievement by each day, mean over the seeds; None without one cohort."""
        tables = [m.pacing for m in self.measured]
        if any(table is None for table in tables):
            return None
        mean = tables[0].copy()
        for column in mean.columns[2:]:
            mean[column] = np.mean([t[column] for t in tables], axis=0)
        return mean

    @property
    def reached(self) -> tuple[int, ...]:
        """The pacing days that lie inside the run."""
        return () if self.pacing is None else tuple(int(c.removeprefix("day_")) for c in self.pacing.columns[2:])

    @property
    def nobody_or_everybody(self) -> list[str]:
        """Achievements that, on every seed, none or all of the survivors have by the last pacing day; [] before that day."""
        from hourglass_sim.economy.pacing import nobody_or_everybody

        if self.pacing is None or self.reached[-1] != self.days[-1]:
            return []
        return nobody_or_everybody(self.pacing)

    @property
    def broken(self) -> list[Flag]:
        """Bands (not targets) whose figure lies outside."""
        return [flag for flag in self.flags if flag.band.kind == "band" and flag.ok is False]

    @property
    def is_sound(self) -> bool:
        """Whether the ledger closes, every known band holds and no achievement is had by nobody or everybody."""
        return not self.broken and not self.nobody_or_everybody and all(b.difference == 0 for b in self.balances)

    @cached_property
    def tables(self) -> "dict[str, pd.DataFrame]":
        """Every table by name, as plain frames for CSV and Excel."""
        from hourglass_sim.economy.tables import tables_of

        return tables_of(self)

    def as_dict(self) -> dict[str, Any]:
        """The report as one JSON object."""
        from hourglass_sim.economy.tables import dict_of

        return dict_of(self)

    def to_excel(self, path: str | Path) -> Path:
        """Write one workbook, a sheet for each table."""
        from hourglass_sim.tables import write_tables

        return write_tables(path, self.tables)[0]

    def __repr__(self) -> str:
        from hourglass_sim.economy.telling import lines

        return "\n".join(lines(self))

    def _repr_html_(self) -> str:
        from hourglass_sim.economy.page import card

        return card(self)


def economy_report(
    scenario: Scenario | None = None,
    *,
    replicates: int = 4,
    bands: str | Path | None = None,
    days: tuple[int, ...] = DAYS,
    threads: int | None = None,
    note: Callable[[str, int, int], None] | None = None,
) -> EconomyReport:
    """Measure an economy on `replicates` seeds (1 to 1000); default scenario: 10,000 users × 181 days, so that day 180 is reached.

    `bands`: a TOML file in place of the shipped bands. BadInput for unknown figures in it.
    """
    from hourglass_sim.compare import replicate_seed

    scenario = scenario or Scenario(days=DAYS[-1] + 1)
    require_between("replicates", replicates, 1, 1000)
    listed = read_bands(bands)
    seeds = tuple(replicate_seed(scenario.seed, k) for k in range(replicates))
    measured = []
    for k, seed in enumerate(seeds):
        measured.append(measure(scenario.with_seed(seed), days, threads))
        if note:
            note("measuring", k + 1, replicates)
    report = EconomyReport(scenario, seeds, tuple(measured), days)
    known = {name for name in report.figures if not name.startswith("pacing.") or report.reached[-1:] == days[-1:]}
    for band in listed if bands is not None else ():
        if band.figure not in report.figures and not band.figure.startswith("pacing."):
            raise unknown("figure", band.figure, report.figures, str(bands))
    flags = judge(listed, {name: report.estimate(name) for name in known})
    return EconomyReport(scenario, seeds, tuple(measured), days, tuple(flags))


def _estimate(values: np.ndarray, bootstrapped: tuple[float, float] | None) -> Estimate:
    from scipy.stats import t

    known = values[~np.isnan(values)]
    if len(known) == 0:
        return None, None, None
    mean = float(known.mean())
    if len(known) < 2:
        return (mean, *(bootstrapped or (None, None)))
    half = float(t.ppf(0.975, len(known) - 1) * known.std(ddof=1) / np.sqrt(len(known)))
    return mean, mean - half, mean + half
