"""A Drawing as a still SVG picture: for pages without scripts, for cards, and as a file; it follows the reader's theme."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from textwrap import wrap

from hourglass_sim.view.drawing import Drawing
from hourglass_sim.view.palette import LIGHT
from hourglass_sim.view.render import FONT
from hourglass_sim.view.ticks import nice_ticks

TITLE, MEASURE, SMALL = 15.0, 12.0, 11.5  # font sizes in pixels
GLYPH, BOLD_GLYPH = 0.6, 0.66  # width of a mean character, of the font size
VARIABLES = {getattr(LIGHT, name).lower(): name for name in LIGHT.__dataclass_fields__ if name != "name"}


@dataclass(frozen=True)
class Frame:
    """Where data lie in a picture: pixels of the inside, and the ranges shown. `rows` are the names of a y axis of names."""

    width: float
    height: float
    left: float
    right: float
    top: float
    bottom: float
    x_range: tuple[float, float]
    y_range: tuple[float, float]
    rows: tuple[str, ...] = ()

    def x(self, value: float) -> float:
        """Pixel of a value on the x axis."""
        low, high = self.x_range
        return self.left + (float(value) - low) / ((high - low) or 1.0) * (self.right - self.left)

    def y(self, value: "float | str") -> float:
        """Pixel of a value, or of a row's name, on the y axis."""
        if self.rows:
            step = (self.bottom - self.top) / len(self.rows)
            return self.bottom - (self.rows.index(str(value)) + 0.5) * step
        low, high = self.y_range
        return self.bottom - (float(value) - low) / ((high - low) or 1.0) * (self.bottom - self.top)


def svg_of(d: Drawing, width: int = 560, *, is_file: bool = False) -> str:
    """The drawing as one <svg>, width in pixels; its colours are the page's. `is_file`: light colours and a background of its own."""
    from hourglass_sim.view.still_marks import marks

    frame, title, measure = _frame(d, width)
    parts = [_heading(d, title, measure), *_axes(d, frame), *marks(d, frame)]
    label = escape(f"{d.title}. {d.subtitle}", quote=True)
    size = f'width="{frame.width:.0f}" height="{frame.height:.0f}"'
    back = f'<rect {size} fill="{d.p.surface}"/>' if is_file else ""
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {frame.width:.0f} {frame.height:.0f}" {size} role="img" '
        f'aria-label="{label}" font-family="{escape(FONT, quote=True)}" data-picture="{d.name}" class="hg-still">'
        f"{back}{''.join(parts)}</svg>"
    )
    return _OWN.sub(r"\1", svg) if is_file else svg


_OWN = re.compile(r"var\(--hg-[a-z-]+,(#[0-9A-Fa-f]+)\)")


def colour(value: str) -> str:
    """A colour of the light palette as the page's own variable, with itself where there is none; any other as it is."""
    name = VARIABLES.get(str(value).lower())
    return f"var(--hg-{name.replace('_', '-')},{value})" if name else str(value)


def text(x: float, y: float, words: str, size: float, fill: str, anchor: str = "start", *, is_bold: bool = False) -> str:
    """A line of text; y is its middle."""
    weight = ' font-weight="600"' if is_bold else ""
    return (
        f'<text x="{x:.1f}" y="{y + 0.35 * size:.1f}" font-size="{size}" text-anchor="{anchor}"{weight} '
        f'style="fill:{colour(fill)}">{escape(words)}</text>'
    )


def text_width(words: str, size: float) -> float:
    """About how wide a line of text is, in pixels."""
    return GLYPH * size * len(words)


def _frame(d: Drawing, width: int) -> tuple[Frame, list[str], list[str]]:
    rows = tuple(d.y) if isinstance(d.y, list) else ()
    y_range = (0.0, 1.0) if isinstance(d.y, list) else (float(d.y[0]), float(d.y[1]))
    named = [*rows, *d.y_ticks.values()] if rows or d.y_ticks else []
    if not named:
        named = [d.w.number(v, digits) for v, digits in nice_ticks(*y_range, 5)]
    left = 10 + max((text_width(n, SMALL) for n in named), default=30.0)
    ends = [str(t) for part in d.parts if part.kind in ("text", "note") and "x_offset" in part.style for t in part.data["text"]]
    right = width - 10 - (8 + max((BOLD_GLYPH * 12.5 * len(t) for t in ends), default=0.0) if ends else 0.0)
    title = wrap(d.title, int((width - 16) / (BOLD_GLYPH * TITLE)))
    measure = wrap(d.subtitle, int((width - 16) / (GLYPH * MEASURE)))
    top = 12 + 19 * len(title) + 16 * len(measure) + 12
    bottom = d.height + 16 * max(len(title) + len(measure) - 2, 0) - (40 if d.x_label else 24)
    frame = Frame(width, bottom + (40 if d.x_label else 24), left, right, top, bottom, d.x, y_range, rows)
    return frame, title, measure


def _heading(d: Drawing, title: list[str], measure: list[str]) -> str:
    lines = [text(8, 16 + 19 * k, line, TITLE, d.p.text, is_bold=True) for k, line in enumerate(title)]
    start = 16 + 19 * len(title)
    return "".join([*lines, *(text(8, start + 16 * k, line, MEASURE, d.p.muted) for k, line in enumerate(measure))])


def _axes(d: Drawing, f: Frame) -> Iterator[str]:
    grid = f'style="stroke:{colour(d.p.grid)}" stroke-width="1"'
    x_ticks = [(v, label) for v, label in d.x_ticks.items()] or [
        (v, d.w.number(v, digits)) for v, digits in nice_ticks(*d.x, max(3, int((f.right - f.left) / 70)))
    ]
    for value, label in x_ticks:
        if f.rows:
            yield f'<path d="M{f.x(value):.1f} {f.top:.1f}V{f.bottom:.1f}" {grid}/>'
        yield text(f.x(value), f.bottom + 12, label, SMALL, d.p.muted, "middle")
    for name in f.rows:
        yield text(f.left - 8, f.y(name), name, SMALL, d.p.text, "end")
    if not f.rows:
        y_ticks = list(d.y_ticks.items()) or [(v, d.w.number(v, digits)) for v, digits in nice_ticks(*f.y_range, 5)]
        for value, label in y_ticks:
            if not d.y_ticks:
                yield f'<path d="M{f.left:.1f} {f.y(value):.1f}H{f.right:.1f}" {grid}/>'
            yield text(f.left - 7, f.y(value), label, SMALL, d.p.muted, "end")
    if d.x_label:
        yield text((f.left + f.right) / 2, f.bottom + 29, d.x_label, MEASURE, d.p.muted, "middle")
