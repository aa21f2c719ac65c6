"""The cockpit's right side as pieces: sentences, pictures that are redrawn in place, the parameter table, downloads."""

import io
from collections.abc import Callable
from functools import cache
from html import escape
from typing import TYPE_CHECKING, Any

from hourglass_sim.scenario import Scenario
from hourglass_sim.view import charts, evidence
from hourglass_sim.view.curves import active_curve, retention_curve
from hourglass_sim.view.drawing import Drawing
from hourglass_sim.view.guardrails import guardrails
from hourglass_sim.view.report_parts import shown as value_shown
from hourglass_sim.view.simulations import Shown
from hourglass_sim.view.state import CONTROLLED, ViewState, preset_parameters
from hourglass_sim.view.style import FONT, card_css
from hourglass_sim.view.tiles import suspicions, verdict
from hourglass_sim.view.words import Words

if TYPE_CHECKING:
    from panel.pane import HTML, Bokeh

PICTURES = ("retention", "flows", "differences", "seasons", "actives")


def role_of(state: ViewState) -> str:
    """The candidate's colour: blue when it is exactly what is deployed, else gold."""
    return "deployed" if state.preset == "as_deployed" and state.policy == "deployed" and not state.values else "candidate"


def drawings(shown: Shown, state: ViewState, w: Words) -> dict[str, Drawing]:
    """The pictures of the page: all of them with the first seed, later only those that more seeds change."""
    a, b, theme, role = shown.baseline, shown.candidate, state.theme, role_of(state)
    sides = ((a, w("baseline"), "baseline"), (b, w(role), role))
    found = {
        "retention": charts.retention_chart([retention_curve(*s) for s in sides], w, theme, shown.rows.get("d30")),
        "differences": evidence.differences_chart(shown.rows, w, theme, shown.seeds),
    }
    if shown.seeds == 1:
        found |= {
            "flows": charts.flows_chart(b, w, theme, a),
            "seasons": charts.season_chart(b, w, theme, a),
            "actives": charts.actives_chart([active_curve(*s) for s in sides], a.scenario.users, w, theme),
        }
    return found


@cache
def _smallest() -> Shown:
    """One user for nine days on the engine that needs no compiling: the least that has every part of every picture."""
    from hourglass_sim.run import simulate

    run = simulate(Scenario(users=1, days=9), engine="agents", digest=False)
    return Shown(run, run, {n: {"a": v, "b": v, "difference": None} for n, v in run.kpis.items()}, 1, 1, 0.0)


def waiting_drawings(state: ViewState, w: Words) -> dict[str, Drawing]:
    """Every picture of the page, empty."""
    return {name: d.emptied(w("cockpit.loading")) for name, d in drawings(_smallest(), state, w).items()}


class Picture:
    """A Bokeh pane whose figure is made with the page and from then on redrawn in place.

    A figure made later could be overtaken by its own first update on the way to the browser.
    """

    def __init__(self, waiting: Drawing):
        import panel as pn

        self.pane: Bokeh = pn.pane.Bokeh(waiting.figure(), sizing_mode="stretch_width", min_height=waiting.height, margin=0)

    def show(self, drawing: Drawing) -> None:
        """Draw; a drawing with other parts, which no page makes, replaces the figure."""
        from hourglass_sim.view.render import redraw

        if not redraw(self.pane.object, drawing):
            self.pane.object = drawing.figure()


def html_pane(state: ViewState, text: str = "") -> "HTML":
    """A pane of HTML with the product's style in the view's theme."""
    import panel as pn

    return pn.pane.HTML(themed(text, state), sizing_mode="stretch_width", margin=0, stylesheets=[card_css()])


def themed(text: str, state: ViewState) -> str:
    """HTML that carries the view's theme."""
    return f'<div class="hg" data-theme="{state.theme}">{text}</div>'


