"""One exponential, one logarithm and one logistic from + - x /, so that interpreted and compiled code agree to the bit.

`scaled`, `mantissa` and `exponent` touch the bits of a double; a compiler replaces these three (see
`hourglass_sim.engine.lift`), and `lost_in_product` where a processor does it in one step; everything else is compiled as it stands.
"""

import math

LOG2_E = 1.4426950408889634
LN2 = 0.6931471805599453
ROUND_TO_INTEGER = 6755399441055744.0  # 1.5 * 2**52: adding and subtracting it rounds a small double to an integer
SQRT_HALF = 0.7071067811865476


def scaled(x: float, rounded: float) -> float:
    """x * 2.0 ** n where `rounded` is n + ROUND_TO_INTEGER, a double that has the integer n in its last bits.

    x and the result must be normal doubles: then a compiler adds those bits to the exponent of x.
    """
    return math.ldexp(x, int(rounded - ROUND_TO_INTEGER))


def mantissa(x: float) -> float:
    """m of x = m * 2**e with 0.5 <= m < 1, for a positive normal x."""
    return math.frexp(x)[0]


def exponent(x: float) -> int:
    """e of x = m * 2**e with 0.5 <= m < 1, for a positive normal x."""
    return math.frexp(x)[1]


def exp_(x: float) -> float:
    """e ** x, relative error below 1e-8; the argument is held within -700 and 700.

    Range reduction after Cody & Waite (1980), then 1 + r + r**2 / 2 + ..., whose four further coefficients make the largest relative
    error on |r| <= ln(2) / 2 as small as it can be (3.7e-9; linear programming over 4,001 points).
    """
    x = -700.0 if x < -700.0 else x
    x = 700.0 if x > 700.0 else x
    rounded = x * LOG2_E + ROUND_TO_INTEGER
    r = x - (rounded - ROUND_TO_INTEGER) * LN2
    square = r * r
    rest = (0.041667237581440753 + r * 0.0083674757783432294) + square * 0.0013863786429473902
    return scaled((1.0 + r) + square * ((0.5 + r * 0.16666534060041288) + square * rest), rounded)


def log_(x: float) -> float:
    """Natural logarithm of a positive normal x, relative error below 1e-12 (series of the inverse hyperbolic tangent)."""
    m = mantissa(x)
    is_low = m < SQRT_HALF
    m = m + m if is_low else m
    e = exponent(x) - (1 if is_low else 0)
    s = (m - 1.0) / (m + 1.0)
    t = s * s
    series = 1 / 9 + t * (1 / 11 + t * (1 / 13 + t * (1 / 15)))
    return e * 0.6931471805599453 + 2.0 * s * (1.0 + t * (1 / 3 + t * (1 / 5 + t * (1 / 7 + t * series))))


def lost_in_product(x: float, by: float, product: float) -> float:
    """What `product`, x * by, lost when it was rounded, exactly, for a `by` of at most 26 bits (Dekker 1971).

    x is 0 or between 2**-960 and 2**990 in size. A compiler for a processor that fuses multiplications does it in one step.
    """
    cut = x * 134217729.0  # 2**27 + 1 cuts the 53 bits in two halves, whose products are exact
    upper = cut - (cut - x)
    lower = x - upper
    return (upper * by - product) + lower * by


def logistic(x: float) -> float:
    """1 / (1 + e**-x): a log-odds as a probability."""
    return 1.0 / (1.0 + exp_(-x))


def happens(u: float, log_odds: float) -> int:
    """1 when an event with these log-odds happens at the draw u: u < logistic(log_odds), without the division."""
    return 1 if u * (1.0 + exp_(-log_odds)) < 1.0 else 0


CORES = (scaled, mantissa, exponent, exp_, log_, lost_in_product, logistic, happens)
