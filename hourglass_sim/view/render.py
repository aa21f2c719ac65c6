"""A Drawing as a Bokeh figure, and a figure redrawn in place: only data, texts and ranges change, so nothing flickers."""

from textwrap import wrap
from typing import TYPE_CHECKING, Any

import numpy as np

from hourglass_sim.view.drawing import Drawing, Part

if TYPE_CHECKING:
    from bokeh.models import ColumnDataSource, Title
    from bokeh.plotting import figure

FONT = "system-ui, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif"
TITLE_CHARACTERS, SUBTITLE_CHARACTERS = 50, 66  # what fits into 440 pixels; a browser breaks lines anew at its own width


def figure_of(d: Drawing) -> "figure":
    """The drawing as a new figure that is as wide as its place on the page."""
    from bokeh.models import SaveTool, Title
    from bokeh.plotting import figure

    fig = figure(height=d.height, sizing_mode="stretch_width", min_width=280, x_range=d.x, y_range=d.y, tools="", name=d.name,
                 toolbar_location="right", background_fill_color=d.p.surface, border_fill_color=d.p.surface,
                 outline_line_color=None)  # fmt: skip
    fig.add_tools(SaveTool(filename=f"hourglass-{d.name}", description="PNG"))
    fig.toolbar.logo = None
    fig.min_border_left, fig.min_border_right = _border(d), 4
    inset = 8 - fig.min_border_left
    fig.title = Title(text_color=d.p.text, text_font=FONT, text_font_size="15px", text_font_style="bold", text_line_height=1.25,
                      offset=inset)  # fmt: skip
    measure = Title(text_color=d.p.muted, text_font=FONT, text_font_size="12px", text_font_style="normal", text_line_height=1.3,
                    offset=inset, standoff=18)  # fmt: skip
    fig.add_layout(measure, "above")
    _axes(fig, d)
    fig.tags = [_add(fig, part) for part in d.parts]
    _texts(fig, d)
    _keep_room(fig, d)
    return fig


def _border(d: Drawing) -> int:
    """Pixels on the left: room for the names of rows, or for numbers."""
    return 14 + round(6.7 * max(map(len, d.y))) if isinstance(d.y, list) else 58 if d.y[1] >= 10_000 else 46


def _room(d: Drawing) -> int:
    """Pixels inside the frame, on the right: room for the longest label at a line's end."""
    ends = [text for part in d.parts if part.kind == "text" for text in part.data["text"]]
    return 16 + round((6.6 if isinstance(d.y, list) else 8.0) * max(map(len, ends), default=2))


def redraw(fig: "figure", d: Drawing) -> bool:
    """Put a drawing into a figure made from one with the same parts; False, and nothing changed, when the parts differ."""
    sources = fig.tags
    if [source.name for source in sources] != [part.kind for part in d.parts]:
        return False
    for source, part in zip(sources, d.parts, strict=True):
        if not _same(source.data, part.data):
            source.data = dict(part.data)
    for axis, limits in ((fig.x_range, d.x), (fig.y_range, d.y)):
        if isinstance(limits, list):
            axis.factors = limits
        elif axis is fig.x_range:
            axis.tags = [*limits, _room(d)]
            fig.xaxis.bounds = limits
        else:
            axis.update(start=limits[0], end=limits[1])
    _texts(fig, d)
    return True


def _same(old: dict[str, Any], new: dict[str, Any]) -> bool:
    """Whether the columns are equal, so that nothing has to travel to the browser."""
    return old.keys() == new.keys() and all(len(old[n]) == len(new[n]) and np.array_equal(old[n], new[n]) for n in new)


def _keep_room(fig: "figure", d: Drawing) -> None:
    """Labels at the lines' ends need pixels, ranges have data units: the browser extends the range as the width changes."""
    from bokeh.models import CustomJS

    fig.x_range.tags = [*d.x, _room(d)]
    fig.xaxis.bounds = d.x
    fig.x_range.end = d.x[1] + 0.25 * (d.x[1] - d.x[0])
    extend = CustomJS(args={"fig": fig, "x": fig.x_range}, code=_EXTEND)
    fig.js_on_change("inner_width", extend)
    fig.x_range.js_on_change("tags", extend)
    # A title may need a line more than the one before. BokehJS paints at once, but makes a title's new text a moment later.
    make_room = CustomJS(args={"fig": fig}, code=_MAKE_ROOM)
    fill_lines = CustomJS(args={"fig": fig, "titles": [fig.title, _measure(fig)]}, code=_FILL_LINES)
    fig.js_on_change("inner_width", fill_lines)
    for title in (fig.title, _measure(fig)):
        title.js_on_change("text", make_room)
        title.js_on_change("tags", fill_lines)


