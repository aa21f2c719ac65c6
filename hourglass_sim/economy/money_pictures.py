"""Pictures of money: sources and sinks, white grains, supply, who holds what; each title is the conclusion that its data give."""

from typing import TYPE_CHECKING

import numpy as np

from hourglass_sim.economy.figures import still_here
from hourglass_sim.economy.flows import daily_supply, flows
from hourglass_sim.economy.wealth import lorenz
from hourglass_sim.view.drawing import Drawing
from hourglass_sim.view.palette import palette
from hourglass_sim.view.words import Words

if TYPE_CHECKING:
    from hourglass_sim.economy.report import EconomyReport

BARS = 24  # of a histogram


def flows_picture(report: "EconomyReport", w: Words) -> Drawing:
    """Grains per active user-day of every source and sink, with intervals."""
    p = palette("light")
    listed = [f for f in flows(report.measured[0].run) if f.kind in ("source", "sink")]
    rates = {f.name: report.estimate(f"flow.{f.name}.per_active_day") for f in listed}
    rates = {name: rate for name, rate in rates.items() if rate[0] is not None}
    signs = {f.name: -1.0 if f.kind == "sink" else 1.0 for f in listed}
    shades = {f.name: p.mist if f.kind == "sink" else {"reward": p.reward, "phoenix_minimum": p.phoenix}.get(f.name, p.candidate)
              for f in listed}  # fmt: skip
    said = {n: w(f"row.{n}") for n in rates}
    names = [said[n] for n in rates][::-1] or [""]
    minted = report.estimate("flow.minted.per_active_day")[0] or 0.0
    sources = {n: r[0] for n, r in rates.items() if signs[n] > 0}
    top = max(sources, key=lambda n: sources[n], default=None)
    title = (
        w("economy.flows_title", top=said[top], share=w.percent(sources[top] / minted, 0))
        if top and minted > 0
        else w("economy.no_flows")
    )
    ends = [signs[n] * (v if v is not None else 0.0) for n, r in rates.items() for v in (r[0], r[2])]
    low, high = min([0.0, *ends]), max([0.1, *ends])
    d = Drawing(
        title,
        w("economy.flows_subtitle"),
        w,
        p,
        x=(low * 1.05, high * 1.05),
        y=names,
        height=110 + 30 * len(names),
        name="sources",
    )
    told = [list(said.values()), [0.0] * len(rates), [signs[n] * rates[n][0] for n in rates], [shades[n] for n in rates]]
    d.add("hbar", dict(zip(("y", "left", "right", "fill_color"), told, strict=True)), height=0.6, line_color=None)
    known = [n for n in rates if rates[n][1] is not None]
    bounds = [[signs[n] * rates[n][k] for n in known] for k in (1, 2)]
    d.add(
        "segment",
        {"x0": bounds[0], "x1": bounds[1], "y0": [said[n] for n in known], "y1": [said[n] for n in known]},
        line_color=p.text,
        line_width=1.6,
    )
    labels = [f"{w.number(signs[n] * rates[n][0], 2)} ({w.percent(rates[n][0] / minted, 0) if minted else '–'})" for n in rates]
    at = [max(0.0, *(signs[n] * (v or 0.0) for v in rates[n])) for n in rates]
    d.add(
        "text",
        {"x": at, "y": list(said.values()), "text": labels},
        text_color=p.text,
        text_font_size="12px",
        text_baseline="middle",
        x_offset=6,
    )
    d.add("segment", {"x0": [0.0], "x1": [0.0], "y0": [names[0]], "y1": [names[-1]]}, line_color=p.zero, line_width=1.2)
    return d


def white_picture(report: "EconomyReport", w: Words) -> Drawing:
    """What became of the white grains, as bars."""
    p = palette("light")
    shades = {"paid": p.candidate, "evaporated": p.mist, "social": p.reward, "lapsed": p.baseline, "away": p.baseline_fill}
    shares = {name: report.estimate(f"white.{name}")[0] or 0.0 for name in shades}
    shades = {name: shade for name, shade in shades.items() if shares[name] or name != "social"}
    labels = {name: w(f"economy.white_{name}") for name in shades}
    title = w("economy.white_title", paid=w.percent(shares["paid"], 0), away=w.percent(shares["away"], 0))
    rows = [labels[n] for n in shades][::-1]
    top = 100 * max(0.01, *shares.values())
    d = Drawing(
        title, w("economy.white_subtitle"), w, p, x=(min(0.0, 100 * min(shares.values())), top), y=rows, height=230, name="white"
    )
    right, names = [100 * shares[n] for n in shades], [labels[n] for n in shades]
    d.add(
        "hbar",
        {"y": names, "left": [0.0] * len(names), "right": right, "fill_color": list(shades.values())},
        height=0.6,
        line_color=None,
    )
    told = {"x": [max(v, 0.0) for v in right], "y": names, "text": [w.percent(shares[n]) for n in shades]}
    d.add("text", told, text_color=p.text, text_font_size="12px", text_baseline="middle", x_offset=6)
    return d


