"""Times of a log: columns parsed to UTC seconds, the unit guessed, UTC turned into local days and hours."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo, available_timezones

import numpy as np
import pandas as pd
from hourglass_policy.errors import BadInput, nearest_name, unknown

PER_SECOND = {"s": 1, "ms": 1_000, "us": 1_000_000}
UNITS = (*PER_SECOND, "iso")
EARLIEST, LATEST = -2208988800, 7258118400
ALLOWED_YEARS = "years 1900 to 2199"
SECONDS_PER_DAY = 86_400


@dataclass(frozen=True)
class WrongTime:
    """Why a column cannot be read as times: the first wrong row, its value, what is allowed."""

    row: int
    value: object
    what: str
    allowed: str


def require_unit(unit: str | None) -> None:
    """Raise BadInput unless the unit is one of s, ms, us, iso, or None for a guess."""
    if unit is not None and unit not in UNITS:
        raise unknown("time unit", unit, UNITS, where="--time-unit")


def require_zone(name: str) -> ZoneInfo:
    """The time zone of that IANA name; raises BadInput with the nearest name."""
    names = available_timezones()
    if name not in names:
        by_lower = {known.lower(): known for known in names}
        near = nearest_name(name.lower(), by_lower)
        allowed = "an IANA name such as UTC or Europe/Paris"
        raise BadInput("unknown time zone", where="--tz", value=name, allowed=allowed, nearest=by_lower.get(near or ""))
    return ZoneInfo(name)


def guess_unit(column: pd.Series) -> str:
    """The unit of a time column: iso for text and dates, else s, ms or us by the size of its median."""
    if not pd.api.types.is_numeric_dtype(column):
        numbers = pd.to_numeric(column.head(1000), errors="coerce")
        if not len(column) or numbers.isna().mean() > 0.5:
            return "iso"
        column = numbers
    size = abs(float(column.median())) if len(column) else 0.0
    if 19_000_000 <= size < 22_000_000:
        return "iso"
    return "s" if size < 1e11 else "ms" if size < 1e14 else "us"


def utc_seconds(column: pd.Series, unit: str) -> np.ndarray | WrongTime:
    """Whole UTC seconds since 1970, int64, one per row; or what is wrong with the first row that is not a time.

    Times without a zone count as UTC; fractions of a second are cut off.
    """
    if pd.api.types.is_datetime64_any_dtype(column):
        times = pd.to_datetime(column, utc=True)
        return _checked(times.isna().to_numpy(), times.dt.as_unit("s").astype("int64").to_numpy(), column, unit)
    if unit == "iso":
        text = column.astype("Int64").astype("str") if pd.api.types.is_numeric_dtype(column) else column.astype("str")
        times = pd.to_datetime(text, format="ISO8601", utc=True, errors="coerce")
        return _checked(times.isna().to_numpy(), times.dt.as_unit("s").astype("int64").to_numpy(), column, unit)
    numbers = pd.to_numeric(column, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    wrong = ~np.isfinite(numbers)
    if np.issubdtype(column.dtype if isinstance(column.dtype, np.dtype) else np.dtype(object), np.integer):
        seconds = np.floor_divide(column.to_numpy(), PER_SECOND[unit]).astype(np.int64)
    else:
        whole = np.floor(np.where(wrong, 0.0, numbers) / PER_SECOND[unit])
        seconds = np.clip(whole, -(2.0**62), 2.0**62).astype(np.int64)
    return _checked(wrong, seconds, column, unit)


def local_days_and_hours(seconds: np.ndarray, zone: str) -> tuple[np.ndarray, np.ndarray]:
    """Local calendar days (days since 1970-01-01, int64) and hours of the day (int8) of UTC seconds, right across DST."""
    local = np.asarray(seconds, np.int64)
    if zone != "UTC":
        stamps = pd.DatetimeIndex(local.astype("datetime64[s]")).tz_localize("UTC").tz_convert(zone)
        local = stamps.tz_localize(None).as_unit("s").asi8
    days = np.floor_divide(local, SECONDS_PER_DAY)
    return days, ((local - days * SECONDS_PER_DAY) // 3600).astype(np.int8)


def _checked(wrong: np.ndarray, seconds: np.ndarray, column: pd.Series, unit: str) -> np.ndarray | WrongTime:
    if wrong.any():
        row = int(np.argmax(wrong))
        allowed = "an ISO 8601 date or time" if unit == "iso" else f"a number ({unit} since 1970)"
        return WrongTime(row, _plain(column.iloc[row]), "not a time", allowed)
    outside = (seconds < EARLIEST) | (seconds >= LATEST)
    if outside.any():
        row = int(np.argmax(outside))
        fits = guess_unit(column) if unit != "iso" else unit
        hint = f"; as {fits} it would fit" if fits != unit else ""
        return WrongTime(row, _plain(column.iloc[row]), f"time out of range when read as {unit}", ALLOWED_YEARS + hint)
    return seconds


def _plain(value: object) -> object:
    if value is None or value is pd.NaT or (isinstance(value, float) and np.isnan(value)):
        return ""
    return value.item() if isinstance(value, np.generic) else value
