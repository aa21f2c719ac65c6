"""A life card drawn: calendar of grains, radar of categories, 90 days of grains and of the ratio."""

import math
from datetime import timedelta
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from hourglass_policy.life import BUCKETS

from hourglass_sim.view.drawing import Drawing
from hourglass_sim.view.life_words import category_rows, insight_lines, period_rows
from hourglass_sim.view.palette import palette
from hourglass_sim.view.report_parts import table
from hourglass_sim.view.words import words

if TYPE_CHECKING:
    from hourglass_sim.life import Life

STYLE = """
.hg-day{stroke:var(--hg-border);stroke-width:.6}
.hg-b0{fill:var(--hg-surface)}.hg-b1{fill:color-mix(in srgb,var(--hg-candidate-fill) 28%,var(--hg-surface))}
.hg-b2{fill:color-mix(in srgb,var(--hg-candidate-fill) 55%,var(--hg-surface))}
.hg-b3{fill:var(--hg-candidate-fill)}.hg-b4{fill:var(--hg-candidate-fill);stroke:var(--hg-phoenix);stroke-width:1.8}
.hg-axis{stroke:var(--hg-border);fill:none;stroke-width:1}
.hg-web{fill:var(--hg-candidate-fill);fill-opacity:.35;stroke:var(--hg-candidate);stroke-width:2}
.life svg text{font:11px FONT;fill:var(--hg-text)}.life svg .hg-small{fill:var(--hg-muted);font-size:10.5px}
.life ul{margin:6px 0;padding-left:18px}.life li{margin:3px 0}
.life svg{display:block;width:100%;height:auto;overflow:visible}
"""
CELL = 15


