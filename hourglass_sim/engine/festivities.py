"""Seasonal events on the days of a run: what today changes for everybody, and what one opened day of an event brings (RULES 1.14)."""

from datetime import date
from typing import NamedTuple

from hourglass_policy import RuleValues
from hourglass_policy.catalogue import Event
from hourglass_policy.rules import egg_found, event_days_next, event_taken_part


class Festivity(NamedTuple):
    """What an event makes of one day; `age` is days since it began, -1 without an event."""

    age: int = -1
    needed: int = 0
    xp_factor: int = 100
    xp_factor_phoenix: int = 100
    p_egg: float = 0.0
    egg_xp: int = 0
    egg_centigrains: int = 0
    egg_perks: int = 0
    reward_xp: int = 0
    reward_centigrains: int = 0
    reward_perks: int = 0


NONE = Festivity()


def festivity_of(when: date, events: tuple[Event, ...], rules: RuleValues, perk_bits: dict[str, int]) -> Festivity:
    """The festivity of a date: that of the first event which runs then, or none."""
    running = [e for e in events if e.start <= (when.month, when.day) <= e.end]
    if not running or rules.events.enabled == 0:
        return NONE
    event = running[0]
    made = NONE._replace(
        age=(when - _begin(event, when.year)).days,
        needed=event.days_needed,
        reward_xp=sum(r.xp for r in event.rewards),
        reward_centigrains=sum(r.centigrains for r in event.rewards),
        reward_perks=_bits((r.perk for r in event.rewards), perk_bits),
    )
    for m in event.mechanics:
        if m.type == "eggs":
            made = made._replace(p_egg=m.p_per_day, egg_xp=m.reward.xp, egg_centigrains=m.reward.centigrains,
                                 egg_perks=_bits((m.reward.perk,), perk_bits))  # fmt: skip
        else:
            everybody = 100 if m.only_in_phoenix else m.multiplier_hundredths
            made = made._replace(xp_factor=everybody, xp_factor_phoenix=m.multiplier_hundredths)
    return made


def _begin(event: Event, year: int) -> date:
    month, day = event.start
    try:
        return date(year, month, day)
    except ValueError:  # 29 February of a common year
        return date(year, 3, 1)


def _bits(perks, perk_bits: dict[str, int]) -> int:
    found = 0
    for perk in perks:
        found |= perk_bits.get(perk, 0)
    return found


def event_day(opened, age, is_new, absent_days, days, needed, u_egg, p_egg):
    """Days of the event opened so far, whether an egg is found today, whether today completes taking part."""
    now = event_days_next(opened, age, is_new, absent_days, days)
    return now, egg_found(opened, age, u_egg, p_egg), event_taken_part(opened, age, now, needed)


def festive_rewards(
    found_egg, took_part, egg_xp, egg_centigrains, egg_perks, event_xp, event_centigrains, event_perks, reward_xp,
    reward_centigrains, perks, eggs_found, seasonal_events,
):  # fmt: skip
    """Rewards due tomorrow with those of an egg and of taking part; perks, eggs and events so far."""
    return (
        reward_xp + found_egg * egg_xp + took_part * event_xp,
        reward_centigrains + found_egg * egg_centigrains + took_part * event_centigrains,
        perks | (found_egg * egg_perks) | (took_part * event_perks),
        eggs_found + found_egg,
        seasonal_events + took_part,
    )


CORES = (event_day, festive_rewards)
