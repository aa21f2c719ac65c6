"""Compiled loops over packed activity bits: day d of a user is bit d % 64 of word d // 64.

All compiled code of the metrics stands in this one file on purpose: Numba's on-disk cache notices an edit of the file
that holds a function, not of a file that it calls into. Definitions: DESIGN.md, "Definitions".
"""

import numpy as np
from numba import njit

from hourglass_sim.quick_loading import kept

NEW, CURRENT, REACTIVATED, RESURRECTED = 0, 1, 2, 3

_AT_ONCE = 2_048  # users
_ZERO, _ONE, _TWO, _FOUR = np.uint64(0), np.uint64(1), np.uint64(2), np.uint64(4)
_56, _63, _64 = np.uint64(56), np.uint64(63), np.uint64(64)
_ALL = np.uint64(0xFFFFFFFFFFFFFFFF)
_PAIRS, _NIBBLES = np.uint64(0x5555555555555555), np.uint64(0x3333333333333333)
_BYTES, _SUM = np.uint64(0x0F0F0F0F0F0F0F0F), np.uint64(0x0101010101010101)


@njit(nogil=True, cache=True, inline="always")
def _count(word):
    """Number of set bits of a 64-bit word."""
    word = word - ((word >> _ONE) & _PAIRS)
    word = (word & _NIBBLES) + ((word >> _TWO) & _NIBBLES)
    word = (word + (word >> _FOUR)) & _BYTES
    return np.int64((word * _SUM) >> _56)


@njit(nogil=True, cache=True, inline="always")
def _is_active(bits, i, day):
    return (bits[i, day >> 6] >> np.uint64(day & 63)) & _ONE != _ZERO


@kept
def _any_between(bits, i, low, high):
    """Is user i active on any day from low to high, both included? Days must lie inside the bits."""
    if high < low:
        return False
    first, last = low >> 6, high >> 6
    head = _ALL << np.uint64(low & 63)
    tail = _ALL >> (_63 - np.uint64(high & 63))
    if first == last:
        return bits[i, first] & head & tail != _ZERO
    if bits[i, first] & head != _ZERO or bits[i, last] & tail != _ZERO:
        return True
    between = _ZERO
    for w in range(first + 1, last):
        between |= bits[i, w]
    return between != _ZERO


@kept
def _seen_before(previous, word, days):
    """Bit d is set when any of the `days` days before d is active; days < 64."""
    seen = _ZERO
    for k in range(1, days + 1):
        shift = np.uint64(k)
        seen |= (word << shift) | (previous >> (_64 - shift))
    return seen


@kept
def _states(bits, i, w, first_day, current_days, reactivated_days):
    """Word w of user i split into the days in each state: new, current, reactivated, resurrected."""
    word = bits[i, w]
    previous = bits[i, w - 1] if w > 0 else _ZERO
    new = word & (_ONE << np.uint64(first_day & 63)) if first_day >> 6 == w else _ZERO
    near = _seen_before(previous, word, current_days)
    far = _seen_before(previous, word, reactivated_days)
    return new, word & near, word & far & ~near, word & ~far & ~new


@kept
def _followed(bits, i, w, last_day):
    """Days of word w that have a following day in the log, and those of them followed by an active day."""
    after = bits[i, w + 1] if w + 1 < bits.shape[1] else _ZERO
    counted = _ALL
    if last_day >> 6 == w:
        counted = ~(_ONE << np.uint64(last_day & 63))
    return counted, (bits[i, w] >> _ONE) | (after << _63)


@kept
def _add_states(bits, first_day, last_day, current_days, reactivated_days, days, returned):
    """Add user-days in each state that have a next day, and those active on it, to each user's row, or to the only one."""
    n, words = bits.shape
    for i in range(n):
        row = i if len(days) > 1 else 0
        for w in range(first_day[i] >> 6, words):
            if bits[i, w] == _ZERO:
                continue
            counted, following = _followed(bits, i, w, last_day)
            states = _states(bits, i, w, first_day[i], current_days, reactivated_days)
            for s in range(4):
                days[row, s] += _count(states[s] & counted)
                returned[row, s] += _count(states[s] & counted & following)


