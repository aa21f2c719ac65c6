"""How soon achievements are unlocked: shares of survivors by day, and whether each rarity keeps its band (issue 3, RULES 1.13)."""

from collections.abc import Mapping
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from hourglass_policy.catalogue import RARITIES
from hourglass_policy.errors import BadInput

from hourglass_sim.scenario import Scenario

if TYPE_CHECKING:
    import pandas as pd

DAYS = (7, 30, 90, 180)
STILL_HERE_DAYS = 28  # a survivor opened the app within so many last days
BANDS = {"common": (0.40, 0.80), "rare": (0.10, 0.40), "epic": (0.02, 0.10), "legendary": (0.001, 0.02)}
_WORDS = ("unlocked_low", "unlocked_high", "unlocked_top")


def pacing(scenario: Scenario, days: tuple[int, ...] = DAYS, threads: int = 1) -> "pd.DataFrame":
    """Share of the survivors who had unlocked each achievement by the evening of each day after sign-up.

    Survivors opened the app within the 28 days up to the last of `days` (day 180: the 181st): who left for good is not known to a
    product. One row an achievement in the catalogue's order: id, rarity, day_7, day_30, … (0 to 1; NaN when nobody survives);
    `attrs["survivors"]` counts them.
    `scenario.days` is replaced by what `days` needs. BadInput when users sign up on different days or `days` do not rise.
    """
    if len(scenario.arrival_counts) > 1:
        raise BadInput(
            "pacing follows one cohort", where="scenario", value=scenario.describe()["arrivals"], allowed="all users on day 0"
        )
    if not days or any(day < 0 for day in days) or any(b <= a for a, b in pairwise(days)):
        raise BadInput("days do not rise", where="pacing", value=days, allowed="e.g. (7, 30, 90, 180)")
    unlocked, last_open = _snapshots(scenario, days, threads)
    return pacing_table(scenario, days, unlocked, last_open)


def pacing_table(scenario: Scenario, days: tuple[int, ...], unlocked: list[np.ndarray], last_open: np.ndarray) -> "pd.DataFrame":
    """The table of `pacing` from what was unlocked on each day, bool[users, achievements], and each user's last opening by the last."""
    import pandas as pd

    achievements = scenario.resolved_policy.catalogue.achievements
    table = pd.DataFrame({"id": [a.id for a in achievements], "rarity": [a.rarity for a in achievements]})
    survivors = last_open > days[-1] - STILL_HERE_DAYS
    for day, bits in zip(days, unlocked, strict=True):
        table[f"day_{day}"] = bits[survivors].mean(axis=0) if survivors.any() else np.nan
    table.attrs["survivors"] = int(survivors.sum())
    return table


def _snapshots(scenario: Scenario, days: tuple[int, ...], threads: int) -> tuple[list[np.ndarray], np.ndarray]:
    """Unlocked achievements, bool[users, achievements], on the evening of each day of one run; each user's last opening."""
    from dataclasses import replace

    from hourglass_sim.engine.columns import Columns
    from hourglass_sim.engine.world import make_world

    whole = replace(scenario, days=days[-1] + 1)
    count = len(whole.resolved_policy.catalogue.achievements)
    model = Columns(make_world(whole), digest=False, record_days=False, threads=threads)
    found = []
    for day in days:
        model.advance(day + 1 - model.day)
        state = model.outcome().state
        found.append(unlocked_of(state, count))
    return found, state["last_open"]


def unlocked_of(state: Mapping[str, np.ndarray], count: int) -> np.ndarray:
    """Which of the first `count` achievements each user has unlocked, bool[users, achievements]."""
    from hourglass_sim.engine.achieving import BITS_PER_WORD

    words = [state[name] for name in _WORDS]
    return np.stack([(words[n // BITS_PER_WORD] >> (n % BITS_PER_WORD)) & 1 for n in range(count)], axis=1) == 1


def bands(table: "pd.DataFrame") -> "pd.DataFrame":
    """The median achievement of each rarity on the last day against its band: rarity, median, low, high, ok."""
    import pandas as pd

    last = table.columns[-1]
    rows = []
    for rarity in RARITIES:
        low, high = BANDS[rarity]
        median = float(table.loc[table["rarity"] == rarity, last].median())
        rows.append((rarity, median, low, high, low <= median <= high))
    return pd.DataFrame(rows, columns=["rarity", "median", "low", "high", "ok"])


def nobody_or_everybody(table: "pd.DataFrame") -> list[str]:
    """Ids of achievements that none or all of the survivors have by the last day."""
    last = table[table.columns[-1]]
    return list(table.loc[(last <= 0.0) | (last >= 1.0), "id"])
