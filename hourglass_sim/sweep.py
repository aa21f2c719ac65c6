"""One or two parameters over a range: every KPI of every cell on the same seeds, against the scenario as it stands."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from hourglass_policy.errors import BadInput, require_between, unknown

from hourglass_sim.compare import paired, replicate_seed
from hourglass_sim.kpis import BY_NAME
from hourglass_sim.scenario import Scenario
from hourglass_sim.sweep_axes import MOST_PARAMETERS, Axis, Value, applied, axis_of
from hourglass_sim.sweep_cells import Cells

if TYPE_CHECKING:
    import pandas as pd

HEADLINES = ("d30", "d7", "completion", "minted", "opt_outs")
BASELINES = ("default", "first")
HIGHER_IS_BETTER = (
    "d1",
    "d2",
    "d3",
    "d7",
    "d14",
    "d30",
    "d60",
    "d90",
    "curr",
    "week_one_active_d90",
    "dau",
    "stickiness",
    "completion",
)
LOWER_IS_BETTER = ("opt_outs", "left", "negative_heritage", "past_level_25")
MOST_CELLS = 2_000
Row = dict[str, float | bool | None]


@dataclass(frozen=True, eq=False)
class Sweep:
    """`cells`: the values of each cell, in the order of the axes · `values`: KPI -> float[cells, seeds] · `base`: KPI -> float[seeds].

    Every cell met the same luck as the baseline: differences are paired by seed. `baseline`: "default" (the scenario) or "first" (the
    first cell).
    """

    scenario: Scenario
    axes: tuple[Axis, ...]
    kpis: tuple[str, ...]
    seeds: tuple[int, ...]
    baseline: str
    cells: tuple[tuple[Value, ...], ...]
    values: Mapping[str, np.ndarray] = field(repr=False)
    base: Mapping[str, np.ndarray] = field(repr=False)

    def row(self, kpi: str, cell: int) -> Row:
        """One KPI of one cell: a (baseline), b, paired difference, its 95 % interval, whether that leaves out 0."""
        return paired(np.stack([self.base[kpi], self.values[kpi][cell]], axis=1))

    def rows(self, kpi: str) -> list[Row]:
        """One KPI of every cell."""
        return [self.row(kpi, k) for k in range(len(self.cells))]

    @cached_property
    def table(self) -> "pd.DataFrame":
        """One row a cell and KPI: the parameters, kpi, a, b, difference, low, high, clear."""
        import pandas as pd

        names = [axis.name for axis in self.axes]
        rows = [{**dict(zip(names, cell, strict=True)), "kpi": kpi, **self.row(kpi, k)} for kpi in self.kpis
                for k, cell in enumerate(self.cells)]  # fmt: skip
        return pd.DataFrame(rows)

    def verdict(self, kpi: str) -> str:
        """Where a KPI is best, by how much, and whether the interval leaves out no effect."""
        from hourglass_sim.sweep_words import verdict

        return verdict(self, kpi)

    def as_dict(self) -> dict[str, Any]:
        """The sweep as one JSON object."""
        names = [axis.name for axis in self.axes]
        cells = [{"values": dict(zip(names, cell, strict=True)), "kpis": {kpi: self.row(kpi, k) for kpi in self.kpis}}
                 for k, cell in enumerate(self.cells)]  # fmt: skip
        return {
            "parameters": [{"name": a.name, "unit": a.unit, "values": list(a.values), "default": a.default} for a in self.axes],
            "kpis": list(self.kpis),
            "cells": cells,
            "verdicts": {kpi: self.verdict(kpi) for kpi in self.kpis},
            "baseline": self.baseline,
            "replicates": len(self.seeds),
            "seeds": list(self.seeds),
            "scenario": self.scenario.describe(),
        }

    def __repr__(self) -> str:
        told = " × ".join(f"{axis.name} ({len(axis.values)} values)" for axis in self.axes)
        return "\n".join([f"Sweep of {told} on {len(self.seeds)} paired seeds", *(self.verdict(kpi) for kpi in self.kpis)])

    def _repr_html_(self) -> str:
        from hourglass_sim.view.sweep_page import card

        return card(self)


def sweep(
    scenario: Scenario | None,
    parameters: Mapping[str, "str | Sequence[Value]"],
    *,
    kpis: Sequence[str] = HEADLINES,
    replicates: int = 8,
    baseline: str = "default",
    out: str | Path | None = None,
    threads: int | None = None,
    note: Callable[[str, int, int], None] | None = None,
) -> Sweep:
    """Run a scenario at every value of one or two parameters on the same `replicates` seeds (2 to 1000).

    `parameters`: name -> values, or text as on the command line ("5:20:7", "8,10", "all"); names are parameters, or policy, preset,
    people. With `out`, finished runs are kept in that folder and not made again. BadInput before anything runs.
    """
    scenario = scenario or Scenario()
    axes = _axes(scenario, parameters)
    names = _known(kpis, scenario)
    require_between("replicates", replicates, 2, 1000)
    if baseline not in BASELINES:
        raise unknown("baseline", baseline, BASELINES)
    cells = tuple(product(*(axis.values for axis in axes)))
    if len(cells) > MOST_CELLS:
        raise BadInput("too many cells", where="sweep", value=len(cells), allowed=f"at most {MOST_CELLS:,}")
    scenarios = [applied(scenario, axes, cell) for cell in cells]
    base = scenario if baseline == "default" else scenarios[0]
    kept = Cells(None if out is None else Path(out))
    seeds = tuple(replicate_seed(scenario.seed, k) for k in range(replicates))
    done, found = 0, {}
    for seed in seeds:
        for k, chosen in enumerate((base, *scenarios)):
            found[seed, k] = _run(chosen.with_seed(seed), kept, threads)
            done += 1
            if note:
                note("sweeping", done, len(seeds) * (len(cells) + 1))
    values = {n: np.array([[_number(found[s, k + 1].get(n)) for s in seeds] for k in range(len(cells))]) for n in names}
    return Sweep(scenario, axes, names, seeds, baseline, cells, values,
                 {n: np.array([_number(found[s, 0].get(n)) for s in seeds]) for n in names})  # fmt: skip


def _axes(scenario: Scenario, parameters: Mapping[str, "str | Sequence[Value]"]) -> tuple[Axis, ...]:
    if not 1 <= len(parameters) <= MOST_PARAMETERS:
        raise BadInput("a sweep varies one or two parameters", where="sweep", value=len(parameters), allowed="1 or 2")
    return tuple(axis_of(scenario, name, values) for name, values in parameters.items())


def _known(kpis: Sequence[str], scenario: Scenario) -> tuple[str, ...]:
    personas = [f"d30.{name}" for name in scenario.resolved_people.persona_names]
    for name in kpis:
        if name not in BY_NAME and name not in personas:
            raise unknown("KPI", name, [*BY_NAME, *personas], "--kpi")
    if not kpis:
        raise BadInput("no KPI", where="sweep", allowed=", ".join(BY_NAME))
    return tuple(dict.fromkeys(kpis))


def _run(scenario: Scenario, kept: Cells, threads: int | None) -> Mapping[str, float | None]:
    from hourglass_sim.run import simulate

    key = scenario.digest()
    known = kept.get(key)
    if known is None:
        known = dict(simulate(scenario, threads=threads, digest=False).kpis)
        kept.put(key, known)
    return known


def _number(value: float | None) -> float:
    return np.nan if value is None else float(value)
