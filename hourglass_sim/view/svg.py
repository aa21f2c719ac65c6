"""Small pictures as inline SVG for cards: a line with its band, whiskers around zero. Colours come from the card's CSS."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from hourglass_sim.view.curves import Curve

WIDTH, HEIGHT = 300, 96


def curves_picture(curves: Sequence[Curve], labels: tuple[str, str], alt: str, ticks: Sequence[int] = (1, 7, 30, 90)) -> str:
    """Curves of shares over days with bands, labelled at their end. `labels`: what stands under and beside the axes."""
    right, bottom, top = WIDTH - 74, HEIGHT - 18, 6
    days = np.concatenate([c.days for c in curves])
    if len(days) == 0:
        return ""
    first, last = float(days.min()), max(float(days.max()), float(days.min()) + 1)
    peak = max(float(c.high.max()) for c in curves) or 1.0

    def xy(d: np.ndarray, v: np.ndarray) -> str:
        xs = 4 + (d - first) / (last - first) * (right - 4)
        ys = bottom - v / peak * (bottom - top)
        return " ".join(f"{x:.1f},{y:.1f}" for x, y in zip(xs, ys, strict=True))

    parts = [f'<path d="M4 {bottom}H{right}" class="hg-zero"/>']
    for tick in (t for t in ticks if first <= t <= last):
        x = 4 + (tick - first) / (last - first) * (right - 4)
        parts.append(f'<path d="M{x:.1f} {bottom}v4" class="hg-zero"/>')
        parts.append(f'<text x="{x:.1f}" y="{HEIGHT - 3}" text-anchor="middle" class="hg-small">{tick}</text>')
    parts.append(f'<text x="{right + 6}" y="{HEIGHT - 3}" class="hg-small">{labels[0]}</text>')
    ends = _apart([bottom - float(c.value[-1]) / peak * (bottom - top) for c in curves], 13, top + 8, bottom)
    for curve, end in zip(curves, ends, strict=True):
        band = f"{xy(curve.days, curve.high)} {xy(curve.days[::-1], curve.low[::-1])}"
        parts.append(f'<polygon points="{band}" class="hg-{curve.role}-fill"/>')
        parts.append(f'<polyline points="{xy(curve.days, curve.value)}" class="hg-{curve.role}-line"/>')
        parts.append(f'<text x="{right + 6}" y="{end + 4:.1f}" class="hg-{curve.role}-text">{curve.label}</text>')
    return _svg("".join(parts), alt)


def _apart(positions: list[float], gap: float, low: float, high: float) -> list[float]:
    """The positions moved down, in order, until neighbours are `gap` apart, then back inside."""
    order = np.argsort(positions)
    placed = np.array(positions, dtype=float)
    for previous, this in pairwise(order):
        placed[this] = max(placed[this], placed[previous] + gap)
    excess = placed.max() - high if len(placed) else 0.0
    return list(np.maximum(placed - max(excess, 0.0), low if len(placed) == 1 else -np.inf))


def whiskers_picture(rows: Sequence[tuple[str, float, float, float]], alt: str, filled: Sequence[bool] | None = None) -> str:
    """Dots with intervals around a zero line: rows of (label, change, low, high), all in the same unit.

    A dot is filled where `filled` says so; by default where the interval leaves out zero.
    """
    left, right, step = 128, WIDTH - 6, 17
    height = step * len(rows) + 8
    span = max((max(abs(low), abs(high), abs(v)) for _, v, low, high in rows), default=0.0) * 1.1 or 1.0

    def x(v: float) -> float:
        return (left + right) / 2 + v / span * (right - left) / 2

    parts = [f'<path d="M{x(0):.1f} 2V{height - 4}" class="hg-zero"/>']
    for k, (label, value, low, high) in enumerate(rows):
        y = 12 + step * k
        clear = filled[k] if filled is not None else low > 0 or high < 0
        parts.append(f'<text x="{left - 8}" y="{y + 4}" text-anchor="end" class="hg-small">{label}</text>')
        parts.append(f'<path d="M{x(low):.1f} {y}H{x(high):.1f}" class="hg-candidate-line"/>')
        parts.append(f'<circle cx="{x(value):.1f}" cy="{y}" r="4" class="{"hg-dot" if clear else "hg-dot hg-hollow"}"/>')
    return _svg("".join(parts), alt, height)


def history_picture(history: Sequence[dict], baseline: float | None, alt: str) -> str:
    """Objective of each trial as dots (crosses where a guardrail is broken), the best so far as a line, the baseline dashed."""
    rows = [(h["trial"], h["objective"], bool(h.get("feasible", True))) for h in history if h.get("objective") is not None]
    if not rows:
        return ""
    values = [v for _, v, _ in rows] + ([baseline] if baseline is not None else [])
    low, high = min(values), max(values)
    span, last = (high - low) or 1.0, max(t for t, _, _ in rows) or 1

    def place(t: float, v: float) -> tuple[float, float]:
        return 6 + t / last * (WIDTH - 12), 8 + (high - v) / span * (HEIGHT - 16)

    parts = []
    if baseline is not None:
        y = place(0, baseline)[1]
        parts.append(f'<path d="M4 {y:.1f}H{WIDTH - 4}" class="hg-target"/>')
    best, line = None, []
    for trial, value, feasible in rows:
        x, y = place(trial, value)
        cross = f'<path d="M{x - 3:.1f} {y - 3:.1f}l6 6m0 -6l-6 6" class="hg-cross"/>'
        parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.5" class="hg-baseline-dot"/>' if feasible else cross)
        if feasible and (best is None or value > best):
            best = value
        if best is not None:
            line.append("{:.1f},{:.1f}".format(*place(trial, best)))
    parts.append(f'<polyline points="{" ".join(line)}" class="hg-candidate-line"/>')
    return _svg("".join(parts), alt)


def _svg(inside: str, alt: str, height: int = HEIGHT) -> str:
    return (
        f'<svg role="img" aria-label="{alt}" viewBox="0 0 {WIDTH} {height}" class="hg-picture" '
        f'style="max-width:{WIDTH + 60}px"><title>{alt}</title>{inside}</svg>'
    )
