"""The product's words in English and French, and numbers with the reader's separators."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from hourglass_policy.errors import BadInput, unknown

from hourglass_sim.kpis import BY_NAME

LANGUAGES = ("en", "fr")
THIN = "\u202f"  # narrow no-break space: the French thousands separator and the space before %
KEPT = {"en": "\u00a0", "fr": THIN}  # a space at which no line breaks
MINUS = "\u2212"
SMALL_POINTS = 0.15  # differences told with two digits
HEADLINES = ("d30", "d7", "completion", "minted", "opt_outs")  # the five KPI cards, in order


@cache
def _entries() -> dict[str, dict[str, str]]:
    entries: dict[str, dict[str, str]] = {}
    for path in sorted(Path(__file__).parent.glob("words*.toml")):
        entries |= tomllib.loads(path.read_text(encoding="utf-8"))
    return {
        key: {language: text.replace(" %", KEPT[language] + "%") for language, text in e.items()} for key, e in entries.items()
    }


@dataclass(frozen=True)
class Words:
    """One language: `w("key", …)` gives a phrase, `w.number(…)` a number, `w.kpi(…)` a KPI's value with its unit."""

    language: str

    def __call__(self, key: str, **values: object) -> str:
        """The phrase, with `{name}` places filled; BadInput for an unknown key."""
        entry = _entries().get(key)
        if entry is None:
            raise unknown("phrase", key, _entries())
        return entry[self.language].format(**values) if values else entry[self.language]

    def number(self, value: float | None, digits: int = 0, *, signed: bool = False) -> str:
        """A number with the language's separators and a true minus; – for None."""
        if value is None:
            return "–"
        text = f"{abs(value):,.{digits}f}"
        negative = value < 0
        if self.language == "fr":
            text = text.replace(",", THIN).replace(".", ",")
        is_zero = float(f"{value:.{digits}f}") == 0
        return ("" if is_zero else MINUS if negative else "+" if signed else "") + text

    def percent(self, share: float | None, digits: int = 1) -> str:
        """A share as a percentage."""
        return "–" if share is None else f"{self.number(100 * share, digits)}{KEPT[self.language]}%"

    def points(self, share: float | None, digits: int = 1) -> str:
        """A difference of shares as signed points."""
        return "–" if share is None else f"{self.number(100 * share, digits, signed=True)} {self('points')}"

    def kpi_title(self, name: str) -> str:
        """A KPI's title; a persona's retention as `d30.<persona>`."""
        base, _, persona = name.partition(".")
        key = f"kpi.{base}"
        title = self(key) if key in _entries() else BY_NAME[base].title if base in BY_NAME else name
        return f"{title}, {persona}" if persona else title

    def kpi_row(self, name: str) -> str:
        """A KPI's title where room is scarce: beside a row of a chart."""
        return self(f"row.{name}") if f"row.{name}" in _entries() else self.kpi_title(name)

    def moment(self, name: str) -> str:
        """A calibration's moment in words: a next-day rate, a streak, else a KPI's title."""
        return self(f"moment.{name}") if f"moment.{name}" in _entries() else self.kpi_title(name)

    def kpi_meaning(self, name: str) -> str:
        """What a KPI measures, in one phrase."""
        base = name.partition(".")[0]
        key = f"meaning.{base}"
        return self(key) if key in _entries() else BY_NAME[base].meaning if base in BY_NAME else ""

    def kpi(self, name: str, value: float | None, *, unit: bool = True) -> str:
        """A KPI's value with its unit; a share's per cent sign is always told."""
        own = _unit(name)
        if own == "share" or value is None:
            return self.percent(value)
        return f"{self.number(value, _digits(value))} {self.unit(own) if unit else ''}".strip()

    def kpi_change(self, name: str, difference: float | None, *, unit: bool = True) -> str:
        """A KPI's change, signed: points for shares, else its own unit."""
        if difference is None:
            return "–"
        own = _unit(name)
        shown = 100 * difference if own == "share" else difference
        digits = _point_digits(shown) if own == "share" else 1 if own == "users" else 2
        text = self.number(shown, digits, signed=True)
        return f"{text} {self('points') if own == 'share' else self.unit(own)}".strip() if unit else text

    def size(self, share: float) -> str:
        """How large a difference of shares is, in points without sign or unit."""
        return self.number(100 * abs(share), _point_digits(100 * share))

    def interval(self, name: str, low: float | None, high: float | None, *, short: bool = False) -> str:
        """`95 % interval low to high`, in points or the KPI's unit; empty without an interval."""
        if low is None or high is None:
            return ""
        bounds = {"low": self.kpi_change(name, low, unit=False), "high": self.kpi_change(name, high, unit=False)}
        return self("interval_short" if short else "interval", **bounds)

    def choice(self, kind: str, name: str) -> str:
        """A preset, population or policy in words; its own name when there are none."""
        return self(f"{kind}.{name}") if f"{kind}.{name}" in _entries() else name

    def unit(self, unit: str) -> str:
        """A unit in this language; unknown units stay as they are."""
        return self(f"unit.{unit}") if f"unit.{unit}" in _entries() else unit


def _point_digits(points: float) -> int:
    """Two digits for small differences: "0.0 to +0.1" would hide on which side of 0 it lies."""
    return 2 if 0 < abs(points) < SMALL_POINTS else 1


def words(language: str = "en") -> Words:
    """The words of a language, `en` or `fr`; BadInput otherwise."""
    if language not in LANGUAGES:
        raise BadInput("unknown language", value=language, allowed=", ".join(LANGUAGES))
    return Words(language)


def _unit(name: str) -> str:
    base = name.partition(".")[0]
    return BY_NAME[base].unit if base in BY_NAME else ""


def _digits(value: float) -> int:
    return 0 if abs(value) >= 1000 else 2
