"""The level curve, levels from XP, and the perks that levels grant (RULES 1.12)."""

import math
from itertools import accumulate

from ..values import GrainValues, LevelValues, PerkValues


def xp_to_next(level: int, base: float, exponent: float) -> int:
    """XP from a level to the next: floor(base × level ** exponent) (RULES 1.12). Not compiled: read `level_thresholds`."""
    return math.floor(base * level**exponent)


def level_thresholds(values: LevelValues) -> tuple[int, ...]:
    """Total XP needed to be at level 1, 2, …, max_level; the first is 0 (RULES 1.12)."""
    steps = (xp_to_next(level, values.base, values.exponent) for level in range(1, values.max_level))
    return tuple(accumulate(steps, initial=0))


def level_after(xp: int, level: int, thresholds) -> int:
    """Level of a user with `xp` who was at `level`; `thresholds[n]` is the XP of level n + 1 (RULES 1.12)."""
    while level < len(thresholds) and xp >= thresholds[level]:
        level += 1
    return level


def perk_granted(level: int, granting_level: int) -> int:
    """1 when a level has reached the one that grants a perk; a granting level of 0 grants never (RULES 1.12)."""
    return 1 if granting_level > 0 and level >= granting_level else 0


def potential_centigrains(has_extra_grain: int, g: GrainValues, p: PerkValues) -> int:
    """White grains of a user's day, with the perk's extra one (RULES 1.2, 1.12)."""
    if has_extra_grain:
        return g.daily_potential_centigrains + p.extra_daily_grain_centigrains
    return g.daily_potential_centigrains
