"""What the product remembers of a person's openings, as the notification policies read it (RULES 1.16)."""

FIRST_HOUR = 8.0  # usual hour before the first opening


def usual_hour_next(usual_hour: float, hour: int, opened: int) -> float:
    """A circular running mean of opening hours (weight 0.15), 0 to 24; unchanged on a day without opening."""
    gap = hour - usual_hour
    gap = gap - 24.0 if gap > 12.0 else (gap + 24.0 if gap < -12.0 else gap)
    moved = usual_hour + 0.15 * gap
    moved = moved - 24.0 if moved >= 24.0 else (moved + 24.0 if moved < 0.0 else moved)
    return moved if opened else usual_hour
