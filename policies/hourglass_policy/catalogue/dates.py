"""Dates of challenges and events: month-day, every year (RULES 1.14).

A period lies within one calendar year, first and last day included. Over New Year two entries are needed, one to 12-31 and one
from 01-01: a period that ended before it began would more often be a slip than a wish. 02-29 is read in every year: what starts
then starts on 03-01 of a common year, what ends then ends on 02-28.
"""

import re
from collections.abc import Iterable
from itertools import pairwise

from ..errors import BadInput

MonthDay = tuple[int, int]
_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def read_period(start: str, end: str, where: str) -> tuple[MonthDay, MonthDay]:
    """First and last (month, day), both included; BadInput when one is no date or the end precedes the start."""
    first, last = _month_day(start, f"{where}, start"), _month_day(end, f"{where}, end")
    if last < first:
        allowed = f"an end from {start} to 12-31; over New Year, one entry to 12-31 and one from 01-01"
        raise BadInput("the end precedes the start", where=where, value=(start, end), allowed=allowed)
    return first, last


def in_period(start: MonthDay, end: MonthDay, month: int, day: int) -> bool:
    """Whether a date lies in a period."""
    return start <= (month, day) <= end


def longest_days(start: MonthDay, end: MonthDay) -> int:
    """Days of a period in a leap year."""
    return sum(_DAYS[: end[0] - 1]) + end[1] - sum(_DAYS[: start[0] - 1]) - start[1] + 1


def require_apart(periods: Iterable[tuple[str, MonthDay, MonthDay]], what: str, where: str) -> None:
    """Raise BadInput when two of the named periods share a day."""
    ordered = sorted(periods, key=lambda p: p[1:])
    for (name, _, end), (other, start, _) in pairwise(ordered):
        if start <= end:
            raise BadInput(
                f"{what} {name!r} and {other!r} overlap", where=where, value=_text(start), allowed=f"a start after {_text(end)}"
            )


def _text(date: MonthDay) -> str:
    return f"{date[0]:02d}-{date[1]:02d}"


def _month_day(text: str, where: str) -> MonthDay:
    if re.fullmatch(r"\d\d-\d\d", text):
        month, day = int(text[:2]), int(text[3:])
        if 1 <= month <= 12 and 1 <= day <= _DAYS[month - 1]:
            return month, day
    raise BadInput("not a date", where=where, value=text, allowed='"MM-DD", "01-01" to "12-31"')
