"""One exponential, one logarithm and one logistic from + - x /, so that interpreted and compiled code agree to the bit.

`power_of_two`, `mantissa` and `exponent` touch the bits of a double; a compiler replaces these three (see
`hourglass_sim.engine.lift`), everything else is compiled as it stands.
"""

import math

LOG2_E = 1.4426950408889634
LN2_HIGH = 0.6931471803691238
LN2_LOW = 1.9082149292705877e-10
ROUND_TO_INTEGER = 6755399441055744.0  # 1.5 * 2**52: adding and subtracting it rounds a small double to an integer
SQRT_HALF = 0.7071067811865476


def power_of_two(n: int) -> float:
    """2.0 ** n for -1022 <= n <= 1023."""
    return math.ldexp(1.0, n)


def mantissa(x: float) -> float:
    """m of x = m * 2**e with 0.5 <= m < 1, for a positive normal x."""
    return math.frexp(x)[0]


def exponent(x: float) -> int:
    """e of x = m * 2**e with 0.5 <= m < 1, for a positive normal x."""
    return math.frexp(x)[1]


def exp_(x: float) -> float:
    """e ** x, relative error below 1e-8; the argument is held within -700 and 700.

    Range reduction after Cody & Waite (1980), then the Taylor series to the seventh power on |r| <= ln(2) / 2, summed in pairs
    (Estrin 1960) so that a processor can work on several terms at once.
    """
    x = -700.0 if x < -700.0 else x
    x = 700.0 if x > 700.0 else x
    n = (x * LOG2_E + ROUND_TO_INTEGER) - ROUND_TO_INTEGER
    r = (x - n * LN2_HIGH) - n * LN2_LOW
    square = r * r
    low = (1.0 + r) + square * (0.5 + r * (1 / 6))
    high = (1 / 24 + r * (1 / 120)) + square * (1 / 720 + r * (1 / 5040))
    return (low + square * square * high) * power_of_two(int(n))


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


def logistic(x: float) -> float:
    """1 / (1 + e**-x): a log-odds as a probability."""
    return 1.0 / (1.0 + exp_(-x))


def happens(u: float, log_odds: float) -> int:
    """1 when an event with these log-odds happens at the draw u: u < logistic(log_odds), without the division."""
    return 1 if u * (1.0 + exp_(-log_odds)) < 1.0 else 0


CORES = (power_of_two, mantissa, exponent, exp_, log_, logistic, happens)
