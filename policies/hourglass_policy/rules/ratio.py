"""The life ratio: golden grains per possible grain (RULES 1.7)."""

from ..values import GrainValues, RatioValues
from .rounding import grains_of, hundredths


def ratio_of_grains(total_grains: float, days: int, potential_grains: float) -> int:
    """Ratio in hundredths of a point from a total in grains; 0 on day 0 (RULES 1.7)."""
    if days <= 0:
        return 0
    return hundredths(total_grains / (days * potential_grains) * 100.0)


def ratio_hundredths(heritage_centigrains: int, days: int, potential_grains: float) -> int:
    """Ratio in hundredths of a point (5390 = 53.90 %); a negative heritage gives a negative ratio (RULES 1.7)."""
    return ratio_of_grains(grains_of(heritage_centigrains), days, potential_grains)


def ratio_potential(r: RatioValues, g: GrainValues) -> float:
    """Grains that count as possible on a day (RULES 1.7)."""
    if r.follows_potential:
        return grains_of(g.daily_potential_centigrains)
    return r.potential_grains


def ratio_days(active_days: int, calendar_days: int, r: RatioValues) -> int:
    """Days that the ratio divides by: with a counted row, or since sign-up with today included (RULES 1.7)."""
    return calendar_days if r.counts_calendar_days else active_days
