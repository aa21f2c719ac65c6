"""Counter-based draws: a number in (0, 1) that depends on seed, user, day and purpose, and on nothing else.

Generator: Philox4x32 with 7 rounds (Salmon, Moraes, Dror & Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011), the
fewest rounds that pass BigCrush; checked against the published known-answer vectors. One call gives four draws.
Every word is an int64 holding 0 .. 2**32 - 1, so that plain and compiled code are the same lines.
"""

WORD = 0xFFFFFFFF
MULTIPLIER_0 = 0xD2511F53
MULTIPLIER_1 = 0xCD9E8D57
WEYL_0 = 0x9E3779B9
WEYL_1 = 0xBB67AE85
TO_UNIT = 2.0**-32


def high_word(a: int, b: int) -> int:
    """The upper 32 bits of the 64-bit product of two 32-bit words."""
    return (a * b) >> 32


def philox_round(c0: int, c1: int, c2: int, c3: int, k0: int, k1: int) -> tuple[int, int, int, int]:
    """One round over four counter words and two key words."""
    h0 = high_word(MULTIPLIER_0, c0)
    h1 = high_word(MULTIPLIER_1, c2)
    return h1 ^ c1 ^ k0, (MULTIPLIER_1 * c2) & WORD, h0 ^ c3 ^ k1, (MULTIPLIER_0 * c0) & WORD


def philox(c0: int, c1: int, c2: int, c3: int, k0: int, k1: int) -> tuple[int, int, int, int]:
    """Seven rounds of Philox4x32; all arguments and results are 32-bit words."""
    c0, c1, c2, c3 = philox_round(c0, c1, c2, c3, k0, k1)
    c0, c1, c2, c3 = philox_round(c0, c1, c2, c3, (k0 + WEYL_0) & WORD, (k1 + WEYL_1) & WORD)
    c0, c1, c2, c3 = philox_round(c0, c1, c2, c3, (k0 + 2 * WEYL_0) & WORD, (k1 + 2 * WEYL_1) & WORD)
    c0, c1, c2, c3 = philox_round(c0, c1, c2, c3, (k0 + 3 * WEYL_0) & WORD, (k1 + 3 * WEYL_1) & WORD)
    c0, c1, c2, c3 = philox_round(c0, c1, c2, c3, (k0 + 4 * WEYL_0) & WORD, (k1 + 4 * WEYL_1) & WORD)
    c0, c1, c2, c3 = philox_round(c0, c1, c2, c3, (k0 + 5 * WEYL_0) & WORD, (k1 + 5 * WEYL_1) & WORD)
    return philox_round(c0, c1, c2, c3, (k0 + 6 * WEYL_0) & WORD, (k1 + 6 * WEYL_1) & WORD)


def unit(word: int) -> float:
    """A 32-bit word as a number strictly between 0 and 1."""
    return (word + 0.5) * TO_UNIT


def four_draws(user: int, day: int, purpose: int, seed_low: int, seed_high: int) -> tuple[float, float, float, float]:
    """Four independent draws in (0, 1) for one user, one day (a 32-bit word) and one group of purposes."""
    w0, w1, w2, w3 = philox(user & WORD, day & WORD, purpose, user >> 32, seed_low, seed_high)
    return unit(w0), unit(w1), unit(w2), unit(w3)


CORES = (high_word, philox_round, philox, unit, four_draws)
