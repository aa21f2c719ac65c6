"""Every figure of the economy report for one run, by dotted name: flows, supply, heritage, Phoenix, seasons, personas."""

from typing import TYPE_CHECKING

import numpy as np

from hourglass_sim.economy.flows import balance, daily_supply, flows
from hourglass_sim.economy.pacing import STILL_HERE_DAYS
from hourglass_sim.economy.wealth import gini, spread

if TYPE_CHECKING:
    from hourglass_sim.run import Run

SEASONS = ("winter", "spring", "autumn", "summer")  # by rising grains a day
WEEKS = 4  # over which growth of the supply is measured, at the end
Figures = dict[str, float | None]


def figures_of(run: "Run") -> Figures:
    """All figures of a run. Amounts in grains, shares 0 to 1; None without a denominator."""
    kpis: Figures = {f"kpi.{name}": value for name, value in run.kpis.items()}
    return {**kpis, **flow_figures(run), **white_figures(run), **supply_figures(run), **heritage_figures(run),
            **phoenix_figures(run), **season_figures(run), **persona_figures(run)}  # fmt: skip


def still_here(run: "Run") -> np.ndarray:
    """Who opened the app within the last 28 days of the run; bool[users]."""
    return run.outcome.state["last_open"] > run.scenario.days - 1 - STILL_HERE_DAYS


def flow_figures(run: "Run") -> Figures:
    """Per type of row and for minted and burnt: grains in all and per active user-day; rewards against what is earned."""
    active, b = run.totals["active"].sum(), balance(run)
    grains = {f.name: f.centigrains / 100.0 for f in flows(run)} | {"minted": b.minted / 100.0, "burnt": b.burnt / 100.0}
    found: Figures = {}
    for name, total in grains.items():
        found |= {f"flow.{name}.total": total, f"flow.{name}.per_active_day": _ratio(total, active)}
    found["flow.rewards_to_earned"] = _ratio(grains["reward"], grains["earn"])
    return found


def white_figures(run: "Run") -> Figures:
    """What became of the white grains: shares of all that were handed out (Phoenix pays more than the share: paid may exceed it)."""
    t = run.totals
    handed, opened, earned, lost = (float(t[c].sum()) for c in ("potential", "potential_opened", "earned", "evaporated"))
    social = sum(f.centigrains for f in flows(run) if f.source == "day_reserve" and f.name != "evaporate") / 100.0
    parts = {
        "away": handed - opened,
        "paid": earned,
        "evaporated": lost,
        "social": social,
        "lapsed": opened - earned - lost - social,
    }
    return {"white.total": handed, **{f"white.{name}": _ratio(part, handed) for name, part in parts.items()}}


def supply_figures(run: "Run") -> Figures:
    """Golden grains held at the end, their growth a week over the last four, and the share held by users who are away."""
    held = daily_supply(run)["held"]
    heritage, here = run.outcome.state["heritage"].astype(np.float64), still_here(run)
    before = held[-1 - 7 * WEEKS] if len(held) > 7 * WEEKS else 0
    growth = (held[-1] / before) ** (1.0 / WEEKS) - 1.0 if before > 0 and held[-1] > 0 else None
    idle = _ratio(float(heritage[~here].sum()), float(heritage.sum())) if heritage.sum() > 0 else None
    return {"supply.held": held[-1] / 100.0, "supply.weekly_growth": growth, "supply.idle": idle}


def heritage_figures(run: "Run") -> Figures:
    """The spread of heritage over all users (`heritage.all`) and over those still here (`heritage.here`)."""
    grains, here = run.outcome.state["heritage"] / 100.0, still_here(run)
    found: Figures = {"heritage.here.users": float(here.sum()), "heritage.all.users": float(len(here))}
    for name, values in (("all", grains), ("here", grains[here])):
        found |= {f"heritage.{name}.{key}": value for key, value in spread(values).items()}
    return found


def phoenix_figures(run: "Run") -> Figures:
    """How common Phoenix mode is: of user-days, of opened user-days, entries, mean length, users who ever were in it."""
    t, s = run.totals, run.outcome.state
    present, entries = float(t["present"].sum()), float(t["phoenix_entries"].sum())
    return {
        "phoenix.present": _ratio(t["phoenix"].sum(), present),
        "phoenix.active": _ratio(t["phoenix_opened"].sum(), t["active"].sum()),
        "phoenix.entries_per_month": _ratio(30.0 * entries, present),
        "phoenix.mean_days": _ratio(t["phoenix"].sum(), entries),
        "phoenix.exits_to_entries": _ratio(t["phoenix_exits"].sum(), entries),
        "phoenix.ever": float(((s["phoenix_exits"] > 0) | (s["phoenix"] != 0)).mean()),
    }


def season_figures(run: "Run") -> Figures:
    """Each season's share of the user-days that have one, and of the users with one on the last day."""
    t = run.totals[list(SEASONS)]
    days, end = t.sum(), t.iloc[-1]
    shares: Figures = {f"season.{n}.days": _ratio(days[n], days.sum()) for n in SEASONS}
    known = [v for v in shares.values() if v is not None]
    ends = {f"season.{n}.end": _ratio(end[n], end.sum()) for n in SEASONS}
    return {**shares, **ends, "season.largest": max(known) if known else None}


def persona_figures(run: "Run") -> Figures:
    """By persona: share of users, of them still here, opened days a user, grains per opened day, median heritage, mean level, Gini."""
    s, here = run.outcome.state, still_here(run)
    found: Figures = {}
    for number, name in enumerate(run.scenario.resolved_people.persona_names):
        own = s["persona"] == number
        if not own.any():
            continue
        heritage, opened = s["heritage"][own] / 100.0, float(s["openings"][own].sum())
        found |= {
            f"persona.{name}.users": float(own.mean()),
            f"persona.{name}.here": float(here[own].mean()),
            f"persona.{name}.opened_days": opened / float(own.sum()),
            f"persona.{name}.earned_per_active_day": _ratio(float(s["earned_total"][own].sum()) / 100.0, opened),
            f"persona.{name}.heritage_median": float(np.median(heritage)),
            f"persona.{name}.level_mean": float(s["level"][own].mean()),
            f"persona.{name}.gini": gini(heritage),
        }
    return found


def _ratio(top: float, bottom: float) -> float | None:
    return float(top) / float(bottom) if bottom else None
