"""Charts of evidence: KPI differences with intervals, a search's history, a calibration's moments and hours."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from hourglass_sim.view.drawing import Drawing
from hourglass_sim.view.palette import palette
from hourglass_sim.view.words import Words

COMPARED = ("d1", "d7", "d30", "d90", "dau", "curr", "completion", "minted", "messages", "opt_outs")


def differences_chart(
    rows: Mapping[str, Mapping[str, Any]], w: Words, theme: str = "light", seeds: int = 0, names: Sequence[str] = COMPARED
) -> Drawing:
    """Change of each KPI in % of the baseline with its interval; rows of a, b, difference, low, high. Hollow: not clear.

    Every name that `rows` holds keeps its line, also while its value or its interval is not known.
    """
    p = palette(theme)
    listed = [n for n in reversed(names) if n in rows]
    changes = {
        n: [100 * rows[n][k] / abs(rows[n]["a"]) for k in ("difference", "low", "high")] for n in listed if _is_judged(rows[n])
    }
    clear = [n for n in changes if changes[n][1] > 0 or changes[n][2] < 0]
    title = w("differences_none")
    if clear:
        most = max(clear, key=lambda n: abs(changes[n][0]))
        change = w.kpi_change(most, rows[most]["difference"])
        title = w("differences_title", clear=len(clear), all=len(changes), name=w.kpi_row(most), change=change)
    reach = 1.08 * max((max(abs(v) for v in c) for c in changes.values()), default=1.0) or 1.0
    subtitle = w("differences_subtitle", n=seeds) if seeds else w("differences_subtitle_plain")
    labels = [w.kpi_row(n) for n in listed] or [""]
    d = Drawing(title, subtitle, w, p, x=(-reach, reach), y=labels, height=110 + 26 * len(labels), name="differences")
    d.add("segment", {"x0": [0], "x1": [0], "y0": [labels[0]], "y1": [labels[-1]]}, line_color=p.zero, line_width=1.2)
    value, low, high = ([changes[n][k] for n in changes] for k in (0, 1, 2))
    ys = [w.kpi_row(n) for n in changes]
    d.add("segment", {"x0": low, "x1": high, "y0": ys, "y1": ys}, line_color=p.candidate, line_width=2.4)
    fills = [p.candidate if n in clear else p.surface for n in changes]
    d.add("scatter", {"x": value, "y": ys, "fill_color": fills}, size=10, line_color=p.candidate, line_width=2)
    told = {"x": high, "y": ys, "text": [w.kpi_change(n, rows[n]["difference"]) for n in changes]}
    d.add("text", told, text_color=p.text, text_font_size="12px", text_baseline="middle", x_offset=8)
    return d


def _is_judged(row: Mapping[str, Any]) -> bool:
    return bool(row.get("a")) and row.get("low") is not None and row.get("high") is not None


def history_chart(study: Mapping[str, Any], w: Words, theme: str = "light") -> Drawing:
    """Objective of every trial, the best feasible so far, and the baseline; crosses break a guardrail."""
    p = palette(theme)
    rows = [h for h in study.get("history", ()) if h.get("objective") is not None]
    base = study["baseline"]["objective"]
    trials = np.array([h["trial"] for h in rows], dtype=float)
    values = np.array([h["objective"] for h in rows], dtype=float)
    feasible = np.array([bool(h.get("feasible", True)) for h in rows], dtype=bool)
    best = np.maximum.accumulate(np.where(feasible, values, -np.inf)) if len(rows) else np.array([])
    has_best = len(best) > 0 and np.isfinite(best[-1])
    title = w("history_none")
    if has_best:
        title = w("history_title", n=study["trials"], gain=w.number(float(best[-1]) - base, 4, signed=True))
    low, high = _frame(np.append(values, base))
    last = float(trials.max()) if len(trials) else 1.0
    d = Drawing(title, w("history_subtitle"), w, p, x=(-0.5, last), y=(low, high), x_label=w("trial"), name="history")
    d.line(np.array([-0.5, last]), np.array([base, base]), p.baseline, width=1.4, dash="dashed")
    d.add("scatter", {"x": trials[feasible], "y": values[feasible]}, size=7, color=p.baseline, fill_alpha=0.7)
    broken = {"x": trials[~feasible], "y": values[~feasible]}
    d.add("scatter", broken, size=8, marker="x", line_color=p.bad, line_width=1.5)
    ends = [(w("baseline"), base, p.baseline_text)]
    if has_best:
        known = np.isfinite(best)
        d.add("step", {"x": trials[known], "y": best[known]}, line_color=p.candidate, line_width=2.4, mode="after")
        ends.append((w("best_so_far"), float(best[-1]), p.candidate_text))
    d.end_labels(last, ends)
    return d


def moments_chart(calibration: Mapping[str, Any], w: Words, theme: str = "light") -> Drawing:
    """Observed interval (bar) and simulated value (dot) of every moment that is a share, in %."""
    p = palette(theme)
    moments = list(calibration["moments"])
    shares = [m for m in moments if m["observed"] is not None and m["low"] is not None and 0 <= m["observed"] <= 1][::-1]
    title = w("moments_title", inside=sum(bool(m["inside"]) for m in moments), all=len(moments))
    names = [w.moment(m["name"]) for m in shares] or [""]
    top = 100 * max((max(m["high"], m["simulated"] or 0.0) for m in shares), default=1.0)
    d = Drawing(title, w("moments_subtitle"), w, p, x=(0, 1.08 * top), y=names, height=110 + 24 * len(names), name="moments")
    ys = names[: len(shares)]
    bars = {"x0": [100 * m["low"] for m in shares], "x1": [100 * m["high"] for m in shares], "y0": ys, "y1": ys}
    d.add("segment", bars, line_color=p.baseline_fill, line_width=11)
    for inside in (True, False):
        some = [m for m in shares if bool(m["inside"]) == inside and m["simulated"] is not None]
        points = {"x": [100 * m["simulated"] for m in some], "y": [w.moment(m["name"]) for m in some]}
        d.add("scatter", points, size=9 if inside else 12, marker="circle" if inside else "diamond", line_width=2,
              fill_color=p.candidate if inside else p.surface, line_color=p.candidate if inside else p.bad)  # fmt: skip
    return d


def hours_chart(calibration: Mapping[str, Any], w: Words, theme: str = "light") -> Drawing:
    """Share of acts by hour of the day, observed and simulated, in %."""
    p = palette(theme)
    observed, simulated = (100 * np.asarray(calibration["hours"][k], dtype=float) for k in ("observed", "simulated"))
    hours = np.arange(24, dtype=float)
    title = w("hours_title", value=w.number(float(np.abs(observed - simulated).max()), 1))
    top = max(float(observed.max()), float(simulated.max()))
    d = Drawing(title, w("hours_subtitle"), w, p, x=(0, 23), y=(0, 1.1 * top), x_label=w("hour_axis"), name="hours")
    d.zero(*(0, 23))
    _hour_line(d, hours, observed, w("observed"), p.baseline, w)
    _hour_line(d, hours, simulated, w("simulated"), p.candidate, w)
    ends = [(w("observed"), float(observed[-1]), p.baseline_text), (w("simulated"), float(simulated[-1]), p.candidate_text)]
    d.end_labels(23, ends)
    return d


def _hour_line(d: Drawing, hours: np.ndarray, values: np.ndarray, label: str, colour: str, w: Words) -> None:
    tips = [f"{label} · {int(h)} h: {w.number(v, 1)} %" for h, v in zip(hours, values, strict=True)]
    d.line(hours, values, colour, tips)


def _frame(values: np.ndarray) -> tuple[float, float]:
    low, high = float(values.min()), float(values.max())
    room = 0.1 * (high - low) or 0.1 * abs(high) or 1.0
    return low - room, high + room
