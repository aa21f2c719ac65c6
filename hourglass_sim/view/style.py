"""The style sheet that cards, pages and the report share; it follows the reader's theme unless a theme is set on the element."""

from functools import cache
from pathlib import Path

from hourglass_sim.view.palette import LIGHT, NIGHT

FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif"


def theme_css() -> str:
    """Colours as custom properties: light; dark when the reader's system or notebook is; or as `data-theme` says."""
    dark = NIGHT.css()
    return (
        f".hg{{{LIGHT.css()}color-scheme:light}}"
        f"@media (prefers-color-scheme: dark){{.hg{{{dark}color-scheme:dark}}}}"
        f"[data-jp-theme-light='true'] .hg,.hg[data-theme='light']{{{LIGHT.css()}color-scheme:light}}"
        f"[data-jp-theme-light='false'] .hg,.hg[data-theme='dark']{{{dark}color-scheme:dark}}"
    )


def card_css() -> str:
    """Cards, KPI tiles, guardrails, small pictures."""
    return theme_css() + _file("card.css").replace("FONT", FONT)


@cache
def _file(name: str) -> str:
    return Path(__file__).with_name(name).read_text(encoding="utf-8")
