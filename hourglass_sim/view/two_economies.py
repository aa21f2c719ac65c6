"""Pictures of two economies: heritage below zero by day and by persona, the life ratio by day and by presence."""

from collections.abc import Mapping

import numpy as np

from hourglass_sim.metrics.two_economies import PeopleOverSeeds
from hourglass_sim.view.drawing import Drawing
from hourglass_sim.view.palette import palette
from hourglass_sim.view.words import words


def below_zero_chart(sides: Mapping[str, PeopleOverSeeds], theme: str = "light") -> Drawing:
    """Share of users whose heritage is below zero by day; the last of `sides` is the deployed rule, which the title tells."""
    p, w = palette(theme), words("en")
    deployed = list(sides.values())[-1]
    mean, low, high = (100 * part for part in deployed.below_zero.interval())
    worst, last = int(np.nanargmax(mean)), len(mean) - 1
    title = f"{mean[worst]:.0f} % of people are below zero on day {worst}, {mean[last]:.0f} % still on day {last}"
    title += f" (95 % interval {low[last]:.0f}–{high[last]:.0f})"
    subtitle = (
        f"Users with negative heritage, % of those who have not left; band: 95 % over {len(deployed.below_zero.values)} seeds"
    )
    d = Drawing(
        title,
        subtitle,
        w,
        p,
        x=(0, last),
        y=(-1.0, 1.12 * float(np.nanmax(high))),
        x_label="days since sign-up",
        name="below-zero",
    )
    d.zero(0, last)
    ends = []
    for (label, people), role in zip(sides.items(), ("baseline", "deployed"), strict=True):
        colour, text, fill = p.role(role)
        mean, low, high = (100 * part for part in people.below_zero.interval())
        x = np.arange(len(mean), dtype=float)
        d.band(x, np.maximum(low, 0.0), high, fill)
        d.line(x, mean, colour, [f"{label} · day {int(a)}: {b:.1f} %" for a, b in zip(x, mean, strict=True)])
        ends.append((f"{label} {mean[-1]:.0f} %", float(mean[-1]), text))
    d.end_labels(last, ends)
    return d


def persona_chart(people: PeopleOverSeeds, theme: str = "light") -> Drawing:
    """Share of each persona with negative heritage on the last day, with its interval."""
    p, w = palette(theme), words("en")
    mean, low, high = (100 * part for part in people.below_zero_by_persona.interval())
    order = np.argsort(mean)
    names = [people.personas[k] for k in order]
    title = f"{mean[order[-1]]:.0f} % of persona {names[-1]} end below zero, {mean[order[0]]:.0f} % of {names[0]}"
    subtitle = f"Users with negative heritage on day {people.scenario.days - 1}, % of the persona; bars: 95 % over seeds"
    d = Drawing(title, subtitle, w, p, x=(0.0, 1.1 * float(high.max())), y=names, x_label="% of the persona", name="below-zero-personas",
                height=110 + 34 * len(names))  # fmt: skip
    d.add(
        "segment",
        {"x0": np.maximum(low[order], 0.0), "y0": names, "x1": high[order], "y1": names},
        line_color=p.deployed,
        line_width=3,
    )
    d.add("scatter", {"x": mean[order], "y": names}, size=11, fill_color=p.deployed, line_color=p.deployed)
    d.add("text", {"x": high[order], "y": names, "text": [f"{v:.0f} %" for v in mean[order]]}, text_color=p.deployed_text,
          text_baseline="middle", x_offset=8, text_font_size="12px", text_font_style="bold")  # fmt: skip
    return d


def ratio_chart(sides: Mapping[str, PeopleOverSeeds], theme: str = "light") -> Drawing:
    """Median life ratio by day under two ways of counting days; the first is what is deployed."""
    p, w = palette(theme), words("en")
    ends, parts, last = [], [], 1
    for (label, people), role in zip(sides.items(), ("deployed", "candidate"), strict=True):
        mean, low, high = people.ratio_median.interval()
        last = len(mean) - 1
        ends.append((f"{label} {mean[-1]:.0f} %", float(mean[-1]), p.role(role)[1]))
        parts.append((label, role, mean, low, high))
    title = (
        f"Median ratio on the last day: {parts[1][2][-1]:.0f} % with {parts[1][0]}, {parts[0][2][-1]:.0f} % with {parts[0][0]}"
    )
    top = 1.08 * max(float(np.nanmax(high)) for *_, high in parts)
    d = Drawing(title, "Median life ratio of users who have not left, %; bands: 95 % over seeds", w, p, x=(0, last), y=(0.0, top),
                x_label="days since sign-up", name="ratio")  # fmt: skip
    d.zero(0, last)
    for label, role, mean, low, high in parts:
        colour, _, fill = p.role(role)
        x = np.arange(len(mean), dtype=float)
        d.band(x, low, high, fill)
        d.line(x, mean, colour, [f"{label} · day {int(a)}: {b:.1f} %" for a, b in zip(x, mean, strict=True)])
    d.end_labels(last, ends)
    return d


def presence_chart(sides: Mapping[str, PeopleOverSeeds], theme: str = "light") -> Drawing:
    """Median life ratio on the last day by how many of their days people opened; the title tells the rank correlations."""
    p, w = palette(theme), words("en")
    ranks = {label: people.ratio_rank.interval() for label, people in sides.items()}
    (one, a), (two, b) = ranks.items()
    near, far = ((one, a), (two, b)) if float(a[0]) > float(b[0]) else ((two, b), (one, a))
    title = (
        f"Presence decides the ratio more with {near[0]} ({float(near[1][0]):.2f}) than with {far[0]} ({float(far[1][0]):.2f})"
    )
    subtitle = "Median ratio on the last day, %, by share of days opened; in brackets Spearman's rank correlation; bands: 95 % over seeds"
    x = np.arange(5, 100, 10, dtype=float)
    parts = {label: people.ratio_by_presence.interval() for label, people in sides.items()}
    top = 1.1 * max(float(np.nanmax(high)) for _, _, high in parts.values())
    d = Drawing(title, subtitle, w, p, x=(0, 100), y=(0.0, top), x_label="days opened since sign-up, %", name="ratio-presence")
    d.zero(0, 100)
    ends = []
    for (label, (mean, low, high)), role in zip(parts.items(), ("deployed", "candidate"), strict=True):
        colour, text, fill = p.role(role)
        known = ~np.isnan(mean)
        d.band(x[known], low[known], high[known], fill)
        d.line(
            x[known],
            mean[known],
            colour,
            [f"{label} · {int(c)} %: {v:.0f} %" for c, v in zip(x[known], mean[known], strict=True)],
        )
        ends.append((label, float(mean[known][-1]), text))
    d.end_labels(float(x[-1]), ends)
    return d
