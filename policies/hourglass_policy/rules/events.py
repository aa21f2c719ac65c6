"""Seasonal events: double XP, eggs, and what it takes to take part (RULES 1.14)."""


def event_xp(xp: int, in_phoenix: int, factor_hundredths: int, phoenix_factor_hundredths: int) -> int:
    """XP of a day during seasonal events: times the factor for everybody, in Phoenix mode times the other one (RULES 1.14)."""
    if (factor_hundredths == 100) & (phoenix_factor_hundredths == 100):  # most days of the year
        return xp
    factor = phoenix_factor_hundredths if in_phoenix != 0 else factor_hundredths
    return xp * factor // 100


def event_days_next(opened: int, event_age_days: int, is_new: int, absent_days: int, days: int) -> int:
    """Days of the running event on which the app was opened, today included (RULES 1.14).

    `event_age_days` counts from 0 on the event's first day and is negative without an event; `absent_days` since the last opening. The
    count begins anew when that was before the event.
    """
    is_first = (is_new == 1) | (absent_days > event_age_days)
    kept = 0 if is_first else days
    return kept + 1 if (event_age_days >= 0) & (opened == 1) else kept


def egg_found(opened: int, event_age_days: int, u: float, p_per_day: float) -> int:
    """1 when an egg appears on an opened day of an event, at a draw u in (0, 1) (RULES 1.14)."""
    return 1 if (opened == 1) & (event_age_days >= 0) & (u < p_per_day) else 0


def event_taken_part(opened: int, event_age_days: int, days: int, days_needed: int) -> int:
    """1 on the day that completes taking part: the last of the days needed (RULES 1.14)."""
    return 1 if (opened == 1) & (event_age_days >= 0) & (days == days_needed) else 0
