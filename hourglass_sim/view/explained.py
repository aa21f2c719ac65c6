"""A user's day told as a card: verdict, then each chapter's lines with rule and parameters."""

from html import escape
from itertools import groupby
from typing import TYPE_CHECKING

from hourglass_sim.view.style import card_css

if TYPE_CHECKING:
    from hourglass_sim.explain import Explanation


def explanation_card(told: "Explanation") -> str:
    """The explanation as HTML; rules and parameters stand small under each line."""
    from hourglass_sim.explain import CHAPTERS

    parts = [f"<h3>{escape(told.title)}</h3>", f'<p class="hg-sub">{escape(told.verdict)}</p>', "<table>"]
    for chapter, lines in groupby(told.lines, key=lambda line: line.chapter):
        parts.append(f'<tr><th colspan="2">{escape(CHAPTERS.get(chapter, chapter))}</th></tr>')
        for line in lines:
            by = " · ".join(p for p in (line.rule, line.source, "; ".join(map(str, line.parameters))) if p)
            parts.append(f'<tr><td>{escape(line.text)}<span class="hg-under hg-muted">{escape(by)}</span></td></tr>')
    return f'<div class="hg hg-card"><style>{card_css()}</style>{"".join(parts)}</table></div>'
