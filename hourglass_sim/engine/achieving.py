"""Achievements for one user: on which evenings one could be met, which are, and what they give (RULES 1.13).

For every counter the user carries the lowest threshold, among locked achievements, that the counter is short of. An achievement that
is locked tonight and met later has a condition that is short tonight, so that counter must reach its carried threshold first: nobody
looks on evenings on which no counter does, and those who look see only the counters that did. Achievements with one condition are
unlocked there and then. Those with several, or that require others, are looked at afterwards when one of their counters, or what they
require, moved. The carried threshold of a counter that may fall and that stands beside others (the ratio) is found anew whenever those
are concerned, among what is open. So this is exact, not an approximation.
"""

from collections.abc import Callable

from hourglass_policy.rules import meets

NO_THRESHOLD = 2**31 - 1
BITS_PER_WORD = 60
GROUP = 8  # counters whose thresholds are looked at together


def lowest_bit(n: int) -> int:
    """Position of the lowest bit of n > 0."""
    return (n & -n).bit_length() - 1


def is_unlocked(n, low, high, top, a):
    """Whether achievement `n` is among the unlocked bits."""
    return (low & a.low[n]) | (high & a.high[n]) | (top & a.top[n]) != 0


def first_thresholds(carried, a):
    """On the first day: the thresholds to carry, set in `carried`. Returns 0, the achievements unlocked so far."""
    for c in range(len(a.first) - 1):
        carried[c] = threshold_from(a.first[c], c, 0, 0, 0, a)
    return 0


def threshold_from(k, c, low, high, top, a):
    """The first threshold of counter `c`, from place k of the table on, that is worth waiting for.

    Above what a counter that only grows has reached everything is locked. On one that falls, what counts is locked and open.
    """
    end = a.first[c + 1]
    if a.falls[c] == 1:
        while (k < end) and (is_unlocked(a.number[k], low, high, top, a) or not is_open(a.number[k], low, high, top, a)):
            k += 1
    return a.threshold[k] if k < end else NO_THRESHOLD


def is_open(n, low, high, top, a):
    """Whether all that an achievement requires is unlocked."""
    r = a.required_first[n]
    while (r < a.required_first[n + 1]) and is_unlocked(a.required[r], low, high, top, a):
        r += 1
    return r == a.required_first[n + 1]


def one_more_due(rest: Callable) -> Callable:
    """The function that finds which counters, given each with its carried threshold, are due: one bit each; `rest` does all but one."""

    def due_bits(present, value, carried, *others):
        return (1 if meets(value, carried) & (present == 1) else 0) | (rest(present, *others) << 1)

    return due_bits


def _none(present):
    return 0


def joined(*groups):
    """The due bits of all groups in one word."""
    word = 0
    for g in range(len(groups)):
        word = word | (groups[g] << (g * GROUP))
    return word


def look(due, counters, carried, low, high, top, xp, centigrains, perks, count, several, a):
    """What the counters that are due unlock by themselves, and their next thresholds, set in `carried`.

    Found so far, added to and returned: unlocked bits (three words), XP and centigrains due tomorrow, perks, achievements unlocked, and
    the bits of those of several conditions or requirements that must be looked at. When there are any, the counters that may fall
    beside others follow, due or not.
    """
    rest = due
    beside = a.beside
    while rest != 0:
        c = lowest_bit(rest)
        rest = rest & (rest - 1)
        value = counters[c]
        k = a.first[c]
        end = a.first[c + 1]
        before = carried[c] if a.falls[c] == 0 else -NO_THRESHOLD
        while (k < end) and (a.threshold[k] < before):  # reached before: unlocked, or held back otherwise
            k += 1
        while (k < end) and meets(value, a.threshold[k]):
            n = a.number[k]
            if not is_unlocked(n, low, high, top, a):
                if a.alone[n] == 1:
                    low, high, top = low | a.low[n], high | a.high[n], top | a.top[n]
                    xp += a.xp[n]
                    centigrains += a.centigrains[n]
                    perks = perks | a.perks[n]
                    count += 1
                    several = several | a.opens[n]
                elif (a.falls[c] == 0) or is_open(n, low, high, top, a):
                    several = several | a.own_bit[n]
            k += 1
        carried[c] = threshold_from(k, c, low, high, top, a)
        if (rest == 0) & (several != 0):
            rest, beside = beside, 0
    return low, high, top, xp, centigrains, perks, count, several


def is_met(n, counters, low, high, top, a):
    """Whether all of an achievement's conditions hold and all that it requires is unlocked."""
    k = a.condition_first[n]
    while (k < a.condition_first[n + 1]) and meets(counters[a.condition_counter[k]], a.condition_threshold[k]):
        k += 1
    return (k == a.condition_first[n + 1]) and is_open(n, low, high, top, a)


def look_together(counters, low, high, top, xp, centigrains, perks, count, several, a):
    """The achievements with several conditions or requirements that tonight concerns, those that others require first.

    Returns what was found (see `look`), and 0: nothing is left to be looked at.
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
    return low, high, top, xp, centigrains, perks, count, 0


def tonight(count, before):
    """How many were unlocked tonight, and the counter that tomorrow's conditions see."""
    return count - before, count


DUE = [_none]  # by the number of counters
for _ in range(GROUP):
    DUE.append(one_more_due(DUE[-1]))
CORES = (
    lowest_bit, is_unlocked, is_open, threshold_from, first_thresholds, _none, joined, look, is_met,
    look_together, tonight,
)  # fmt: skip
