"""One replicate of the economy report: a run watched on the pacing days, its figures, and how fast levels and achievements came."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from hourglass_policy.rules.seasons import SEASONS as IN_RULES

from hourglass_sim.economy.figures import SEASONS, Figures, figures_of
from hourglass_sim.economy.pacing import DAYS, STILL_HERE_DAYS, bands, pacing_table, unlocked_of
from hourglass_sim.run import Run, observe
from hourglass_sim.scenario import Scenario

if TYPE_CHECKING:
    import pandas as pd

    from hourglass_sim.engine.outcome import Outcome

SEASONS_EVERY = 10  # days between two looks at the seasons of those who opened
NUMBERS = {name: number for number, name in enumerate(IN_RULES)}


@dataclass(frozen=True, eq=False)
class Measured:
    """A run, its figures, and its pacing table (None when users sign up on different days or the run is too short)."""

    run: Run
    figures: Figures
    pacing: "pd.DataFrame | None"


@dataclass(frozen=True)
class Glance:
    """What users were on one evening: level, heritage in centigrains, achievements unlocked [users, achievements], last opening."""

    day: int
    level: np.ndarray
    heritage: np.ndarray
    unlocked: np.ndarray
    last_open: np.ndarray


def measure(scenario: Scenario, days: tuple[int, ...] = DAYS, threads: int | None = None) -> Measured:
    """Run a scenario and measure its economy; `days` after sign-up on which pacing is looked at (those within the run).

    Seasons of those who opened are looked at on every tenth day, which meets every weekday, and on the last.
    """
    count = len(scenario.resolved_policy.catalogue.achievements)
    seen: list[Glance] = []
    paced = set(days) if len(scenario.arrival_counts) <= 1 else set()
    tenth = {*range(SEASONS_EVERY - 1, scenario.days, SEASONS_EVERY), scenario.days - 1}
    opened = np.zeros(len(SEASONS), dtype=np.int64)

    def look(day: int, outcome: "Outcome") -> None:
        s = outcome.state
        if day in tenth:
            opened[:] += seasons_opened(s, day)
        if day in paced:
            seen.append(Glance(day, s["level"].copy(), s["heritage"].copy(), unlocked_of(s, count), s["last_open"].copy()))

    run = observe(scenario, sorted(paced | tenth), look, threads=threads)
    figures = figures_of(run) | opened_season_figures(opened)
    if not seen:
        return Measured(run, figures, None)
    reached = tuple(glance.day for glance in seen)
    table = pacing_table(scenario, reached, [g.unlocked for g in seen], seen[-1].last_open)
    for rarity, median in bands(table)[["rarity", "median"]].itertuples(index=False):
        figures[f"pacing.{rarity}"] = None if np.isnan(median) else float(median)
    return Measured(run, figures | pace_figures(seen), table)


def seasons_opened(state: Mapping[str, np.ndarray], day: int) -> np.ndarray:
    """Users in each season (in the order of `SEASONS`) among those who opened the app on `day`; int64[4]."""
    season = state["season"][state["last_open"] == day]
    return np.array([int((season == NUMBERS[name]).sum()) for name in SEASONS])


def opened_season_figures(counts: np.ndarray) -> Figures:
    """Each season's share of opened user-days, and the largest; None when nobody with a season opened."""
    total = int(counts.sum())
    shares: Figures = {f"season.{n}.opened": float(c) / total if total else None for n, c in zip(SEASONS, counts, strict=True)}
    return {**shares, "season.largest_opened": float(counts.max()) / total if total else None}


def pace_figures(seen: list[Glance]) -> Figures:
    """By day, of the users still here on the last: level (median, p90, highest), median heritage, mean achievements."""
    here = seen[-1].last_open > seen[-1].day - STILL_HERE_DAYS
    found: Figures = {"pace.survivors": float(here.sum())}
    for glance in seen if here.any() else ():
        level, head = glance.level[here], f"pace.{glance.day}"
        found |= {
            f"{head}.level_median": float(np.median(level)),
            f"{head}.level_p90": float(np.quantile(level, 0.9)),
            f"{head}.level_top": float(level.max()),
            f"{head}.heritage_median": float(np.median(glance.heritage[here])) / 100.0,
            f"{head}.achievements": float(glance.unlocked[here].sum(axis=1).mean()),
        }
    return found
