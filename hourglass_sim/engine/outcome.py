"""What a run of either engine leaves behind: totals, columns of users as they were at the end, activity, hashes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from hourglass_sim.engine.columns import Columns

# columns that mean nothing after the last day
NOT_KEPT = ("grains_ring", "ratio_ring", "active_word", "partner", "feed", "parcel")


@dataclass
class Outcome:
    """What an engine returns: daily totals, final state by column, activity bits, per-user hashes, days when recorded, and how
    challenges ended."""

    totals: np.ndarray
    state: Mapping[str, np.ndarray]
    bits: np.ndarray
    digests: np.ndarray | None
    days: dict[str, np.ndarray] = field(default_factory=dict)
    challenges: list[dict[str, object]] = field(default_factory=list)


class FinalState(Mapping):
    """The users' columns after the engine's last day by label (`heritage`, `goals_in_3`), each made by user number when read.

    So a run of millions of users does not hold every column twice.
    """

    def __init__(self, engine: "Columns"):
        self._engine = engine
        self._places = {
            c.name if c.size == 1 else f"{c.name}_{k + 1}": f"{c.name}[{k}]"
            for c in engine.world.layout
            if c.kind != "scratch" and c.name not in NOT_KEPT
            for k in range(c.size)
        }

    def __getitem__(self, label: str) -> np.ndarray:
        return self._engine.by_user(self._places[label])

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)

    def __reduce__(self) -> tuple:
        return dict, (dict(self),)
