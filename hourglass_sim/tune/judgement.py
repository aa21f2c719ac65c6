"""What a confirmation says: guardrails with intervals, the search's optimism, and the verdict in one sentence."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import sqrt
from typing import Any

import numpy as np

from hourglass_sim.compare import WATCHED
from hourglass_sim.kpis import KPIS
from hourglass_sim.tune.guardrails import Guardrail, check_guardrails, worst_persona

Values = Mapping[str, np.ndarray]  # KPI -> float[replicates, 2]: baseline, candidate


NOISE_MARGIN = 0.001  # of users: an excess of opt-outs up to this, whose paired interval holds 0, is luck and not harm


def judged_guardrails(values: Values) -> list[Guardrail]:
    """Every guardrail on the means over paired runs, with the 95 % interval of its value over replicates.

    Opt-outs are compared with the baseline's own: equal policies differ by luck in either direction, so a tiny excess that the
    paired seeds do not tell from none (interval around 0, at most a tenth of a point) is no broken guardrail.
    """
    means = [{name: _mean(v[:, side]) for name, v in values.items()} for side in (0, 1)]
    worst = worst_persona(*means)
    found = []
    for guardrail in check_guardrails(*means):
        low, high = _interval(_per_replicate(guardrail.name, values, worst))
        judged = replace(guardrail, value_low=low, value_high=high)
        found.append(_forgiving_luck(judged, values["opt_outs"]) if guardrail.name == "opt_outs" else judged)
    return found


def _forgiving_luck(guardrail: Guardrail, pairs: np.ndarray) -> Guardrail:
    low, high = _interval(pairs[:, 1] - pairs[:, 0])
    if guardrail.passed is not False or low is None or low > 0.0 or guardrail.violation > NOISE_MARGIN:
        return guardrail
    told = (
        f"{guardrail.text} ({100 * guardrail.violation:+.2f} points, 95 % interval {100 * low:+.2f} to {100 * high:+.2f}: luck)"
    )
    return replace(guardrail, text=told, passed=True, violation=0.0)


def _per_replicate(name: str, values: Values, worst: str | None) -> np.ndarray:
    if name == "minted":
        return values["minted"][:, 1] / values["minted"][:, 0] - 1.0
    if name == "personas":
        return np.array([np.nan]) if worst is None else values[worst][:, 1] - values[worst][:, 0]
    kpi = {"opt_outs": "opt_outs", "heritage": "negative_heritage", "level": "past_level_25"}[name]
    return values[kpi][:, 1]


def _interval(found: np.ndarray) -> tuple[float | None, float | None]:
    from scipy.stats import t

    known = found[~np.isnan(found)]
    if len(known) < 2:
        return None, None
    half = float(t.ppf(0.975, len(known) - 1) * known.std(ddof=1) / sqrt(len(known)))
    return float(known.mean()) - half, float(known.mean()) + half


def _mean(column: np.ndarray) -> float | None:
    mean = float(column.mean())
    return None if np.isnan(mean) else mean


def optimism_of(best: Mapping[str, Any], values: np.ndarray) -> dict[str, float | None]:
    """What the search promised beyond what was confirmed, with its 95 % interval (Welch, both sides' errors over seeds).

    `best` holds the search's lift, its standard error and its number of seeds; values: float[replicates, 2].
    """
    from scipy.stats import t

    differences = values[:, 1] - values[:, 0]
    n, m = len(differences), int(best.get("seeds") or 1)
    optimism = float(best["lift"]) - float(differences.mean())
    here, there = float(differences.var(ddof=1)) / n, float(best.get("error") or 0.0) ** 2
    half = 0.0
    if here + there > 0.0:
        freedom = (here + there) ** 2 / (here**2 / (n - 1) + (there**2 / (m - 1) if m > 1 else 0.0))
        half = float(t.ppf(0.975, freedom)) * sqrt(here + there)
    bounds = {"optimism_low": optimism - half, "optimism_high": optimism + half}
    return {"search_lift": float(best["lift"]), "optimism": optimism, **bounds}


def losses_of(rows: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """What a lift is paid with: watched KPIs whose interval lies wholly below 0, one line each; rows as in a comparison."""
    found = []
    for name in (*WATCHED, "completion"):
        row = rows.get(name, {})
        if row.get("a") and row.get("high") is not None and row["high"] < 0.0:
            share = 100 * row["difference"] / row["a"]
            found.append(f"{name} falls by {-share:.1f} % of the baseline ({row['a']:.4g} to {row['b']:.4g})")
    return found


def verdict_of(title: str, lift: Mapping[str, Any], guardrails: Sequence[Mapping[str, Any]], is_change: bool) -> str:
    """One sentence: confirmed or not, and why."""
    if not is_change:
        return "Nothing better than the baseline was found; the baseline stays."
    is_share = any(kpi.name == lift.get("name") and kpi.unit == "share" for kpi in KPIS)
    change, low, high = (f"{100 * lift[k]:+.2f}" if is_share else f"{lift[k]:+.4f}" for k in ("difference", "low", "high"))
    span = f"{title} {change}{' points' if is_share else ''} (95 % interval {low} to {high})"
    broken = [g["name"] for g in guardrails if g["passed"] is False]
    if broken:
        return f"Not confirmed: a guardrail is broken ({', '.join(broken)}); {span}."
    if lift["low"] <= 0.0:
        return f"Not confirmed: {span}; the interval does not lie above 0."
    return f"Confirmed on people and seeds that the search never saw: {span}."
