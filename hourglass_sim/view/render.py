"""A Drawing as a Bokeh figure, and a figure redrawn in place: only data, texts and ranges change, so nothing flickers."""

from textwrap import wrap
from typing import TYPE_CHECKING, Any

from hourglass_sim.view.drawing import Drawing, Part

if TYPE_CHECKING:
    from bokeh.plotting import figure

FONT = "system-ui, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif"
TITLE_CHARACTERS, SUBTITLE_CHARACTERS = 54, 72  # what fits into the narrowest column, 440 pixels


def figure_of(d: Drawing) -> "figure":
    """The drawing as a new figure that is as wide as its place on the page."""
    from bokeh.models import SaveTool, Title
    from bokeh.plotting import figure

    fig = figure(height=d.height, sizing_mode="stretch_width", min_width=280, x_range=d.x, y_range=d.y, tools="", name=d.name,
                 toolbar_location="right", background_fill_color=d.p.surface, border_fill_color=d.p.surface,
                 outline_line_color=None)  # fmt: skip
    fig.add_tools(SaveTool(filename=f"hourglass-{d.name}", description="PNG"))
    fig.toolbar.logo = None
    title = Title(text_color=d.p.text, text_font=FONT, text_font_size="15px", text_font_style="bold", text_line_height=1.25)
    fig.title = Title(text_color=d.p.muted, text_font=FONT, text_font_size="12px", text_font_style="normal", text_line_height=1.3)
    fig.add_layout(title, "above")
    _axes(fig, d)
    for part in d.parts:
        _add(fig, part)
    _texts(fig, d)
    return fig


def redraw(fig: "figure", d: Drawing) -> bool:
    """Put a drawing into a figure made from one with the same parts; False, and nothing changed, when the parts differ."""
    if len(fig.renderers) != len(d.parts) or [r.name for r in fig.renderers] != [part.kind for part in d.parts]:
        return False
    for renderer, part in zip(fig.renderers, d.parts, strict=True):
        renderer.data_source.data = dict(part.data)
    for axis, limits in ((fig.x_range, d.x), (fig.y_range, d.y)):
        if isinstance(limits, list):
            axis.factors = limits
        else:
            axis.update(start=limits[0], end=limits[1])
    _texts(fig, d)
    return True


def _texts(fig: "figure", d: Drawing) -> None:
    fig.title.text = "\n".join(wrap(d.subtitle, SUBTITLE_CHARACTERS))
    fig.above[0].text = "\n".join(wrap(d.title, TITLE_CHARACTERS))


def _axes(fig: "figure", d: Drawing) -> None:
    from bokeh.models import NumeralTickFormatter

    has_rows = isinstance(d.y, list)
    fig.xgrid.grid_line_color = d.p.grid if has_rows else None
    fig.ygrid.grid_line_color = None if has_rows else d.p.grid
    fig.axis.axis_line_color = None
    fig.axis.major_tick_line_color = None if has_rows else d.p.grid
    fig.axis.minor_tick_line_color = None
    fig.axis.major_label_text_color = d.p.muted
    fig.axis.major_label_text_font = FONT
    fig.axis.major_label_text_font_size = "11.5px"
    fig.xaxis.formatter = NumeralTickFormatter(format="0,0.[00]", language=d.w.language)
    if has_rows:
        fig.yaxis.major_label_text_color = d.p.text
    else:
        fig.yaxis.formatter = NumeralTickFormatter(format="0,0.[000]", language=d.w.language)
        fig.yaxis.ticker.desired_num_ticks = 5
    fig.xaxis.axis_label = d.x_label or None
    fig.xaxis.axis_label_text_color, fig.xaxis.axis_label_text_font = d.p.muted, FONT
    fig.xaxis.axis_label_text_font_style, fig.xaxis.axis_label_text_font_size = "normal", "12px"


def _add(fig: "figure", part: Part) -> None:
    from bokeh.models import ColumnDataSource, HoverTool

    source = ColumnDataSource(dict(part.data))
    columns = {name: name for name in part.data if name not in ("tip",)}
    style: dict[str, Any] = dict(part.style)
    if part.kind == "text":
        style["text_font"] = {"value": FONT}
    method = {"band": "varea"}.get(part.kind, part.kind)
    renderer = getattr(fig, method)(source=source, name=part.kind, **columns, **style)
    if part.has_tips:
        fig.add_tools(HoverTool(renderers=[renderer], tooltips="@tip", mode="vline", visible=False))
