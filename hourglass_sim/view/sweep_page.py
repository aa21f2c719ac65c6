"""A sweep as a page, as a card for a notebook, and as files."""

from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from hourglass_sim.economy.page import _SAVE, _css, whole_page
from hourglass_sim.files import write_text
from hourglass_sim.sweep_words import notes, shown, verdict
from hourglass_sim.view.report_parts import table as html_table
from hourglass_sim.view.still import svg_of
from hourglass_sim.view.style import card_css
from hourglass_sim.view.sweep_charts import sweep_chart
from hourglass_sim.view.words import Words, words

if TYPE_CHECKING:
    from hourglass_sim.sweep import Sweep

SHOWN = 2  # pictures of a card


def page(sweep: "Sweep", w: Words) -> str:
    """The sweep as one HTML page: verdict, pictures, what each measure does, every cell."""
    first = sweep.kpis[0]
    body = [f"<h1>{_head(sweep, w)}</h1>", f'<p class="verdict">{escape(verdict(sweep, first, w.language))}</p>']
    body += [
        f'<p class="lead">{escape(_lead(sweep, w))}</p>',
        *(f'<div class="hg-warn">⚠ {escape(n)}</div>' for n in notes(sweep, w.language)),
    ]
    cells = [f'<figure class="panel">{svg_of(sweep_chart(sweep, kpi, w))}{_SAVE}</figure>' for kpi in sweep.kpis]
    said = "".join(f"<li>{escape(verdict(sweep, kpi, w.language))}</li>" for kpi in sweep.kpis)
    body += [
        f'<div class="grid">{"".join(cells)}</div>',
        f"<h2>{w('sweep.verdicts')}</h2>",
        f'<div class="panel text"><ul>{said}</ul></div>',
    ]
    body += [f"<h2>{w('sweep.tables')}</h2>", f'<div class="panel text">{_table(sweep, w)}</div>']
    return whole_page(_head(sweep, w), "".join(body), w)


def card(sweep: "Sweep", language: str = "en") -> str:
    """The sweep as a card: verdict and the first pictures."""
    w = words(language)
    drawn = "".join(
        f'<div style="flex:1 1 320px;min-width:0">{svg_of(sweep_chart(sweep, kpi, w), 420)}</div>' for kpi in sweep.kpis[:SHOWN]
    )
    warned = "".join(f'<div class="hg-warn">⚠ {escape(line)}</div>' for line in notes(sweep, language))
    said = "".join(f'<div class="hg-sub">{escape(verdict(sweep, kpi, language))}</div>' for kpi in sweep.kpis)
    return (
        f'<div class="hg hg-card"><style>{card_css()}{_css("still")}</style><h3>{_head(sweep, w)}</h3><div class="hg-sub">'
        f'{escape(_lead(sweep, w))}</div><div style="display:flex;flex-wrap:wrap;gap:12px">{drawn}</div>{said}{warned}</div>'
    )


def write_sweep(sweep: "Sweep", out: str | Path, language: str = "en") -> list[Path]:
    """Write index.html, sweep.csv, sweep.xlsx and pictures/sweep-KPI.svg into a folder; returns the paths, the page first."""
    from hourglass_sim.tables import write_tables

    folder, w = Path(out), words(language)
    written = [write_text(folder / "index.html", page(sweep, w))]
    written += write_tables(folder / "sweep.csv", {"cells": sweep.table})
    written += write_tables(folder / "sweep.xlsx", {kpi: sweep.table[sweep.table["kpi"] == kpi] for kpi in sweep.kpis})
    for kpi in sweep.kpis:
        written.append(
            write_text(folder / "pictures" / f"sweep-{kpi}.svg", svg_of(sweep_chart(sweep, kpi, w), is_file=True) + "\n")
        )
    return written


def _head(sweep: "Sweep", w: Words) -> str:
    return escape(w("sweep.title", names=" × ".join(axis.name for axis in sweep.axes)))


def _lead(sweep: "Sweep", w: Words) -> str:
    s = sweep.scenario
    return w("sweep.lead", cells=len(sweep.cells), seeds=len(sweep.seeds), users=w.number(s.users), days=w.number(s.days),
             baseline=w(f"sweep.{sweep.baseline}"))  # fmt: skip


def _table(sweep: "Sweep", w: Words) -> str:
    names = [axis.name for axis in sweep.axes]
    rows = []
    for kpi in sweep.kpis:
        for k, cell in enumerate(sweep.cells):
            r = sweep.row(kpi, k)
            measured = (escape(w.kpi_title(kpi)), w.kpi(kpi, r["b"]), w.kpi_change(kpi, r["difference"]))  # type: ignore[arg-type]
            ends = "" if r["low"] is None else " – ".join(w.kpi_change(kpi, r[end], unit=False) for end in ("low", "high"))  # type: ignore[arg-type]
            rows.append((*(escape(shown(v)) for v in cell), *measured, ends, w("clear") if r["clear"] else ""))
    head = [*map(escape, names), w("measure"), w("value"), w("change"), "95 %", ""]
    return html_table(head, rows, numeric=(*range(len(names)), len(names) + 1, len(names) + 2, len(names) + 3))
