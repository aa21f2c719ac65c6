"""The seasons of life as a person meets them: names, messages, colours (RULES 1.8)."""

import re
from typing import NamedTuple

from ..errors import BadInput, unknown
from .keywords import LANGUAGES
from .reading import Key, checked

COLOUR_NAMES = ("golden", "white", "phoenix", "dark")
_SEASON = {name: Key(str) for name in ("id", "fr", "en", "colour", "message_fr", "message_en")}


class Season(NamedTuple):
    """A season's id, names, colour (#RRGGBB) and the message on entering it."""

    id: str
    fr: str
    en: str
    colour: str
    message_fr: str
    message_en: str

    def name(self, language: str = "en") -> str:
        """The name in a language; BadInput for an unknown one."""
        return self.fr if _known(language) == "fr" else self.en

    def message(self, language: str = "en") -> str:
        """The message on entering, in a language; BadInput for an unknown one."""
        return self.message_fr if _known(language) == "fr" else self.message_en


class SeasonsOfLife(NamedTuple):
    """The four seasons in the rules' order, and the app's other colours by name."""

    seasons: tuple[Season, ...]
    colours: dict[str, str]

    def named(self, season: str) -> Season:
        """A season by its id; BadInput for an unknown one."""
        for one in self.seasons:
            if one.id == season:
                return one
        raise unknown("season", season, [one.id for one in self.seasons])


def read_seasons(table: dict, where: str) -> SeasonsOfLife:
    """Seasons from their TOML; BadInput when one is missing, unknown, there twice, or a colour is none."""
    from ..rules.seasons import SEASONS

    checked(table, {"colours": Key(dict), "seasons": Key(list)}, where)
    colours = checked(table["colours"], {name: Key(str) for name in COLOUR_NAMES}, f"{where}, colours")
    for name, colour in colours.items():
        _check_colour(colour, f"{where}, colours, {name}")
    found: dict[str, Season] = {}
    for i, row in enumerate(table["seasons"]):
        place = f"{where}, season {i + 1}"
        season = Season(*(checked(row, _SEASON, place)[name] for name in _SEASON))
        if season.id not in SEASONS:
            raise unknown("season", season.id, SEASONS, place)
        if season.id in found:
            raise BadInput("a season stands twice", where=place, value=season.id, allowed="each once: remove one")
        _check_colour(season.colour, f"{place}, colour")
        found[season.id] = season
    for name in SEASONS:
        if name not in found:
            raise BadInput(f"season {name} is missing", where=where, allowed=f'add [[seasons]] with id = "{name}"')
    return SeasonsOfLife(tuple(found[name] for name in SEASONS), dict(colours))


def _check_colour(colour: str, where: str) -> None:
    if not re.fullmatch("#[0-9A-Fa-f]{6}", colour):
        raise BadInput("not a colour", where=where, value=colour, allowed='"#RRGGBB", e.g. "#4A90E2"')


def _known(language: str) -> str:
    if language not in LANGUAGES:
        raise unknown("language", language, LANGUAGES)
    return language