def calendar_svg(life: "Life") -> str:
    """The calendar heatmap: a column a week, Monday on top; the count of days in each bucket stands in the legend."""
    card = life.card["calendar"]
    dates = [life.first_date + timedelta(days=day["day"]) for day in card]
    if not dates:
        return ""
    monday = dates[0] - timedelta(days=dates[0].weekday())
    parts, month = [], None
    for name, row in (("Mon", 0), ("Wed", 2), ("Fri", 4), ("Sun", 6)):
        parts.append(f'<text x="0" y="{30 + row * CELL}" class="hg-small">{name}</text>')
    for date, day in zip(dates, card, strict=True):
        x, y = 32 + (date - monday).days // 7 * CELL, 20 + date.weekday() * CELL
        tip = f"{date:%a} {date}: {day['grains']:.2f} grains"
        parts.append(f'<rect x="{x}" y="{y}" width="{CELL - 2.5}" height="{CELL - 2.5}" rx="2.5" class="hg-day hg-b{day["bucket"]}">'
                     f"<title>{tip}</title></rect>")  # fmt: skip
        if date.month != month and (month is not None or date.day < 22):
            parts.append(f'<text x="{x}" y="12" class="hg-small">{date:%b}</text>')
        month = date.month
    bottom = 20 + 7 * CELL + 8
    for k, name in enumerate(BUCKETS):
        n = sum(day["bucket"] == k for day in card)
        x = 32 + k * 66
        parts.append(f'<rect x="{x}" y="{bottom}" width="11" height="11" rx="2.5" class="hg-day hg-b{k}"/>')
        parts.append(f'<text x="{x + 15}" y="{bottom + 9.5}" class="hg-small">{name}: {n}</text>')
    width = max(32 + ((dates[-1] - monday).days // 7 + 1) * CELL + 4, 32 + 5 * 66)
    return _svg(parts, width, bottom + 16, f"Calendar of grains over {len(card)} days")


def radar_svg(life: "Life") -> str:
    """Success rate by category, 0 at the centre, 100 % at the rim; below three categories a sentence (the table tells all)."""
    axes = life.card["radar"]
    if len(axes) < 3:
        return '<p class="hg-muted">Fewer than three categories so far: the table has their numbers.</p>'
    cx, cy, r = 165.0, 112.0, 82.0
    parts = [f'<circle cx="{cx}" cy="{cy}" r="{r * part:.1f}" class="hg-axis"/>' for part in (0.25, 0.5, 0.75, 1.0)]
    web = []
    for k, (name, axis) in enumerate(axes.items()):
        angle = 2 * math.pi * k / len(axes) - math.pi / 2
        dx, dy = math.cos(angle), math.sin(angle)
        parts.append(f'<path d="M{cx} {cy}L{cx + r * dx:.1f} {cy + r * dy:.1f}" class="hg-axis"/>')
        anchor = "middle" if abs(dx) < 0.2 else "start" if dx > 0 else "end"
        label = f"{name} {100 * axis['success_rate']:.0f} %"
        parts.append(
            f'<text x="{cx + (r + 9) * dx:.1f}" y="{cy + (r + 13) * dy + 4:.1f}" text-anchor="{anchor}">{escape(label)}</text>'
        )
        web.append(f"{cx + r * axis['success_rate'] * dx:.1f},{cy + r * axis['success_rate'] * dy:.1f}")
    parts.append(f'<polygon points="{" ".join(web)}" class="hg-web"/>')
    return _svg(parts, 330, 222, "Success rate by category of goals")


def grains_chart(life: "Life", theme: str = "light") -> Drawing:
    """Grains of each of the last 90 days: earned above zero, evaporated below."""
    p, w = palette(theme), words("en")
    rows = life.card["series"]
    x = np.array([row["day"] for row in rows], dtype=float)
    up, down = (np.array([row[name] for row in rows]) for name in ("earned", "evaporated"))
    low, high = -max(float(down.max(initial=0)), 1.0), max(float(up.max(initial=0)), 1.0)
    title = f"{up.sum():.0f} grains earned and {down.sum():.0f} evaporated in {len(rows)} days"
    d = Drawing(title, "Grains a day; golden ones earned, white ones of missed goals evaporated", w, p,
                x=(float(x[0]) - 0.5, float(x[-1]) + 0.5), y=(1.15 * low, 1.08 * high), x_label="days since sign-up",
                name="life-grains", height=260)  # fmt: skip
    for values, colour, fill in ((up, p.candidate, 1), (-down, p.mist, 1)):
        d.add(
            "segment", {"x0": x, "y0": np.zeros(len(x)), "x1": x, "y1": values}, line_color=colour, line_width=4, line_alpha=fill
        )
    d.zero(float(x[0]) - 0.5, float(x[-1]) + 0.5)
    d.end_labels(float(x[-1]) + 0.5, [("earned", 0.5 * high, p.candidate_text), ("evaporated", 0.5 * low, p.mist_text)])
    return d


def ratio_chart(life: "Life", theme: str = "light") -> Drawing:
    """The life ratio of each of the last 90 days."""
    p, w = palette(theme), words("en")
    rows = life.card["series"]
    x, y = (np.array([row[name] for row in rows], dtype=float) for name in ("day", "ratio"))
    moved = f"from {y[0]:.0f} to {y[-1]:.0f} %" if len(y) > 1 else f"{y[-1]:.0f} %"
    low, high = min(0.0, float(y.min())), max(float(y.max()), 10.0)
    d = Drawing(f"Life ratio {moved}", "Golden grains per possible grain, %", w, p, x=(float(x[0]), max(float(x[-1]), float(x[0]) + 1)),
                y=(1.1 * low, 1.1 * high), x_label="days since sign-up", name="life-ratio", height=260)  # fmt: skip
    d.zero(float(x[0]), float(x[-1]))
    d.line(x, y, p.candidate, [f"day {int(a)}: {b:.2f} %" for a, b in zip(x, y, strict=True)])
    d.end_labels(float(x[-1]), [(f"{y[-1]:.0f} %", float(y[-1]), p.candidate_text)])
    return d


def _parts(life: "Life") -> dict[str, str]:
    insights = "".join(f"<li>{escape(line)}</li>" for line in insight_lines(life))
    sound = life.card["sound"]
    return {
        "calendar": f"<b>Grains a day</b>{calendar_svg(life)}",
        "insights": f"<b>Insights</b><ul>{insights}</ul><span class=hg-muted>Sound: {sound['track']}, pitch {sound['pitch']:.3f}</span>",
        "radar": f"<b>Success by category</b>{radar_svg(life)}",
        "categories": "<b>Goals by category</b>"
        + table(("category", "success", "days a week", "mean value", "longest streak"), category_rows(life), (1, 2, 3, 4)),
        "periods": f"<b>The last {life.card['periods']['days']} days against the ones before</b>"
        + table(("", "now", "before", "change"), period_rows(life), (1, 2, 3)),
    }


def life_html(life: "Life") -> str:
    """The card for a notebook: verdict, calendar, insights, periods."""
    from hourglass_sim.view.style import FONT, card_css

    parts = _parts(life)
    body = f'<div class="hg-row"><div class="hg-main">{parts["insights"]}{parts["periods"]}</div>'
    body += f'<div class="hg-side">{parts["calendar"]}{parts["radar"]}</div></div>'
    head = f'<h3>{escape(life.verdict)}</h3><p class="hg-sub">{escape(life.title)}</p>'
    return f'<div class="hg hg-card life"><style>{card_css()}{STYLE.replace("FONT", FONT)}</style>{head}{body}</div>'


def write_life_page(life: "Life", path: str | Path) -> Path:
    """The card as one HTML file that asks the network for nothing."""
    from hourglass_sim.view.document import write_page
    from hourglass_sim.view.style import FONT

    parts = _parts(life)
    panels = [f'<div class="panel text life">{parts[name]}</div>' for name in ("insights", "calendar")]
    panels += ['<div class="panel"><!--grains--></div>', '<div class="panel"><!--ratio--></div>']
    panels += [f'<div class="panel text life">{part}</div>' for part in (parts["radar"], parts["categories"] + parts["periods"])]
    s = life.scenario
    lead = f"{life.title}. Simulated: {s.users:,} users, people {s.describe()['people']}, preset {s.preset}, seed {s.seed}."
    return write_page(path, title="What this person sees of themselves", verdict=life.verdict, lead=lead,
                      body=f'<div class="grid">{"".join(panels)}</div>', style=STYLE.replace("FONT", FONT),
                      pictures={"grains": grains_chart(life), "ratio": ratio_chart(life)})  # fmt: skip


def _svg(parts: list[str], width: float, height: float, alt: str) -> str:
    inside = "".join(parts)
    return (
        f'<svg role="img" aria-label="{alt}" viewBox="0 0 {width} {height}" style="max-width:{1.25 * width:.0f}px">{inside}</svg>'
    )
