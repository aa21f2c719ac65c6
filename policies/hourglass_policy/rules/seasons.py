"""Seasons of life (RULES 1.8)."""

from ..values import SeasonValues, XpValues

SEASONS = ("winter", "spring", "summer", "autumn")  # names of the codes 0 to 3


def season_between(grains, winter_below, spring_below, summer_above) -> int:
    """Season of an amount among three limits in the same unit: 0 winter, 1 spring, 2 summer, 3 autumn (RULES 1.8)."""
    if grains < winter_below:
        return 0
    if grains < spring_below:
        return 1
    if grains > summer_above:
        return 2
    return 3


def season_of(sum_centigrains: int, days: int, s: SeasonValues) -> int:
    """Season of a sum over `days` (at least 1); exact, a mean below a limit being a sum below limit × days (RULES 1.8)."""
    n = max(days, 1)
    return season_between(
        sum_centigrains, s.winter_below_centigrains * n, s.spring_below_centigrains * n, s.summer_above_centigrains * n
    )


def season_next(sum_centigrains: int, days: int, days_on_app: int, s: SeasonValues) -> int:
    """Season after today, -1 while none is set yet; `days_on_app` counts from 0 on the day of sign-up (RULES 1.8)."""
    if days_on_app <= s.first_xp_day:
        return -1
    return season_of(sum_centigrains, days, s)


def season_xp(previous: int, season: int, days_on_app: int, x: XpValues, s: SeasonValues) -> int:
    """XP for entering a season; none for the first one set, nor while none is set (-1) (RULES 1.8, 1.11)."""
    if previous < 0 or season < 0 or season == previous or days_on_app <= s.first_xp_day + 1:
        return 0
    return x.season_entered
