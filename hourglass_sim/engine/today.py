"""Today's facts: what is the same for everybody on one day of the run."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import NamedTuple

from hourglass_policy import RuleValues

from hourglass_sim.engine.festivities import Festivity
from hourglass_sim.engine.state import RING_DAYS
from hourglass_sim.people.groups import Opening

BIRTH = 0xFFFFFFFF  # the day word under which traits are drawn


class Today(NamedTuple):
    """Day number, calendar, the slots of the 30-day rings and of what two days share, the seasonal event, the run's seed, the rhythm
    (log-odds of opening)."""

    day: int
    weekday: int
    bit: int
    slot: int
    slot_season: int
    slot_low: int
    slot_exit: int
    slot_ratio: int
    slot_today: int
    slot_yesterday: int
    slot_tomorrow: int
    event_age: int
    event_needed: int
    xp_factor: int
    xp_factor_phoenix: int
    egg_xp: int
    egg_centigrains: int
    egg_perks: int
    event_xp: int
    event_centigrains: int
    event_perks: int
    birth: int
    seed_low: int
    seed_high: int
    rhythm: float
    p_egg: float


def todays(
    start: date, days: int, seed: int, rules: RuleValues, opening: Opening, festivity: Callable[[date], Festivity]
) -> list[Today]:
    """One Today per day 0 .. `days` - 1 of a run that starts on `start`; `festivity` tells a date's seasonal event.

    Rhythm: weekends, and the fresh start of Mondays and of a month's first day (Dai, Milkman & Riis 2014).
    """
    made = []
    for day in range(days):
        when = start + timedelta(days=day)
        event = festivity(when)
        rhythm = opening.weekend if when.weekday() >= 5 else 0.0
        rhythm += opening.fresh_start if when.weekday() == 0 or when.day == 1 else 0.0
        made.append(
            Today(
                day=day,
                weekday=when.weekday(),
                bit=day % 64,
                slot=day % RING_DAYS,
                slot_season=(day - rules.seasons.window_days) % RING_DAYS,
                slot_low=(day - rules.phoenix.low_grains_days) % RING_DAYS,
                slot_exit=(day - rules.phoenix.exit_grains_days) % RING_DAYS,
                slot_ratio=(day - rules.phoenix.ratio_drop_days) % RING_DAYS,
                slot_today=day % 2,
                slot_yesterday=(day + 1) % 2,
                slot_tomorrow=(day + 1) % 2,
                event_age=event.age,
                event_needed=event.needed,
                xp_factor=event.xp_factor,
                xp_factor_phoenix=event.xp_factor_phoenix,
                egg_xp=event.egg_xp,
                egg_centigrains=event.egg_centigrains,
                egg_perks=event.egg_perks,
                event_xp=event.reward_xp,
                event_centigrains=event.reward_centigrains,
                event_perks=event.reward_perks,
                birth=BIRTH,
                seed_low=seed & 0xFFFFFFFF,
                seed_high=seed >> 32,
                rhythm=rhythm,
                p_egg=event.p_egg,
            )
        )
    return made
