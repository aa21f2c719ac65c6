"""Achievements for one user: which are newly met tonight, what they give, and when to look again (RULES 1.13).

Counters are looked at one after the other. A counter's thresholds are sorted, and for every number of thresholds passed the table holds
the set of achievements that the counter still holds back, as bits; what no counter holds back is met. Each counter can grow by at
most so much on a day, so a look also tells how long nothing new can be met; until then nobody looks. Most counters grow only on days
on which the app is opened, and there the clock counts openings; days on the app count days. Counters that rarely move (level,
seasons, Phoenix exits, comebacks), rewards paid and the entry into Phoenix mode, which pays more, say so on the day they do, and
are looked at then. This is exact, not an approximation.
"""

from collections.abc import Callable

from hourglass_policy.rules import meets

FAR = 20_000  # days
LAST_DAY = 32_000  # the largest day or number of openings that a clock holds; nothing is simulated so far
CALENDAR = ("days_on_app",)  # counters that grow whether or not the app is opened
BITS_PER_WORD = 60


def is_unlocked(number, low, high, top):
    """Whether achievement `number` is among the unlocked bits."""
    word = low if number < BITS_PER_WORD else (high if number < 2 * BITS_PER_WORD else top)
    return (word >> (number % BITS_PER_WORD)) & 1


def passed(value, weight, pace, c, low, high, top, soonest, old_low, old_high, old_top, a):
    """What counter `c` holds back at `value`, added to the bits so far, and the fewest days in which that could change.

    Thresholds of achievements unlocked before do not count for that (a streak may have fallen since). `weight` scales the
    days per missing unit: the ratio moves the slower the more days it is divided by. `pace` is where the table of the fewest days
    per unit begins: in Phoenix mode grains may come faster.
    """
    k = a.first[c]
    end = a.first[c + 1]
    while (k < end) and meets(value, a.threshold[k]):
        k += 1
    row = k + c
    while (k < end) and (is_unlocked(a.number[k], old_low, old_high, old_top) == 1):
        k += 1
    if k < end:
        days = int((a.threshold[k] - value) * a.days_per_unit[pace + c] * weight)
        soonest = days if days < soonest else soonest
    return low | a.low[row], high | a.high[row], top | a.top[row], soonest


def nothing_held_back(counters, weight, pace, low, high, top, opened, calendar, old_low, old_high, old_top, a):
    """The end of the chain of counters: bits held back, the fewest opened days and the fewest days until a change."""
    return low, high, top, opened, calendar


def link(c: int, name: str, rest: Callable) -> Callable:
    """Counter `c`, then the rest of the counters."""
    is_ratio, by_calendar = name == "ratio", name in CALENDAR

    def counted(counters, weight, pace, low, high, top, opened, calendar, old_low, old_high, old_top, a):
        own = weight if is_ratio else 1
        soonest = calendar if by_calendar else opened
        low, high, top, soonest = passed(counters[c], own, pace, c, low, high, top, soonest, old_low, old_high, old_top, a)
        opened = opened if by_calendar else soonest
        calendar = soonest if by_calendar else calendar
        return rest(counters, weight, pace, low, high, top, opened, calendar, old_low, old_high, old_top, a)

    return counted


def rewards(bits, first, xp, centigrains, perks, found, a):
    """Rewards of the achievements in one word of bits, the first of which has number `first`."""
    number = first
    while bits != 0:
        if bits & 1:
            xp += a.xp[number]
            centigrains += a.centigrains[number]
            perks = perks | a.perks[number]
            found += 1
        bits = bits >> 1
        number += 1
    return xp, centigrains, perks, found


def chain(counters: tuple[str, ...]) -> tuple[Callable, ...]:
    """The functions that look at each counter in turn; the last one starts the chain."""
    made = [nothing_held_back]
    for c in reversed(range(len(counters))):
        made.append(link(c, counters[c], made[-1]))
    return tuple(made)


def looker(links: tuple[Callable, ...]) -> Callable:
    """A function of a row of values: the counters in order, then the arguments of the evening's look.

    Returns unlocked bits (three words), rewards due tomorrow (XP, centigrains), perks, how many were met, and when to look again:
    the day, and the number of openings.
    """
    held_back = links[-1]
    n = len(links) - 1

    def look(*values):
        day, openings, phoenix, counted_days, low, high, top, reward_xp, reward_centigrains, perks, a = values[n:]
        weight = counted_days if counted_days > 1 else 1
        back_low, back_high, back_top, opened, calendar = held_back(
            values[:n], weight, n * phoenix, 0, 0, 0, FAR, FAR, low, high, top, a
        )
        new_low = a.all_low & ~(back_low | low)
        new_high = a.all_high & ~(back_high | high)
        new_top = a.all_top & ~(back_top | top)
        found = 0
        if (new_low | new_high | new_top) != 0:
            reward_xp, reward_centigrains, perks, found = rewards(new_low, 0, reward_xp, reward_centigrains, perks, found, a)
            reward_xp, reward_centigrains, perks, found = rewards(
                new_high, BITS_PER_WORD, reward_xp, reward_centigrains, perks, found, a
            )
            reward_xp, reward_centigrains, perks, found = rewards(
                new_top, 2 * BITS_PER_WORD, reward_xp, reward_centigrains, perks, found, a
            )
        next_day = day + (calendar if calendar > 1 else 1)
        next_opening = openings + (opened if opened > 1 else 1)
        return (
            low | new_low,
            high | new_high,
            top | new_top,
            reward_xp,
            reward_centigrains,
            perks,
            found,
            next_day if next_day < LAST_DAY else LAST_DAY,
            next_opening if next_opening < LAST_DAY else LAST_DAY,
        )

    return look


def is_due(
    present, opened, day, check_day, openings, check_opening, topped_up, rewarded, moved, entered, exited, levels, returned,
    has_gifts, has_sent,
):  # fmt: skip
    """Whether tonight any locked achievement could be met: a clock has run out, or something rare happened.

    Rare: a reward or an unopened day's Phoenix minimum was paid, a season met, Phoenix mode entered or left, a level reached, a return,
    social acts sent or received.
    """
    run_out = (day >= check_day) | ((opened == 1) & (openings >= check_opening)) | ((opened == 0) & (topped_up > 0))
    return 1 if (present == 1) & (run_out | (rewarded + moved + entered + exited + levels + returned + has_gifts + has_sent > 0)) else 0


CORES = (is_unlocked, passed, nothing_held_back, rewards, is_due)
