"""Giving back what does not help: changes whose loss is within one standard error return to the baseline.

A search leaves every parameter where luck put it, also those without effect. The one-standard-error rule (Breiman, Friedman,
Olshen & Stone 1984) keeps the simplest policy that is not seen to be worse than the best.
"""

from collections.abc import Callable, Iterable, Mapping
from math import sqrt
from statistics import fmean
from typing import Any

from hourglass_sim.tune.records import Record
from hourglass_sim.tune.space import POLICY, Space

Raw = Mapping[str, Any]
SAME_OPT_OUTS = 0.005  # share of users; the same within what a tuning run tells apart


def simplified(best: Record, space: Space, error: float, evaluate: Callable[[Raw], Record]) -> Record:
    """The best trial with as many parameters as possible back at the baseline; `evaluate` measures at the highest fidelity.

    `error` is the standard error of a lift there (`typical_error`).

    A step back is kept when it holds every guardrail, its lift is at most one standard error below the best seen, and it does not make
    more people switch notifications off. When the lift is no more than that error, nothing better was found and the baseline stays.
    """
    if not best.values and best.policy == space.policies[0]:
        return best
    if best.lift <= error:
        return evaluate(space.baseline)
    least, chosen = best.lift - error, best
    for name in names_to_give_back(best, space):
        values, policy = space.decoded(chosen.raw)
        raw = {**chosen.raw, name: start_of(space, name)}
        if space.decoded(raw) == (values, policy):
            continue
        tried = evaluate(raw)
        if tried.feasible and tried.lift >= least and _opt_outs(tried) <= _opt_outs(best) + SAME_OPT_OUTS:
            chosen, least = tried, max(least, tried.lift - error)
    return chosen


def _opt_outs(record: Record) -> float:
    return record.kpis.get("opt_outs") or 0.0


def typical_error(records: Iterable[Record], level: int) -> float:
    """Standard error of a lift at a fidelity, pooled over its trials: a single one, from a few seeds, may be small by luck."""
    squares = [r.error**2 for r in records if r.level == level and r.error > 0.0]
    return sqrt(fmean(squares)) if squares else 0.0


def names_to_give_back(best: Record, space: Space) -> list[str]:
    """What differs from the baseline: the notification policy first (it takes its parameters along), then in the space's order."""
    changed = [d.name for d in space.free if best.raw[d.name] != d.baseline]
    return [POLICY, *changed] if POLICY in best.raw and best.policy != space.policies[0] else changed


def start_of(space: Space, name: str) -> float | str:
    """The baseline's value of a dimension, or its notification policy."""
    return space.policies[0] if name == POLICY else next(d.baseline for d in space.dimensions if d.name == name)
