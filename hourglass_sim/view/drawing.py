"""A chart as data: conclusion, measure, ranges and parts. `render.py` turns it into a Bokeh figure or redraws one in place."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from hourglass_sim.view.palette import Palette
from hourglass_sim.view.words import Words

if TYPE_CHECKING:
    from bokeh.plotting import figure

PLOT_PIXELS = 210  # height of a chart's inside, to keep end labels apart


class Part(NamedTuple):
    """One layer: `kind` is line, step, band, scatter, segment, quad, hbar or text; data are columns of equal length; style is fixed."""

    kind: str
    data: dict[str, Any]
    style: dict[str, Any]
    has_tips: bool = False


@dataclass
class Drawing:
    """A chart to be drawn. `title` is the conclusion, `subtitle` the measure and unit; `y` a range or the names of rows.

    x, y in data units; height in pixels; `name` becomes the name of a downloaded picture.
    """

    title: str
    subtitle: str
    w: Words
    p: Palette
    x: tuple[float, float]
    y: tuple[float, float] | list[str]
    name: str
    x_label: str = ""
    height: int = 320
    parts: list[Part] = field(default_factory=list)
    x_ticks: dict[float, str] = field(default_factory=dict)  # names at places on an axis, instead of numbers
    y_ticks: dict[float, str] = field(default_factory=dict)

    def add(self, kind: str, data: Mapping[str, Any], has_tips: bool = False, **style: Any) -> None:
        """One more layer."""
        self.parts.append(Part(kind, dict(data), style, has_tips))

    def zero(self, first: float, last: float) -> None:
        """A line at zero."""
        self.add("line", {"x": [first, last], "y": [0.0, 0.0]}, line_color=self.p.zero, line_width=1)

    def band(self, days: np.ndarray, low: np.ndarray, high: np.ndarray, colour: str, alpha: float = 0.38) -> None:
        """A band between two lines."""
        self.add("band", {"x": days, "y1": low, "y2": high}, fill_color=colour, fill_alpha=alpha)

    def line(self, days: np.ndarray, values: np.ndarray, colour: str, tips: Sequence[str] = (), width: float = 2.2,
             dash: str = "solid") -> None:  # fmt: skip
        """A line; `tips`, one per point, show under the pointer."""
        data = {"x": days, "y": values, **({"tip": list(tips)} if tips else {})}
        self.add("line", data, bool(tips), line_color=colour, line_width=width, line_dash=dash)

    def target(self, first: float, last: float, y: float, label: str, *, is_shown: bool = True) -> None:
        """A dashed target up to `last`, with its name behind it, or below where lines' ends are near; empty when it is not shown."""
        colour, (start, end) = self.p.target, self.x
        is_near = last > start + 0.6 * (end - start)
        shift, side = (-0.01, "right") if is_near else (0.02, "left")
        low, high = self.y  # type: ignore[misc]
        name = {"x": [last + shift * (end - start)], "y": [y - 14 * is_near * (high - low) / PLOT_PIXELS]}
        if not is_shown:
            first, last, y, label, name = np.nan, np.nan, np.nan, "", {"x": [np.nan], "y": [np.nan]}
        self.add("line", {"x": [first, last], "y": [y, y]}, line_color=colour, line_dash="dashed", line_width=1.4)
        self.add("scatter", {"x": [last], "y": [y]}, marker="diamond", size=9, fill_color=self.p.surface, line_color=colour)
        data = {**name, "text": [label], "text_align": [side]}
        self.add("note", data, text_color=colour, text_baseline="middle", x_offset=0, text_font_size="12px")

    def end_labels(self, x: float, ends: Sequence[tuple[str, float, str]]) -> None:
        """Names at the lines' ends: (label, y, colour), moved apart where they would touch, inside the frame."""
        low, high = self.y  # type: ignore[misc]
        ys = apart([y for _, y, _ in ends], 16 * (high - low) / PLOT_PIXELS, low, high)
        labels, colours = [label for label, _, _ in ends], [colour for _, _, colour in ends]
        data = {"x": [x] * len(ends), "y": ys, "text": labels, "text_color": colours}
        self.add("text", data, text_baseline="middle", x_offset=7, text_font_size="12.5px", text_font_style="bold")

    def emptied(self, title: str) -> "Drawing":
        """The same parts without data under another title: what a page shows while it waits."""
        parts = [part._replace(data={name: [] for name in part.data}) for part in self.parts]
        return replace(self, title=title, parts=parts)

    def figure(self) -> "figure":
        """The drawing as a Bokeh figure."""
        from hourglass_sim.view.render import figure_of

        return figure_of(self)


def apart(values: Sequence[float], gap: float, low: float = -np.inf, high: float = np.inf) -> list[float]:
    """The values, pushed away from each other as little as needed so that neighbours differ by `gap`; order kept.

    They stay half a gap inside `low` and `high`, as far as there is room.
    """
    order = sorted(range(len(values)), key=lambda k: values[k])
    placed = [float(v) for v in values]
    for _ in range(40):
        placed = [min(max(v, low + gap / 2), high - gap / 2) for v in placed]
        for one, two in pairwise(order):
            short = gap - (placed[two] - placed[one])
            if short > 1e-12:
                placed[one] -= short / 2
                placed[two] += short / 2
    return placed


def difference_title(row: Mapping[str, float | None], w: Words, label: str, day: int) -> str:
    """The sentence for a difference of shares: more, fewer, or no clear difference, with its interval."""
    difference, low, high = row.get("difference"), row.get("low"), row.get("high")
    if difference == 0 and not low and not high:
        return w("same", day=day)
    if difference is None or low is None or high is None:
        return w("no_clear", day=day, value=w.kpi_change("d30", difference, unit=False), low="–", high="–")
    if low > 0 or high < 0:
        one, two = sorted((abs(low), abs(high)))
        numbers = {name: w.size(share) for name, share in (("value", difference), ("low", one), ("high", two))}
        return w("more" if low > 0 else "fewer", label=label, day=day, **numbers)
    signed = {k: w.kpi_change("d30", v, unit=False) for k, v in (("value", difference), ("low", low), ("high", high))}
    return w("no_clear", day=day, **signed)
