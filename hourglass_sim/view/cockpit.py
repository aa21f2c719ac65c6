"""The cockpit: parameters on the left, what follows from them on the right, redrawn as a slider moves. Served by Panel."""

from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hourglass_policy.errors import BadInput

from hourglass_sim.view import cockpit_parts as parts
from hourglass_sim.view.controls import Controls, widget_css
from hourglass_sim.view.guardrails import guardrails, guardrails_html
from hourglass_sim.view.palette import palette
from hourglass_sim.view.simulations import SEEDS_FOR_T, RunCache, Shown, Simulations
from hourglass_sim.view.state import ViewState, read_query, short
from hourglass_sim.view.style import FONT, card_css
from hourglass_sim.view.tiles import tiles_html
from hourglass_sim.view.widget import day_of, hourglass_pane
from hourglass_sim.view.words import HEADLINES, words

if TYPE_CHECKING:
    from panel import Template

FOLDER = Path(__file__).parent


class Cockpit:
    """One reader's page. `cache` is shared by all pages of a server."""

    def __init__(self, query: Mapping[str, str], cache: RunCache):
        import panel as pn
        from tornado.ioloop import IOLoop

        self.state, self.problems = read_query(query)
        self.shown: Shown | None = None
        self.w, p = words(self.state.lang), palette(self.state.theme)
        css = widget_css(p)
        self.controls = Controls(self.state, self.w, p, self._changed)
        self.brand = parts.html_pane(self.state)
        self.verdict, self.tiles, self.guards, self.table = (parts.html_pane(self.state) for _ in range(4))
        self.status = parts.html_pane(self.state)
        self.stop = pn.widgets.Button(
            name=self.w("cockpit.stop"), width=80, stylesheets=[css], visible=False, margin=(0, 10, 0, 0)
        )
        self.stop.on_click(self._stopped)
        self.reset = pn.widgets.Button(
            name=self.w("cockpit.reset_all"), stylesheets=[css], margin=(6, 0, 4, 0), css_classes=["reset-all"]
        )
        self.reset.on_click(lambda _: self._reset_all())
        self.glass = hourglass_pane(0, 0, w=self.w, theme=self.state.theme)
        self.pictures = {name: parts.Picture(drawn) for name, drawn in parts.waiting_drawings(self.state, self.w).items()}
        self.downloads = parts.downloads(self.w, css, lambda: self.shown, lambda: self.state)
        self._document, self._loop = pn.state.curdoc, IOLoop.current()
        self.simulations = Simulations(cache, self._deliver, self._fail)
        self._show_frame()
        self._say(self.w("cockpit.loading") + " " + self.w("cockpit.compiling"), busy=True)

    def start(self) -> None:
        """Ask for the first picture."""
        self.simulations.ask(self.state.baseline(), self.state.candidate())

    def _changed(self, state: ViewState) -> None:
        import panel as pn

        self.state, self.problems = state, []
        self._say(self.w("cockpit.simulating"), busy=True)  # first: by a new address the page is known to be busy
        self._show_frame()
        if pn.state.location is not None:
            pn.state.location.search = f"?{_with_theme(state, state.theme)}"
        try:
            candidate = state.candidate()
        except BadInput as error:
            self.simulations.stop()
            self._complain(short(error))
            return
        self.simulations.ask(state.baseline(), candidate)

    def _reset_all(self) -> None:
        blank = ViewState(lang=self.state.lang, theme=self.state.theme)
        self.controls.show(blank)
        self._changed(blank)

    def _stopped(self, _: Any) -> None:
        self.simulations.stop()
        self._say(self.w("cockpit.stopped", done=self.shown.seeds if self.shown else 0))

    def _deliver(self, shown: Shown) -> None:
        state = self.state
        drawn = parts.drawings(shown, state, self.w)
        self._later(lambda: self._show(shown, drawn))

    def _fail(self, message: str) -> None:
        self._later(lambda: self._complain(message))

    def _later(self, task: Any) -> None:
        """Run a task with the page's document, on the server's own thread: a document is not safe to touch from another."""
        if self._document is None:
            task()
        else:
            self._loop.add_callback(self._document.add_next_tick_callback, task)

    def _show(self, shown: Shown, drawn: Mapping[str, Any]) -> None:
        w, state = self.w, self.state
        wanted = (state.baseline().digest(), state.candidate().digest())
        if wanted != (shown.baseline.scenario.digest(), shown.candidate.scenario.digest()):
            return  # a control moved meanwhile
        if self.shown is not None and shown.is_before(self.shown):
            return  # ticks of the server need not come in the order in which they were asked for
        self.shown = shown
        for name, drawing in drawn.items():
            self.pictures[name].show(drawing)
        waiting = w("cockpit.waiting") if shown.seeds < SEEDS_FOR_T else ""
        self.tiles.object = parts.themed(tiles_html(shown.rows, w, HEADLINES, waiting), state)
        self.guards.object = parts.themed(guardrails_html(guardrails(*shown.means()), w), state)
        self.verdict.object = parts.themed(self._problem_html() + parts.verdict_html(shown, state, w), state)
        self.glass.param.update(**day_of(shown.candidate))
        if shown.is_final:
            self._say(w("cockpit.done", done=shown.seeds, seconds=w.number(shown.seconds, 2)))
        else:
            self._say(w("cockpit.sharpening", done=shown.seeds, all=shown.of), busy=True)

    def _complain(self, message: str) -> None:
        self.problems = [message]
        sentence = f'<p style="font-size:18px;font-weight:600;margin:6px 0">{self.w("cockpit.error")}</p>'
        self.verdict.object = parts.themed(self._problem_html() + sentence, self.state)
        self._say("")

    def _problem_html(self) -> str:
        return "".join(f'<div class="hg-warn" role="alert">⚠ {escape(line)}</div>' for line in self.problems)

    def _say(self, text: str, busy: bool = False) -> None:
        dot = '<span class="hg-busy"></span>' if busy else ""
        self.status.object = parts.themed(
            f'<div class="hg-sub" role="status" data-busy="{int(busy)}">{dot}{text}</div>', self.state
        )
        self.stop.visible = busy and self.shown is not None

    def _show_frame(self) -> None:
        s, w = self.state, self.w
        other = "fr" if s.lang == "en" else "en"
        shade = "dark" if s.theme == "light" else "light"
        count = len(s.values) + (s.preset != "documented") + (s.policy != "deployed")
        links = (
            f'<a href="?{s.query(lang=other, theme=s.theme)}" hreflang="{other}">{"Français" if other == "fr" else "English"}</a>'
        )
        links += f' · <a href="?{_with_theme(s, shade)}">{w(f"cockpit.{shade}")}</a>'
        changed = w("cockpit.changed", n=count) if count else w("cockpit.changed_none")
        text = f'<div class="hg-brand">{w("cockpit.title")}</div><div class="hg-sub">{links} · {changed}</div>'
        self.brand.object = parts.themed(text, s)
        self.table.object = parts.themed(parts.parameter_table(s, w), s)
        if self.problems:
            note = f'<p class="hg-sub">{w("cockpit.url_error")}</p>'
            self.verdict.object = parts.themed(self._problem_html() + note, s)

    def template(self) -> "Template":
        """The page."""
        import panel as pn

        w = self.w
        page = _template((FOLDER / "cockpit.html").read_text(encoding="utf-8"))
        css = card_css() + (FOLDER / "cockpit.css").read_text(encoding="utf-8").replace("FONT", FONT)
        told = {"page_css": css, "theme": self.state.theme, "label_controls": w("cockpit.economy")}
        told |= {f"label_{n}": w(key) for n, key in (("guardrails", "guardrails"), ("parameters", "cockpit.parameters"),
                                                      ("downloads", "cockpit.downloads"))}  # fmt: skip
        for name, text in told.items():
            page.add_variable(name, text)
        line = pn.Row(self.status, self.stop, sizing_mode="stretch_width", margin=(4, 0, 8, 0))
        page.add_panel("brand", pn.Column(self.brand, self.reset, margin=0, sizing_mode="stretch_width"))
        page.add_panel("controls", self.controls.panel())
        page.add_panel("verdict", pn.Column(self.verdict, line, margin=0, sizing_mode="stretch_width"))
        page.add_panel("hourglass", self.glass)
        for name, pane in (
            ("tiles", self.tiles),
            ("guardrails", self.guards),
            ("parameters", self.table),
            ("downloads", self.downloads),
        ):
            page.add_panel(name, pane)
        for name, picture in self.pictures.items():
            page.add_panel(name, picture.pane)
        return page


