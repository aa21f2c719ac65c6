"""Charts of runs: retention, daily actives, grain flows, seasons. Each title is the conclusion that its data give."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from hourglass_sim.view.curves import FLOWS, Curve, flows_per_active_day
from hourglass_sim.view.drawing import Drawing, difference_title
from hourglass_sim.view.palette import SEASON_COLOURS, palette
from hourglass_sim.view.words import Words

if TYPE_CHECKING:
    from hourglass_sim.run import Run

RETENTION_TARGET, TARGET_DAY = 0.60, 30  # RULES 1.17
SEASONS = ("winter", "spring", "autumn", "summer")  # by rising grains a day


def retention_chart(
    curves: Sequence[Curve], w: Words, theme: str = "light", row: Mapping[str, float | None] | None = None, day: int = TARGET_DAY
) -> Drawing:
    """Retention by day with bands and the product's target; `row` is the KPI difference the title reports (shares)."""
    p = palette(theme)
    last = max((float(c.days[-1]) for c in curves if len(c.days)), default=1.0)
    value = curves[-1].at(day)
    if row is not None and row.get("difference") is not None:
        title = difference_title(row, w, curves[-1].label, day)
    else:
        title = w("one_run", value=w.percent(value), day=day) if value is not None else w("no_day")
    top = max([RETENTION_TARGET, *(float(c.high.max()) for c in curves if len(c.high))])
    d = Drawing(title, w("retention_subtitle"), w, p, x=(0, last), y=(0.0, 100 * min(top * 1.06, 1.02)),
                  x_label=w("retention_axis"), name="retention")  # fmt: skip
    d.zero(0, last)
    for c in curves:
        colour, _, fill = p.role(c.role)
        d.band(c.days, 100 * c.low, 100 * c.high, fill)
        tips = [f"{c.label} · {w('unit.day')} {int(d)}: {w.percent(v)}" for d, v in zip(c.days, c.value, strict=True)]
        d.line(c.days, 100 * c.value, colour, tips)
    text = w("target_at_day", value=w.percent(RETENTION_TARGET, 0), day=TARGET_DAY)
    d.target(0, TARGET_DAY, 100 * RETENTION_TARGET, text, is_shown=last >= TARGET_DAY)
    ends = [(f"{c.label} {w.percent(float(c.value[-1]), 0)}", 100 * float(c.value[-1]), p.role(c.role)[1]) for c in curves]
    d.end_labels(last, ends)
    return d


def actives_chart(curves: Sequence[Curve], users: int, w: Words, theme: str = "light") -> Drawing:
    """Daily active users with bands; the title gives the mean of the last four weeks."""
    p = palette(theme)
    means = [float(c.value[-28:].mean()) for c in curves]
    if len(curves) > 1:
        change = w.number(means[-1] - means[0], 0, signed=True)
        title = w("actives_change" if change != "0" else "actives_same", value=w.number(means[-1]), change=change)
    else:
        title = w("actives_title", value=w.number(means[-1]))
    last = max(float(c.days[-1]) for c in curves)
    top = max(float(c.high.max()) for c in curves)
    d = Drawing(title, w("actives_subtitle", users=w.number(users)), w, p, x=(0, last), y=(0.0, 1.06 * (top or 1.0)),
                  x_label=w("day_axis"), name="actives")  # fmt: skip
    d.zero(0, last)
    for c in curves:
        colour, _, fill = p.role(c.role)
        d.band(c.days, c.low, c.high, fill)
        tips = [f"{c.label} · {w('unit.day')} {int(d)}: {w.number(v)}" for d, v in zip(c.days, c.value, strict=True)]
        d.line(c.days, c.value, colour, tips)
    d.end_labels(last, [(f"{c.label} {w.number(c.value[-1])}", float(c.value[-1]), p.role(c.role)[1]) for c in curves])
    return d


