"""Pictures of progress and states: levels, achievements against their bands, Phoenix; each title is its conclusion."""

from typing import TYPE_CHECKING

import numpy as np
from hourglass_policy.catalogue import RARITIES

from hourglass_sim.view.curves import SMOOTH_DAYS
from hourglass_sim.view.drawing import Drawing
from hourglass_sim.view.palette import palette
from hourglass_sim.view.words import Words

if TYPE_CHECKING:
    from hourglass_sim.economy.report import EconomyReport

LEAST = 0.0005  # share drawn for 0 on a logarithmic axis


def levels_picture(report: "EconomyReport", w: Words) -> Drawing | None:
    """Levels of the survivors by day; None without pacing."""
    if "pace" not in report.tables:
        return None
    p, table = palette("light"), report.tables["pace"]
    days = np.concatenate(([0.0], table["day"].to_numpy(dtype=float)))
    lines = {key: np.concatenate(([1.0], table[column].to_numpy(dtype=float)))
             for key, column in (("median", "level_median"), ("p90", "level_p90"), ("top", "level_top"))}  # fmt: skip
    last = int(days[-1])
    title = w("economy.levels_title", level=w.number(lines["median"][-1], 1), day=last)
    subtitle = w("economy.levels_subtitle", n=w.number(report.estimate("pace.survivors")[0]), day=last)
    d = Drawing(
        title, subtitle, w, p, x=(0, last), y=(0, 1.06 * float(lines["top"].max())), x_label=w("retention_axis"), name="levels"
    )
    d.zero(0, last)
    shades = {"median": (p.candidate, p.candidate_text), "p90": (p.baseline, p.baseline_text), "top": (p.target, p.target)}
    for key, values in lines.items():
        tips = [f"{w(f'economy.{key}')} · {int(n)}: {w.number(v, 1)}" for n, v in zip(days, values, strict=True)]
        d.line(days, values, shades[key][0], tips, dash="dashed" if key == "top" else "solid")
        d.add("scatter", {"x": days[1:], "y": values[1:]}, size=6, fill_color=shades[key][0], line_color=p.surface)
    d.end_labels(last, [(f"{w(f'economy.{k}')} {w.number(v[-1], 1)}", float(v[-1]), shades[k][1]) for k, v in lines.items()])
    return d


def rarities_picture(report: "EconomyReport", w: Words) -> Drawing | None:
    """Share of survivors who have each achievement by the last pacing day, by rarity, against the bands; None without pacing."""
    if report.pacing is None:
        return None
    p, table = palette("light"), report.pacing
    last, shares = report.reached[-1], report.pacing.iloc[:, -1].to_numpy(dtype=float)
    flags = {f.band.figure.removeprefix("pacing."): f for f in report.flags if f.band.figure.startswith("pacing.")}
    rarities = [r for r in RARITIES if (table["rarity"] == r).any()]
    wrong = [w(f"economy.{r}") for r in rarities if r in flags and flags[r].ok is False]
    title = w("economy.rarities_outside", names=", ".join(wrong)) if wrong else w("economy.rarities_inside")
    ticks = {float(np.log10(v)): w.percent(v, 1 if v < 0.01 else 0) for v in (0.001, 0.01, 0.1, 1.0)}
    ticks = {float(np.log10(LEAST)): "0", **ticks}
    rows = {r: w(f"economy.{r}") for r in rarities}
    d = Drawing(title if flags else w("economy.section_pace"), w("economy.rarities_subtitle", day=last), w, p,
                x=(float(np.log10(LEAST)) - 0.1, 0.1), y=[rows[r] for r in rarities][::-1], height=250, name="achievements",
                x_ticks=ticks)  # fmt: skip
    held = [r for r in rarities if r in flags and flags[r].band.low and flags[r].band.high]
    ends = {k: [float(np.log10(getattr(flags[r].band, k))) for r in held] for k in ("low", "high")}
    d.add("hbar", {"y": [rows[r] for r in held], "left": ends["low"], "right": ends["high"]}, height=0.6, fill_color=p.baseline_fill,
          line_color=None)  # fmt: skip
    for r in rarities:
        own = (table["rarity"] == r).to_numpy()
        x = np.log10(np.maximum(shares[own], LEAST))
        tips = [f"{i}: {w.percent(v)}" for i, v in zip(table["id"][own], shares[own], strict=True)]
        d.add("scatter", {"x": x, "y": [rows[r]] * int(own.sum()), "tip": tips}, True, size=7, fill_color=p.candidate, fill_alpha=0.6,
              line_color=p.surface)  # fmt: skip
        median = float(np.median(shares[own]))
        is_wrong = r in flags and flags[r].ok is False
        point = {"x": [float(np.log10(max(median, LEAST)))], "y": [rows[r]], "tip": [w.percent(median)]}
        d.add(
            "scatter",
            point,
            True,
            marker="diamond",
            size=14,
            fill_color=p.surface,
            line_color=p.bad if is_wrong else p.text,
            line_width=2,
        )
    return d


def phoenix_picture(report: "EconomyReport", w: Words) -> Drawing:
    """Share of active days and of days away in Phoenix mode, by day of the run."""
    p, t = palette("light"), report.measured[0].run.totals
    active, present = t["active"].to_numpy(dtype=float), t["present"].to_numpy(dtype=float)
    inside, opened = t["phoenix"].to_numpy(dtype=float), t["phoenix_opened"].to_numpy(dtype=float)
    days = np.arange(len(t), dtype=float)
    curves = {"phoenix_active": 100 * _mean(opened, active), "phoenix_away": 100 * _mean(inside - opened, present - active)}
    whole = {"active": report.estimate("phoenix.active")[0],
             "away": float((inside - opened).sum() / (present - active).sum()) if (present > active).any() else None}  # fmt: skip
    title = w("economy.phoenix_title", **{k: w.percent(v, 0) for k, v in whole.items()})
    top = max(1.0, float(np.nanmax([np.nanmax(c) if np.isfinite(c).any() else 0.0 for c in curves.values()])))
    d = Drawing(title, w("economy.phoenix_subtitle"), w, p, x=(0, max(float(days[-1]), 1.0)), y=(0, 1.06 * top), x_label=w("day_axis"),
                name="phoenix")  # fmt: skip
    d.zero(0, float(days[-1]))
    shades = {"phoenix_active": (p.phoenix, p.phoenix_text), "phoenix_away": (p.baseline, p.baseline_text)}
    for name, values in curves.items():
        d.line(days, values, shades[name][0])
    ends = [
        (f"{w(f'economy.{n}')} {w.number(v[-1])} %", float(v[-1]), shades[n][1]) for n, v in curves.items() if np.isfinite(v[-1])
    ]
    d.end_labels(float(days[-1]), ends)
    return d


def _mean(top: np.ndarray, bottom: np.ndarray) -> np.ndarray:
    """Ratio of trailing 7-day sums; NaN without a denominator."""
    sums = [np.concatenate(([0.0], np.cumsum(v))) for v in (top, bottom)]
    last = np.arange(1, len(sums[0]))
    first = np.maximum(last - SMOOTH_DAYS, 0)
    a, b = (s[last] - s[first] for s in sums)
    return np.divide(a, b, out=np.full_like(a, np.nan), where=b > 0)
