"""When an achievement's condition holds (RULES 1.13)."""


def meets(counter: int, threshold: int) -> bool:
    """Whether a counter has reached a threshold, both in the counter's unit (RULES 1.13)."""
    return counter >= threshold
