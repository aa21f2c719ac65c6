"""The hourglass itself: a day of an average active user in whole grains, as a widget for notebooks and for Panel pages.

White grains above: what the day offers and was not settled (not shared, or not paid). Gold below: what was paid. Mist: what
evaporated. Ember: the share of active user-days in Phoenix mode. The drawing is `hourglass.js`; nothing is fetched.
"""

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hourglass_policy.errors import require_between

from hourglass_sim.view.words import Words, words

if TYPE_CHECKING:
    from hourglass_sim.run import Run

MOST_GRAINS = 500


def day_of(run: "Run") -> dict[str, float]:
    """Whole grains of the mean active user-day of a run: white, gold, mist; and phoenix, the share of opened user-days in that mode.

    White are what the day's potential leaves after what was paid and what evaporated, at least 0. Source: RULES 1.2, 1.6.
    """
    potential = float(run.scenario.resolved_policy.parameters["grains.daily_potential"].value)
    gold, mist = round(run.kpis.get("earned") or 0.0), round(run.kpis.get("evaporated") or 0.0)
    phoenix = float(run.kpis.get("phoenix_active") or 0.0)
    return {"white": max(round(potential) - gold - mist, 0), "gold": gold, "mist": mist, "phoenix": phoenix}


def hourglass(white: int, gold: int, mist: int = 0, phoenix: float = 0.0, *, language: str = "en", theme: str = "auto") -> Any:
    """The hourglass as an anywidget, for JupyterLab and Voilà. Counts 0 to 500; phoenix a share, 0 to 1."""
    return _widget_class()(**_state(white, gold, mist, phoenix, words(language), theme))


def hourglass_pane(white: int, gold: int, mist: int = 0, phoenix: float = 0.0, *, w: Words, theme: str = "light") -> Any:
    """The hourglass as a Panel component, for pages that Panel serves."""
    return _panel_class()(**_state(white, gold, mist, phoenix, w, theme))


def hourglass_of(run: "Run", *, language: str = "en", theme: str = "auto") -> Any:
    """The mean active user-day of a run as an anywidget."""
    return hourglass(**day_of(run), language=language, theme=theme)  # type: ignore[arg-type]


def _state(white: int, gold: int, mist: int, phoenix: float, w: Words, theme: str) -> dict[str, Any]:
    for name, count in (("white", white), ("gold", gold), ("mist", mist)):
        require_between(name, count, 0, MOST_GRAINS, "hourglass", "grains")
    require_between("phoenix", phoenix, 0.0, 1.0, "hourglass")
    labels = {name: w(f"hourglass.{name}") for name in ("white", "gold", "mist", "phoenix")}
    alt = w("hourglass.alt", white=white, gold=gold, mist=mist, phoenix=w.percent(phoenix, 0))
    return {"white": int(white), "gold": int(gold), "mist": int(mist), "phoenix": float(phoenix), "theme": theme,
            "labels": labels, "alt": alt}  # fmt: skip


def _script() -> str:
    return Path(__file__).with_name("hourglass.js").read_text(encoding="utf-8")


@cache
def _widget_class() -> type:
    import anywidget
    import traitlets as t

    counts = {name: t.Int(0).tag(sync=True) for name in ("white", "gold", "mist")}
    rest = {
        "phoenix": t.Float(0.0),
        "theme": t.Unicode("auto"),
        "alt": t.Unicode(""),
        "animate": t.Bool(True),
        "labels": t.Dict(),
    }
    members = {**counts, **{name: trait.tag(sync=True) for name, trait in rest.items()}, "_esm": _script()}
    return type("Hourglass", (anywidget.AnyWidget,), members)


@cache
def _panel_class() -> type:
    import param
    from panel.custom import AnyWidgetComponent

    counts = {name: param.Integer(0, bounds=(0, MOST_GRAINS)) for name in ("white", "gold", "mist")}
    rest = {"phoenix": param.Number(0.0), "theme": param.String("light"), "alt": param.String(""), "animate": param.Boolean(True),
            "labels": param.Dict({})}  # fmt: skip
    return type("HourglassPane", (AnyWidgetComponent,), {**counts, **rest, "_esm": _script()})
