"""Seasonal events and challenges of one user: which event runs, days of it, eggs, double XP, and what a challenge awards (RULES 1.14)."""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from ..catalogue import PERKS, Event
from ..errors import BadInput, require_between, unknown
from ..policy import Policy
from ..rules import event_days_next, event_taken_part
from .state import checked_state


class Running(NamedTuple):
    """The event of a day, None without one; days since it began (-1 without); XP factors in hundredths."""

    event: Event | None = None
    age: int = -1
    factor: int = 100
    phoenix_factor: int = 100


def running_on(day: str | None, policy: Policy) -> Running:
    """The seasonal event of a date (YYYY-MM-DD); none without a date or when events are switched off."""
    if day is None or policy.rules.events.enabled == 0:
        return Running()
    when = date.fromisoformat(day)
    event = next((e for e in policy.catalogue.events if e.start <= (when.month, when.day) <= e.end), None)
    if event is None:
        return Running()
    doubles = next((m for m in event.mechanics if m.type == "xp_multiplier"), None)
    factor = doubles.multiplier_hundredths if doubles else 100
    return Running(event, (when - _begin(event, when.year)).days, 100 if doubles and doubles.only_in_phoenix else factor, factor)


def _begin(event: Event, year: int) -> date:
    try:
        return date(year, *event.start)
    except ValueError:  # 29 February of a common year
        return date(year, 3, 1)


def count_event_day(new: dict, opened: bool, running: Running) -> None:
    """Days of the event opened so far; called before the opening itself is counted."""
    absent = new["age_days"] - new["last_open_day"] if new["last_open_day"] >= 0 else new["age_days"]
    if opened:
        new["event_days"] = event_days_next(1, running.age, int(new["age_days"] == 0), absent, new["event_days"])


def event_rewards(new: dict, opened: bool, egg: bool, running: Running) -> list[dict]:
    """What an egg found and taking part bring: due tomorrow, perks at once; each with its reason."""
    event = running.event
    if event is None:
        if egg:
            raise BadInput("an egg on a day without an event", where="day", value=True, allowed="a `date` on which eggs appear")
        return []
    held = next((m.reward for m in event.mechanics if m.type == "eggs"), None)
    if egg and (held is None or not opened):
        raise BadInput("an egg that cannot be", where="day", value=True, allowed="an opened day of an event with eggs")
    due = [(held, f"an egg of {event.id}")] if egg else []
    new["eggs_found"] += int(egg)
    if event_taken_part(int(opened), running.age, new["event_days"], event.days_needed):
        new["seasonal_events"] += 1
        due += [(reward, f"taking part in {event.id}") for reward in event.rewards]
    for reward, _ in due:
        _grant(new, reward.xp, reward.centigrains, reward.perk)
    return [{"reason": why, "xp": r.xp, "grains": r.centigrains / 100.0, "cosmetic": r.cosmetic} for r, why in due]


def award_challenge(state: dict, won: bool = False, xp: int = 0, centigrains: int = 0, perk: str = "") -> dict:
    """The state after a challenge that ended tonight in which the user was a participant: rewards are paid at the next settlement.

    `won`: had one of the paid places. Call it once for each challenge and user, between two settlements. BadInput for what is no award.
    """
    new = checked_state(state)
    for name, value in (("xp", xp), ("centigrains", centigrains)):
        if isinstance(value, bool) or not isinstance(value, int):
            raise BadInput(f"{name} is not a whole number", where="award", value=value, allowed="0 to 1,000,000")
        require_between(name, value, 0, 10**6, "award")
    if perk and perk not in PERKS:
        raise unknown("perk", perk, PERKS, "award")
    if won not in (True, False):
        raise BadInput("won is a switch", where="award", value=won, allowed="true or false")
    new["challenges_joined"] += 1
    new["challenges_won"] += int(won)
    _grant(new, xp, centigrains, perk)
    return new


def _grant(new: dict, xp: int, centigrains: int, perk: str) -> None:
    new["reward_xp"] += xp
    new["reward_centigrains"] += centigrains
    if perk and perk not in new["perks"]:
        new["perks"].append(perk)


def event_reason(running: Running, before: int, after: int) -> tuple[int, str]:
    """The XP that an event added, and its name."""
    return after - before, f"the event {running.event.id}" if running.event else ""


def checked_egg(day: Mapping) -> bool:
    """Whether the day says that an egg was found."""
    egg = day.get("egg", False)
    if egg not in (True, False):
        raise BadInput("egg is a switch", where="day", value=egg, allowed="true or false")
    return bool(egg)
