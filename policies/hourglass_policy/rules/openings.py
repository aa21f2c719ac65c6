"""What an opening of the app counts as, and how long a victory is in the feed (RULES 1.2, 1.13)."""

from ..values import DayValues


def is_comeback(absent_days: int, openings_before: int, d: DayValues) -> int:
    """1 when an opening follows so many days away; a person's first is none (RULES 1.13)."""
    return 1 if (absent_days >= d.comeback_days) & (openings_before > 0) else 0


def is_early(hour: int, d: DayValues) -> int:
    """1 when a day's first opening, at this local hour, counts for early_bird (RULES 1.13)."""
    return 1 if hour < d.early_bird_before else 0


def is_late(hour: int, d: DayValues) -> int:
    """1 when a day's first opening, at this local hour, counts for night_owl (RULES 1.13)."""
    return 1 if hour >= d.night_owl_from else 0


def is_in_feed(hours_since_sync: float, d: DayValues) -> int:
    """1 while a victory is in the feed: from the sync on, for day.feed_hours (RULES 1.2)."""
    return 1 if (hours_since_sync >= 0.0) & (hours_since_sync < d.feed_hours) else 0
