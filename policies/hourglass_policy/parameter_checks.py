"""Checks of parameters against each other: orders that must hold whatever the single ranges allow."""

from collections.abc import Mapping
from itertools import pairwise

from .errors import BadInput

RISING = (
    ("seasons.winter_below", "seasons.spring_below", "seasons.summer_above"),
    ("phoenix.low_grains", "phoenix.exit_grains"),
)
STRICTLY_RISING = (
    ("devaluation.phase_1_days", "devaluation.phase_2_days", "devaluation.phase_3_days"),
    ("day.morning_hour", "day.sync_hour"),
)
FALLING = (("devaluation.multiplier_1", "devaluation.multiplier_2", "devaluation.multiplier_3", "devaluation.multiplier_4"),)


def check_together(values: Mapping[str, object], where: str | None = None) -> None:
    """Raise BadInput, naming both parameters, when an order between parameters is broken."""
    for names in RISING:
        _pairs(values, names, lambda a, b: a <= b, "must not be above", where)
    for names in STRICTLY_RISING:
        _pairs(values, names, lambda a, b: a < b, "must be below", where)
    for names in FALLING:
        _pairs(values, names, lambda a, b: a >= b, "must not be below", where)
    _at_most(values, "phoenix.exit_victory_days", "phoenix.exit_days", where)
    _at_most(values, "valuation.default_value", "valuation.value_cap", where)
    _at_most(values, "grains.social_reserve", "grains.daily_potential", where)


def _at_most(values: Mapping[str, object], small: str, large: str, where: str | None) -> None:
    _pairs(values, (small, large), lambda a, b: a <= b, "must not be above", where)


def _pairs(values: Mapping[str, object], names: tuple[str, ...], holds, must: str, where: str | None) -> None:
    for first, second in pairwise(names):
        if first in values and second in values and not holds(values[first], values[second]):
            raise BadInput(f"{first} {must} {second}", where=where, value=(values[first], values[second]))
