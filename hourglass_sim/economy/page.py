"""The economy report as one HTML file that needs nothing else: verdict, five figures, pictures, tables, how it was made."""

from functools import cache
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hourglass_sim.economy import money_pictures as money
from hourglass_sim.economy import progress_pictures as progress
from hourglass_sim.view import charts, document
from hourglass_sim.view.drawing import Drawing
from hourglass_sim.view.report_parts import table as html_table
from hourglass_sim.view.still import svg_of
from hourglass_sim.view.style import FONT, card_css
from hourglass_sim.view.words import Words, words

if TYPE_CHECKING:
    from hourglass_sim.economy.bands import Flag
    from hourglass_sim.economy.report import EconomyReport

VIEW = Path(charts.__file__).parent
TILES = {"minted": "flow.minted.per_active_day", "burnt": "flow.burnt.per_active_day", "growth": "supply.weekly_growth",
         "gini": "heritage.here.gini", "phoenix": "phoenix.active"}  # fmt: skip
SHARES = ("growth", "phoenix")
PERCENT = ("users", "here", "share_of_minted")  # columns of shares


def pictures(report: "EconomyReport", w: Words) -> list[Drawing]:
    """Every picture, from general to particular."""
    return [d for name in _SECTIONS.values() for d in name(report, w)]


def _money(report: "EconomyReport", w: Words) -> list[Drawing]:
    run = report.measured[0].run
    return [
        money.flows_picture(report, w),
        money.supply_picture(report, w),
        charts.flows_chart(run, w),
        money.white_picture(report, w),
    ]


def _wealth(report: "EconomyReport", w: Words) -> list[Drawing]:
    return [money.histogram_picture(report, w), money.lorenz_picture(report, w)]


def _pace(report: "EconomyReport", w: Words) -> list[Drawing]:
    return [d for d in (progress.levels_picture(report, w), progress.rarities_picture(report, w)) if d is not None]


def _states(report: "EconomyReport", w: Words) -> list[Drawing]:
    return [progress.phoenix_picture(report, w), charts.season_chart(report.measured[0].run, w)]


_SECTIONS = {"money": _money, "wealth": _wealth, "pace": _pace, "states": _states}


def page(report: "EconomyReport", w: Words) -> str:
    """The page as text."""
    s = report.scenario
    head = w("economy.of", users=w.number(s.users), days=w.number(s.days), seeds=len(report.seeds))
    shown = [f"<h1>{w('economy.title')} · {head}</h1>", f'<p class="verdict">{escape(_verdict(report, w))}</p>']
    shown += [f'<p class="lead">{escape(_closing(report, w))}</p>', _tiles(report, w)]
    for name, drawn in _SECTIONS.items():
        figures = drawn(report, w)
        if figures:
            cells = "".join(f'<figure class="panel">{svg_of(d)}{_SAVE}</figure>' for d in figures)
            shown += [f"<h2>{w(f'economy.section_{name}')}</h2>", f'<div class="grid">{cells}</div>']
    shown += [f"<h2>{w('economy.section_bands')}</h2>", f'<div class="panel text">{_bands(report, w)}</div>']
    for title, name in (("economy.flow_table", "sources_and_sinks"), ("economy.personas", "personas")):
        shown += [f"<h2>{w(title)}</h2>", f'<div class="panel text">{_frame(report.tables[name], w)}</div>']
    shown += [f"<h2>{w('economy.section_made')}</h2>", f'<div class="panel text">{_made(report, w)}</div>']
    return whole_page(w("economy.title"), "".join(shown), w)


def card(report: "EconomyReport", language: str = "en") -> str:
    """The report as a card for a notebook: verdict, five figures, two pictures."""
    w = words(language)
    drawn = [money.flows_picture(report, w), progress.rarities_picture(report, w) or money.supply_picture(report, w)]
    cells = "".join(f'<div style="flex:1 1 320px;min-width:0">{svg_of(d, 420)}</div>' for d in drawn)
    head = w("economy.of", users=w.number(report.scenario.users), days=w.number(report.scenario.days), seeds=len(report.seeds))
    return (
        f'<div class="hg hg-card"><style>{card_css()}{_css("still")}</style><h3>{escape(_verdict(report, w))}</h3>'
        f'<div class="hg-sub">{head}</div>{_tiles(report, w)}<div style="display:flex;flex-wrap:wrap;gap:12px">{cells}</div></div>'
    )


def whole_page(title: str, body: str, w: Words) -> str:
    """A page around a body of still pictures, with the buttons that save them."""
    script = (VIEW / "saving.js").read_text(encoding="utf-8")
    return document.page(title, f"{body}<script>{script}</script>", "", w, _css("still"))


_SAVE = '<span class="hg-save"><button type="button" data-save="svg">SVG</button><button type="button" data-save="png">PNG</button></span>'


@cache
def _css(name: str) -> str:
    return (VIEW / f"{name}.css").read_text(encoding="utf-8").replace("FONT", FONT)


