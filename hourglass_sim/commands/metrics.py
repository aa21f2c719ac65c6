"""`hourglass metrics LOG`: retention, growth, streaks and hours of an event log."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from hourglass_policy.errors import BadInput

from hourglass_sim.commands.output import AsJson, TableFile, checked_table, print_json, print_table, saved_tables

if TYPE_CHECKING:
    from hourglass_sim.tables import Table

LogPath = Annotated[Path, typer.Argument(help="csv, csv.gz, parquet, a folder of parquet parts, or duckdb.", show_default=False)]
UserColumn = Annotated[str | None, typer.Option("--user", help="Column of user ids; guessed when not given.", show_default=False)]
TimeColumn = Annotated[str | None, typer.Option("--time", help="Column of times; guessed when not given.", show_default=False)]
TimeUnit = Annotated[str | None, typer.Option("--time-unit", help="s, ms, us (since 1970) or iso.", show_default="guessed")]
Zone = Annotated[str, typer.Option("--tz", help="Time zone of the calendar days, for instance Europe/Paris.")]
Events = Annotated[
    list[str] | None,
    typer.Option(
        "--event", help="COLUMN=VALUE: rows that count as acts; repeat it for more values or columns.", show_default=False
    ),
]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("metrics")(metrics)


def metrics(
    log: LogPath,
    user: UserColumn = None,
    time: TimeColumn = None,
    time_unit: TimeUnit = None,
    tz: Zone = "UTC",
    event: Events = None,
    table: TableFile = None,
    json: AsJson = False,
) -> None:
    """Retention, next-day growth states, months, streaks and hours of a log, with 95 % intervals."""
    from hourglass_sim.metrics.report import log_report
    from hourglass_sim.store.importer import read_log

    checked_table(table)
    found = read_log(log, user, time, time_unit, tz, event_filter(event))
    if found.last_day == 0:
        raise BadInput("all times fall on one day; retention needs at least two", where=found.source)
    report = log_report(found)
    told = saved_tables(table, report_tables(report) if table else {}, json)
    if json:
        print_json(report | told)
    else:
        _show(report)


def event_filter(pairs: list[str] | None) -> dict[str, list[str]] | None:
    """`COLUMN=VALUE` options as values by column; None when there are none."""
    chosen: dict[str, list[str]] = {}
    for pair in pairs or ():
        column, equals, value = pair.partition("=")
        if not equals or not column:
            raise BadInput("not a filter", where="--event", value=pair, allowed="COLUMN=VALUE")
        chosen.setdefault(column, []).append(value)
    return chosen or None


def report_tables(report: dict[str, Any]) -> "dict[str, Table]":
    """A log's report as tables: retention, next-day states, months, hours; shares from 0 to 1 with their 95 % bounds."""
    from hourglass_sim.tables import Table, table_of_dicts

    sure = report["intervals"]
    kept = [
        {
            "day": int(day.removeprefix("d")),
            "measure": name,
            "share": share,
            "low": sure[name][day][0],
            "high": sure[name][day][1],
        }
        for name in ("retention", "retention_unbounded")
        for day, share in report[name].items()
    ]
    states = [
        {"state": state, "user_days": cell["n"], "active_next_day": cell["rate"], "low": low, "high": high}
        for state, cell in report["next_day"].items()
        for low, high in [sure["next_day"][state]]
    ]
    return {
        "retention": table_of_dicts(kept),
        "next_day": table_of_dicts(states),
        "months": table_of_dicts(report["monthly"]),
        "hours": Table(["hour", "share_of_acts"], list(enumerate(report["hours"]))),
    }


def _show(report: dict[str, Any]) -> None:
    print(f"{report['users']} users, {report['rows']} acts, {report['start']} to {report['end']} ({report['tz']})\n")
    sure = report["intervals"]
    kept, later = report["retention"], report["retention_unbounded"]
    rows = [
        (day, _percent(kept[day]), _range(sure["retention"][day]), _percent(later[day]), _range(sure["retention_unbounded"][day]))
        for day in kept
    ]
    print_table(("day", "on the day", "95 %", "on it or later", "95 %"), rows, "Retention")
    states = [
        (state, cell["n"], _percent(cell["rate"]), _range(sure["next_day"][state])) for state, cell in report["next_day"].items()
    ]
    print_table(("state", "user-days", "active next day", "95 %"), states, "\nNext day")
    print_table(tuple(report["monthly"][0]), [tuple(month.values()) for month in report["monthly"][-12:]], "\nLast months")
    runs, (low, high) = report["streaks"], sure["streaks"]["mean"]
    print(f"\nStreaks: {runs['count']}, mean {runs['mean']:.3f} days [{low:.3f}, {high:.3f}], longest {runs['longest']}")
    busiest = max(range(24), key=lambda hour: report["hours"][hour])
    print(f"Busiest hour: {busiest} h ({_percent(report['hours'][busiest])} of acts)")
    for line in report["warnings"]:
        print(f"Warning: {line}")


def _percent(share: float | None) -> str | None:
    return None if share is None else f"{100 * share:.2f} %"


def _range(bounds: list[float | None]) -> str | None:
    return None if bounds[0] is None else f"{100 * bounds[0]:.2f}–{100 * bounds[1]:.2f}"
