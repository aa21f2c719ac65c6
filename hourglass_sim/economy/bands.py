"""Bands that an economy is held to, from a TOML file, and what falls outside them."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hourglass_policy.errors import BadInput, unknown

SHIPPED = Path(__file__).with_name("bands.toml")
KINDS = ("band", "target")
_KEYS = {"figure": str, "title": str, "unit": str, "low": float, "high": float, "kind": str, "source": str}
_OPTIONAL = ("low", "high", "unit", "source")


@dataclass(frozen=True)
class Band:
    """A range for one figure of the report; None leaves an end open."""

    figure: str
    title: str
    kind: str
    unit: str = ""
    low: float | None = None
    high: float | None = None
    source: str = ""

    def show(self) -> str:
        """The range as a person reads it."""
        ends = [None if end is None else self.shown(end) for end in (self.low, self.high)]
        if ends[0] is None or ends[1] is None:
            return f"at least {ends[0]}" if ends[1] is None else f"at most {ends[1]}"
        return f"{ends[0]} to {ends[1]}"

    def shown(self, value: float | None) -> str:
        """A value of the figure in the band's unit."""
        if value is None:
            return "–"
        return f"{100 * value:.3g} %" if self.unit == "share" else f"{value:.3g} {self.unit}".rstrip()


@dataclass(frozen=True)
class Flag:
    """A band and what the figure did: its mean and 95 % interval over seeds.

    `ok` None: not known. `is_clear`: the whole interval lies on the same side of the band's end as the mean (None without interval).
    """

    band: Band
    value: float | None
    low: float | None
    high: float | None
    ok: bool | None
    is_clear: bool | None

    def line(self) -> str:
        """One line: the figure, its value, the band's name and range."""
        b, value = self.band, self.band.shown(self.value)
        if self.ok is None:
            return f"{b.title}: not known ({b.kind} {b.show()})"
        state = "inside" if self.ok else "outside" if b.kind == "band" else "misses"
        doubt = "" if self.is_clear is not False else ", within the noise of the seeds"
        return f"{b.title} {value}: {state} {b.kind} {b.figure} ({b.show()}{doubt}; {b.source})"


def read_bands(path: str | Path | None = None) -> list[Band]:
    """The bands of a file, by default the shipped ones. BadInput names file, entry and key of whatever is wrong."""
    file = Path(path) if path is not None else SHIPPED
    try:
        table = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadInput(f"cannot read ({error.strerror})", where=str(file), allowed="a TOML file of [[band]] entries") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadInput(f"not valid TOML ({error})", where=str(file)) from error
    for key in table:
        if key != "band":
            raise unknown("key", key, ("band",), str(file))
    entries = table.get("band", [])
    if not isinstance(entries, list) or not entries:
        raise BadInput("no bands", where=str(file), allowed="at least one [[band]]")
    return [_band(entry, f"{file}, band {number}") for number, entry in enumerate(entries, 1)]


def judge(bands: Iterable[Band], estimates: Mapping[str, tuple[float | None, float | None, float | None]]) -> list[Flag]:
    """Each band against its figure's mean, low and high; a figure that the report does not have is left out."""
    return [_flag(band, *estimates[band.figure]) for band in bands if band.figure in estimates]


def _flag(band: Band, value: float | None, low: float | None, high: float | None) -> Flag:
    if value is None:
        return Flag(band, None, None, None, None, None)
    below = band.low is not None and value < band.low
    above = band.high is not None and value > band.high
    clear = None
    if low is not None and high is not None:
        if below or above:
            clear = high < band.low if below else low > band.high  # type: ignore[operator]
        else:
            clear = (band.low is None or low >= band.low) and (band.high is None or high <= band.high)
    return Flag(band, value, low, high, not (below or above), clear)


def _band(entry: Any, where: str) -> Band:
    if not isinstance(entry, dict):
        raise BadInput("not a table", where=where, value=entry, allowed="figure, title, kind, low, high, unit, source")
    for key, value in entry.items():
        if key not in _KEYS:
            raise unknown("key", key, _KEYS, where)
        kind = _KEYS[key]
        fits = isinstance(value, kind) or (kind is float and isinstance(value, int))
        if not fits or isinstance(value, bool):
            raise BadInput(f"{key} has a wrong type", where=where, value=value, allowed="a number" if kind is float else "text")
    for key in _KEYS:
        if key not in entry and key not in _OPTIONAL:
            raise BadInput(f"{key} is missing", where=where, allowed=f"{key} = …")
    if entry["kind"] not in KINDS:
        raise unknown("kind", entry["kind"], KINDS, where)
    low, high = entry.get("low"), entry.get("high")
    if low is None and high is None:
        raise BadInput("a band without an end", where=where, value=entry["figure"], allowed="low, high or both")
    if low is not None and high is not None and low > high:
        raise BadInput("low above high", where=where, value=f"{low} to {high}", allowed="low at most high")
    return Band(**entry)
