"""The numbers behind the pictures: retention curves with bands, paired differences of two runs, daily flows."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from hourglass_sim.metrics.intervals import Z95

if TYPE_CHECKING:
    from hourglass_sim.run import Run

SMOOTH_DAYS = 7
FLOWS = ("earned", "rewards", "phoenix_minimum", "evaporated")
_COLUMN = {"earned": "earned", "rewards": "rewarded", "phoenix_minimum": "topped_up", "evaporated": "evaporated"}


@dataclass(frozen=True)
class Curve:
    """A line over days with a 95 % band; role is `baseline`, `candidate` or `deployed`. Arrays are float[n], shares 0..1."""

    label: str
    role: str
    days: np.ndarray
    value: np.ndarray
    low: np.ndarray
    high: np.ndarray

    def at(self, day: int) -> float | None:
        """The value on a day, None outside the curve."""
        found = np.flatnonzero(self.days == day)
        return float(self.value[found[0]]) if len(found) else None


def retention_curve(run: "Run", label: str, role: str) -> Curve:
    """Classic retention of a run on every day from 1, with Wilson bands. Source: DESIGN.md, Definitions."""
    from hourglass_sim.metrics.retention import retention

    shares = retention(run.activity, range(1, run.scenario.days)).classic
    known = {n: s for n, s in shares.items() if s.value is not None}
    value, low, high = (np.array([getattr(s, f) for s in known.values()], dtype=float) for f in ("value", "low", "high"))
    return Curve(label, role, np.array(list(known), dtype=float), value, low, high)


def active_curve(run: "Run", label: str, role: str) -> Curve:
    """Users active on each day of the run; the band is the binomial 95 % interval around the users who signed up so far."""
    active = run.totals["active"].to_numpy(dtype=float)
    signed_up = np.maximum(run.totals["arrivals"].cumsum().to_numpy(dtype=float), 1.0)
    half = Z95 * np.sqrt(np.maximum(active * (1.0 - active / signed_up), 0.0))
    return Curve(label, role, run.totals["day"].to_numpy(dtype=float), active, np.maximum(active - half, 0.0), active + half)


def flows_per_active_day(run: "Run") -> dict[str, np.ndarray]:
    """Grains per active user of each day by flow, mean over the last 7 days; evaporated grains are negative. float[days]."""
    active = _trailing(run.totals["active"].to_numpy(dtype=float))
    found = {}
    for name in FLOWS:
        grains = _trailing(run.totals[_COLUMN[name]].to_numpy(dtype=float))
        found[name] = np.divide(grains, active, out=np.zeros_like(grains), where=active > 0) * (-1 if name == "evaporated" else 1)
    return found


def _trailing(values: np.ndarray) -> np.ndarray:
    sums = np.concatenate(([0.0], np.cumsum(values)))
    last = np.arange(1, len(sums))
    return sums[last] - sums[np.maximum(last - SMOOTH_DAYS, 0)]


def paired_rows(baseline: "Run", candidate: "Run", names: tuple[str, ...]) -> dict[str, dict[str, float | None]]:
    """Per KPI a, b, difference and, where users can be paired one by one, its 95 % interval over users; else None bounds.

    Both runs have the same seed and users, so user i meets the same luck in both and the difference is taken user by user.
    """
    pairs = _user_outcomes(baseline, candidate, names)
    found = {}
    for name in names:
        a, b = baseline.kpis.get(name), candidate.kpis.get(name)
        row: dict[str, float | None] = {"a": a, "b": b, "difference": None, "low": None, "high": None}
        if a is not None and b is not None:
            row["difference"] = b - a
            if name in pairs and len(pairs[name]) > 1:
                half = Z95 * float(pairs[name].std(ddof=1)) / np.sqrt(len(pairs[name]))
                row |= {"low": b - a - half, "high": b - a + half}
        found[name] = row
    return found


def _user_outcomes(baseline: "Run", candidate: "Run", names: tuple[str, ...]) -> dict[str, np.ndarray]:
    """Candidate minus baseline outcome (0 or 1) of each user, for the KPIs that are shares of users."""
    from hourglass_sim.metrics import kernels

    found = {}
    for name in names:
        if name == "opt_outs":
            states = [r.outcome.state["opted_out"].astype(float) for r in (candidate, baseline)]
            found[name] = states[0] - states[1]
        elif name[0] == "d" and name[1:].isdigit():
            day = np.array([int(name[1:])], dtype=np.int64)
            sides = [
                kernels.retained_by_user(r.activity.bits, r.activity.first_day, r.activity.last_day, day)
                for r in (candidate, baseline)
            ]
            both = (sides[0][0][:, 0] > 0) & (sides[1][0][:, 0] > 0) if len(sides[0][0]) == len(sides[1][0]) else None
            if both is not None:
                found[name] = (sides[0][1][both, 0] > 0).astype(float) - (sides[1][1][both, 0] > 0)
    return found
