"""A sweep in words: where a KPI is best, whether that is an effect, and what to doubt."""

from typing import TYPE_CHECKING

import numpy as np

from hourglass_sim.view.words import Words, words

if TYPE_CHECKING:
    from hourglass_sim.sweep import Sweep

FEW_SEEDS = 4


def best_cell(sweep: "Sweep", kpi: str) -> int | None:
    """The cell where the KPI is best on the mean (lowest where less is better); None when it is known nowhere."""
    from hourglass_sim.sweep import LOWER_IS_BETTER

    rows = sweep.rows(kpi)
    known = [k for k, row in enumerate(rows) if row["difference"] is not None]
    sign = -1.0 if kpi in LOWER_IS_BETTER else 1.0
    return max(known, key=lambda k: sign * float(rows[k]["difference"] or 0.0)) if known else None


def has_direction(kpi: str) -> bool:
    """Whether more, or less, of the KPI is what the product wants; of others the highest is only the highest."""
    from hourglass_sim.sweep import HIGHER_IS_BETTER, LOWER_IS_BETTER

    return kpi.partition(".")[0] in (*HIGHER_IS_BETTER, *LOWER_IS_BETTER)


def family_interval(sweep: "Sweep", kpi: str, cell: int) -> tuple[float, float] | None:
    """The interval of a cell's difference that holds for all cells together (Bonferroni, 95 %); None below two seeds."""
    from scipy.stats import t

    differences = sweep.values[kpi][cell] - sweep.base[kpi]
    known = differences[~np.isnan(differences)]
    if len(known) < 2:
        return None
    half = t.ppf(1.0 - 0.025 / len(sweep.cells), len(known) - 1) * known.std(ddof=1) / np.sqrt(len(known))
    return float(known.mean() - half), float(known.mean() + half)


def place(sweep: "Sweep", cell: int) -> str:
    """The cell's values as text."""
    return ", ".join(f"{axis.name} = {shown(v)}" for axis, v in zip(sweep.axes, sweep.cells[cell], strict=True))


def shown(value: object) -> str:
    """A parameter's value as text."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:g}" if isinstance(value, (int, float)) else str(value)


def verdict(sweep: "Sweep", kpi: str, language: str = "en") -> str:
    """One sentence: the best cell, the difference with its interval, and whether it is an effect."""
    w, cell = words(language), best_cell(sweep, kpi)
    name = w.kpi_title(kpi)
    if cell is None:
        return w("sweep.unknown", name=name)
    row = sweep.row(kpi, cell)
    if all(r["difference"] in (0.0, None) and not r["low"] and not r["high"] for r in sweep.rows(kpi)):
        return w("sweep.nothing", name=name)
    told = {
        "name": name,
        "place": place(sweep, cell),
        "value": w.kpi(kpi, row["b"]),  # type: ignore[arg-type]
        "change": w.kpi_change(kpi, row["difference"]),  # type: ignore[arg-type]
        "interval": w.interval(kpi, row["low"], row["high"]),  # type: ignore[arg-type]
    }
    return f"{w('sweep.best' if has_direction(kpi) else 'sweep.highest', **told)} {_effect(sweep, kpi, cell, w)}"


def _effect(sweep: "Sweep", kpi: str, cell: int, w: Words) -> str:
    row, family = sweep.row(kpi, cell), family_interval(sweep, kpi, cell)
    if row["difference"] == 0.0:
        return w("sweep.baseline_best")
    if not row["clear"] or family is None:
        return w("sweep.no_effect")
    if family[0] > 0 or family[1] < 0:
        return w("sweep.effect")
    return w("sweep.alone", n=len(sweep.cells))


def notes(sweep: "Sweep", language: str = "en") -> list[str]:
    """What to doubt or to know."""
    w, found = words(language), []
    if len(sweep.seeds) < FEW_SEEDS:
        found.append(w("sweep.few_seeds", n=len(sweep.seeds), least=FEW_SEEDS))
    for kpi in sweep.kpis:
        if np.isnan(sweep.base[kpi]).all():
            number = kpi.split(".")[0].removeprefix("d")
            needs = w("sweep.needs", days=int(number) + 1) if number.isdigit() else ""
            found.append(w("sweep.not_reached", name=kpi, days=sweep.scenario.days, needs=needs))
    for axis in sweep.axes:
        if axis.is_numeric and isinstance(axis.default, (int, float)) and axis.default not in axis.values:
            found.append(w("sweep.not_among", name=axis.name, value=shown(axis.default)))
    return found
