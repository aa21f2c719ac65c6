"""Achievements for one user: on which evenings one could be met, which are, and what they give (RULES 1.13).

For every counter the user carries the lowest threshold, among locked achievements, that the counter is short of. An achievement that
is locked tonight and met later has a condition that is short tonight, so that counter must reach its carried threshold first: nobody
looks on evenings on which no counter does, and those who look see only the counters that did. Achievements with one condition are
unlocked there and then: above what a counter has reached everything is locked. Those with several, or that require others, and those
on a counter that falls and stands beside others (the ratio) are looked at afterwards, when one of their counters, or what they
require, moved; then such falling counters wait anew, for what is open by then. So this is exact, not an approximation.
"""

from collections.abc import Callable, Sequence
from functools import cache

from hourglass_policy.catalogue.counters import COUNTERS
from hourglass_policy.rules import meets

from hourglass_sim.engine.state import AMOUNTS

NEVER = 2**31 - 1  # a threshold that no counter reaches
BEYOND = 2**62  # more than any counter holds
BITS_PER_WORD = 60
NARROW = len(COUNTERS) - len(AMOUNTS)  # counters of two bytes; those of amounts stand behind them
NARROW_NEVER = 2**15 - 1
DUE_TOGETHER = 15  # counters looked at in one stage, whose bits fit two bytes
PLACE_SHIFT = 7
ROW = 8  # numbers in a row of `AchievementTable.rows`, a line of the cache
LOW, HIGH, TOP, BITS, REWARD, PERKS, COUNT, NEXT = range(ROW)
REWARD_BITS = 32  # of a row's reward: the XP; centigrains above them


def lowest_bit(n: int) -> int:
    """Position of the lowest bit of n > 0."""
    return (n & -n).bit_length() - 1


def is_unlocked(n, low, high, top, a):
    """Whether achievement `n` is among the unlocked bits."""
    return (low & a.low[n]) | (high & a.high[n]) | (top & a.top[n]) != 0


def first_thresholds(narrow, wide, a):
    """On the first day: the thresholds to wait for, set in `narrow` or `wide`. Returns 0, the achievements unlocked."""
    for c in range(NARROW):
        narrow[c] = a.start[c]
    for c in range(len(AMOUNTS)):
        wide[c] = a.start[NARROW + c]
    return 0


def starting(a) -> tuple[int, ...]:
    """The thresholds of a first day, for the table that `first_thresholds` reads."""
    narrow, wide = [0] * NARROW, [0] * len(AMOUNTS)
    for c, k in enumerate(a.first[:-1]):
        if a.falls >> c & 1:
            wait_anew(c, 0, narrow, wide, 0, 0, 0, a)
        else:
            wait_for(a.threshold[k] if k < a.first[c + 1] else NEVER, c, narrow, wide)
    return (*narrow, *wide)


def wait_for(threshold, c, narrow, wide):
    """Set the next threshold of counter `c`."""
    if c < NARROW:
        narrow[c] = min(threshold, NARROW_NEVER)
    else:
        wide[c - NARROW] = min(threshold, NEVER)


def wait_anew(c, value, narrow, wide, low, high, top, a):
    """Set the first threshold of a falling counter above its value that a locked and open achievement has."""
    k, end = a.first[c], a.first[c + 1]
    while (k < end) and (
        meets(value, a.threshold[k])
        or is_unlocked(a.number[k], low, high, top, a)
        or not is_open(a.number[k], low, high, top, a)
    ):  # fmt: skip
        k += 1
    wait_for(a.threshold[k] if k < end else NEVER, c, narrow, wide)


def together(achievements) -> tuple[set[str], list[bool]]:
    """Counters that fall and stand beside other conditions; of each achievement, whether it is looked at with others, not alone."""
    several = [len(a.conditions) > 1 or bool(a.requires) for a in achievements]
    beside = {c.counter for a, is_several in zip(achievements, several, strict=True) if is_several for c in a.conditions}
    falling = {counter for counter in beside if COUNTERS[counter].falls}
    on_falling = [any(c.counter in falling for c in a.conditions) for a in achievements]
    return falling, [first or second for first, second in zip(several, on_falling, strict=True)]


def row_of(threshold, c, a):
    """The row of a carried threshold of counter `c`: `places` finds every one without a search."""
    return a.place[c * a.room + (((threshold * a.factor[c]) >> PLACE_SHIFT) & (a.room - 1))]


def places(keys: Sequence[Sequence[int]], rows: Sequence[Sequence[int]]) -> tuple[int, tuple[int, ...], tuple[int, ...]]:
    """What `row_of` needs, for lists of different thresholds and the row of each: room, factors, rows by place.

    A factor spreads a list's thresholds over the room so that no two meet; the room doubles until every list has one.
    """
    room = 2 << (max(map(len, keys)) - 1).bit_length()
    while True:
        factors = [_factor(own, room) for own in keys]
        if all(factors):
            break
        room *= 2
    place = [0] * (room * len(keys))
    for c, (own, there) in enumerate(zip(keys, rows, strict=True)):
        for key, row in zip(own, there, strict=True):
            place[c * room + _place(key, factors[c], room)] = row
    return room, tuple(factors), tuple(place)