def flows_chart(run: "Run", w: Words, theme: str = "light", baseline: "Run | None" = None) -> Drawing:
    """Grains per active user and day by flow, lost grains below zero; the baseline's flows as thin grey lines."""
    p = palette(theme)
    colours = {"earned": (p.candidate, p.candidate_text), "rewards": (p.reward, p.reward_text),
               "phoenix_minimum": (p.phoenix, p.phoenix_text), "evaporated": (p.mist, p.mist_text)}  # fmt: skip
    flows = flows_per_active_day(run)
    before = flows_per_active_day(baseline) if baseline is not None else {}
    days = run.totals["day"].to_numpy(dtype=float)
    shown = [*flows.values(), *before.values()]
    low, high = min(float(v.min()) for v in shown), max(float(v.max()) for v in shown)
    room = 0.08 * (high - low or 1.0)
    subtitle = w("flows_subtitle") if before else w("flows_subtitle_one")
    d = Drawing(_flows_title(run, baseline, w), subtitle, w, p, x=(0, days[-1]), y=(low - room, high + room),
                  x_label=w("day_axis"), name="flows")  # fmt: skip
    d.zero(0, float(days[-1]))
    for values in before.values():
        d.line(days, values, p.baseline, width=1.1)
    for name in FLOWS:
        tips = [f"{w(name)} · {w('unit.day')} {int(d)}: {w.number(v, 2)}" for d, v in zip(days, flows[name], strict=True)]
        d.line(days, flows[name], colours[name][0], tips)
    d.end_labels(float(days[-1]), [(w(n), float(flows[n][-1]), colours[n][1]) for n in FLOWS])
    return d


def _flows_title(run: "Run", baseline: "Run | None", w: Words) -> str:
    k = run.kpis
    if baseline is not None and k.get("minted") is not None and baseline.kpis.get("minted") is not None:
        change = w.number(k["minted"] - baseline.kpis["minted"], 2, signed=True)
        key = "flows_change" if round(k["minted"] - baseline.kpis["minted"], 2) else "flows_same"
        return w(key, minted=w.number(k["minted"], 2), change=change)
    return w("flows_title", earned=w.number(k.get("earned"), 2), lost=w.number(k.get("evaporated"), 2))


def season_chart(run: "Run", w: Words, theme: str = "light", baseline: "Run | None" = None) -> Drawing:
    """Share of users in each season of life by day, stacked from winter to summer."""
    p = palette(theme)
    shares = season_shares(run)
    days = run.totals["day"].to_numpy(dtype=float)
    last = {name: float(values[-1]) for name, values in shares.items()}
    top = max(last, key=lambda n: last[n])
    told = {"season": w(top), "value": w.percent(last[top], 0)}
    if sum(last.values()) == 0:
        title = w("no_season")
    elif baseline is not None:
        change = last[top] - float(season_shares(baseline)[top][-1])
        title = w("season_title_change" if round(100 * change, 1) else "season_title_same", change=w.points(change), **told)
    else:
        title = w("season_title", **told)
    d = Drawing(title, w("season_subtitle"), w, p, x=(0, days[-1]), y=(0, 103), x_label=w("day_axis"), name="seasons")
    floor, ends = np.zeros(len(days)), []
    for name in SEASONS:
        ceiling = floor + 100 * shares[name]
        d.band(days, floor, ceiling, SEASON_COLOURS[name], alpha=0.85)
        d.line(days, ceiling, p.surface, width=1.2)
        ends.append((f"{w(name)} {w.percent(last[name], 0)}", float((floor[-1] + ceiling[-1]) / 2), p.text))
        floor = ceiling
    d.zero(0, float(days[-1]))
    d.end_labels(float(days[-1]), ends)
    return d


def season_shares(run: "Run") -> dict[str, np.ndarray]:
    """Share of the users present that is in each season, by day; users without a season yet are in none. float[days]."""
    present = np.maximum(run.totals["present"].to_numpy(dtype=float), 1.0)
    return {name: run.totals[name].to_numpy(dtype=float) / present for name in SEASONS}
