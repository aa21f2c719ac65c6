"""The cockpit's left side: every control with its unit, range, default and reset; a changed control is marked."""

from collections.abc import Callable
from dataclasses import replace
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hourglass_policy import Parameter
from hourglass_policy.decisions import NAMES as NOTIFICATION_POLICIES

from hourglass_sim.people.people import preset_names
from hourglass_sim.view.palette import Palette
from hourglass_sim.view.state import CONTROLLED, MOST_DAYS, PRESETS, USERS, ViewState, preset_parameters, tidy
from hourglass_sim.view.style import FONT
from hourglass_sim.view.words import Words

if TYPE_CHECKING:
    from panel.viewable import Viewable

MOST_SEED = 2**31 - 1  # what an address and a browser keep exactly
STEPS = 60  # how finely a slider of a real number divides its range, at least


def widget_css(p: Palette) -> str:
    """The style of Panel's own widgets in the product's colours."""
    file = Path(__file__).with_name("widgets.css").read_text(encoding="utf-8")
    colours = {"text": p.text, "surface": p.surface, "border": p.border, "grid": p.grid, "zero": p.zero, "accent": p.candidate,
               "focus": p.deployed, "font": FONT}  # fmt: skip
    for name, value in colours.items():
        file = file.replace(f"var(--{name})", value)
    return file


class Control:
    """One setting: a widget with its explanation and reset. `get` reads its value from a view, `put` writes it."""

    def __init__(
        self, name: str, widget: Any, info: str | Callable[[ViewState], str], w: Words, css: str,
        get: Callable[[ViewState], Any], default: Callable[[ViewState], Any],
    ):  # fmt: skip
        import panel as pn

        self.name, self.widget, self.label = name, widget, str(widget.name)
        self.get, self.default = get, default
        tag = name.replace(".", "-")
        self.reset = pn.widgets.Button(name="↺", width=30, height=26, margin=(14, 0, 0, 4), stylesheets=[css],
                                       description=w("cockpit.reset"), css_classes=[f"reset-{tag}"])  # fmt: skip
        widget.css_classes = [f"control-{tag}"]
        widget.sizing_mode, widget.margin, widget.stylesheets = "stretch_width", (4, 0, 0, 0), [css]
        style = {"font": f"11.5px/1.3 {FONT}", "opacity": "0.75"}
        self._info, told = info, info if isinstance(info, str) else info(ViewState())
        self.note = pn.pane.HTML(told, margin=(0, 0, 8, 0), styles=style, sizing_mode="stretch_width")
        row = pn.Row(widget, self.reset, margin=0, sizing_mode="stretch_width")
        self.view = pn.Column(row, self.note, margin=0, sizing_mode="stretch_width")

    def show(self, state: ViewState) -> None:
        """Take over a view's value; mark the control when it is not its default."""
        value = self.get(state)
        changed = value != self.default(state)
        self.widget.param.update(value=value, name=f"● {self.label}" if changed else self.label)
        self.reset.disabled = not changed
        if not isinstance(self._info, str):
            self.note.object = self._info(state)


