"""The numeric part of a goal's value; titles are read in `valuation.py` (RULES 1.3)."""

from ..values import ValuationValues
from .rounding import grains_of, hundredths


def goal_value(keyword_value: float, words: int, v: ValuationValues) -> float:
    """Value in grains from the highest keyword (0 or less = none matched) and the number of words (RULES 1.3)."""
    value = keyword_value if keyword_value > 0.0 else v.default_value
    if words > v.long_title_words:
        value = value + v.long_title_bonus
    return grains_of(hundredths(min(value, v.value_cap)))
