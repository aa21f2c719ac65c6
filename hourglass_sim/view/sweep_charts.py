"""Pictures of a sweep: a line with its band over one parameter, a heat map with numbers over two."""

from typing import TYPE_CHECKING

import numpy as np

from hourglass_sim.kpis import BY_NAME
from hourglass_sim.sweep_words import best_cell, family_interval, has_direction, place, shown
from hourglass_sim.view.drawing import Drawing
from hourglass_sim.view.palette import palette
from hourglass_sim.view.words import Words

if TYPE_CHECKING:
    from hourglass_sim.sweep import Sweep
    from hourglass_sim.sweep_axes import Axis


def sweep_chart(sweep: "Sweep", kpi: str, w: Words) -> Drawing:
    """One KPI of a sweep: a line for one parameter, a heat map for two."""
    return line_chart(sweep, kpi, w) if len(sweep.axes) == 1 else heat_map(sweep, kpi, w)


def line_chart(sweep: "Sweep", kpi: str, w: Words) -> Drawing:
    """The KPI over one parameter; choices stand beside each other with their intervals as whiskers."""
    p, axis, rows, scale = palette("light"), sweep.axes[0], sweep.rows(kpi), _scale(kpi)
    x, ticks = _positions(axis)
    base = scale * _mean(sweep.base[kpi])
    value, low, high = (np.array([scale * _or_nan(r["a"], r[k]) for r in rows]) for k in ("difference", "low", "high"))
    shown_values = np.concatenate([value, low, high, [base]])
    known = shown_values[np.isfinite(shown_values)]
    y = _room(known, base, scale) if len(known) else (0.0, 1.0)
    room = 0.5 if ticks else 0.03 * (x[-1] - x[0] or 1.0)
    d = Drawing(_title(sweep, kpi, w), w("sweep.line_subtitle", unit=_unit(kpi, w)), w, p, x=(x[0] - room, x[-1] + room), y=y,
                x_label=_label(axis, w), name=f"sweep-{kpi}", x_ticks=ticks)  # fmt: skip
    d.line(np.array([x[0] - room, x[-1] + room]), np.array([base, base]), p.baseline, width=1.6, dash="dashed")
    if ticks:
        d.add("segment", {"x0": x, "x1": x, "y0": low, "y1": high}, line_color=p.candidate, line_width=2.4)
    else:
        d.band(x, low, high, p.candidate_fill)
        d.line(x, value, p.candidate)
    told = [f"{axis.name} = {shown(v)}: {w.kpi(kpi, r['b'])}, {w.kpi_change(kpi, r['difference'])}"  # type: ignore[arg-type]
            for v, r in zip(axis.values, rows, strict=True)]  # fmt: skip
    fills = [p.candidate if r["clear"] else p.surface for r in rows]
    d.add("scatter", {"x": x, "y": value, "fill_color": fills, "tip": told}, True, size=8, line_color=p.candidate, line_width=2)
    ends = [(f"{w('baseline')} {w.kpi(kpi, _mean(sweep.base[kpi]))}", base, p.baseline_text)] if np.isfinite(base) else []
    d.end_labels(float(x[-1] + room), ends)
    return d


def heat_map(sweep: "Sweep", kpi: str, w: Words) -> Drawing:
    """The KPI's difference from the baseline over two parameters, as shades and numbers."""
    p, (across, up), rows, scale = palette("light"), sweep.axes, sweep.rows(kpi), _scale(kpi)
    columns, lines = len(across.values), len(up.values)
    change = np.array([np.nan if r["difference"] is None else scale * float(r["difference"]) for r in rows])
    strongest = float(np.nanmax(np.abs(change))) if np.isfinite(change).any() else 0.0
    x0 = np.repeat(np.arange(columns, dtype=float), lines)
    y0 = np.tile(np.arange(lines, dtype=float), columns)
    shades = [p.candidate_fill if v >= 0 else p.mist for v in np.nan_to_num(change)]
    alphas = [0.08 + 0.72 * abs(v) / strongest if strongest else 0.08 for v in np.nan_to_num(change)]
    told = [f"{place(sweep, k)}: {w.kpi(kpi, r['b'])} {w.interval(kpi, r['low'], r['high'])}" for k, r in enumerate(rows)]  # type: ignore[arg-type]
    subtitle = w(
        "sweep.heat_subtitle", up=_label(up, w), value=w.kpi(kpi, _mean(sweep.base[kpi])), unit=_unit(kpi, w, changed=True)
    )
    d = Drawing(_title(sweep, kpi, w), subtitle, w, p, x=(0.0, float(columns)), y=(0.0, float(lines)), x_label=_label(across, w),
                name=f"sweep-{kpi}", height=130 + 34 * lines,
                x_ticks={k + 0.5: shown(v) for k, v in enumerate(across.values)},
                y_ticks={k + 0.5: shown(v) for k, v in enumerate(up.values)})  # fmt: skip
    gap = 0.03
    boxes = {"left": x0 + gap, "right": x0 + 1 - gap, "bottom": y0 + gap, "top": y0 + 1 - gap, "fill_color": shades,
             "fill_alpha": alphas, "tip": told}  # fmt: skip
    d.add("quad", boxes, True, line_color=None)
    digits = _digits(strongest)
    for is_clear in (True, False):
        own = [k for k, r in enumerate(rows) if bool(r["clear"]) is is_clear and np.isfinite(change[k])]
        text = [w.number(float(change[k]), digits, signed=True) + (" *" if is_clear else "") for k in own]
        d.add("text", {"x": x0[own] + 0.5, "y": y0[own] + 0.5, "text": text}, text_align="center", text_baseline="middle",
              text_color=p.text, text_font_size="12px", text_font_style="bold" if is_clear else "normal")  # fmt: skip
    return d


