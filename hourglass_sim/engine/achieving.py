"""Achievements for one user: which are newly met tonight, what they give, and when to look again (RULES 1.13).

Looking at every condition of every achievement every day would cost more than the rest of the day. Each counter can grow by at
most so much a day (`most_per_day`), so after a look the earliest day on which any locked achievement could be met is known,
and until then nobody looks. This is exact, not an approximation.
"""

from hourglass_policy.rules import meets

FAR = 20_000  # days
BITS_PER_WORD = 60


def is_unlocked(number, low, high, top):
    """Whether achievement `number` is among the unlocked bits."""
    word = low if number < BITS_PER_WORD else (high if number < 2 * BITS_PER_WORD else top)
    return (word >> (number % BITS_PER_WORD)) & 1


def days_until(counters, number, a):
    """Days until achievement `number` could be met at the earliest; 0 when it is met now."""
    wait = 0
    for k in range(a.first_condition[number], a.first_condition[number + 1]):
        c = a.counter[k]
        missing = a.threshold[k] - counters[c]
        if not meets(counters[c], a.threshold[k]):
            days = (missing + a.most_per_day[c] - 1) // a.most_per_day[c]
            wait = days if days > wait else wait
    return wait


def look(counters, day, low, high, top, reward_xp, reward_centigrains, perks, a):
    """Newly met achievements: unlocked bits, rewards due tomorrow, perks, how many, and the next day to look."""
    found = 0
    soonest = FAR
    for number in range(a.count):
        if is_unlocked(number, low, high, top) == 0:
            wait = days_until(counters, number, a)
            if wait == 0:
                bit = 1 << (number % BITS_PER_WORD)
                low = low | (bit if number < BITS_PER_WORD else 0)
                high = high | (bit if (number >= BITS_PER_WORD) & (number < 2 * BITS_PER_WORD) else 0)
                top = top | (bit if number >= 2 * BITS_PER_WORD else 0)
                reward_xp += a.xp[number]
                reward_centigrains += a.centigrains[number]
                perks = perks | a.perks[number]
                found += 1
            elif wait < soonest:
                soonest = wait
    return low, high, top, reward_xp, reward_centigrains, perks, found, day + soonest


def looker(counters: int):
    """`look` for a row of values: that many counters, then its other arguments."""

    def look_at(*values):
        return look(values[:counters], *values[counters:])

    return look_at


def is_due(present, check_day, day):
    """Whether tonight any locked achievement could be met."""
    return 1 if (present == 1) & (day >= check_day) else 0


CORES = (is_unlocked, days_until, look, is_due)
