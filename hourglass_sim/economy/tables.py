"""The economy report as tables: one frame a subject, plain names and numbers, for the terminal, the page, CSV and Excel."""

from typing import TYPE_CHECKING, Any

import pandas as pd
from hourglass_policy.catalogue import RARITIES

from hourglass_sim.economy.figures import SEASONS
from hourglass_sim.economy.flows import flows

if TYPE_CHECKING:
    from hourglass_sim.economy.report import EconomyReport

PERSONA_FIGURES = ("users", "here", "opened_days", "earned_per_active_day", "heritage_median", "level_mean", "gini")
SPREAD = ("mean", "p1", "p5", "p10", "p25", "p50", "p75", "p90", "p95", "p99", "gini", "top_tenth", "top_hundredth", "negative")
PACE = ("level_median", "level_p90", "level_top", "heritage_median", "achievements")


def tables_of(report: "EconomyReport") -> dict[str, pd.DataFrame]:
    """Every table by name."""
    found = {"sources_and_sinks": sources_and_sinks(report), "balance": balance_table(report), "heritage": heritage(report)}
    found |= {"pace": pace(report), "personas": personas(report), "seasons": seasons(report)}
    found |= {"other": group(report, "white.", "supply.", "phoenix.", "flow.rewards_to_earned"), "bands": band_table(report)}
    if report.pacing is not None:
        found |= {"achievements": report.pacing, "rarities": rarities(report)}
    found |= {"kpis": group(report, "kpi."), "days": report.measured[0].run.totals}
    return {name: table for name, table in found.items() if len(table)}


def sources_and_sinks(report: "EconomyReport") -> pd.DataFrame:
    """Type of row, its accounts and kind, grains in all, per active user-day with interval, and the share of all minted."""
    listed = flows(report.measured[0].run)
    names = [(f.name, f.source, f.target, f.kind) for f in listed]
    names += [("minted", "sources", "golden", "sum"), ("burnt", "golden", "sinks", "sum")]
    minted = report.estimate("flow.minted.total")[0]
    rows = []
    for name, source, target, kind in names:
        total, (mean, low, high) = report.estimate(f"flow.{name}.total")[0], report.estimate(f"flow.{name}.per_active_day")
        share = total / minted if kind in ("source", "sink", "sum") and minted else None
        rows.append((name, source, target, kind, total, mean, low, high, share))
    columns = ["row", "from", "to", "kind", "grains", "per_active_user_day", "low", "high", "share_of_minted"]
    return pd.DataFrame(rows, columns=columns)


def balance_table(report: "EconomyReport") -> pd.DataFrame:
    """Per seed, in grains: minted, burnt, heritage, in transit, difference (0: the ledger closes to the centigrain)."""
    ledgers = zip(report.seeds, report.balances, strict=True)
    rows = [(seed, *(n / 100 for n in (b.minted, b.burnt, b.heritage, b.in_transit, b.difference))) for seed, b in ledgers]
    table = pd.DataFrame(rows, columns=["seed", "minted", "burnt", "heritage", "in_transit", "difference"])
    return table.astype({"seed": str})


def heritage(report: "EconomyReport") -> pd.DataFrame:
    """Spread of heritage at the end: measure, over all users, over those still here, each with interval."""
    rows = []
    for key in SPREAD:
        ends = [report.estimate(f"heritage.{whom}.{key}") if f"heritage.{whom}.{key}" in report.figures else (None,) * 3
                for whom in ("all", "here")]  # fmt: skip
        rows.append((key, *ends[0], *ends[1]))
    return pd.DataFrame(rows, columns=["measure", "all", "all_low", "all_high", "here", "here_low", "here_high"])


def pace(report: "EconomyReport") -> pd.DataFrame:
    """By day after sign-up, of the survivors: level (median, p90, highest), median heritage, achievements, means over the seeds."""
    days = [d for d in report.reached if f"pace.{d}.level_median" in report.figures]
    rows = [(day, *(report.estimate(f"pace.{day}.{key}")[0] for key in PACE)) for day in days]
    return pd.DataFrame(rows, columns=["day", *PACE])