@kept
def state_counts_by_user(bits, first_day, last_day, current_days, reactivated_days):
    """User-days in each state that have a next day, and those active on it; two int16[n, 4]."""
    days, returned = np.zeros((bits.shape[0], 4), np.int16), np.zeros((bits.shape[0], 4), np.int16)
    _add_states(bits, first_day, last_day, current_days, reactivated_days, days, returned)
    return days, returned


@kept
def state_counts(bits, first_day, last_day, current_days, reactivated_days):
    """The same over all users; two int64[4]."""
    days, returned = np.zeros((1, 4), np.int64), np.zeros((1, 4), np.int64)
    _add_states(bits, first_day, last_day, current_days, reactivated_days, days, returned)
    return days[0], returned[0]


@kept
def state_counts_by_day(bits, first_day, last_day, current_days, reactivated_days):
    """Users in each state on each day, and those active on the next day; two int64[4, last_day + 1]."""
    n, words = bits.shape
    users, returned = np.zeros((4, words * 64), np.int64), np.zeros((4, words * 64), np.int64)
    for i in range(n):
        for w in range(first_day[i] >> 6, words):
            if bits[i, w] == _ZERO:
                continue
            counted, following = _followed(bits, i, w, last_day)
            states = _states(bits, i, w, first_day[i], current_days, reactivated_days)
            for s in range(4):
                state, back = states[s], states[s] & following & counted
                if state == _ZERO:
                    continue
                in_state, came_back = users[s, w * 64 : w * 64 + 64], returned[s, w * 64 : w * 64 + 64]
                for b in range(64):
                    in_state[b] += np.int64((state >> np.uint64(b)) & _ONE)
                    came_back[b] += np.int64((back >> np.uint64(b)) & _ONE)
    return users[:, : last_day + 1], returned[:, : last_day + 1]


@kept
def retained_totals(bits, first_day, last_day, days):
    """Users old enough for day n, those active exactly on it, those active on it or later; three int64[len(days)]."""
    eligible, classic, unbounded = np.zeros(len(days), np.int64), np.zeros(len(days), np.int64), np.zeros(len(days), np.int64)
    last_active = last_active_day(bits)
    for i in range(bits.shape[0]):
        for k in range(len(days)):
            day = first_day[i] + days[k]
            if day <= last_day:
                eligible[k] += 1
                classic[k] += _is_active(bits, i, day)
                unbounded[k] += last_active[i] >= day
    return eligible, classic, unbounded


@kept
def retained_by_user(bits, first_day, last_day, days):
    """Per user: old enough for day n, and active exactly on it; two uint8[n, len(days)] of 0 and 1."""
    n = bits.shape[0]
    eligible, classic = np.zeros((n, len(days)), np.uint8), np.zeros((n, len(days)), np.uint8)
    for i in range(n):
        for k in range(len(days)):
            day = first_day[i] + days[k]
            if day <= last_day:
                eligible[i, k] = 1
                classic[i, k] = _is_active(bits, i, day)
    return eligible, classic


@kept
def streaks_by_user(bits):
    """Per user: number of runs of consecutive active days, active days, longest run; three int32[n]."""
    n, words = bits.shape
    runs, days, longest = np.zeros(n, np.int32), np.zeros(n, np.int32), np.zeros(n, np.int32)
    for i in range(n):
        run, best = 0, 0
        carry = _ZERO
        for w in range(words):
            word = bits[i, w]
            if word == _ZERO:
                run, carry = 0, _ZERO
                continue
            days[i] += _count(word)
            runs[i] += _count(word & ~((word << _ONE) | carry))
            carry = word >> _63
            if word == _ALL:
                run += 64
                best = max(best, run)
                continue
            for b in range(64):
                run = (run + 1) * np.int64((word >> np.uint64(b)) & _ONE)
                best = max(best, run)
        longest[i] = best
    return runs, days, longest


