"""`hourglass economy`: sources and sinks, heritage, pacing, Phoenix and seasons of a scenario, against their bands."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hourglass_sim.commands import scenario_options as options
from hourglass_sim.commands.notes import noted
from hourglass_sim.commands.output import AsJson, print_json, print_table

if TYPE_CHECKING:
    from hourglass_sim.economy.report import EconomyReport

DAYS = 181  # so that day 180, on which the bands are set, is reached
Days = Annotated[int | None, typer.Option("--days", help="Days to simulate, 1 to 3660.", show_default="181")]
Replicates = Annotated[int, typer.Option("--replicates", help="Seeds that the intervals come from, 1 to 1000.")]
Bands = Annotated[
    Path | None, typer.Option("--bands", help="TOML file of bands in place of the shipped ones.", show_default=False)
]
Strict = Annotated[bool, typer.Option("--strict", help="Exit 1 when a band is broken (targets aside).")]
Out = Annotated[
    Path | None,
    typer.Option("--out", help="Folder for index.html, economy.xlsx, a CSV per table, SVG pictures.", show_default=False),
]
Language = Annotated[str, typer.Option("--language", help="en or fr: the page's words.")]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("economy")(economy)


def economy(
    users: options.Users = None, days: Days = None, seed: options.Seed = None, preset: options.Preset = None,
    policy: options.PolicyName = None, people: options.PeopleName = None, values: options.Values = None, start: options.Start = None,
    economy: options.Economy = None, arrivals: options.Arrivals = None, scenario: options.ScenarioFile = None,
    threads: options.Threads = None,
    replicates: Replicates = 4, bands: Bands = None, strict: Strict = False, out: Out = None, language: Language = "en",
    json: AsJson = False,
) -> None:  # fmt: skip
    """Print and draw where grains come from and go to, who holds them, and how fast progress comes; flag what leaves its band."""
    from hourglass_sim.economy.files import require_place, write_report
    from hourglass_sim.economy.report import economy_report
    from hourglass_sim.view.words import words

    words(language)
    given = {"users": users, "days": days, "seed": seed, "preset": preset, "policy": policy, "people": people, "start": start}
    chosen = options.scenario_from(scenario, values, {"days": DAYS}, economy=economy, arrivals=arrivals, **given)
    if out is not None:
        require_place(out)
    with noted() as note:
        report = economy_report(chosen, replicates=replicates, bands=bands, threads=threads, note=note)
    files = [] if out is None else write_report(report, out, language)
    if json:
        print_json(report.as_dict() | ({"out": str(out)} if out is not None else {}))
    else:
        show(report)
        for path in files:
            print(f"wrote {path}")
    if strict and not report.is_sound:
        raise typer.Exit(1)


def show(report: "EconomyReport") -> None:
    """Print the report for a person: verdict first, then tables from general to particular, flags last."""
    from hourglass_sim.commands.simulate import _title
    from hourglass_sim.economy.telling import notes, verdict

    print(f"{_title(report.scenario)}\n{len(report.seeds)} seeds; ± is half a 95 % interval over them\n\n{verdict(report)}\n")
    _show_flows(report)
    _show_heritage(report)
    _show_pace(report)
    _show_mix(report)
    print_table(("band or target", "value", "range", ""), [_band_row(f) for f in report.flags], "\nBands and targets")
    for name in report.nobody_or_everybody:
        share = report.pacing.set_index("id").iloc[:, -1][name]
        print(
            f"  achievement {name}: {'everybody' if share > 0.5 else 'nobody'} of the survivors has it by day {report.days[-1]}"
        )
    for line in notes(report):
        print(f"Note: {line}")


def _show_flows(report: "EconomyReport") -> None:
    listed = report.tables["sources_and_sinks"].rename(columns={"from": "source"}).itertuples(index=False)
    rows = [
        (f"{_SIGNS[r.kind]} {r.row}", r.source.removeprefix("user_"), r.to.removeprefix("user_"), _number(r.grains, 0),
         _with(r.per_active_user_day, r.high), _percent(r.share_of_minted)) for r in listed
    ]  # fmt: skip
    print_table(("row", "from", "to", "grains", "active day", "share"), rows, "Sources and sinks")
    print("+ golden grains come to be, − they are gone, ↔ from user to user, · white grains only.\n"
          "active day: grains per user-day opened; share: of all minted")  # fmt: skip
    b, worst = report.balances[0], max(abs(x.difference) for x in report.balances)
    held = f"heritage {b.heritage / 100:,.2f} + in transit {b.in_transit / 100:,.2f}"
    print(f"Balance of seed {report.seeds[0]}: minted {b.minted / 100:,.2f} − burnt {b.burnt / 100:,.2f} = {held}; "
          f"difference {b.difference / 100:.2f} (largest of {len(report.seeds)} seeds: {worst / 100:.2f})")  # fmt: skip
    parts = ", ".join(
        f"{_percent(report.estimate(f'white.{name}')[0])} {words}"
        for name, words in (
            ("paid", "paid in gold, Phoenix bonus included"),
            ("evaporated", "evaporated"),
            ("social", "spent on boosts and comments"),
            ("lapsed", "lapsed on open days (no contract, devalued, unspent reserve; less what Phoenix adds)"),
            ("away", "lapsed on days away"),
        )
        if name != "social" or report.estimate("white.social")[0]
    )
    print(f"Of {_number(report.estimate('white.total')[0], 0)} white grains: {parts}.")
    held, growth, idle = (report.estimate(f"supply.{n}")[0] for n in ("held", "weekly_growth", "idle"))
    print(f"Supply at the end: {_number(held, 0)} grains, growing {_percent(growth)} a week, "
          f"{_percent(idle)} held by users away 28 days.\n")  # fmt: skip


_SIGNS = {"source": "+", "sink": "−", "transfer": "↔", "white": "·", "sum": "="}


def _show_heritage(report: "EconomyReport") -> None:
    shares = ("top_tenth", "top_hundredth", "negative")
    rows = []
    for r in report.tables["heritage"].itertuples(index=False):
        show = _percent if r.measure in shares else _number
        ends = [(r.all, r.all_high), (r.here, r.here_high)]
        rows.append((_MEASURES.get(r.measure, r.measure), *(_with(mean, high, show) for mean, high in ends)))
    counts = [_number(report.estimate(f"heritage.{w}.users")[0], 0) for w in ("all", "here")]
    head = ("heritage, grains", f"all {counts[0]} users", f"{counts[1]} here in the last 28 days")
    print_table(head, rows, "Heritage at the end")


_MEASURES = {"gini": "Gini (0 equal, 1 one has all)", "top_tenth": "held by richest 10 %", "top_hundredth": "held by richest 1 %",
             "negative": "users below zero", "p50": "median"}  # fmt: skip


def _show_pace(report: "EconomyReport") -> None:
    if "pace" not in report.tables:
        return
    rows = [(f"day {int(r.day)}", *(_number(v, 1) for v in list(r)[1:])) for r in report.tables["pace"].itertuples(index=False)]
    head = ("by", "median level", "90 % below", "highest", "median heritage", "achievements")
    print_table(head, rows, f"\nPace of the {_number(report.estimate('pace.survivors')[0], 0)} survivors")
    table = report.tables["rarities"]
    days = [c for c in table.columns if c.startswith("day_")]
    rows = [
        (r["rarity"], r["achievements"], *(_percent(r[d]) for d in days), r["band"], r["state"]) for r in table.to_dict("records")
    ]
    head = ("rarity", "how many", *(d.replace("_", " ") for d in days), "band", "")
    print_table(head, rows, "\nMedian achievement of each rarity: share of survivors who have it")


def _show_mix(report: "EconomyReport") -> None:
    e = {name: report.estimate(f"phoenix.{name}") for name in ("present", "active", "entries_per_month", "mean_days", "ever")}
    shares = {name: _with(e[name][0], e[name][2], _percent) for name in ("active", "present")}
    print(f"\nPhoenix: {shares['active']} of opened user-days, {shares['present']} of all user-days (days away too); "
          f"{_number(e['entries_per_month'][0])} entries a user and month, {_number(e['mean_days'][0], 1)} days in it per entry "
          f"(unfinished stays too); "
          f"{_percent(e['ever'][0])} of users were ever in it.")  # fmt: skip
    rows = [
        (r.season, _with(r.opened_days, r.opened_high, _percent), _with(r.user_days, r.high, _percent), _percent(r.last_day))
        for r in report.tables["seasons"].itertuples(index=False)
    ]
    print_table(
        ("season", "of opened days", "of all user-days", "last day"),
        rows,
        "\nSeasons (all user-days: of users not gone, days away too)",
    )
    table = report.tables["personas"]
    rows = [(r.persona, _percent(r.users), _percent(r.here), _number(r.opened_days, 0), _number(r.earned_per_active_day),
             _number(r.heritage_median, 0), _number(r.level_mean, 1), _number(r.gini)) for r in table.itertuples(index=False)]  # fmt: skip
    head = ("persona", "users", "still here", "days opened", "earned a day", "median heritage", "level", "Gini")
    print_table(head, rows, "\nBy persona")


def _band_row(flag) -> tuple[str, str, str, str]:
    state = "not known" if flag.ok is None else "ok" if flag.ok else "OUTSIDE" if flag.band.kind == "band" else "missed"
    doubt = " (within noise)" if flag.is_clear is False else ""
    return flag.band.title, flag.band.shown(flag.value), f"{flag.band.kind} {flag.band.show()}", state + doubt


def _number(value: float | None, digits: int = 2) -> str:
    return "–" if value is None or value != value else f"{value:,.{digits}f}"


def _percent(value: float | None, digits: int = 1) -> str:
    return "–" if value is None or value != value else f"{100 * value:.{digits}f} %"


def _with(mean: float | None, high: float | None, show=_number) -> str:
    if mean is None or mean != mean or high is None or high != high:
        return show(mean)
    return f"{show(mean)} ± {show(high - mean)}"