class Controls:
    """All controls; calls `changed(state)` with the new view when one moves."""

    def __init__(self, state: ViewState, w: Words, p: Palette, changed: Callable[[ViewState], None]):
        self.state, self._changed, self._quiet = state, changed, False
        self._w, self._css = w, widget_css(p)
        self.population = [self._users(), self._days(), self._seed(), self._select("people", "people", preset_names())]
        self.rules = [self._select("preset", "preset", PRESETS), self._select("policy", "policy", NOTIFICATION_POLICIES)]
        self.economy = [self._parameter(preset_parameters("documented")[name]) for name in CONTROLLED]
        for control in self.all:
            control.widget.param.watch(lambda event, c=control: self._moved(c, event.new), "value")
            control.reset.on_click(lambda _, c=control: self._moved(c, c.default(self.state)))
        self.show(state)

    @property
    def all(self) -> list[Control]:
        """Every control, from the top."""
        return [*self.population, *self.rules, *self.economy]

    def show(self, state: ViewState) -> None:
        """Take over a view without calling back."""
        self.state, self._quiet = state, True
        try:
            for control in self.all:
                control.show(state)
        finally:
            self._quiet = False

    def _moved(self, control: Control, value: Any) -> None:
        if self._quiet or value is None or value == control.get(self.state):
            return
        if "." in control.name:
            state = self.state.with_value(control.name, value)
        else:
            state = replace(self.state, **{control.name: int(value) if control.name in ("users", "days", "seed") else value})
        self.show(state)
        self._changed(state)

    def _make(self, name: str, widget: Any, info: str) -> Control:
        blank = ViewState()
        return Control(name, widget, info, self._w, self._css, lambda s: getattr(s, name), lambda _: getattr(blank, name))

    def _users(self) -> Control:
        import panel as pn

        w = self._w
        options = {w.number(n): n for n in sorted({*USERS, self.state.users})}
        info = _info(w, w.number(USERS[0]), w.number(USERS[-1]), w.unit("users"), w.number(10_000))
        return self._make("users", pn.widgets.Select(name=w("cockpit.users"), options=options, value=self.state.users), info)

    def _days(self) -> Control:
        import panel as pn

        w = self._w
        widget = pn.widgets.IntSlider(name=w("cockpit.days"), start=min(8, self.state.days), end=MOST_DAYS, value=self.state.days)
        return self._make("days", widget, _info(w, "8", str(MOST_DAYS), w.unit("days"), "91"))

    def _seed(self) -> Control:
        import panel as pn

        w = self._w
        widget = pn.widgets.IntInput(name=w("cockpit.seed"), start=0, end=MOST_SEED, step=1, value=self.state.seed)
        return self._make("seed", widget, _info(w, "0", w.number(MOST_SEED), "", "7"))

    def _select(self, name: str, kind: str, names: Any) -> Control:
        import panel as pn

        w = self._w
        title = w({"people": "cockpit.people", "preset": "cockpit.preset", "policy": "cockpit.notifications"}[name])
        options = {w.choice(kind, n): n for n in names}
        widget = pn.widgets.Select(name=title, options=options, value=getattr(self.state, name))
        return self._make(name, widget, w("cockpit.info_choice", default=getattr(ViewState(), name)))

    def _parameter(self, p: Parameter) -> Control:
        w = self._w

        def info(state: ViewState) -> str:
            own = preset_parameters(state.preset)[p.name]
            default = w("yes" if own.value else "no") if p.kind == "bool" else w.number(own.value, _digits(own))
            told = w("cockpit.info_choice", default=default)
            if p.kind != "bool":
                told = _info(w, f"{p.low:g}", f"{p.high:g}", w.unit(p.unit), default)
            return f'<span title="{escape(p.description)} ({escape(p.source)})">{told}</span>'

        return Control(p.name, parameter_widget(p, w), info, w, self._css,
                       _value_of(p.name), lambda s: preset_parameters(s.preset)[p.name].value)  # fmt: skip

    def panel(self) -> "Viewable":
        """The controls under their headings."""
        import panel as pn

        parts: list[Any] = []
        groups = ((self.population, "population"), (self.rules, "policy"), (self.economy, "economy"))
        for controls, heading in groups:
            title = f'<h2 style="font-size:14px;margin:10px 0 2px;font-weight:650">{self._w(f"cockpit.{heading}")}</h2>'
            parts += [pn.pane.HTML(title, margin=0), *[c.view for c in controls]]
        return pn.Column(*parts, sizing_mode="stretch_width", margin=0)


def _value_of(name: str) -> Callable[[ViewState], Any]:
    return lambda s: s.values[name] if name in s.values else preset_parameters(s.preset)[name].value


def parameter_widget(p: Parameter, w: Words) -> Any:
    """A slider over the parameter's own range, or a yes-or-no choice for a switch."""
    import panel as pn

    title = w.choice("param", p.name)
    if p.kind == "bool":
        return pn.widgets.Select(name=title, options={w("no"): False, w("yes"): True}, value=p.value)
    if p.kind == "int":
        return pn.widgets.IntSlider(name=title, start=int(p.low or 0), end=int(p.high or 0), value=int(p.value))
    step = step_of(p)
    return pn.widgets.FloatSlider(name=title, start=p.low, end=p.high, step=step, value=tidy(float(p.value)), format="0[.]00")


def step_of(p: Parameter) -> float:
    """A round step (1, 2, 5 × a power of ten) that divides the range finely and meets the default."""
    span = float(p.high) - float(p.low)  # type: ignore[arg-type]
    for step in (50.0, 20.0, 10.0, 5.0, 2.0, 1.0, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01):
        offset = (float(p.value) - float(p.low)) / step  # type: ignore[arg-type]
        if span / step >= STEPS and abs(offset - round(offset)) < 1e-9:
            return step
    return 0.01


def _digits(p: Parameter) -> int:
    return 0 if float(p.value) == int(float(p.value)) else 2


def _info(w: Words, low: str, high: str, unit: str, default: str) -> str:
    return w("cockpit.info", low=low, high=high, unit=unit, default=default).replace(" ;", ";").replace("  ", " ")
