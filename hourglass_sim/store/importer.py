"""Reading an event log from here or elsewhere: which columns, which unit, which rows are acts; local days and hours."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
from hourglass_policy.errors import BadInput, unknown

from hourglass_sim.metrics.activity import Activity
from hourglass_sim.store.doubts import doubts
from hourglass_sim.store.schema import ACTIVITY, COLUMNS
from hourglass_sim.store.sources import Rows, Source, open_source
from hourglass_sim.store.times import WrongTime, guess_unit, local_days_and_hours, require_unit, require_zone, utc_seconds

USER_NAMES = ("user", "userid", "uid", "player", "playerid", "customer", "customerid", "member", "memberid", "account")
USER_NAMES += ("accountid", "learnerid", "studentid", "visitorid", "clientid", "personid", "distinctid", "anonymousid", "iduser")
TIME_NAMES = ("time", "timestamp", "ts", "datetime", "eventtime", "eventtimestamp", "createdat", "occurredat", "loggedat")
TIME_NAMES += ("date", "at", "when", "eventdate", "activityhour", "activitydate", "day")

EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, eq=False)
class Log:
    """The acts of a log, in its order, on local calendar days.

    codes: row k belongs to users[codes[k]], int64[rows] · users: the original ids, sorted, [n] · day: days after `start`,
    int32[rows] · hour: local hour 0..23, int8[rows] · start: local date of the log's first day · last_day: day number of its
    last one (both over every row, acts or not) · source: its path · tz: time zone · warnings: one line each.
    """

    codes: np.ndarray
    users: np.ndarray
    day: np.ndarray
    hour: np.ndarray
    start: date
    last_day: int
    source: str
    tz: str
    warnings: tuple[str, ...]

    @property
    def n_rows(self) -> int:
        """Number of acts."""
        return len(self.codes)

    def activity(self) -> Activity:
        """The days on which each user is active, packed."""
        return Activity.from_codes(self.codes, self.users, self.day, start=self.start, last_day=self.last_day)

    def hours(self) -> np.ndarray:
        """Share of acts in each local hour of the day; float64[24]."""
        return np.bincount(self.hour, minlength=24) / len(self.hour)


def read_log(
    path: str | Path,
    user: str | None = None,
    time: str | None = None,
    time_unit: str | None = None,
    tz: str = "UTC",
    event: Mapping[str, Iterable[str]] | None = None,
) -> Log:
    """Read a log: csv, csv.gz, parquet, a folder of parquet parts, or duckdb (table `events`).

    `user` and `time` name columns and are guessed when None, as is `time_unit` (s, ms, us, iso); every guess is a warning.
    `event` keeps the rows whose column has one of the values, for each column; a log of our own keeps `user.logged_in`.
    Raises BadInput, in one line, for anything that cannot be read. Source: DESIGN.md, section 4.
    """
    require_unit(time_unit)
    require_zone(tz)
    return log_from(open_source(path), user, time, time_unit, tz, event)


def log_from(
    source: Source,
    user: str | None = None,
    time: str | None = None,
    time_unit: str | None = None,
    tz: str = "UTC",
    event: Mapping[str, Iterable[str]] | None = None,
) -> Log:
    """As `read_log`, from a source that is open already."""
    require_unit(time_unit)
    require_zone(tz)
    guesses: list[str] = []
    is_ours = set(COLUMNS) <= set(source.columns)
    user = _column(source, user, "user", USER_NAMES, guesses)
    time = _column(source, time, "time", TIME_NAMES, guesses)
    if user == time:
        raise BadInput("one column cannot be both user and time", where=source.name, value=user)
    if event is None and is_ours:
        event = {"event": ACTIVITY}
    keep = {name: frozenset(str(v) for v in values) for name, values in (event or {}).items()}
    for name in keep:
        if name not in source.columns:
            raise unknown("column", name, source.columns, where=f"--event in {source.name}")
    rows = source.rows(user, time, keep)
    if not len(rows.users):
        chosen = " ".join(f"{name}={'|'.join(sorted(values))}" for name, values in keep.items())
        raise BadInput("no row passes the filter", where=f"--event in {source.name}", value=chosen)
    if time_unit is None:
        time_unit = guess_unit(rows.times)
        if not is_ours and not pd.api.types.is_datetime64_any_dtype(rows.times):
            guesses.append(f"time unit not given: read as {time_unit} (--time-unit)")
    return _log(source, rows, user, time_unit, tz, [] if is_ours else guesses)


def _log(source: Source, rows: Rows, user: str, unit: str, tz: str, warnings: list[str]) -> Log:
    seconds = _seconds(source, rows.times, unit, rows.positions)
    others = _seconds(source, rows.other_times, unit, rows.other_times.index)
    codes, users = pd.factorize(_whole_ids(rows.users), sort=True)
    known = codes >= 0
    if not known.any():
        raise BadInput("no row names a user", where=f"{source.name} column {user}")
    if not known.all():
        warnings.append(f"{int((~known).sum())} rows without a user id in column {user} were left out")
    days, hours = local_days_and_hours(seconds[known], tz)
    span = np.concatenate([days, local_days_and_hours(others, tz)[0]])
    first, last = int(span.min()), int(span.max())
    warnings += doubts(codes[known], days, seconds[known], first, last)
    return Log(
        codes=codes[known].astype(np.int64),
        users=np.asarray(users),
        day=(days - first).astype(np.int32),
        hour=hours,
        start=EPOCH + timedelta(days=first),
        last_day=last - first,
        source=source.name,
        tz=tz,
        warnings=tuple(warnings),
    )


def _seconds(source: Source, times: pd.Series, unit: str, positions: pd.Index) -> np.ndarray:
    seconds = utc_seconds(times, unit)
    if isinstance(seconds, WrongTime):
        where = f"{source.place(int(positions[seconds.row]))} column {times.name}"
        raise BadInput(seconds.what, where=where, value=seconds.value, allowed=seconds.allowed)
    return seconds


def _column(source: Source, given: str | None, role: str, usual: tuple[str, ...], guesses: list[str]) -> str:
    if given is not None:
        if given not in source.columns:
            raise unknown("column", given, source.columns, where=f"--{role} in {source.name}")
        return given
    plain = {re.sub("[^a-z0-9]", "", name.lower()): name for name in reversed(source.columns)}
    for name in usual:
        if name in plain:
            guesses.append(f"{role} column not given: {plain[name]} is used (--{role})")
            return plain[name]
    columns = ", ".join(source.columns)
    raise BadInput(f"no column looks like the {role}; name it with --{role}", where=source.name, allowed=columns)


def _whole_ids(users: pd.Series) -> pd.Series:
    """Ids that a gap turned into floats become whole numbers again."""
    if pd.api.types.is_float_dtype(users) and (users.dropna() % 1 == 0).all():
        return users.astype("Int64")
    return users
