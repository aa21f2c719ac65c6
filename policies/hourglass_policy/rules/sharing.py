"""How a contract's goals share the day's potential (RULES 1.4)."""

from .rounding import grains_of, hundredths


def share_of_grains(value: float, total: float, potential: float) -> int:
    """Centigrains of a goal worth `value` among `total`, before the excess is taken off; 0 for an unused slot (RULES 1.4)."""
    is_used = (value > 0.0) & (total > 0.0)
    share = hundredths(value / (total if is_used else 1.0) * potential)
    return share if is_used else 0


def share_centigrains(value: float, total: float, potential_centigrains: int) -> int:
    """Centigrains of a goal worth `value` among `total`; the potential in centigrains (RULES 1.4)."""
    return share_of_grains(value, total, grains_of(potential_centigrains))


def used_value(value: float) -> float:
    """The value of a slot, 0 when the slot is unused."""
    return value if value > 0.0 else 0.0


def shares_of_grains(v1: float, v2: float, v3: float, v4: float, v5: float, potential: float) -> tuple[int, int, int, int, int]:
    """Shares of five slots in centigrains, the largest (first of equals) lowered by any excess over `potential` grains."""
    total = used_value(v1) + used_value(v2) + used_value(v3) + used_value(v4) + used_value(v5)
    a = share_of_grains(v1, total, potential)
    b = share_of_grains(v2, total, potential)
    c = share_of_grains(v3, total, potential)
    d = share_of_grains(v4, total, potential)
    e = share_of_grains(v5, total, potential)
    excess = max(a + b + c + d + e - hundredths(potential), 0)
    top = max(max(max(a, b), max(c, d)), e)
    from_a = excess if a == top else 0
    from_b = excess - from_a if b == top else 0
    from_c = excess - from_a - from_b if c == top else 0
    from_d = excess - from_a - from_b - from_c if d == top else 0
    return a - from_a, b - from_b, c - from_c, d - from_d, e - (excess - from_a - from_b - from_c - from_d)


def shares_centigrains(
    v1: float, v2: float, v3: float, v4: float, v5: float, potential_centigrains: int
) -> tuple[int, int, int, int, int]:
    """Shares of five slots in centigrains; a value of 0 or less marks an unused slot (RULES 1.4)."""
    return shares_of_grains(v1, v2, v3, v4, v5, grains_of(potential_centigrains))
