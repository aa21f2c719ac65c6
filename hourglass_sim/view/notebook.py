"""Pictures for notebooks: `start()` once, then `retention(run)`, `flows(run)`, `differences(comparison)`; nothing is fetched."""

from typing import TYPE_CHECKING, Any

from hourglass_sim.view import charts, evidence
from hourglass_sim.view.curves import retention_curve
from hourglass_sim.view.drawing import Drawing
from hourglass_sim.view.guardrails import guardrails, guardrails_html
from hourglass_sim.view.style import card_css
from hourglass_sim.view.words import words

if TYPE_CHECKING:
    from hourglass_sim.compare import Comparison
    from hourglass_sim.run import Run


def start() -> None:
    """Put BokehJS, from this machine, into the notebook. Call it once, before the first picture."""
    from bokeh.io import output_notebook
    from bokeh.resources import Resources

    output_notebook(Resources(mode="inline", components=["bokeh"]), hide_banner=True)


def show(drawing: Drawing) -> None:
    """Show a drawing under the cell."""
    from bokeh.io import show as bokeh_show

    figure = drawing.figure()
    figure.sizing_mode, figure.width = "fixed", 760
    bokeh_show(figure)


def retention(what: "Run | Comparison", language: str = "en", theme: str = "light") -> None:
    """Retention of a run, or of both sides of a comparison."""
    w = words(language)
    if hasattr(what, "runs"):
        curves = [retention_curve(r, w(role), role) for r, role in zip(what.runs, ("baseline", "candidate"), strict=True)]
        show(charts.retention_chart(curves, w, theme, what.row("d30") if "d30" in what.values else None))
    else:
        show(charts.retention_chart([retention_curve(what, w("candidate"), "candidate")], w, theme))


def flows(run: "Run", language: str = "en", theme: str = "light") -> None:
    """Grains per active user and day."""
    show(charts.flows_chart(run, words(language), theme))


def differences(comparison: "Comparison", language: str = "en", theme: str = "light") -> None:
    """Every KPI's change with its interval."""
    rows = {name: comparison.row(name) for name in comparison.values}
    show(evidence.differences_chart(rows, words(language), theme, len(comparison.seeds)))


def guards(comparison: "Comparison", language: str = "en") -> Any:
    """The guardrails of a comparison, on means over its seeds."""
    from IPython.display import HTML

    rows = {name: comparison.row(name) for name in comparison.values}
    a, b = ({name: row[side] for name, row in rows.items()} for side in ("a", "b"))
    body = guardrails_html(guardrails(a, b), words(language))  # type: ignore[arg-type]
    return HTML(f'<div class="hg hg-card"><style>{card_css()}</style>{body}</div>')
