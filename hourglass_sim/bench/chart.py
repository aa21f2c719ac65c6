"""User-days per second of ours and the peers as bars on a logarithmic axis, and the whole benchmark as a page of its own."""

import json
import math
from collections.abc import Callable
from html import escape
from pathlib import Path
from statistics import median

from hourglass_sim.bench.report import Report
from hourglass_sim.bench.telling import closing, verdict, whole_row
from hourglass_sim.economy.page import _SAVE, whole_page
from hourglass_sim.files import write_text
from hourglass_sim.view.drawing import Drawing
from hourglass_sim.view.palette import palette
from hourglass_sim.view.report_parts import table as html_table
from hourglass_sim.view.still import svg_of
from hourglass_sim.view.words import words

FULL, TOY, AGENTS = "full rules, columns", "toy day, our columns", "full rules, agents"
HEAD = ("figure", "value", "goal", "verdict", "against")
WHOLE_HEAD = (*HEAD, "lowest to highest", "how")


def bars(report: Report) -> dict[str, float]:
    """Median user-days per second by name, fastest first."""
    speeds = report.speeds
    found = {FULL: median(speeds.full), TOY: median(speeds.toy), AGENTS: median(speeds.agents)}
    found |= {f"toy day, {name}": median(values) for name, values in speeds.peers.items()}
    return dict(sorted(found.items(), key=lambda pair: -pair[1]))


def chart(report: Report) -> Drawing:
    """Horizontal bars on a logarithmic axis; each label says the speed and how many times faster or slower the full rules are."""
    w, p = words("en"), palette("light")
    speeds = bars(report)
    names = list(speeds)[::-1]
    first = math.floor(math.log10(min(speeds.values()))) - 1.0
    last = math.ceil(math.log10(max(speeds.values())))
    ticks = {float(k): _power(k) for k in range(int(first), int(last) + 1)}
    peers = [name for name in names if name not in (FULL, TOY, AGENTS)]
    d = Drawing(
        _title(speeds, peers), "user-days of users who have not left, per second; logarithmic; × says how many times the full rules are "
        "faster", w, p, x=(first, float(last)), y=names, height=120 + 34 * len(names), name="bench", x_ticks=ticks,
    )  # fmt: skip
    shades = [p.candidate_fill if name in (FULL, TOY) else p.baseline_fill for name in names]
    ends = [math.log10(speeds[name]) for name in names]
    data = {"y": names, "left": [first] * len(names), "right": ends, "fill_color": shades}
    d.add("hbar", data, height=0.62, line_color=None)
    labels = [_label(speeds[name], speeds[FULL] / speeds[name], name) for name in names]
    d.add(
        "text",
        {"x": ends, "y": names, "text": labels},
        text_color=p.text,
        text_font_size="12px",
        text_baseline="middle",
        x_offset=6,
    )
    return d


def _title(speeds: dict[str, float], peers: list[str]) -> str:
    if not peers:
        return f"The full rules run {speeds[FULL] / speeds[AGENTS]:,.0f} times as fast compiled as readable"
    fastest = max(peers, key=lambda name: speeds[name])
    times, name = speeds[FULL] / speeds[fastest], fastest.removeprefix("toy day, ")
    if times >= 1.0:
        return f"The full rules run {times:,.1f} times as fast as the fastest peer, {name}, runs a toy day"
    return f"{name} runs a toy day {1 / times:,.1f} times as fast as the full rules run"


def _power(k: int) -> str:
    return {0: "1", 1: "10", 2: "100", 3: "1 k", 4: "10 k", 5: "100 k", 6: "1 M", 7: "10 M", 8: "100 M", 9: "1 G"}.get(
        k, f"10^{k}"
    )


def _label(speed: float, times: float, name: str) -> str:
    value = f"{speed / 1e6:,.1f} M" if speed >= 1e6 else f"{speed / 1e3:,.1f} k"
    return value if name == FULL else f"{value}  ({times:,.1f} ×)" if times >= 1.0 else f"{value}  ({times:,.2f} ×)"


def page(report: Report) -> str:
    """One HTML page: verdict, chart, table, roofline and who was skipped."""
    body = ["<h1>Speed and memory</h1>", f'<p class="verdict">{escape(verdict(report))}</p>']
    facts = ", ".join(
        f"{name.replace('_', ' ')} {round(value, 1) if isinstance(value, float) else value}"
        for name, value in report.machine.items()
        if value is not None
    )
    body.append(f'<p class="lead">{escape(f"Medians of interleaved repetitions. {facts}.")}</p>')
    if report.speeds:
        body.append(
            f'<div class="grid"><figure class="panel" style="grid-column:1/-1">{svg_of(chart(report), 900)}{_SAVE}</figure></div>'
        )
    rows = [[escape(cell) for cell in whole_row(figure)] for figure in report.figures]
    body.append(f'<h2>Every figure</h2><div class="panel text">{html_table(WHOLE_HEAD, rows, numeric=(1, 2))}</div>')
    said = "".join(f"<p>{escape(line)}</p>" for line in closing(report))
    body.append(f'<h2>The bound, and what was left out</h2><div class="panel text">{said}</div>')
    return whole_page("Speed and memory", "".join(body), words("en"))


def write(report: Report, out: Path) -> list[Path]:
    """Write index.html, figures.json and, when throughput was measured, bench.svg into a folder; returns the paths, the page first."""
    from hourglass_sim.commands.output import plain

    contents: dict[str, Callable[[], str]] = {
        "index.html": lambda: page(report),
        "figures.json": lambda: json.dumps(plain(report.told()), ensure_ascii=False, indent=1) + "\n",
    }
    if report.speeds:
        contents["bench.svg"] = lambda: svg_of(chart(report), 900, is_file=True) + "\n"
    return [write_text(out / name, made()) for name, made in contents.items()]
