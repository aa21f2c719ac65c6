"""Achievements for one user: on which evenings one could be met, which are, and what they give (RULES 1.13).

For every counter the user carries the lowest threshold, among locked achievements, that the counter is short of. An achievement that
is locked tonight and met later has a condition that is short tonight, so that counter must reach its carried threshold first: nobody
looks on evenings on which no counter does, and those who look see only the counters that did. Achievements with one condition are
unlocked there and then. Those with several, or that require others, are looked at afterwards when one of their counters, or what they
require, moved; then counters that fall and stand beside others (the ratio) wait anew, for what is open by then. So this is exact, not
an approximation.
"""

from collections.abc import Callable
from functools import cache

from hourglass_policy.catalogue.counters import COUNTERS
from hourglass_policy.rules import meets

from hourglass_sim.engine.state import AMOUNTS

NEVER = 2**31 - 1  # a threshold that no counter reaches
BITS_PER_WORD = 60
NARROW = len(COUNTERS) - len(AMOUNTS)  # counters of two bytes; those of amounts stand behind them
NARROW_NEVER = 2**15 - 1
DUE_TOGETHER = 14  # counters looked at in one stage, whose bits fit two bytes
ROW = 8  # numbers in a row of `AchievementTable.rows`, a line of the cache
NUMBER, LOW, HIGH, TOP, BITS, XP, CENTIGRAINS, PERKS = range(ROW)


def lowest_bit(n: int) -> int:
    """Position of the lowest bit of n > 0."""
    return (n & -n).bit_length() - 1


def is_unlocked(n, low, high, top, a):
    """Whether achievement `n` is among the unlocked bits."""
    return (low & a.low[n]) | (high & a.high[n]) | (top & a.top[n]) != 0


def first_thresholds(narrow, wide, ranks, a):
    """On the first day: the thresholds to wait for, set in `narrow` or `wide`, and their `ranks`. Returns 0, the achievements unlocked."""
    for c in range(len(a.first) - 1):
        wait_from(a.first[c], c, narrow, wide, ranks, 0, 0, 0, a)
    return 0


def wait_from(k, c, narrow, wide, ranks, low, high, top, a):
    """Set the first threshold of counter `c`, from place k of the table on, that is worth waiting for.

    Above what a counter that only grows has reached everything is locked. On one that falls, what counts is locked and open.
    """
    end = a.first[c + 1]
    if a.falls[c] == 1:
        while (k < end) and (is_unlocked(a.number[k], low, high, top, a) or not is_open(a.number[k], low, high, top, a)):
            k += 1
    threshold = a.threshold[k] if k < end else NEVER
    if c < NARROW:
        narrow[c] = min(threshold, NARROW_NEVER)
    else:
        wide[c - NARROW] = threshold
    ranks[c] = k - a.first[c]


def is_open(n, low, high, top, a):
    """Whether all that an achievement requires is unlocked."""
    r = a.required_first[n]
    while (r < a.required_first[n + 1]) and is_unlocked(a.required[r], low, high, top, a):
        r += 1
    return r == a.required_first[n + 1]


@cache
def due_of(count: int) -> Callable:
    """The function that finds which of `count` counters, given each with its carried threshold, are due: one bit each."""
    if count == 1:
        return _is_due
    half = count // 2
    first, second, cut = due_of(half), due_of(count - half), 2 * half

    def due_bits(present, *pairs):
        return first(present, *pairs[:cut]) | (second(present, *pairs[cut:]) << half)

    return due_bits


def joined(*groups):
    """The due bits of all groups in one word."""
    word = 0
    for g in range(len(groups)):
        word = word | (groups[g] << (g * DUE_TOGETHER))
    return word


def _is_due(present, value, carried):
    return 1 if meets(value, carried) & (present == 1) else 0


def look(due, counters, narrow, wide, ranks, low, high, top, xp, centigrains, perks, count, a):
    """What the counters that are due unlock, and their next thresholds, set in `narrow`, `wide` and `ranks`.

    Found so far, added to and returned: unlocked bits (three words), XP and centigrains due tomorrow, perks, achievements unlocked.
    Where achievements of several conditions or requirements are concerned, the counters that fall beside others wait anew, due or not.
    """
    rest = due
    several = 0
    while rest != 0:
        c = lowest_bit(rest)
        rest = rest & (rest - 1)
        value = counters[c]
        k = a.first[c] + (ranks[c] if a.falls[c] == 0 else 0)  # below: unlocked, or held back otherwise
        end = a.first[c + 1]
        while (k < end) and meets(value, a.threshold[k]):
            at = k * ROW
            bits = a.rows[at + BITS]
            own_low, own_high, own_top = a.rows[at + LOW], a.rows[at + HIGH], a.rows[at + TOP]
            if (low & own_low) | (high & own_high) | (top & own_top) == 0:
                if a.rows[at + PERKS] >= 0:
                    low, high, top = low | own_low, high | own_high, top | own_top
                    xp += a.rows[at + XP]
                    centigrains += a.rows[at + CENTIGRAINS]
                    perks = perks | a.rows[at + PERKS]
                    count += 1
                    several = several | bits
                elif (a.falls[c] == 0) or is_open(a.rows[at + NUMBER], low, high, top, a):
                    several = several | bits
            k += 1
        wait_from(k, c, narrow, wide, ranks, low, high, top, a)
    if several == 0:
        return low, high, top, xp, centigrains, perks, count
    found = look_together(several, counters, low, high, top, xp, centigrains, perks, count, a)
    rest = a.beside
    while rest != 0:
        c = lowest_bit(rest)
        rest = rest & (rest - 1)
        k = a.first[c]
        while (k < a.first[c + 1]) and meets(counters[c], a.threshold[k]):
            k += 1
        wait_from(k, c, narrow, wide, ranks, found[0], found[1], found[2], a)
    return found


def is_met(n, counters, low, high, top, a):
    """Whether all of an achievement's conditions hold and all that it requires is unlocked."""
    k = a.condition_first[n]
    while (k < a.condition_first[n + 1]) and meets(counters[a.condition_counter[k]], a.condition_threshold[k]):
        k += 1
    return (k == a.condition_first[n + 1]) and is_open(n, low, high, top, a)


def look_together(several, counters, low, high, top, xp, centigrains, perks, count, a):
    """What was found (see `look`) with the achievements of several conditions or requirements whose bits are in `several`.

    Those that others require come first.
    """
    while several != 0:
        n = a.together[lowest_bit(several)]
        several = several & (several - 1)
        if not is_unlocked(n, low, high, top, a) and is_met(n, counters, low, high, top, a):
            low, high, top = low | a.low[n], high | a.high[n], top | a.top[n]
            xp += a.xp[n]
            centigrains += a.centigrains[n]
            perks = perks | a.perks[n]
            count += 1
            several = several | a.opens[n]
    return low, high, top, xp, centigrains, perks, count


def tonight(count, before):
    """How many were unlocked tonight, and the counter that tomorrow's conditions see."""
    return count - before, count


DUE = tuple(due_of(count + 1) for count in range(DUE_TOGETHER))
CORES = (
    lowest_bit, is_unlocked, is_open, first_thresholds, wait_from, joined, look, is_met, look_together, tonight, *DUE,
)  # fmt: skip
