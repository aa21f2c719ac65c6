"""What a goal title is worth: its words, then the numeric rule (RULES 1.3)."""

import re
from functools import cache
from typing import NamedTuple

from ..catalogue.keywords import KeywordTable, keyword_table
from ..errors import BadInput
from ..values import ValuationValues
from .goal_value import goal_value


class TitleReading(NamedTuple):
    """What the rule sees in a title: the keywords that match, highest first, and the number of words."""

    matches: tuple[tuple[str, float], ...]
    words: int

    @property
    def keyword_value(self) -> float:
        """The highest matching keyword's value in grains, 0 when none matches."""
        return self.matches[0][1] if self.matches else 0.0


@cache
def _patterns(table: KeywordTable) -> tuple[tuple[str, float, re.Pattern[str]], ...]:
    return tuple((word, value, re.compile(rf"\b{re.escape(word)}\b")) for word, value in table.values)


def read_title(title: str, table: KeywordTable) -> TitleReading:
    """Keywords that occur in a title as whole words, and its words (RULES 1.3); BadInput when it is not a text."""
    if not isinstance(title, str):
        raise BadInput("a goal title is a text", value=title, allowed="a text in quotes")
    plain = table.plain(title)
    matches = sorted(
        ((word, value) for word, value, pattern in _patterns(table) if pattern.search(plain)), key=lambda pair: -pair[1]
    )
    return TitleReading(tuple(matches), len(title.split()))


def title_value(title: str, v: ValuationValues, table: KeywordTable) -> float:
    """Value of a goal title in grains (RULES 1.3)."""
    reading = read_title(title, table)
    return goal_value(reading.keyword_value, reading.words, v)


def explain_goal_value(title: str, language: str = "en", params=None, table: KeywordTable | None = None) -> dict:
    """Why a title is worth what it is: matches, bonus, cap, a sentence in both languages (RULES 1.3).

    `params` is a RuleValues, `table` an economy's own keywords; without them the deployed values and the bundled keywords hold.
    """
    from .deployed import deployed_values
    from .micro_victories import micro_victory_word

    v = (params or deployed_values()).valuation
    table = table or keyword_table(language)
    reading = read_title(title, table)
    value = goal_value(reading.keyword_value, reading.words, v)
    base = reading.keyword_value or v.default_value
    bonus = v.long_title_bonus if reading.words > v.long_title_words else 0.0
    word = micro_victory_word(title, table)
    return {
        "title": title,
        "language": language,
        "value": value,
        "keywords": [{"keyword": word, "value": grains} for word, grains in reading.matches],
        "base": base,
        "words": reading.words,
        "long_title_bonus": bonus,
        "cap": v.value_cap,
        "is_micro_victory": word is not None,
        "micro_victory_word": word,
        "reason": _reason(reading, base, bonus, v, _ENGLISH),
        "reason_fr": _reason(reading, base, bonus, v, _FRENCH),
    }


_ENGLISH = ("'{}' {}", "no keyword {}", "+{} for a long title", "capped at {}")
_FRENCH = ("« {} » {}", "aucun mot clé {}", "+{} pour un titre long", "plafonné à {}")


def _reason(reading: TitleReading, base: float, bonus: float, v: ValuationValues, words: tuple[str, str, str, str]) -> str:
    """The sentence that explains a value, in a language's `words`; French writes a comma for the point."""

    def told(grains: float) -> str:
        return f"{grains:g}".replace(".", "," if words is _FRENCH else ".")

    keyword, none, long, capped = words
    parts = [keyword.format(reading.matches[0][0], told(base)) if reading.matches else none.format(told(base))]
    parts += [long.format(told(bonus))] if bonus else []
    return ", ".join([*parts, capped.format(told(v.value_cap))] if base + bonus > v.value_cap else parts)