def _template(html: str) -> "Template":
    """Panel's template, without two costs of its own that made half of a page's first load.

    It writes out all of its contents as text whenever something is added, and counts all models anew for every part of the page.
    """
    import panel as pn

    class Page(pn.Template):
        def __repr__(self) -> str:
            return "Hourglass cockpit"

        def _init_doc(self, doc: Any = None, *args: Any, **kwargs: Any) -> Any:
            document = doc or pn.state.curdoc
            if document is None:
                return super()._init_doc(doc, *args, **kwargs)
            with document.models.freeze():
                return super()._init_doc(doc, *args, **kwargs)

    return Page(html, location=True)


def _with_theme(state: ViewState, theme: str) -> str:
    query = state.query(theme=theme)
    return query if "theme=" in query else f"{query}&theme={theme}".lstrip("&")


def cockpit_page(cache: RunCache) -> "Template":
    """A new reader's page, from the address of the request; for `panel.serve` and `panel serve`."""
    import panel as pn

    query = {k: v[0].decode() for k, v in (pn.state.session_args or {}).items() if v}
    page = Cockpit(query, cache)
    pn.state.on_session_destroyed(lambda _: page.simulations.close())
    pn.state.onload(page.start)
    return page.template()


def serve(port: int, show: bool = True) -> None:
    """Serve the cockpit on this machine until interrupted."""
    import panel as pn

    cache = RunCache()
    pn.serve({"cockpit": lambda: cockpit_page(cache)}, port=port, address="127.0.0.1", show=show, title="Hourglass", threaded=False,
             websocket_origin=[f"127.0.0.1:{port}", f"localhost:{port}"])  # fmt: skip
