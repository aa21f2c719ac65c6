"""One exponential, one logarithm and one logistic from + - x /, so that interpreted and compiled code agree to the bit.

`scaled` and `parted` touch the bits of a double; a compiler replaces these two, `range_of` and `like` (see
`hourglass_sim.engine.lift`), and `lost_in_product` where a processor does it in one step; everything else is compiled as it stands.

All but `lost_in_product` also take numbers of single precision (`numpy.float32`) and work them out in that.
"""

import math

LOG2_E = 1.4426950408889634
LN2 = 0.6931471805599453
ROUND_TO_INTEGER = 6755399441055744.0  # 1.5 * 2**52: adding and subtracting it rounds a small double to an integer
SQRT_HALF = 0.7071067811865476


def range_of(x: float) -> tuple[float, float]:
    """Up to which size `exp_` takes numbers of the precision of x, and what rounds one to an integer when it is added."""
    return (700.0, ROUND_TO_INTEGER) if isinstance(x, (int, float)) else (type(x)(87.0), type(x)(12582912.0))  # 1.5 * 2**23


def scaled(x: float, rounded: float) -> float:
    """x * 2.0 ** n where `rounded` is n + `range_of(x)[1]`, a number that has the integer n in its last bits.

    x and the result must be normal numbers: then a compiler adds those bits to the exponent of x.
    """
    return type(x)(math.ldexp(x, int(rounded - range_of(x)[1])))


def parted(x: float) -> tuple[float, float]:
    """m and e of x = m * 2**e, e whole and m from `SQRT_HALF` to twice that, for a positive normal x."""
    m, e = math.frexp(x)
    is_low = m < type(x)(SQRT_HALF)
    return type(x)(m + m if is_low else m), type(x)(e - is_low)


def like(x: float, n: int) -> float:
    """A whole number in the precision of x."""
    return type(x)(n)


def exp_(x: float) -> float:
    """e ** x, relative error below 1e-8; the argument is held within -700 and 700 (in single precision: below 1e-5, -87 and 87).

    Range reduction after Cody & Waite (1980), then 1 + r + r**2 / 2 + ..., whose four further coefficients make the largest relative
    error on |r| <= ln(2) / 2 as small as it can be (3.7e-9; linear programming over 4,001 points).
    """
    most, to_integer = range_of(x)
    x = -most if x < -most else x
    x = most if x > most else x
    rounded = x * LOG2_E + to_integer
    r = x - (rounded - to_integer) * LN2
    square = r * r
    rest = (0.041667237581440753 + r * 0.0083674757783432294) + square * 0.0013863786429473902
    return scaled((1.0 + r) + square * ((0.5 + r * 0.16666534060041288) + square * rest), rounded)


def log_(x: float) -> float:
    """Natural logarithm of a positive normal x, relative error below 1e-12 (series of the inverse hyperbolic tangent)."""
    m, e = parted(x)
    s = (m - 1.0) / (m + 1.0)
    t = s * s
    series = 1 / 9 + t * (1 / 11 + t * (1 / 13 + t * (1 / 15)))
    return e * LN2 + 2.0 * s * (1.0 + t * (1 / 3 + t * (1 / 5 + t * (1 / 7 + t * series))))


def log_of_whole(n: int, x: float) -> float:
    """Natural logarithm of a whole number from 1 to 2**24 in the precision of x, off by less than 2.5e-6; exactly 0 of 1.

    z - z**2 / 2 + ... with z = m - 1, the coefficients chosen as those of `exp_`.
    """
    m, e = parted(like(x, n))
    z = m - 1.0
    square = z * z
    rest = (z * 0.33262393286489533 - 0.4998753762901108) + square * (
        (z * 0.22070229023045315 - 0.2545872798541123) - square * 0.14105153976495693
    )
    return e * LN2 + (z + square * rest)


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


CORES = (range_of, scaled, parted, like, exp_, log_, log_of_whole, lost_in_product, logistic, happens)
