"""Level titles by band (RULES 1.12)."""

from typing import NamedTuple

from ..errors import BadInput, unknown
from .keywords import LANGUAGES
from .reading import Key, checked, require_unique

_BAND = {"from": Key(int), "to": Key(int), "fr": Key(str), "en": Key(str)}
_ROMAN = ((50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))


class Level(NamedTuple):
    """A level's number and its titles."""

    level: int
    fr: str
    en: str

    def title(self, language: str = "en") -> str:
        """The title in a language; BadInput for an unknown one."""
        if language not in LANGUAGES:
            raise unknown("language", language, LANGUAGES)
        return self.fr if language == "fr" else self.en


def read_levels(table: dict, max_level: int, where: str) -> tuple[Level, ...]:
    """Levels 1 to `max_level` with titles; BadInput for bands that overlap or leave a gap."""
    checked(table, {"bands": Key(list)}, where)
    levels: list[Level] = []
    last_end = 0
    for i, band in enumerate(table["bands"]):
        place = f"{where}, band {i + 1}"
        checked(band, _BAND, place)
        first, end = band["from"], band["to"]
        if first <= last_end:
            raise BadInput(
                f"band overlaps the one before, which ends at {last_end}",
                where=place,
                value=first,
                allowed=f"from = {last_end + 1}",
            )
        if first != last_end + 1:
            raise BadInput(f"no band holds level {last_end + 1}", where=place, value=first, allowed=f"from = {last_end + 1}")
        if end < first:
            raise BadInput("band ends before it begins", where=place, value=end, allowed=f"to = {first} or more")
        is_last = i == len(table["bands"]) - 1
        stop = max(end, max_level) if is_last else end
        levels += [
            Level(n, f"{band['fr']} {roman(n - first + 1)}", f"{band['en']} {roman(n - first + 1)}")
            for n in range(first, stop + 1)
        ]
        last_end = end
    for language in LANGUAGES:
        require_unique((level.title(language) for level in levels), f"level title ({language})", where)
    return tuple(levels[:max_level])


def roman(number: int) -> str:
    """A rank from 1 to 89 in Roman numerals."""
    text = ""
    for value, letters in _ROMAN:
        while number >= value:
            text += letters
            number -= value
    return text