def supply_picture(report: "EconomyReport", w: Words) -> Drawing:
    """Golden grains held by all users on each day, and what was minted so far."""
    p, run = palette("light"), report.measured[0].run
    supply = daily_supply(run)
    held, minted = supply["held"] / 100_000.0, np.cumsum(supply["minted"]) / 100_000.0
    days = np.arange(len(held), dtype=float)
    idle = report.estimate("supply.idle")[0]
    title = w("economy.supply_title", held=w.number(float(held[-1]) * 1000), idle=w.percent(idle, 0))
    low, high = min(0.0, float(held.min())), max(1e-3, float(minted.max()), float(held.max()))
    d = Drawing(title, w("economy.supply_subtitle"), w, p, x=(0, max(float(days[-1]), 1.0)), y=(low, 1.06 * high), x_label=w("day_axis"),
                name="supply")  # fmt: skip
    d.zero(0, float(days[-1]))
    ends = [(f"{w('economy.held')} {w.number(held[-1])}", float(held[-1]), p.candidate_text)]
    if supply["burnt"].any():
        d.line(days, minted, p.baseline, width=1.4)
        ends.append((f"{w('economy.minted_so_far')} {w.number(minted[-1])}", float(minted[-1]), p.baseline_text))
    d.line(days, held, p.candidate)
    d.end_labels(float(days[-1]), ends)
    return d


def histogram_picture(report: "EconomyReport", w: Words) -> Drawing:
    """Heritage at the end: all users behind, those still here in front."""
    p, run = palette("light"), report.measured[0].run
    grains, here = run.outcome.state["heritage"] / 100.0, still_here(run)
    first, last = float(np.quantile(grains, 0.01)), float(np.quantile(grains, 0.99))
    edges = np.linspace(min(0.0, first), max(last, first + 1.0), BARS + 1)
    median = report.figures.get("heritage.here.p50")
    title = w("economy.histogram_title", median="–" if median is None else w.number(report.estimate("heritage.here.p50")[0]))
    shares = [100 * np.histogram(np.clip(v, edges[0], edges[-1]), edges)[0] / max(len(v), 1) for v in (grains, grains[here])]
    top = max(1.0, float(max(s.max() for s in shares)))
    d = Drawing(title, w("economy.histogram_subtitle"), w, p, x=(float(edges[0]), float(edges[-1])), y=(0, 1.06 * top),
                x_label=w("economy.heritage_axis"), name="heritage")  # fmt: skip
    gap = 0.06 * (edges[1] - edges[0])
    for share, shade, alpha in ((shares[0], p.baseline_fill, 0.9), (shares[1], p.candidate, 0.55)):
        data = {"left": edges[:-1] + gap, "right": edges[1:] - gap, "bottom": np.zeros(BARS), "top": share}
        d.add("quad", data, fill_color=shade, fill_alpha=alpha, line_color=None)
    d.zero(float(edges[0]), float(edges[-1]))
    return d


def lorenz_picture(report: "EconomyReport", w: Words) -> Drawing:
    """Lorenz curves of all users and of those still here."""
    p, run = palette("light"), report.measured[0].run
    grains, here = run.outcome.state["heritage"] / 100.0, still_here(run)
    richest = report.estimate("heritage.here.top_tenth")[0] if "heritage.here.top_tenth" in report.figures else None
    d = Drawing(w("economy.lorenz_title", share=w.percent(richest, 0)), w("economy.lorenz_subtitle"), w, p, x=(0, 100), y=(0, 100),
                x_label=w("economy.lorenz_axis"), name="lorenz")  # fmt: skip
    d.line(np.array([0.0, 100.0]), np.array([0.0, 100.0]), p.target, width=1.2, dash="dashed")
    ends = []
    for values, shade, ink, key, part in ((grains, p.baseline, p.baseline_text, "all_users", "all"),
                                          (grains[here], p.candidate, p.candidate_text, "still_here", "here")):  # fmt: skip
        share, held = lorenz(values)
        d.line(100 * share, 100 * held, shade)
        gini = report.estimate(f"heritage.{part}.gini")[0] if f"heritage.{part}.gini" in report.figures else None
        ends.append((f"{w(f'economy.{key}')}, Gini {w.number(gini, 2)}", 100 * float(held[-12]), ink))
    d.end_labels(100.0, ends)
    return d
