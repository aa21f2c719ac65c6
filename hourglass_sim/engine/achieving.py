"""Achievements for one user: on which evenings one could be met, which are, and what they give (RULES 1.13).

For every counter the user carries the lowest threshold, among locked achievements, that the counter is short of. An achievement that
is locked tonight and met later has a condition that is short tonight, so that counter must reach its carried threshold first: nobody
looks on evenings on which no counter does. Counters come in groups; a group is looked at when one of its counters is due.
Achievements with one condition are unlocked there and then. Those with several, or that require others, are looked at afterwards
when one of their counters, or what they require, moved. The carried threshold of a counter that may fall and that stands beside
others (the ratio) is found anew whenever those are concerned, among what is open. So this is exact, not an approximation.
"""

from collections.abc import Callable

from hourglass_policy.rules import meets

NO_THRESHOLD = 2**31 - 1
BITS_PER_WORD = 60
GROUP = 8  # counters looked at together
BESIDE = 1 << GROUP  # the bit that says that carried thresholds of counters that fall must be found anew


def is_unlocked(number, low, high, top):
    """Whether achievement `number` is among the unlocked bits."""
    word = low if number < BITS_PER_WORD else (high if number < 2 * BITS_PER_WORD else top)
    return (word >> (number % BITS_PER_WORD)) & 1


def one_more_first(rest: Callable) -> Callable:
    """The function that finds the first thresholds to carry of counters from `c` on, the last counter's first; `rest` but the first."""

    def first_thresholds(c, a):
        k = a.first[c]
        end = a.first[c + 1]
        while (k < end) and not could_be_next(a.number[k], a.falls[c], 0, 0, 0, a):
            k += 1
        own = a.threshold[k] if k < end else NO_THRESHOLD
        later = rest(c + 1, a)
        return *later, own

    return first_thresholds


def _no_threshold(c, a):
    return ()


def one_more_due(rest: Callable) -> Callable:
    """The function that finds which counters, given each with its carried threshold, are due: one bit each; `rest` does all but one."""

    def due_bits(present, value, carried, *others):
        return (1 if meets(value, carried) & (present == 1) else 0) | (rest(present, *others) << 1)

    return due_bits


def _none(present):
    return 0


def due_beside(bits, several):
    """A group's due bits, with one more when achievements of several conditions or requirements are concerned tonight."""
    return bits | (BESIDE if several != 0 else 0)


def is_open(n, low, high, top, a):
    """Whether all that an achievement requires is unlocked."""
    r = a.required_first[n]
    while (r < a.required_first[n + 1]) and (is_unlocked(a.required[r], low, high, top) == 1):
        r += 1
    return r == a.required_first[n + 1]


def could_be_next(n, falls, low, high, top, a):
    """Whether an achievement's threshold is worth waiting for: it is locked; on a counter that falls, it is open too."""
    return (is_unlocked(n, low, high, top) == 0) and ((falls == 0) or is_open(n, low, high, top, a))


def passed(c, is_due, value, carried, low, high, top, xp, centigrains, perks, count, several, a):
    """Counter `c` tonight: what it alone unlocks added to what was found so far (see `one_more_look`), then its carried threshold."""
    if not is_due:
        return low, high, top, xp, centigrains, perks, count, several, carried
    k = a.first[c]
    end = a.first[c + 1]
    while (k < end) and (a.threshold[k] < carried) and (a.falls[c] == 0):  # reached before: unlocked, or held back otherwise
        k += 1
    while (k < end) and meets(value, a.threshold[k]):
        n = a.number[k]
        if is_unlocked(n, low, high, top) == 0:
            if a.alone[n] == 1:
                bit = 1 << (n % BITS_PER_WORD)
                low = low | (bit if n < BITS_PER_WORD else 0)
                high = high | (bit if (n >= BITS_PER_WORD) & (n < 2 * BITS_PER_WORD) else 0)
                top = top | (bit if n >= 2 * BITS_PER_WORD else 0)
                xp += a.xp[n]
                centigrains += a.centigrains[n]
                perks = perks | a.perks[n]
                count += 1
                several = several | a.opens[n]
            elif (a.falls[c] == 0) or is_open(n, low, high, top, a):
                several = several | a.own_bit[n]
        k += 1
    while (k < end) and not could_be_next(a.number[k], a.falls[c], low, high, top, a):
        k += 1
    return low, high, top, xp, centigrains, perks, count, several, a.threshold[k] if k < end else NO_THRESHOLD


def one_more_look(rest: Callable) -> Callable:
    """The function that looks at counters, given each with its carried threshold, from `c` on (bit `position` of the due bits).

    Found so far and returned first: unlocked bits (three words), XP and centigrains due tomorrow, perks, achievements unlocked, and the
    bits of those of several conditions or requirements that must be looked at; then the carried thresholds, the last counter's
    first. `rest` does all counters but the first.
    """

    def look(c, position, bits, low, high, top, xp, centigrains, perks, count, several, a, value, carried, *others):
        is_due = (((bits >> position) & 1) == 1) | ((bits >= BESIDE) & (a.falls[c] == 1))
        low, high, top, xp, centigrains, perks, count, several, after = passed(
            c, is_due, value, carried, low, high, top, xp, centigrains, perks, count, several, a
        )
        later = rest(c + 1, position + 1, bits, low, high, top, xp, centigrains, perks, count, several, a, *others)
        return *later, after

    return look


def _found(c, position, bits, low, high, top, xp, centigrains, perks, count, several, a):
    return low, high, top, xp, centigrains, perks, count, several


def is_met(n, values, low, high, top, a):
    """Whether all of an achievement's conditions hold and all that it requires is unlocked."""
    k = a.condition_first[n]
    while (k < a.condition_first[n + 1]) and meets(values[a.condition_counter[k]], a.condition_threshold[k]):
        k += 1
    return (k == a.condition_first[n + 1]) and is_open(n, low, high, top, a)


def look_together(*values):
    """The achievements with several conditions or requirements that tonight concerns, those that others require first.

    `values`: every counter, what was found so far (see `one_more_look`), the table. Returns what was found, and 0: nothing is left
    to be looked at.
    """
    low, high, top, xp, centigrains, perks, count, several, a = values[-9:]
    counters = values[:-9]
    for k in range(len(a.together)):
        n = a.together[k]
        if ((several >> k) & 1 == 1) and (is_unlocked(n, low, high, top) == 0) and is_met(n, counters, low, high, top, a):
            bit = 1 << (n % BITS_PER_WORD)
            low = low | (bit if n < BITS_PER_WORD else 0)
            high = high | (bit if (n >= BITS_PER_WORD) & (n < 2 * BITS_PER_WORD) else 0)
            top = top | (bit if n >= 2 * BITS_PER_WORD else 0)
            xp += a.xp[n]
            centigrains += a.centigrains[n]
            perks = perks | a.perks[n]
            count += 1
            several = several | a.opens[n]
    return low, high, top, xp, centigrains, perks, count, 0


def tonight(count, before):
    """How many were unlocked tonight, and the counter that tomorrow's conditions see."""
    return count - before, count


FIRST, DUE, LOOK = [_no_threshold], [_none], [_found]  # by the number of counters
for _ in range(GROUP):
    FIRST.append(one_more_first(FIRST[-1]))
    DUE.append(one_more_due(DUE[-1]))
    LOOK.append(one_more_look(LOOK[-1]))
CORES = (is_unlocked, _no_threshold, _none, due_beside, is_open, could_be_next, passed, _found, is_met, look_together, tonight)
