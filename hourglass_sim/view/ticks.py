"""Round numbers for an axis."""

import math


def nice_ticks(low: float, high: float, wanted: int) -> list[tuple[float, int]]:
    """Round values from `low` to `high`, about `wanted` of them, each with the decimals it needs.

    Steps are 1, 2 or 5 times a power of ten. Source: Heckbert, Nice numbers for graph labels, Graphics Gems (1990).
    """
    if not (math.isfinite(low) and math.isfinite(high)) or high <= low:
        return [(low, 0)]
    rough = (high - low) / max(wanted, 1)
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(m * power for m in (1.0, 2.0, 5.0, 10.0) if m * power >= rough * 0.75)
    digits = max(0, -math.floor(math.log10(step) + 1e-9))
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [(k * step, digits) for k in range(first, last + 1)]
