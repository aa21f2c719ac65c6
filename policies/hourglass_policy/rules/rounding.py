"""Rounding to hundredths exactly as Python's `round(x, 2)` does, from products and sums only (RULES 1.4).

Compiled and interpreted code agree to the bit because nothing but + − × is used, or one step that is exact as well.
Source: Dekker 1971, error-free product.
"""

from ..numeric import lost_in_product


def hundredths(x: float) -> int:
    """Whole hundredths nearest to `x`; a tie of the exact double goes to the even one; |x| below 9e13 (RULES 1.4)."""
    size = -x if x < 0.0 else x
    product = size * 100.0
    whole = int(product)
    above_half = (product - whole - 0.5) + lost_in_product(size, 100.0, product)
    rounds_up = (above_half > 0.0) | ((above_half == 0.0) & (whole & 1 == 1))  # without branches, so that loops vectorise
    whole = whole + 1 if rounds_up else whole
    return -whole if x < 0.0 else whole


def grains_of(centigrains: int) -> float:
    """Centigrains as grains, the double nearest to the two decimals."""
    return centigrains / 100.0
