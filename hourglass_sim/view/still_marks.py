"""The layers of a Drawing as SVG elements: lines, steps, bands, points, segments, boxes and words."""

import math
from collections.abc import Iterator
from html import escape
from itertools import pairwise
from typing import Any

from hourglass_sim.view.drawing import Drawing, Part
from hourglass_sim.view.still import Frame, colour, text

DASHES = {"dashed": ' stroke-dasharray="5 4"', "dotted": ' stroke-dasharray="2 3"'}


def marks(d: Drawing, f: Frame) -> Iterator[str]:
    """Every layer in order."""
    for part in d.parts:
        yield from _KINDS[part.kind](part, f)


def _line(part: Part, f: Frame) -> Iterator[str]:
    yield from _strokes([_at(f, x, y) for x, y in _pairs(part)], part.style)
    if "tip" in part.data:
        for (x, y), tip in zip(_pairs(part), part.data["tip"], strict=True):
            if not _missing(x, y):
                px, py = _at(f, x, y)
                yield f'<circle cx="{px:.1f}" cy="{py:.1f}" r="6" fill="transparent"><title>{escape(str(tip))}</title></circle>'


def _step(part: Part, f: Frame) -> Iterator[str]:
    points = [_at(f, x, y) for x, y in _pairs(part)]
    walked = points[:1]
    for (_, y), (x2, y2) in pairwise(points):
        walked += [(x2, y), (x2, y2)]
    yield from _strokes(walked, part.style)


def _strokes(points: list[tuple[float, float]], style: dict[str, Any]) -> Iterator[str]:
    """Runs of known points as lines; a run of one is nothing."""
    run: list[str] = []
    for x, y in [*points, (math.nan, math.nan)]:
        if not _missing(x, y):
            run.append(f"{x:.1f},{y:.1f}")
            continue
        if len(run) > 1:
            yield f'<polyline points="{" ".join(run)}" fill="none" stroke-linejoin="round" {_stroke(style)}/>'
        run = []


def _band(part: Part, f: Frame) -> Iterator[str]:
    data = part.data
    rows = [r for r in zip(data["x"], data["y1"], data["y2"], strict=True) if not _missing(*r)]
    if len(rows) < 2:
        return
    there = [f"{f.x(x):.1f},{f.y(low):.1f}" for x, low, _ in rows]
    back = [f"{f.x(x):.1f},{f.y(high):.1f}" for x, _, high in reversed(rows)]
    yield f'<polygon points="{" ".join(there + back)}" {_fill(part.style)}/>'


def _boxes(part: Part, f: Frame) -> Iterator[str]:
    data = part.data
    for k, (x0, x1, y0, y1) in enumerate(zip(data["left"], data["right"], data["bottom"], data["top"], strict=True)):
        if _missing(x0, x1, y0, y1):
            continue
        left, right, top, bottom = f.x(x0), f.x(x1), f.y(y1), f.y(y0)
        tip = f"<title>{escape(str(data['tip'][k]))}</title>" if "tip" in data else ""
        yield (
            f'<rect x="{min(left, right):.1f}" y="{min(top, bottom):.1f}" width="{max(abs(right - left), 0.5):.1f}" '
            f'height="{abs(bottom - top):.1f}" {_fill(part.style, data, k)}>{tip}</rect>'
        )


def _bars(part: Part, f: Frame) -> Iterator[str]:
    """Bars along rows of names: from `left` to `right`, `height` a share of a row."""
    data = part.data
    thick = part.style.get("height", 0.7) * (f.bottom - f.top) / max(len(f.rows), 1)
    for k, (name, x0, x1) in enumerate(zip(data["y"], data["left"], data["right"], strict=True)):
        if _missing(x0, x1):
            continue
        left, right = sorted((f.x(x0), f.x(x1)))
        tip = f"<title>{escape(str(data['tip'][k]))}</title>" if "tip" in data else ""
        yield (
            f'<rect x="{left:.1f}" y="{f.y(name) - thick / 2:.1f}" width="{max(right - left, 0.5):.1f}" height="{thick:.1f}" '
            f"{_fill(part.style, data, k)}>{tip}</rect>"
        )