@kept
def month_counts(bits, first_day, month_start):
    """Users active, new, retained, resurrected, churned in each span of days; int64[len(month_start) - 1, 5]."""
    months = len(month_start) - 1
    counts = np.zeros((months, 5), np.int64)
    for i in range(bits.shape[0]):
        was_active = False
        for m in range(months):
            low, high = month_start[m], month_start[m + 1] - 1
            if first_day[i] > high:
                continue
            now_active = _any_between(bits, i, low, high)
            is_new = first_day[i] >= low
            counts[m, 0] += now_active
            counts[m, 1] += is_new
            counts[m, 2] += now_active and was_active
            counts[m, 3] += now_active and not was_active and not is_new
            counts[m, 4] += was_active and not now_active
            was_active = now_active
    return counts


@kept
def active_between(bits, low, high):
    """Which users are active on any day from low to high, both included; bool[n]."""
    active = np.zeros(bits.shape[0], np.bool_)
    for i in range(bits.shape[0]):
        active[i] = _any_between(bits, i, low, high)
    return active


@kept
def active_in(bits, lows, highs):
    """How many users are active on any day from lows[k] to highs[k], both included; int64[len(lows)]."""
    words = bits.shape[1]
    chosen = np.zeros((len(lows), words), np.uint64)  # without a question asked of single users
    for k in range(len(lows)):
        for day in range(lows[k], highs[k] + 1):
            chosen[k, day >> 6] |= _ONE << np.uint64(day & 63)
    found = np.zeros(len(lows), np.int64)
    word = np.zeros((words, _AT_ONCE), np.uint64)  # of some users, each word side by side
    for start in range(0, bits.shape[0], _AT_ONCE):
        some = min(_AT_ONCE, bits.shape[0] - start)
        for w in range(words):
            for i in range(some):
                word[w, i] = bits[start + i, w]
        for k in range(len(lows)):
            first, count = max(min(lows[k] >> 6, words - 1), 0), _ZERO
            last = max(min(highs[k] >> 6, words - 1), first)
            if last <= first + 1:  # loops without a question asked of single users, many of whom are looked at together
                one, other, a, b = word[first], word[last], chosen[k, first], chosen[k, last]
                for i in range(some):
                    count += _ONE if (one[i] & a) | (other[i] & b) != _ZERO else _ZERO
            else:
                for i in range(some):
                    seen = _ZERO
                    for w in range(first, last + 1):
                        seen |= word[w, i] & chosen[k, w]
                    count += _ONE if seen != _ZERO else _ZERO
            found[k] += np.int64(count)
    return found


@kept
def first_active_day(bits):
    """Each user's first active day, -1 when there is none; int32[n]."""
    first = np.full(bits.shape[0], -1, np.int32)
    for i in range(bits.shape[0]):
        for w in range(bits.shape[1]):
            if bits[i, w] != _ZERO:
                word = bits[i, w]
                first[i] = w * 64 + _count((word & (~word + _ONE)) - _ONE)
                break
    return first


@kept
def last_active_day(bits):
    """Each user's last active day, -1 when there is none; int32[n]."""
    last = np.full(bits.shape[0], -1, np.int32)
    for i in range(bits.shape[0]):
        for w in range(bits.shape[1] - 1, -1, -1):
            word = bits[i, w]
            if word != _ZERO:
                for s in (1, 2, 4, 8, 16, 32):
                    word |= word >> np.uint64(s)
                last[i] = w * 64 + _count(word) - 1
                break
    return last


@kept
def set_days(bits, users, days):
    """Mark each (user, day) pair as active, in place."""
    for k in range(len(users)):
        bits[users[k], days[k] >> 6] |= _ONE << np.uint64(days[k] & 63)
