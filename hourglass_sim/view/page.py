"""The product team's page: a verdict, five numbers, two controls and the pictures that follow. Shown by Voilà, without code."""

import os
from collections.abc import Callable
from html import escape
from pathlib import Path
from typing import Any

from hourglass_policy.decisions import NAMES as NOTIFICATION_POLICIES

from hourglass_sim.view import cockpit_parts as parts
from hourglass_sim.view.guardrails import guardrails, guardrails_html
from hourglass_sim.view.notebook import start
from hourglass_sim.view.palette import palette
from hourglass_sim.view.simulations import SEEDS_FOR_T, RunCache, Shown, Simulations
from hourglass_sim.view.state import ViewState, preset_parameters, read_query, tidy
from hourglass_sim.view.style import FONT, card_css
from hourglass_sim.view.tiles import tiles_html
from hourglass_sim.view.widget import day_of, hourglass
from hourglass_sim.view.words import HEADLINES, words

FOLDER = Path(__file__).parent
SLIDER = "grains.daily_potential"
PICTURES = ("retention", "flows", "differences", "actives")


class ProductPage:
    """The page as ipywidgets; `widget` shows it. Simulations run on a thread and come back on the kernel's event loop."""

    def __init__(self, state: ViewState, problems: list[str] | None = None):
        import ipywidgets as ipw

        self.state, self.problems, self.w = state, problems or [], words(state.lang)
        self.verdict, self.tiles, self.guards, self.status, self.made = (ipw.HTML() for _ in range(5))
        self.glass = hourglass(0, 0, language=state.lang, theme=state.theme)
        self.places = {name: ipw.Box(layout=ipw.Layout(width="100%", min_width="0")) for name in PICTURES}
        self.figures: dict[str, Any] = {}
        self.policy, self.slider, self.reset = self._controls()
        self._later = _on_loop()
        self.simulations = Simulations(RunCache(), self._deliver, self._fail)
        self.widget = self._layout()
        self._say(self.w("cockpit.loading") + " " + self.w("cockpit.compiling"), busy=True)
        self._ask()

    def _controls(self) -> tuple[Any, Any, Any]:
        import ipywidgets as ipw

        w, p = self.w, preset_parameters("documented")[SLIDER]
        wide = ipw.Layout(width="100%")
        policy = ipw.Dropdown(
            options=[(w.choice("policy", n), n) for n in NOTIFICATION_POLICIES], value=self.state.policy, layout=wide
        )
        slider = ipw.FloatSlider(min=p.low, max=p.high, step=0.5, value=float(self.state.values.get(SLIDER, p.value)),  # type: ignore[arg-type]
                                 layout=wide, readout_format=".1f")  # fmt: skip
        reset = ipw.Button(description=w("cockpit.reset_all"), layout=ipw.Layout(width="auto"))
        policy.observe(self._moved, "value")
        slider.observe(self._moved, "value")
        reset.on_click(self._reset)
        slider.add_class("control-potential")
        policy.add_class("control-policy")
        return policy, slider, reset

    def _layout(self) -> Any:
        import ipywidgets as ipw

        w, p = self.w, preset_parameters("documented")[SLIDER]
        info = w("cockpit.info", low=f"{p.low:g}", high=f"{p.high:g}", unit=w.unit(p.unit), default=w.number(float(p.value), 0))
        names = [w("cockpit.notifications"), w.choice("param", SLIDER)]
        notes = [w("cockpit.info_choice", default=w.choice("policy", "deployed")), info]
        labels = [ipw.HTML(self._html(f'<b style="font-size:13px">{name}</b>')) for name in names]
        hints = [ipw.HTML(self._html(f'<span class="hg-sub">{note}</span>')) for note in notes]
        controls = ipw.VBox([labels[0], self.policy, hints[0], labels[1], self.slider, hints[1], self.reset],
                            layout=ipw.Layout(flex="1 1 300px", min_width="260px", max_width="480px"))  # fmt: skip
        glass = ipw.Box([self.glass], layout=ipw.Layout(flex="0 1 340px"))
        top = ipw.HBox(
            [controls, glass], layout=ipw.Layout(flex_flow="row wrap", justify_content="space-between", align_items="center")
        )
        columns = ipw.Layout(grid_template_columns="repeat(auto-fit, minmax(min(100%, 440px), 1fr))", grid_gap="14px",
                             margin="14px 0", width="100%")  # fmt: skip
        grid = ipw.GridBox(list(self.places.values()), layout=columns)
        for place in self.places.values():
            place.add_class("hg-frame")
        lead = w("page.lead", users=w.number(self.state.users), days=self.state.days, seeds=self.simulations.seeds)
        head = ipw.HTML(self._html(f'<h1 class="hg-title">{w("page.title")}</h1><p class="hg-sub">{lead}</p>'))
        title = ipw.HTML(self._html(f'<h2 class="hg-heading">{w("guardrails")}</h2>'))
        self.made.value = self._html(f'<p class="hg-sub">{w("page.made", people=self.state.people, seed=self.state.seed)}</p>')
        style = ipw.HTML(f"<style>{card_css()}{self._page_css()}</style>")
        return ipw.VBox([style, head, self.verdict, self.status, top, self.tiles, grid, title, self.guards, self.made])

    def _page_css(self) -> str:
        p = palette(self.state.theme)
        css = (FOLDER / "page.css").read_text(encoding="utf-8").replace("FONT", FONT)
        return f":root{{{p.css()}}}{css}"

    def _moved(self, _: Any) -> None:
        from dataclasses import replace

        state = replace(self.state, policy=self.policy.value).with_value(SLIDER, tidy(self.slider.value))
        if state != self.state:
            self.state = state
            self._say(self.w("cockpit.simulating"), busy=True)
            self._ask()

    def _reset(self, _: Any) -> None:
        blank = ViewState()
        self.policy.value = blank.policy
        self.slider.value = float(preset_parameters("documented")[SLIDER].value)

    def _ask(self) -> None:
        self.simulations.ask(self.state.baseline(), self.state.candidate())

    def _deliver(self, shown: Shown) -> None:
        drawn = parts.drawings(shown, self.state, self.w)
        self._later(lambda: self._show(shown, drawn))

    def _fail(self, message: str) -> None:
        text = f'<div class="hg-warn" role="alert">⚠ {escape(message)}</div><p>{self.w("cockpit.error")}</p>'
        self._later(lambda: setattr(self.verdict, "value", self._html(text)))

    def _show(self, shown: Shown, drawn: dict[str, Any]) -> None:
        state, w = self.state, self.w
        wanted = (state.baseline().digest(), state.candidate().digest())
        if wanted != (shown.baseline.scenario.digest(), shown.candidate.scenario.digest()):
            return  # a control moved meanwhile
        for name in PICTURES:
            if name in drawn:
                self._draw(name, drawn[name])
        waiting = w("cockpit.waiting") if shown.seeds < SEEDS_FOR_T else ""
        self.tiles.value = self._html(tiles_html(shown.rows, w, HEADLINES, waiting))
        self.guards.value = self._html(f'<div class="hg-frame">{guardrails_html(guardrails(*shown.means()), w)}</div>')
        alerts = "".join(f'<div class="hg-warn" role="alert">⚠ {escape(line)}</div>' for line in self.problems)
        self.verdict.value = self._html(alerts + parts.verdict_html(shown, state, w, on_page=True))
        for name, value in day_of(shown.candidate).items():
            setattr(self.glass, name, value)
        if shown.is_final:
            self._say(w("cockpit.done", done=shown.seeds, seconds=w.number(shown.seconds, 2)))
        else:
            self._say(w("page.busy", done=shown.seeds, all=shown.of), busy=True)

    def _draw(self, name: str, drawing: Any) -> None:
        from jupyter_bokeh.widgets import BokehModel

        from hourglass_sim.view.render import redraw

        figure = self.figures.get(name)
        if figure is not None and figure.height == drawing.height and redraw(figure, drawing):
            return
        self.figures[name] = drawing.figure()
        model = BokehModel(self.figures[name])
        model.layout.width = "100%"
        self.places[name].children = (model,)

    def _say(self, text: str, busy: bool = False) -> None:
        dot = '<span class="hg-busy"></span>' if busy else ""
        self.status.value = self._html(f'<div class="hg-sub" role="status" data-busy="{int(busy)}">{dot}{text}</div>')

    def _html(self, text: str) -> str:
        return parts.themed(text, self.state)


def _on_loop() -> Callable[[Callable[[], None]], None]:
    """A function that runs a task on the kernel's event loop; without a loop, at once."""
    import asyncio

    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:
        return lambda task: task()
    return lambda task: loop.call_soon_threadsafe(task)  # type: ignore[return-value]


def page_from_address() -> Any:
    """The page for the reader whose request started this kernel: `?lang=fr&policy=silent&grains.daily_potential=12`."""
    from urllib.parse import parse_qsl

    asked = dict(parse_qsl(os.environ.get("QUERY_STRING", "")))
    theme = asked.pop("voila-theme", None)
    allowed = {k: v for k, v in asked.items() if k in ("lang", "policy", "users", "days", "seed", "people", SLIDER)}
    if theme in ("light", "dark"):
        allowed["theme"] = theme
    state, problems = read_query(allowed)
    start()
    return ProductPage(state, problems).widget