def verdict_html(shown: Shown, state: ViewState, w: Words, on_page: bool = False) -> str:
    """The verdict in one sentence, doubts below it."""
    label = w(role_of(state))
    guards = guardrails(*shown.means())
    same = all(row.get("difference") in (0.0, None) and not row.get("high") for row in shown.rows.values())
    if state.is_baseline:
        sentence = w("verdict_same_page" if on_page else "verdict_same")
    elif same:
        sentence = w("verdict_identical")
    else:
        sentence = verdict(shown.rows, guards, w, label)
    doubts = "".join(f'<div class="hg-warn">⚠ {escape(line)}</div>' for line in suspicions(shown.rows, w))
    big = "font-size:22px;line-height:1.3;font-weight:650;margin:0;text-wrap:pretty"
    return f'<p style="{big}" data-verdict>{escape(sentence)}</p>{doubts}'


def parameter_table(state: ViewState, w: Words) -> str:
    """The parameters with a control and every other one that differs: value, default, unit, range, source."""
    preset = preset_parameters(state.preset)
    names = [*CONTROLLED, *[n for n in state.values if n not in CONTROLLED]]
    rows = []
    for name in names:
        p = preset[name]
        value = state.values.get(name, p.value)
        changed = name in state.values
        told = f"<b>● {value_shown(value, w)}</b>" if changed else value_shown(value, w)
        span = " | ".join(p.choices) or (f"{p.low:g} – {p.high:g}" if p.low is not None else "")
        cells = (
            f'<code title="{escape(p.description)}">{name}</code>',
            label if (label := w.choice("param", name)) != name else escape(p.description),
            told,
            value_shown(p.value, w),
        )
        rows.append("".join(f"<td>{c}</td>" for c in (*cells, w.unit(p.unit), span, escape(p.source))))
    head = "".join(f"<th>{w(k)}</th>" for k in ("parameter", "measure", "value", "cockpit.default", "unit", "range", "source"))
    body = "".join(f"<tr>{row}</tr>" for row in rows)
    return f'<div class="hg-plain"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def kpi_csv(shown: Shown | None) -> io.StringIO:
    """KPIs of both sides with differences and intervals."""
    import pandas as pd

    keys = ("a", "b", "difference", "low", "high")
    rows = (
        [] if shown is None else [{"kpi": n, **{k: r.get(k) for k in keys}, "seeds": shown.seeds} for n, r in shown.rows.items()]
    )
    return io.StringIO(pd.DataFrame(rows).to_csv(index=False))


def daily_csv(shown: Shown | None) -> io.StringIO:
    """Daily totals of both sides, first seed."""
    import pandas as pd

    sides = [] if shown is None else [("baseline", shown.baseline), ("candidate", shown.candidate)]
    tables = [run.totals.assign(side=name) for name, run in sides]
    return io.StringIO(pd.concat(tables).to_csv(index=False) if tables else "")


def downloads(w: Words, css: str, shown: Callable[[], Shown | None], state: Callable[[], ViewState]) -> Any:
    """Buttons that hand out the tables and the candidate's scenario."""
    import panel as pn

    def button(label: str, filename: str, callback: Callable[[], io.StringIO]) -> Any:
        return pn.widgets.FileDownload(callback=callback, filename=filename, label=label, button_type="default", stylesheets=[css],
                                       margin=(0, 10, 8, 0), width=190, css_classes=["download"])  # fmt: skip

    buttons = [
        button(w("cockpit.csv_kpis"), "hourglass-measures.csv", lambda: kpi_csv(shown())),
        button(w("cockpit.csv_days"), "hourglass-days.csv", lambda: daily_csv(shown())),
        button(w("cockpit.toml"), "candidate.toml", lambda: io.StringIO(state().candidate().to_toml())),
    ]
    return pn.Column(
        pn.FlexBox(*buttons),
        pn.pane.HTML(w("cockpit.png_hint"), margin=0, styles={"opacity": "0.75", "font": f"12.5px/1.4 {FONT}"}),
    )
