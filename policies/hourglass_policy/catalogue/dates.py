"""Dates of challenges and events: month-day, every year (RULES 1.14)."""

import re

from ..errors import BadInput

_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def read_period(start: str, end: str, where: str) -> tuple[tuple[int, int], tuple[int, int]]:
    """First and last (month, day), both included; BadInput when one is no date or the end precedes the start."""
    first, last = _month_day(start, f"{where}, start"), _month_day(end, f"{where}, end")
    if last < first:
        raise BadInput("the end precedes the start", where=where, value=(start, end), allowed=f"an end from {start} to 12-31")
    return first, last


def _month_day(text: str, where: str) -> tuple[int, int]:
    if re.fullmatch(r"\d\d-\d\d", text):
        month, day = int(text[:2]), int(text[3:])
        if 1 <= month <= 12 and 1 <= day <= _DAYS[month - 1]:
            return month, day
    raise BadInput("not a date", where=where, value=text, allowed='"MM-DD", "01-01" to "12-31"')