def _verdict(report: "EconomyReport", w: Words) -> str:
    minted, burnt = (report.estimate(f"flow.{n}.per_active_day")[0] for n in ("minted", "burnt"))
    growth = report.estimate("supply.weekly_growth")[0]
    said = [w("economy.money", minted=w.number(minted, 2), burnt=w.number(burnt, 2))]
    if growth is not None:
        said.append(w("economy.growth", growth=f"{w.number(100 * growth, 1, signed=True)} %"))
    judged = [f for f in report.flags if f.band.kind == "band" and f.ok is not None]
    told = {"broken": len(report.broken), "n": len(judged)}
    said.append(w("economy.bands_broken", **told) if report.broken else w("economy.bands_hold", n=len(judged)))
    return " ".join(said)


def _closing(report: "EconomyReport", w: Words) -> str:
    b, worst = report.balances[0], max(abs(b.difference) for b in report.balances)
    if worst:
        return w("economy.open_ledger", difference=w.number(worst / 100, 2))
    told = {k: w.number(getattr(b, k) / 100, 2) for k in ("minted", "burnt", "heritage")}
    return w("economy.closes", n=len(report.balances), transit=w.number(b.in_transit / 100, 2), **told)


def _tiles(report: "EconomyReport", w: Words) -> str:
    flags = {flag.band.figure: flag for flag in report.flags}
    cells = []
    for name, figure in TILES.items():
        value, low, high = report.estimate(figure) if figure in report.figures else (None, None, None)
        show = (lambda v: w.percent(v)) if name in SHARES else (lambda v: w.number(v, 2))
        interval = "&nbsp;" if low is None or high is None else w("interval_short", low=show(low), high=show(high))
        flag = flags.get(figure)
        under = w("no_target") if flag is None else f"{flag.band.show()}: {_state(flag, w)}"
        cells.append(
            f'<div class="hg-tile" data-kpi="{name}"><div class="hg-name">{w(f"economy.tile_{name}")}</div>'
            f'<div class="hg-value">{show(value)}</div><span class="hg-under">{interval}</span><span class="hg-under">{under}</span></div>'
        )
    return f'<div class="hg-tiles">{"".join(cells)}</div>'


def _state(flag: "Flag", w: Words) -> str:
    if flag.ok is None:
        return w("economy.unknown")
    state = w("economy.ok") if flag.ok else w("economy.outside" if flag.band.kind == "band" else "economy.missed")
    return f"{state} ({w('economy.within_noise')})" if flag.is_clear is False else state


def _bands(report: "EconomyReport", w: Words) -> str:
    rows = []
    for f in report.flags:
        mark = "–" if f.ok is None else "✓" if f.ok else "✕"
        interval = "" if f.low is None else f"{f.band.shown(f.low)} – {f.band.shown(f.high)}"
        rows.append(
            (
                escape(f.band.title),
                f.band.shown(f.value),
                interval,
                f.band.show(),
                f"{mark} {_state(f, w)}",
                escape(f.band.source),
            )
        )
    lonely = report.nobody_or_everybody
    more = f"<p>{w('economy.lonely', names=escape(', '.join(lonely)))}</p>" if lonely else ""
    head = [w("measure"), w("value"), "95 %", w("range"), "", w("source")]
    return html_table(head, rows, numeric=(1, 2, 3)) + more


def _frame(frame: Any, w: Words) -> str:
    numeric = [k for k, name in enumerate(frame.columns) if frame[name].dtype.kind in "fi"]
    rows = [
        [_cell(v, w, c in PERCENT) for c, v in zip(frame.columns, row, strict=True)]
        for row in frame.itertuples(index=False, name=None)
    ]
    return html_table([escape(str(c).replace("_", " ")) for c in frame.columns], rows, numeric)


def _cell(value: Any, w: Words, is_share: bool) -> str:
    if isinstance(value, float) and is_share and value == value:
        return w.percent(value)
    if isinstance(value, float):
        return "–" if value != value else w.number(value, 0 if abs(value) >= 1000 else 2)
    return "–" if value is None else escape(str(value))


def _made(report: "EconomyReport", w: Words) -> str:
    told = report.scenario.describe()
    changed = "".join(f", {name} = {value}" for name, value in report.scenario.values.items())
    made = w(
        "economy.made", people=told["people"], policy=told["policy"], preset=told["preset"], values=changed, seed=report.seeds[0]
    )
    lines = [made, w("economy.again", command=command_of(report)), w("economy.files")]
    return "".join(f"<p>{escape(line)}</p>" for line in lines)


def command_of(report: "EconomyReport") -> str:
    """The command that makes this report again."""
    told, parts = report.scenario.describe(), ["hourglass economy"]
    defaults = {"economy": "hourglass", "users": 10_000, "days": 181, "seed": 7, "preset": "documented", "people": "habit",
                "policy": "deployed", "start": "2026-01-05"}  # fmt: skip
    parts += [f"--{name} {told[name]}" for name, usual in defaults.items() if told[name] != usual]
    parts += [f"--set {name}={value}" for name, value in report.scenario.values.items()]
    return " ".join([*parts, *([f"--replicates {len(report.seeds)}"] if len(report.seeds) != 4 else [])])
