"""When users sign up: counts given day by day, a flow by name (constant, growing, seasonal), or a file of counts."""

import csv
import tomllib
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from functools import cache
from numbers import Integral
from pathlib import Path

import numpy as np
from hourglass_policy.errors import BadInput, nearest_name, require_between

FLOWS = ("constant", "growing", "seasonal")
SCALED = "scaled"  # scaled:FILE spreads the run's users in the proportions of a file
WEEKLY_GROWTH = 0.02  # of `growing` without a rate
COUNT, WHEN = "count", ("date", "day")  # columns of a file
_PATTERNS = Path(__file__).parent / "people" / "arrivals.toml"
ALLOWED = (
    "constant, growing:0.02 (a week), seasonal, seasonal:0.02, scaled:FILE.csv, a file of date,count or day,count, or counts"
)


def arrival_counts(given: "str | Sequence[int]", users: int, days: int, start: date) -> tuple[int, ...]:
    """Users signing up on day 0, 1, …: whole numbers that add up to `users`; () when all sign up on day 0.

    `given` is a flow's name, a CSV file with `count` and `date` or `day`, `scaled:` and such a file, or the counts themselves.
    Raises BadInput for unknown names, files that cannot be used, days outside the run, and counts that do not add up.
    """
    if isinstance(given, str):
        return _named(given.strip(), users, days, start)
    counts = _whole(given)
    if counts and (min(counts) < 0 or len(counts) > days):
        raise BadInput("arrivals are counts for the days of the run", value=counts, allowed=f"up to {days} counts, none negative")
    return _adding_up(counts, users, "scenario") if counts else ()


def users_of_file(given: str | None, start: "date | str") -> int | None:
    """How many users a file of arrivals holds; None for anything but a file of counts that are taken as they are."""
    if given is None or not _is_file(given):
        return None
    return sum(count for _, _, count in _rows(given, date.fromisoformat(str(start))))


def is_file_of_counts(given: object) -> bool:
    """Whether arrivals are read from a file, so that a scenario that is kept holds its counts."""
    return isinstance(given, str) and _is_file(given.removeprefix(f"{SCALED}:"))


def _named(given: str, users: int, days: int, start: date) -> tuple[int, ...]:
    name, _, rest = given.partition(":")
    if name == SCALED:
        return spread(_by_day(rest, days, start), users)
    if name in FLOWS:
        growth = _rate(given, rest, WEEKLY_GROWTH if name == "growing" else 0.0)
        if name == "constant" and rest:
            raise BadInput("a constant flow has no rate", where="arrivals", value=given, allowed=ALLOWED)
        factor = seasonal_factor() if name == "seasonal" else lambda when: 1.0
        return spread([(1.0 + growth) ** (day / 7) * factor(start + timedelta(days=day)) for day in range(days)], users)
    if _is_file(given):
        return _adding_up(tuple(_by_day(given, days, start)), users, given)
    near = nearest_name(name, (*FLOWS, SCALED))
    raise BadInput("unknown arrivals", where="scenario", value=given, allowed=ALLOWED, nearest=near)


def spread(weights: Sequence[float], users: int) -> tuple[int, ...]:
    """`users` spread over days in proportion to `weights`, each day within one of its share; the sum is exact."""
    reached = np.cumsum(np.asarray(weights, dtype=np.float64))
    edges = np.floor(reached / reached[-1] * users + 0.5).astype(np.int64)
    return tuple(np.diff(edges, prepend=0).tolist())


@cache
def seasonal_factor() -> Callable[[date], float]:
    """The factor of a date's sign-ups: its weekday's times its month's, as `people/arrivals.toml` gives them with their sources."""
    table = tomllib.loads(_PATTERNS.read_text(encoding="utf-8"))
    weekday, month = table["weekday"]["factors"], table["month"]["factors"]
    return lambda when: weekday[when.weekday()] * month[when.month - 1]


def _rate(given: str, text: str, otherwise: float) -> float:
    if not text:
        return otherwise
    try:
        rate = float(text)
    except ValueError as error:
        raise BadInput("weekly growth is not a number", where="arrivals", value=given, allowed="such as growing:0.02") from error
    require_between("weekly growth", rate, -0.5, 1.0, "arrivals")
    return rate


def _is_file(given: str) -> bool:
    return given.lower().endswith(".csv") or Path(given).is_file()


def _by_day(path: str, days: int, start: date) -> list[int]:
    counts = [0] * days
    seen: dict[int, int] = {}
    for line, day, count in _rows(path, start):
        where = f"{path}, line {line}"
        if not 0 <= day < days:
            last = start + timedelta(days=days - 1)
            raise BadInput("a day outside the run", where=where, value=day, allowed=f"day 0 to {days - 1} ({start} to {last})")
        if day in seen:
            raise BadInput(f"a day that line {seen[day]} has already", where=where, value=day)
        counts[day], seen[day] = count, line
    if sum(counts) == 0:
        raise BadInput("nobody signs up", where=path, value=0, allowed="at least one user")
    return counts


def _rows(path: str, start: date) -> list[tuple[int, int, int]]:
    """(line, day of the run, users) of each line of a file, in its order."""
    try:
        with open(path, encoding="utf-8-sig", newline="") as opened:
            reader = csv.DictReader(opened, restval="")
            table = [(reader.line_num, row) for row in reader]
            names = tuple(reader.fieldnames or ())
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise BadInput(f"cannot read ({getattr(error, 'strerror', None) or error})", where=path, allowed="a CSV file") from error
    if not table:
        raise BadInput("no rows", where=path, allowed="a first line date,count or day,count, then one line a day")
    when = _column(names, WHEN, path)
    _column(names, (COUNT,), path)
    return [(k, _day(row[when], when, start, f"{path}, line {k}"), _count(row[COUNT], f"{path}, line {k}")) for k, row in table]


def _column(names: Sequence[str], valid: Sequence[str], path: str) -> str:
    for name in valid:
        if name in names:
            return name
    near = next((close for other in names if (close := nearest_name(other, valid))), None)
    raise BadInput(
        f"no column {' or '.join(valid)}", where=path, value=", ".join(names), allowed="date,count or day,count", nearest=near
    )


def _day(text: str, column: str, start: date, where: str) -> int:
    try:
        return (date.fromisoformat(text.strip()) - start).days if column == "date" else int(text)
    except ValueError as error:
        allowed = "YYYY-MM-DD" if column == "date" else "a whole number, 0 the first day"
        raise BadInput(f"{column} cannot be read", where=where, value=text, allowed=allowed) from error


def _count(text: str, where: str) -> int:
    try:
        count = int(text)
    except ValueError as error:
        raise BadInput("count is not a whole number", where=where, value=text, allowed="0 or more") from error
    require_between("count", count, 0, 2**31, where)
    return count


def _whole(value: object) -> tuple[int, ...]:
    value = value.tolist() if hasattr(value, "tolist") else value  # NumPy's arrays, pandas' columns
    whole = isinstance(value, (list, tuple)) and all(isinstance(n, Integral) and not isinstance(n, bool) for n in value)
    if not whole:
        raise BadInput("arrivals are not counts", where="scenario", value=value, allowed=ALLOWED)
    return tuple(int(n) for n in value)


def _adding_up(counts: tuple[int, ...], users: int, where: str) -> tuple[int, ...]:
    if sum(counts) != users:
        raise BadInput(
            f"arrivals must add up to users, {users:,}", where=where, value=sum(counts), allowed=f"users = {sum(counts)}"
        )
    return counts