_EXTEND = """
const [first, last, wanted] = x.tags
const width = fig.inner_width
const room = Math.min(wanted, 0.6 * width)
if (width > 0) x.setv({start: first, end: last + (last - first) * room / (width - room)})
"""
_MAKE_ROOM = """
const view = Bokeh.index.find_one(fig)
if (view != null) setTimeout(() => { view.invalidate_layout(); view.request_paint() }, 0)
"""
# Each title's own text stands in its tags; its lines are the reader's and do not travel back.
_FILL_LINES = """
const pen = document.createElement("canvas").getContext("2d")
const room = fig.outer_width - 20
for (const title of titles) {
  pen.font = `${title.text_font_style} ${title.text_font_size} ${title.text_font}`
  const lines = [""]
  for (const word of title.tags[0].split(" ")) {
    const longer = lines.at(-1) + (lines.at(-1) ? " " : "") + word
    if (lines.at(-1) === "" || pen.measureText(longer).width <= room) lines[lines.length - 1] = longer
    else lines.push(word)
  }
  if (room > 0) title.setv({text: lines.join("\\n")}, {sync: false})
}
"""


def _texts(fig: "figure", d: Drawing) -> None:
    for title, text, characters in ((fig.title, d.title, TITLE_CHARACTERS), (_measure(fig), d.subtitle, SUBTITLE_CHARACTERS)):
        title.text = "\n".join(wrap(text, characters))
        title.tags = [text]


def _measure(fig: "figure") -> "Title":
    from bokeh.models import Title

    return next(part for part in fig.above if isinstance(part, Title))


def _axes(fig: "figure", d: Drawing) -> None:
    from bokeh.models import CustomJSTickFormatter

    numbers = CustomJSTickFormatter(code=f"return tick.toLocaleString('{d.w.language}').replace('-', '−')")
    has_rows = isinstance(d.y, list)
    fig.xgrid.grid_line_color = d.p.grid if has_rows else None
    fig.ygrid.grid_line_color = None if has_rows else d.p.grid
    fig.axis.axis_line_color = None
    fig.axis.major_tick_line_color = None if has_rows else d.p.grid
    fig.axis.minor_tick_line_color = None
    fig.axis.major_label_text_color = d.p.muted
    fig.axis.major_label_text_font = FONT
    fig.axis.major_label_text_font_size = "11.5px"
    fig.xaxis.formatter = numbers
    if has_rows:
        fig.yaxis.major_label_text_color = d.p.text
        fig.xaxis.ticker.desired_num_ticks = 4
    else:
        fig.yaxis.formatter = numbers
        fig.yaxis.ticker.desired_num_ticks = 5
    for axis, named in ((fig.xaxis, d.x_ticks), (fig.yaxis, d.y_ticks)):
        if named:
            axis.ticker = list(named)
            axis.formatter = CustomJSTickFormatter(args={"names": {str(k): v for k, v in named.items()}}, code=_NAMED)
    fig.xaxis.axis_label = d.x_label or None
    fig.xaxis.axis_label_text_color, fig.xaxis.axis_label_text_font = d.p.muted, FONT
    fig.xaxis.axis_label_text_font_style, fig.xaxis.axis_label_text_font_size = "normal", "12px"


_NAMED = "for (const k of Object.keys(names)) { if (Math.abs(Number(k) - tick) < 1e-9) return names[k] } return ''"


def _add(fig: "figure", part: Part) -> "ColumnDataSource":
    from bokeh.models import ColumnDataSource, HoverTool, LabelSet

    source = ColumnDataSource(dict(part.data), name=part.kind)
    columns = {name: name for name in part.data if name != "tip"}
    style: dict[str, Any] = dict(part.style)
    if part.kind in ("text", "note"):  # labels, unlike glyphs, may stand outside the frame
        fig.add_layout(LabelSet(source=source, text_font={"value": FONT}, **columns, **style))
        return source
    renderer = getattr(fig, {"band": "varea"}.get(part.kind, part.kind))(source=source, **columns, **style)
    if part.has_tips:
        fig.add_tools(HoverTool(renderers=[renderer], tooltips="@tip", mode="vline", visible=False))
    return source
