"""Doubts about a log that a person should hear before trusting its numbers; each is one line with a remedy or a reading."""

from datetime import date, timedelta

import numpy as np

MONTH_DAYS = 31
DAYS_TO_1990 = 7305
FEW_USERS = 20


def doubts(codes: np.ndarray, days: np.ndarray, seconds: np.ndarray, first: int, last: int) -> list[str]:
    """Warnings for acts of users `codes` on local days `days` at UTC `seconds`, in a log from day `first` to `last`.

    All arrays have one entry per act, int64; days are days since 1970-01-01.
    """
    found = [
        _unit(last),
        _repeats(codes, seconds),
        _span(first, last),
        *_holes(days, first),
        _once(codes),
        _heavy(codes),
        _last_day(days, last),
    ]
    return [line for line in found if line]


def _unit(last: int) -> str | None:
    return f"every time is before 1990 (the last on {_date(last)}): is the time unit right?" if last < DAYS_TO_1990 else None


def _repeats(codes: np.ndarray, seconds: np.ndarray) -> str | None:
    order = np.lexsort((seconds, codes))
    same = (np.diff(codes[order]) == 0) & (np.diff(seconds[order]) == 0)
    share = same.mean() if len(same) else 0.0
    if share <= 0.01:
        return None
    return f"{int(same.sum())} rows ({share:.1%}) repeat a user and second: hours count them, days do not; were rows doubled?"


def _span(first: int, last: int) -> str | None:
    length = last - first + 1
    if length == 1:
        return f"every row is on one day ({_date(first)}): retention and next-day shares are null"
    if length < MONTH_DAYS:
        return f"the log covers {length} days: retention from d{length} on is null"
    return None


def _holes(days: np.ndarray, first: int) -> list[str]:
    """Long empty stretches: a few rows apart from the rest are wrong clocks, else rows are missing."""
    counts = np.bincount(days - first)
    filled = np.flatnonzero(counts)
    gaps = np.diff(filled)
    found = []
    for k in np.argsort(-gaps, kind="stable")[:3]:
        before, after = filled[k], filled[k + 1]
        empty = int(gaps[k]) - 1
        left, right = int(counts[: before + 1].sum()), int(counts[after:].sum())
        apart = min(left, right)
        low, high = _date(first + int(before)), _date(first + int(after))
        if empty >= 90 and apart <= max(1, 0.001 * (left + right)):
            when = f"up to {low}" if left < right else f"from {high} on"
            found.append(
                f"{apart} rows {when} stand {empty} days apart from the rest: a wrong clock? they stretch the log's span"
            )
        elif empty >= 3 and counts.sum() / len(counts) >= 20:
            found.append(f"no row on {empty} days between {low} and {high}: if the log has a hole there, absence is overstated")
    return found


def _once(codes: np.ndarray) -> str | None:
    per_user = np.bincount(codes)
    share = float((per_user == 1).mean())
    if len(per_user) < FEW_USERS or share <= 0.5:
        return None
    return f"{share:.0%} of users have a single row: is the user column an id of people?"


def _heavy(codes: np.ndarray) -> str | None:
    per_user = np.bincount(codes)
    share = per_user.max() / per_user.sum()
    if len(per_user) < FEW_USERS or share < 0.2:
        return None
    return f"one user makes {share:.0%} of the rows: a test account or a robot?"


def _last_day(days: np.ndarray, last: int) -> str | None:
    week = np.array([np.count_nonzero(days == last - k) for k in range(1, 8)])
    usual, count = float(np.median(week)), int(np.count_nonzero(days == last))
    if usual < 50 or count >= 0.25 * usual:
        return None
    seen = f"the last day ({_date(last)}) has {count} rows, the week before it {usual:.0f} a day"
    return f"{seen}: cut off early? it lowers next-day shares"


def _date(day: int) -> date:
    return date(1970, 1, 1) + timedelta(days=int(day))