def rarities(report: "EconomyReport") -> pd.DataFrame:
    """Median achievement of each rarity: how many there are, share of survivors by each day, band, inside or outside."""
    table, flags = report.pacing, {flag.band.figure: flag for flag in report.flags}
    rows = []
    for rarity in (r for r in RARITIES if (table["rarity"] == r).any()):
        own = table[table["rarity"] == rarity]
        flag = flags.get(f"pacing.{rarity}")
        state = "not reached" if flag is None or flag.ok is None else "inside" if flag.ok else "outside"
        band = flag.band.show() if flag else ""
        rows.append((rarity, len(own), *(float(own[c].median()) for c in table.columns[2:]), band, state))
    return pd.DataFrame(rows, columns=["rarity", "achievements", *table.columns[2:], "band", "state"])


def personas(report: "EconomyReport") -> pd.DataFrame:
    """By persona, means over the seeds."""
    names = list(dict.fromkeys(n.split(".")[1] for n in report.figures if n.startswith("persona.")))
    rows = [(name, *(report.estimate(f"persona.{name}.{key}")[0] for key in PERSONA_FIGURES)) for name in names]
    return pd.DataFrame(rows, columns=["persona", *PERSONA_FIGURES])


def seasons(report: "EconomyReport") -> pd.DataFrame:
    """Each season's share of opened user-days (looked at every tenth day) and of all user-days, days away too, both with interval;
    and of the users who have one on the last day."""
    rows = [(n, *report.estimate(f"season.{n}.opened"), *report.estimate(f"season.{n}.days"), report.estimate(f"season.{n}.end")[0])
            for n in SEASONS]  # fmt: skip
    names = ["season", "opened_days", "opened_low", "opened_high", "user_days", "low", "high", "last_day"]
    return pd.DataFrame(rows, columns=names)


def group(report: "EconomyReport", *heads: str) -> pd.DataFrame:
    """Figures whose names begin with one of `heads`: figure, mean, low, high."""
    names = [name for name in report.figures if name.startswith(heads)]
    return pd.DataFrame([(n, *report.estimate(n)) for n in names], columns=["figure", "mean", "low", "high"])


def band_table(report: "EconomyReport") -> pd.DataFrame:
    """Every band: figure, value, interval, ends, kind, whether it holds, whether that is clear, source."""
    rows = [(f.band.title, f.band.figure, f.value, f.low, f.high, f.band.low, f.band.high, f.band.kind, f.ok, f.is_clear, f.band.source)
            for f in report.flags]  # fmt: skip
    columns = ["title", "figure", "value", "low", "high", "band_low", "band_high", "kind", "ok", "clear", "source"]
    return pd.DataFrame(rows, columns=columns)


def dict_of(report: "EconomyReport") -> dict[str, Any]:
    """The report as plain values: verdict, figures with intervals, tables as rows, flags, balance."""
    from hourglass_sim.economy.telling import verdict

    left_out = ("kpis", "other", "days", "bands", "balance")
    tables = {name: _rows(table) for name, table in report.tables.items() if name not in left_out}
    return {
        "verdict": verdict(report),
        "sound": report.is_sound,
        "closes": all(b.difference == 0 for b in report.balances),
        "balance": _rows(report.tables["balance"]),
        "flags": [{**row, "line": flag.line()} for row, flag in zip(_rows(band_table(report)), report.flags, strict=True)],
        "nobody_or_everybody": report.nobody_or_everybody,
        "figures": {n: dict(zip(("mean", "low", "high"), report.estimate(n), strict=True)) for n in report.figures},
        **tables,
        "scenario": report.scenario.describe(),
        "seeds": list(report.seeds),
        "replicates": len(report.seeds),
    }


def _rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    return [dict(zip(table.columns, row, strict=True)) for row in table.itertuples(index=False, name=None)]
