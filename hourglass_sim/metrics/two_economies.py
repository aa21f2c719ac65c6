"""What a rule does to people day by day, over seeds: heritage below zero, and what the life ratio tells (RULES 1.6, 1.7)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from hourglass_policy.errors import require_between

if TYPE_CHECKING:
    from hourglass_sim.run import Run
    from hourglass_sim.scenario import Scenario

DECILES = 10


@dataclass(frozen=True, eq=False)
class Seeded:
    """A figure measured on several seeds: `values` float[seeds, …], NaN where there is nobody to measure."""

    values: np.ndarray

    def interval(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Mean over seeds and its 95 % t interval, each of the figure's own shape."""
        from scipy.stats import t

        known = np.sum(~np.isnan(self.values), axis=0)
        mean = np.nanmean(self.values, axis=0)
        half = t.ppf(0.975, np.maximum(known - 1, 1)) * np.nanstd(self.values, axis=0, ddof=1) / np.sqrt(np.maximum(known, 1))
        return mean, mean - half, mean + half


@dataclass(frozen=True, eq=False)
class PeopleOverSeeds:
    """People of a scenario on several seeds. Shares are of the users who have not left; ratios in percent.

    `below_zero`: [seeds, days], `below_zero_ever`: [seeds], `below_zero_by_persona`: [seeds, personas] on the last day, of all users;
    `ratio_median`: [seeds, days] of users with a counted day; `ratio_by_presence`: [seeds, 10], median ratio on the last day by decile of
    days opened since sign-up; `ratio_rank`: [seeds], Spearman's correlation of that ratio with days opened.
    """

    scenario: "Scenario"
    personas: tuple[str, ...]
    below_zero: Seeded
    below_zero_ever: Seeded
    below_zero_by_persona: Seeded
    ratio_median: Seeded
    ratio_by_presence: Seeded
    ratio_rank: Seeded


def people_over_seeds(
    scenario: "Scenario", replicates: int = 6, *, threads: int | None = None, note: Callable[[str, int, int], None] | None = None
) -> PeopleOverSeeds:
    """Run a scenario with recorded days on `replicates` seeds (2 to 100) and measure heritage and ratio of its people.

    Seeds are those of `compare`, so two scenarios meet the same luck. Raises BadInput as `simulate` does.
    """
    from hourglass_sim.compare import replicate_seed
    from hourglass_sim.run import simulate

    require_between("replicates", replicates, 2, 100)
    found: list[dict[str, np.ndarray]] = []
    for k in range(replicates):
        run = simulate(scenario.with_seed(replicate_seed(scenario.seed, k)), record="days", threads=threads, digest=False)
        found.append(measured(run))
        if note:
            note("measuring people", k + 1, replicates)
    figures = {name: Seeded(np.array([row[name] for row in found], dtype=float)) for name in found[0]}
    return PeopleOverSeeds(scenario, scenario.resolved_people.persona_names, **figures)


def measured(run: "Run") -> dict[str, np.ndarray]:
    """The figures of one run with recorded days, named as in `PeopleOverSeeds`."""
    days, s = run.outcome.days, run.outcome.state
    below = days["heritage"] < 0
    present = np.bincount(days["day"], minlength=run.scenario.days)
    ever = np.zeros(run.scenario.users, dtype=bool)
    ever[days["user"][below]] = True
    personas = len(run.scenario.resolved_people.persona_names)
    in_persona = np.bincount(s["persona"], minlength=personas)
    return {
        "below_zero": _ratio(np.bincount(days["day"], weights=below, minlength=run.scenario.days), present),
        "below_zero_ever": ever.mean(),
        "below_zero_by_persona": _ratio(np.bincount(s["persona"], weights=s["heritage"] < 0, minlength=personas), in_persona),
        "ratio_median": _medians(days["day"], days["ratio"] / 100.0, days["ratio"] != 0, run.scenario.days),
        **_ratio_and_presence(run),
    }


def _ratio_and_presence(run: "Run") -> dict[str, np.ndarray]:
    from scipy.stats import spearmanr

    s = run.outcome.state
    here = (s["gone"] == 0) & (s["counted_days"] > 0)
    opened, ratio = s["openings"][here].astype(float), s["ratio"][here] / 100.0
    share = opened / np.maximum(run.scenario.days - s["arrival_day"][here], 1)
    decile = np.minimum((share * DECILES).astype(np.int64), DECILES - 1)
    rank = spearmanr(share, ratio).statistic if len(share) > 2 else np.nan
    return {"ratio_by_presence": _medians(decile, ratio, np.ones(len(ratio), dtype=bool), DECILES), "ratio_rank": np.array(rank)}


def _medians(group: np.ndarray, values: np.ndarray, counts: np.ndarray, groups: int) -> np.ndarray:
    found = np.full(groups, np.nan)
    for g in range(groups):
        own = values[(group == g) & counts]
        if len(own):
            found[g] = np.median(own)
    return found


def _ratio(top: np.ndarray, bottom: np.ndarray) -> np.ndarray:
    return np.divide(top, bottom, out=np.full(len(bottom), np.nan), where=bottom > 0)
