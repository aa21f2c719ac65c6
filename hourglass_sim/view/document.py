"""A page of its own: one HTML file with its pictures inside, in the reader's theme, that asks the network for nothing."""

import json
from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from hourglass_sim.files import write_text
from hourglass_sim.view.palette import light_to_dark
from hourglass_sim.view.style import FONT, card_css
from hourglass_sim.view.words import Words, words

if TYPE_CHECKING:
    from hourglass_sim.view.drawing import Drawing

FOLDER = Path(__file__).parent


def embedded(pictures: "Mapping[str, Drawing]") -> tuple[str, dict[str, str]]:
    """The script that draws every picture and, by name, the place where each stands, with its conclusion as alternative text."""
    from bokeh.embed import components

    script, places = components({name: d.figure() for name, d in pictures.items()})
    label = {name: escape(f"{d.title}. {d.subtitle}", quote=True) for name, d in pictures.items()}
    return script, {n: f'<div role="img" aria-label="{label[n]}" data-picture="{n}">{p}</div>' for n, p in places.items()}


def page(title: str, body: str, script: str, w: Words, style: str = "") -> str:
    """The whole HTML page around a body; `style` adds to the style sheet."""
    library = _library() if script else ""
    sheet = card_css() + (FOLDER / "report.css").read_text(encoding="utf-8").replace("FONT", FONT) + style
    themed = (FOLDER / "themed.js").read_text(encoding="utf-8").replace("PAIRS", json.dumps(light_to_dark()))
    ending = f"<script>{themed}</script>" if script else ""
    return (
        f'<!doctype html>\n<html lang="{w.language}"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">'
        f"<style>{sheet}</style>{library}</head>"
        f'<body class="hg"><main>{body}</main>{script}{ending}</body></html>\n'
    )


def _library() -> str:
    """What draws the pictures, whole. Files that Panel adds once a widget of its own is in use are left out: nothing here needs them."""
    from bokeh.resources import Resources

    return "".join(f"<script>{code}</script>" for code in Resources(mode="inline", components=["bokeh"]).js_raw)


def write_page(
    path: str | Path, *, title: str, verdict: str, lead: str, body: str, pictures: "Mapping[str, Drawing] | None" = None,
    language: str = "en", style: str = "",
) -> Path:  # fmt: skip
    """Write a page: its subject, the verdict in one sentence, how it was made, then `body` (HTML) in which `<!--name-->` marks a picture.

    Returns the path; the previous file survives any failure.
    """
    script, places = embedded(pictures) if pictures else ("", {})
    for name, place in places.items():
        body = body.replace(f"<!--{name}-->", place)
    head = f'<h1>{escape(title)}</h1><p class="verdict">{escape(verdict)}</p><p class="lead">{escape(lead)}</p>'
    return write_text(path, page(title, head + body, script, words(language), style))