def _place(key: int, factor: int, room: int) -> int:
    return (key * factor >> PLACE_SHIFT) & (room - 1)


def _factor(keys: Sequence[int], room: int) -> int:
    """The first odd number that spreads the keys, 0 when there is none among the first thousands."""
    tried = range(1, 1 << 12, 2)
    return next((f for f in tried if len({_place(key, f, room) for key in keys}) == len(keys)), 0)


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

    def due_bits(*pairs):
        return first(*pairs[:cut]) | (second(*pairs[cut:]) << half)

    return due_bits


def is_due(first, second, present, *amounts):
    """Whether a user who is here has a counter that is due, and which amounts are."""
    of_amounts = _amounts_due(*amounts)
    return 1 if (first | second | of_amounts != 0) & (present == 1) else 0, of_amounts


def _is_due(value, carried):
    return 1 if meets(value, carried) else 0


def value_of(c, counters, amounts):
    """The value of counter `c`; amounts stand behind the others."""
    return counters[c] if c < NARROW else amounts[c - NARROW]


def passed(value, threshold, c, low, high, top, several, reward, perks, count, a):
    """The first threshold of counter `c` that its value is short of, and what was found with all those from `threshold` on added."""
    at = row_of(threshold, c, a)
    while meets(value, threshold):
        low, high, top = low | a.rows[at + LOW], high | a.rows[at + HIGH], top | a.rows[at + TOP]
        several = several | a.rows[at + BITS]
        reward += a.rows[at + REWARD]
        perks = perks | a.rows[at + PERKS]
        count += a.rows[at + COUNT]
        threshold = a.rows[at + NEXT]
        at += ROW
    return threshold, low, high, top, several, reward, perks, count


def look(first, second, of_amounts, counters, amounts, narrow, wide, low, high, top, xp, centigrains, perks, count, a):
    """What the counters that are due unlock, and their next thresholds, set in `narrow` and `wide`.

    Found so far, added to and returned: unlocked bits (three words), XP and centigrains due tomorrow, perks, achievements unlocked.
    """
    several = 0
    reward = 0
    rest = first | (second << DUE_TOGETHER)
    while rest != 0:
        c = lowest_bit(rest)
        rest = rest & (rest - 1)
        threshold, low, high, top, several, reward, perks, count = passed(
            counters[c], narrow[c], c, low, high, top, several, reward, perks, count, a
        )
        narrow[c] = min(threshold, NARROW_NEVER)
    rest = of_amounts
    while rest != 0:
        c = lowest_bit(rest)
        rest = rest & (rest - 1)
        threshold, low, high, top, several, reward, perks, count = passed(
            amounts[c], wide[c], NARROW + c, low, high, top, several, reward, perks, count, a
        )
        wide[c] = min(threshold, NEVER)
    if several != 0:
        low, high, top, reward, perks, count = look_together(several, counters, amounts, low, high, top, reward, perks, count, a)
        rest = a.falls if several & a.about_falling != 0 else 0
        while rest != 0:
            c = lowest_bit(rest)
            rest = rest & (rest - 1)
            wait_anew(c, value_of(c, counters, amounts), narrow, wide, low, high, top, a)
    return low, high, top, xp + (reward & ((1 << REWARD_BITS) - 1)), centigrains + (reward >> REWARD_BITS), perks, count


def is_met(n, counters, amounts, low, high, top, a):
    """Whether all of an achievement's conditions hold and all that it requires is unlocked."""
    k = a.condition_first[n]
    while (k < a.condition_first[n + 1]) and meets(value_of(a.condition_counter[k], counters, amounts), a.condition_threshold[k]):
        k += 1
    return (k == a.condition_first[n + 1]) and is_open(n, low, high, top, a)


def look_together(several, counters, amounts, low, high, top, reward, perks, count, a):
    """What was found (see `look`) with the achievements whose bits are in `several`. Those that others require come first."""
    while several != 0:
        n = a.together[lowest_bit(several)]
        several = several & (several - 1)
        if not is_unlocked(n, low, high, top, a) and is_met(n, counters, amounts, low, high, top, a):
            low, high, top = low | a.low[n], high | a.high[n], top | a.top[n]
            reward += a.reward[n]
            perks = perks | a.perks[n]
            count += 1
            several = several | a.opens[n]
    return low, high, top, reward, perks, count


def tonight(count, before):
    """How many were unlocked tonight, and the counter that tomorrow's conditions see."""
    return count - before, count


DUE = tuple(due_of(count + 1) for count in range(DUE_TOGETHER))
_amounts_due = due_of(len(AMOUNTS))
CORES = (
    lowest_bit, is_unlocked, is_open, first_thresholds, wait_for, wait_anew, row_of,
    is_due, value_of, passed, look, is_met, look_together, tonight, *DUE,
)  # fmt: skip