def _title(sweep: "Sweep", kpi: str, w: Words) -> str:
    cell = best_cell(sweep, kpi)
    if cell is None:
        return w("sweep.unknown", name=w.kpi_title(kpi))
    row, family = sweep.row(kpi, cell), family_interval(sweep, kpi, cell)
    if row["difference"] == 0.0 and not row["low"] and not row["high"]:
        moves = any(r["difference"] for r in sweep.rows(kpi))
        return f"{w.kpi_title(kpi)}: {w('sweep.baseline_best')}" if moves else w("sweep.nothing", name=w.kpi_title(kpi))
    state = "effect" if family and (family[0] > 0 or family[1] < 0) else "alone" if row["clear"] else "none"
    change = w.kpi_change(kpi, row["difference"])  # type: ignore[arg-type]
    key = "sweep.line_title" if has_direction(kpi) else "sweep.line_title_highest"
    return w(key, name=w.kpi_title(kpi), place=place(sweep, cell), change=change, state=w(f"sweep.state_{state}"))


def _positions(axis: "Axis") -> tuple[np.ndarray, dict[float, str]]:
    """Places on the x axis, rising: the values themselves, or 0, 1, 2 … with names."""
    if axis.is_numeric and all(b > a for a, b in zip(axis.values, axis.values[1:], strict=False)):  # type: ignore[operator]
        return np.array(axis.values, dtype=float), {}
    return np.arange(len(axis.values), dtype=float), {float(k): shown(v) for k, v in enumerate(axis.values)}


def _label(axis: "Axis", w: Words) -> str:
    own = "" if axis.default is None else f" ({w('baseline').lower()} {shown(axis.default)})"
    return f"{axis.name}{', ' + w.unit(axis.unit) if axis.unit else ''}{own}"


def _scale(kpi: str) -> float:
    return 100.0 if _is_share(kpi) else 1.0


def _is_share(kpi: str) -> bool:
    base = kpi.partition(".")[0]
    return base in BY_NAME and BY_NAME[base].unit == "share"


def _unit(kpi: str, w: Words, *, changed: bool = False) -> str:
    if _is_share(kpi):
        return w("points") if changed else f"{w.kpi_title(kpi)}, %"
    unit = w.unit(BY_NAME[kpi].unit)
    return (unit or w.kpi_title(kpi)) if changed else f"{w.kpi_title(kpi)}{', ' + unit if unit else ''}"


def _mean(values: np.ndarray) -> float:
    known = values[~np.isnan(values)]
    return float(known.mean()) if len(known) else float("nan")


def _or_nan(base: object, change: object) -> float:
    return float("nan") if base is None or change is None else float(base) + float(change)  # type: ignore[arg-type]


def _room(known: np.ndarray, base: float, scale: float) -> tuple[float, float]:
    """A range around the values, at least two points or 4 % of the baseline wide, so that noise does not look like an effect."""
    low, high = float(known.min()), float(known.max())
    least = 2.0 if scale == 100.0 else 0.04 * abs(base) or 1.0
    short = max(0.0, least - (high - low)) / 2
    return low - short - 0.1 * (high - low), high + short + 0.1 * (high - low)


def _digits(strongest: float) -> int:
    return 0 if strongest >= 100 else 1 if strongest >= 10 else 2