def _points(part: Part, f: Frame) -> Iterator[str]:
    data, style = part.data, part.style
    radius = style.get("size", 8) / 2
    for k, (x, y) in enumerate(_pairs(part)):
        if not _is_name(y) and _missing(x, y):
            continue
        px, py = _at(f, x, y)
        tip = f"<title>{escape(str(data['tip'][k]))}</title>" if "tip" in data else ""
        shape = _fill(style, data, k)
        line = _stroke(style, data, k) if _has_line(style, data) else ""
        if style.get("marker") == "diamond":
            r = radius * 1.1
            path = f"M{px:.1f} {py - r:.1f}l{r:.1f} {r:.1f}l{-r:.1f} {r:.1f}l{-r:.1f} {-r:.1f}z"
            yield f'<path d="{path}" {shape} {line}>{tip}</path>'
        elif style.get("marker") == "x":
            across = 2 * radius
            path = f"M{px - radius:.1f} {py - radius:.1f}l{across} {across}m0 {-across}l{-across} {across}"
            yield f'<path d="{path}" {line}/>'
        else:
            yield f'<circle cx="{px:.1f}" cy="{py:.1f}" r="{radius}" {shape} {line}>{tip}</circle>'


def _segments(part: Part, f: Frame) -> Iterator[str]:
    data = part.data
    for k, (x0, x1, y0, y1) in enumerate(zip(data["x0"], data["x1"], data["y0"], data["y1"], strict=True)):
        if _missing(x0, x1) or (not _is_name(y0) and _missing(y0, y1)):
            continue
        path = f"M{f.x(x0):.1f} {f.y(y0):.1f}L{f.x(x1):.1f} {f.y(y1):.1f}"
        yield f'<path d="{path}" fill="none" {_stroke(part.style, data, k)}/>'


def _words(part: Part, f: Frame) -> Iterator[str]:
    data, style = part.data, part.style
    size = float(str(style.get("text_font_size", "12px")).removesuffix("px"))
    for k, (x, y) in enumerate(_pairs(part)):
        if not _is_name(y) and _missing(x, y):
            continue
        anchor = {"left": "start", "center": "middle", "right": "end"}[_of(style, data, ("text_align",), k, "left")]
        fill = data["text_color"][k] if "text_color" in data else style.get("text_color", "#1A1A1A")
        px, py = _at(f, x, y)
        is_bold = style.get("text_font_style") == "bold"
        shift_x, shift_y = style.get("x_offset", 0), style.get("y_offset", 0)
        yield text(px + shift_x, py + shift_y, str(data["text"][k]), size, fill, anchor, is_bold=is_bold)


_KINDS = {"line": _line, "step": _step, "band": _band, "scatter": _points, "segment": _segments, "text": _words, "note": _words,
          "quad": _boxes, "hbar": _bars}  # fmt: skip


def _pairs(part: Part) -> list[tuple[Any, Any]]:
    return list(zip(part.data["x"], part.data["y"], strict=True))


def _at(f: Frame, x: float, y: Any) -> tuple[float, float]:
    if not _is_name(y) and _missing(x, y):
        return math.nan, math.nan
    return f.x(x), f.y(y)


def _is_name(value: Any) -> bool:
    return isinstance(value, str)


def _missing(*values: Any) -> bool:
    return any(v is None or not math.isfinite(float(v)) for v in values)


def _of(style: dict[str, Any], data: dict[str, Any], names: tuple[str, ...], k: int, default: Any) -> Any:
    for name in names:
        if name in data:
            return data[name][k]
        if name in style:
            return style[name]
    return default


def _has_line(style: dict[str, Any], data: dict[str, Any]) -> bool:
    return any(name in style or name in data for name in ("line_color", "color"))


def _stroke(style: dict[str, Any], data: dict[str, Any] | None = None, k: int = 0) -> str:
    shade = _of(style, data or {}, ("line_color", "color"), k, "#8C857D")
    dash = DASHES.get(str(style.get("line_dash", "")), "")
    return f'style="stroke:{colour(shade)}" stroke-width="{style.get("line_width", 1)}"{dash}'


def _fill(style: dict[str, Any], data: dict[str, Any] | None = None, k: int = 0) -> str:
    shade = _of(style, data or {}, ("fill_color", "color"), k, "none")
    return f'fill="{colour(shade)}" fill-opacity="{_of(style, data or {}, ("fill_alpha",), k, 1)}"'
