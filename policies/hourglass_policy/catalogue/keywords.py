"""Keyword tables: what words in a goal title are worth, per language (RULES 1.3, 1.9)."""

import unicodedata
from functools import cache
from typing import NamedTuple

from ..errors import BadInput, require_between, unknown
from ..parameter_files import data_file, economy_stamp, file_named, read_toml
from .reading import Key, checked

LANGUAGES = ("en", "fr")
_KEYS = {"language": Key(str), "ignores_accents": Key(bool), "micro_victories": Key(list), "values": Key(dict)}
_JOINED = str.maketrans({"œ": "oe", "æ": "ae", "’": "'", "‐": "-", "‑": "-"})


class KeywordTable(NamedTuple):
    """One language's words: (keyword, value in grains) pairs, and the parts that make a title a micro-victory."""

    language: str
    ignores_accents: bool
    values: tuple[tuple[str, float], ...]
    micro_victories: tuple[str, ...]

    def plain(self, text: str) -> str:
        """Lower-cased text with each accented letter one character, or without accents where the table ignores them."""
        lowered = unicodedata.normalize("NFC", text.lower())
        return without_accents(lowered) if self.ignores_accents else lowered


def without_accents(text: str) -> str:
    """Lower-case text with accents dropped, joined letters opened, straight apostrophes, plain hyphens and single plain spaces."""
    opened = unicodedata.normalize("NFD", text.translate(_JOINED))
    return " ".join("".join(c for c in opened if not unicodedata.combining(c)).split())


def keyword_table(language: str = "en", economy: str = "hourglass") -> KeywordTable:
    """The language's table; BadInput for an unknown language or a faulty file."""
    return _keyword_table(language, economy, economy_stamp(economy))


@cache
def _keyword_table(language: str, economy: str, stamp: tuple) -> KeywordTable:
    if language not in LANGUAGES:
        raise unknown("language", language, LANGUAGES)
    path = data_file(economy, f"keywords_{language}.toml")
    where = file_named(economy, path)
    table = read_keywords(read_toml(path), where)
    if table.language != language:
        raise BadInput(
            "the file is of another language", where=f"{where}, language", value=table.language, allowed=repr(language)
        )
    return table


def read_keywords(table: dict, where: str) -> KeywordTable:
    """A keyword table from its TOML; BadInput for a keyword with two values or a value that is not grains."""
    checked(table, _KEYS, where)
    blank = KeywordTable(table["language"], table["ignores_accents"], (), ())
    micro = tuple(blank.plain(_text(word, f"{where}, micro_victories")) for word in table["micro_victories"])
    values: dict[str, float] = {}
    for key, words in table["values"].items():
        place = f"{where}, values.{key!r}"
        value = _grains(key, place)
        if not isinstance(words, list):
            raise BadInput("not a list of keywords", where=place, value=words, allowed='["word", …]')
        for word in (blank.plain(_text(w, place)) for w in words):
            if word in values:
                other = values[word]
                raise BadInput(
                    f"keyword {word!r} stands twice", where=place, value=(other, value), allowed="one value: remove one"
                )
            values[word] = value
    return blank._replace(values=tuple(values.items()), micro_victories=micro)


def _text(word: object, where: str) -> str:
    if not isinstance(word, str) or not word.strip():
        raise BadInput("a keyword is not a text", where=where, value=word, allowed="a word in quotes")
    return word


def _grains(key: str, where: str) -> float:
    try:
        value = float(key)
    except ValueError:
        raise BadInput("not an amount of grains", where=where, value=key, allowed='a number in quotes, e.g. "2.5"') from None
    require_between("keyword value", value, 0.1, 10.0, where, "grains")
    return value
