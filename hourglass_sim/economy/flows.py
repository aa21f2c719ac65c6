"""Sources and sinks: what every type of ledger row moved in a run, minted and burnt, and whether it closes (RULES 1.6)."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from hourglass_policy.rules.ledger import ROW_TYPES, row_source

if TYPE_CHECKING:
    from hourglass_sim.run import Run

GOLDEN = ("user_heritage", "in_transit")  # accounts that hold golden grains
COLUMNS = {"earn": "earned", "evaporate": "evaporated", "phoenix_minimum": "topped_up", "reward": "rewarded"}
KINDS = ("source", "sink", "transfer", "white")


@dataclass(frozen=True)
class Flow:
    """One type of ledger row over a run: its two accounts, its kind and its whole centigrains.

    `kind`: source (golden grains come to be), sink (they are gone), transfer (from user to user), white (white grains that vanish;
    no golden grain moves).
    """

    name: str
    source: str
    target: str
    kind: str
    centigrains: int


@dataclass(frozen=True)
class Balance:
    """Golden grains of a run in whole centigrains: minted - burnt = heritage + in transit, all users together."""

    minted: int
    burnt: int
    heritage: int
    in_transit: int

    @property
    def difference(self) -> int:
        """What is missing or too much; 0 in a ledger that closes."""
        return self.minted - self.burnt - self.heritage - self.in_transit


def flows(run: "Run") -> list[Flow]:
    """Every type of row that the run counts, in the order of the rule book."""
    daily = daily_flows(run)
    g = run.scenario.resolved_policy.rules.grains
    found = []
    for number, row in enumerate(ROW_TYPES):
        if row.name in daily:
            source = row_source(number, g)
            found.append(Flow(row.name, source, row.target, _kind(source, row.target), int(daily[row.name].sum())))
    return found


def daily_flows(run: "Run") -> dict[str, np.ndarray]:
    """Row type -> centigrains on each day of the run, int64[days]; row types that the engines do not count are left out."""
    from hourglass_sim.engine.tally import COUNTS

    position = {count.name: k for k, count in enumerate(COUNTS)}
    columns = {row.name: COLUMNS.get(row.name, row.name) for row in ROW_TYPES}
    return {name: run.outcome.totals[:, position[column]] for name, column in columns.items() if column in position}


def daily_supply(run: "Run") -> dict[str, np.ndarray]:
    """Golden grains minted and burnt on each day and held in the evening (heritage and in transit), in centigrains, int64[days]."""
    daily, kinds = daily_flows(run), {flow.name: flow.kind for flow in flows(run)}
    nothing = np.zeros(run.scenario.days, dtype=np.int64)
    minted = sum((daily[n] for n, kind in kinds.items() if kind == "source"), nothing)
    burnt = sum((daily[n] for n, kind in kinds.items() if kind == "sink"), nothing)
    return {"minted": minted, "burnt": burnt, "held": np.cumsum(minted - burnt)}


def balance(run: "Run") -> Balance:
    """The balance of a run: flows on one side, the users' heritage at the end on the other."""
    listed = flows(run)
    total = {kind: sum(f.centigrains for f in listed if f.kind == kind) for kind in KINDS}
    transit = sum(f.centigrains * ((f.target == "in_transit") - (f.source == "in_transit")) for f in listed)
    return Balance(total["source"], total["sink"], int(run.outcome.state["heritage"].sum()), transit)


def _kind(source: str, target: str) -> str:
    before, after = source in GOLDEN, target in GOLDEN
    if before and after:
        return "transfer"
    return "source" if after else "sink" if before else "white"
