"""Rewards: XP, grains, a perk, a cosmetic (RULES 1.13, 1.14)."""

from typing import NamedTuple

from ..errors import BadInput, unknown
from .reading import Key, between, checked

PERKS = ("extra_daily_grain", "boost_discount", "phoenix_protection", "vision_unlock")
REWARD_KEYS = {"xp": Key(int, False), "grains": Key(float, False), "perk": Key(str, False), "cosmetic": Key(str, False)}


class Reward(NamedTuple):
    """What is given: XP, centigrains, a perk's name or "", a cosmetic's name or ""."""

    xp: int
    centigrains: int
    perk: str
    cosmetic: str


def read_reward(table: object, where: str) -> Reward:
    """A reward from its TOML; BadInput when it gives nothing, or something that is no reward."""
    from ..rules.rounding import hundredths

    row = checked(table, REWARD_KEYS, where)
    between(row, "xp", 0, 100000, where)
    between(row, "grains", 0.0, 1000.0, where)
    for name in ("xp", "grains"):
        if name in row and hundredths(float(row[name])) == 0:
            raise BadInput(f"{name} gives nothing", where=where, value=row[name], allowed=f"more than 0, or remove {name}")
    if "perk" in row and row["perk"] not in PERKS:
        raise unknown("perk", row["perk"], PERKS, where)
    reward = Reward(row.get("xp", 0), hundredths(float(row.get("grains", 0.0))), row.get("perk", ""), row.get("cosmetic", ""))
    if reward == Reward(0, 0, "", ""):
        raise BadInput("the reward gives nothing", where=where, value=row, allowed="xp, grains, perk or cosmetic")
    return reward
