"""Shares and means with their 95 % intervals; user-days of one user are not independent and are treated as a cluster."""

import math
from dataclasses import dataclass

import numpy as np

Z95 = 1.959963984540054


@dataclass(frozen=True)
class Share:
    """A ratio of two counts with its 95 % interval; all three are None when the denominator is 0 (never 0)."""

    numerator: int
    denominator: int
    value: float | None
    low: float | None
    high: float | None


def wilson(numerator: int, denominator: float, share: float | None = None) -> tuple[float, float]:
    """Wilson's score interval of a share (Wilson 1927); `denominator` may be an effective sample size."""
    p = numerator / denominator if share is None else share
    z2 = Z95 * Z95 / denominator
    centre = (p + z2 / 2) / (1 + z2)
    half = Z95 / (1 + z2) * math.sqrt(p * (1 - p) / denominator + z2 / (4 * denominator))
    return max(centre - half, 0.0), min(centre + half, 1.0)


def share_of(numerator: int, denominator: int) -> Share:
    """A share of independent units (one per user) with Wilson's interval."""
    if denominator == 0:
        return Share(0, 0, None, None, None)
    low, high = wilson(int(numerator), int(denominator))
    return Share(int(numerator), int(denominator), int(numerator) / int(denominator), low, high)


def ratio_of(numerators: np.ndarray, denominators: np.ndarray, *, is_share: bool = True) -> Share:
    """Sum of numerators over sum of denominators, one pair per user, with an interval that resamples users would give.

    Linearised variance of a ratio of sums (Cochran 1977, section 6.3). A share gets Wilson's interval at its effective
    sample size, so that it stays inside 0..1; any other ratio (`is_share=False`) a normal interval.
    """
    num, den = np.asarray(numerators, np.float64), np.asarray(denominators, np.float64)
    top, bottom = int(num.sum()), int(den.sum())
    if bottom == 0:
        return Share(0, 0, None, None, None)
    value = top / bottom
    units = int(np.count_nonzero(den))
    residual = num - value * den
    variance = float(residual @ residual) / bottom**2 * (units / (units - 1) if units > 1 else 1.0)
    if not is_share:
        half = Z95 * math.sqrt(variance) if units > 1 else math.inf
        return Share(top, bottom, value, value - half, value + half)
    effective = value * (1 - value) / variance if variance > 0 else float(units)
    return Share(top, bottom, value, *wilson(top, min(max(effective, 1.0), bottom), value))
