"""Collecting events column by column, and turning local hours of the run into UTC."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa

from hourglass_sim.store.schema import arrow_schema

ZONE = "Europe/Paris"  # the product's day (RULES 1.2)


def utc_of_hours(start: date, days: int, zone: str = ZONE) -> np.ndarray:
    """UTC seconds since 1970 at which each local hour begins; int64[days, 24], day 0 = `start`.

    An hour that the clock skips begins when it would have without the change (02:00 reads 03:00); of an hour that comes twice, the first.
    """
    place, table = ZoneInfo(zone), np.empty((days, 24), dtype=np.int64)
    for day in range(days):
        on = start + timedelta(days=day)
        table[day] = [int(datetime.combine(on, time(hour), place).timestamp()) for hour in range(24)]
    return table


class EventRows:
    """Events of some recorded user-days; `add` one kind at a time, `table` in order of time and user.

    `user`, `day`: of each user-day; `hours`: the whole run's `utc_of_hours`.
    """

    def __init__(self, user: np.ndarray, day: np.ndarray, hours: np.ndarray):
        self._user, self._day, self._hours = user.astype(np.int64), day.astype(np.int64), hours
        self._texts: dict[str, int] = {}
        self._parts: list[tuple[np.ndarray, ...]] = []

    def add(self, event: str, where: np.ndarray, hour, second, order: int, amount=None, goal=None, detail=None) -> None:
        """One `event` for every user-day in `where` (bool).

        `hour` (local) and `second` within it: numbers or arrays over all user-days; `order` (0 to 999,999) puts events of one second
        in sequence. `amount`: an array in the event's unit; `goal`, `detail`: a text, or (texts, array of their numbers).
        """
        rows = np.flatnonzero(where)
        if not len(rows):
            return
        begins = self._hours[self._day[rows], _at(hour, rows)]
        time_us = (begins + _at(second, rows)) * 1_000_000 + order
        kind = np.full(len(rows), self._code(event))
        paid = np.full(len(rows), np.nan) if amount is None else np.asarray(amount, dtype=np.float64)[rows]
        self._parts.append(
            (self._user[rows], time_us, self._day[rows], kind, paid, self._codes(goal, rows), self._codes(detail, rows))
        )

    def note(self, event: str, user: int, day: int, hour: int, detail: str) -> None:
        """One event that belongs to no user-day."""
        when = self._hours[day, hour] * 1_000_000
        cells = (user, when, day, self._code(event), np.nan, -1, self._code(detail))
        self._parts.append(tuple(np.array([cell]) for cell in cells))

    def table(self) -> pa.Table:
        """All events with the log's columns, in order of time and user."""
        if not self._parts:
            return arrow_schema().empty_table()
        user, when, day, kind, amount, goal, detail = (np.concatenate(parts) for parts in zip(*self._parts, strict=True))
        order = np.lexsort((user, when))
        texts = pa.array(list(self._texts), pa.string())
        columns = {
            "user": pa.array(user[order]),
            "time": pa.array(when[order]).cast(pa.timestamp("us")),
            "day": pa.array(day[order].astype(np.int32)),
            "event": texts.take(pa.array(kind[order])),
            "amount": pa.array(amount[order], mask=np.isnan(amount[order])),
            "goal": texts.take(pa.array(goal[order], mask=goal[order] < 0)),
            "detail": texts.take(pa.array(detail[order], mask=detail[order] < 0)),
        }
        return pa.table(columns, schema=arrow_schema())

    def _code(self, text: str) -> int:
        return self._texts.setdefault(text, len(self._texts))

    def _codes(self, given, rows: np.ndarray) -> np.ndarray:
        if given is None:
            return np.full(len(rows), -1)
        if isinstance(given, str):
            return np.full(len(rows), self._code(given))
        texts, numbers = given
        return np.array([self._code(text) for text in texts], dtype=np.int64)[numbers[rows]]


def _at(value, rows: np.ndarray) -> np.ndarray:
    return np.full(len(rows), value) if np.ndim(value) == 0 else np.asarray(value)[rows].astype(np.int64)
