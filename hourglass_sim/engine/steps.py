"""The small steps that join rules and behaviour into a day: scalar functions, each used by one or two stages.

They hold no economics of their own: amounts come from `hourglass_policy.rules`, decisions from `hourglass_sim.people`.
"""

from hourglass_policy.rules import (
    days_without_victory_next,
    devalued_centigrains,
    heritage_after_day,
    is_comeback,
    is_early,
    is_late,
    is_perfect_day,
    is_protected_day,
    level_after,
    perk_granted,
    phase_of,
    phoenix_centigrains,
    phoenix_ends,
    phoenix_may_enter,
    phoenix_minimum,
    phoenix_reason,
    potential_centigrains,
    ratio_days,
    ratio_hundredths,
    ratio_potential,
    season_next,
    season_xp,
    shares_centigrains,
    streak_next,
    streak_xp,
)

MOST_RATIO = 2**31 - 1  # hundredths of a point
EXTRA_GRAIN, BOOST_DISCOUNT, PROTECTION, VISION = 1, 2, 4, 8  # bits of `perks`


def presence(day, arrival_day, gone, last_open):
    """Whether a user is here today, the days since sign-up and since the last opening, and whether today is the first day."""
    present = 1 if (day >= arrival_day) & (gone == 0) else 0
    age = day - arrival_day if day > arrival_day else 0
    absent = day - last_open if (last_open >= 0) & (day > arrival_day) else age
    is_new = 1 if day == arrival_day else 0
    return present, age, absent, is_new


def weekday_of_sign_up(is_new, weekday, own_weekday):
    """The weekday on which the person signed up, and whether it is today's."""
    own = weekday if is_new == 1 else own_weekday
    return own, 1 if own == weekday else 0


def settling_in(first_motivation, slots):
    """State on the day of sign-up. What it does not set is 0 until then."""
    return first_motivation, 0.0, 8.0, 0.0, 0.0, 1.0, 1.0, 0, -1, -1, 0, -1, 0, 0, slots, 1


def morning(present, reward_xp, reward_centigrains, heritage, xp, perks, weekday, protections_used, g, p):
    """Yesterday's rewards are paid, the day's white grains handed out, protections renewed on Monday."""
    pays = present == 1
    potential = potential_centigrains(perks & EXTRA_GRAIN, g, p)
    return (
        xp + reward_xp if pays else xp,
        heritage + reward_centigrains if pays else heritage,
        reward_centigrains if pays else 0,
        0 if pays else reward_xp,
        0 if pays else reward_centigrains,
        potential if pays else 0,
        0 if weekday == 0 else protections_used,
    )


def delivered(present, opted_out, hour_1, hour_2):
    """Hours at which messages reach the person (-1 none), and how many."""
    reachable = (present == 1) & (opted_out == 0)
    first = hour_1 if reachable else -1
    second = hour_2 if reachable else -1
    return first, second, (1 if first >= 0 else 0) + (1 if second >= 0 else 0)


def history(opened, day, sent, openings, last_open, run, ignored, active_word, bit):
    """What the product records of an opening: days opened, the last one, messages ignored in a row, the day's bit."""
    return (
        openings + opened,
        day if opened == 1 else last_open,
        run + 1 if opened == 1 else 0,
        0 if opened == 1 else ignored + sent,
        active_word | ((1 if opened else 0) << bit),
    )


def occasions(hour, absent_days, openings, comebacks, early_bird, night_owl, d):
    """Counters of an opening: a return after days away, an early one, a late one (RULES 1.13)."""
    returned = is_comeback(absent_days, openings - 1, d)
    return returned, comebacks + returned, early_bird + is_early(hour, d), night_owl + is_late(hour, d)


def goal_age(picked, first_use, last_use, day, d):
    """First and last use of a goal, and its devaluation phase today (RULES 1.5; the clock is a parameter)."""
    first = day if first_use < 0 else first_use
    last = day if last_use < 0 else last_use
    age = day - last if d.clock == 1 else day - first
    return first if picked else first_use, day if picked else last_use, phase_of(age, d)


def contract_shares(p1, p2, p3, p4, p5, v1, v2, v3, v4, v5, potential, reserve):
    """Shares of the picked goals in what the reserve leaves; values in centigrains (RULES 1.4, 1.10)."""
    shared = potential - reserve
    return shares_centigrains(v1 * p1 / 100.0, v2 * p2 / 100.0, v3 * p3 / 100.0, v4 * p4 / 100.0, v5 * p5 / 100.0, shared)


def goal_outcome(picked, done, share, phase, is_micro, in_phoenix, d, ph):
    """Centigrains paid for a completed goal and evaporated of a missed one (RULES 1.5, 1.6, 1.9)."""
    worth = devalued_centigrains(share, phase, d)
    paid = phoenix_centigrains(worth, is_micro, in_phoenix, ph)
    return paid if done else 0, worth if (picked == 1) & (done == 0) else 0


def shares_of_three(p1, p2, p3, v1, v2, v3, potential, reserve):
    """Shares of a repertoire of three."""
    a, b, c, _, _ = contract_shares(p1, p2, p3, 0, 0, v1, v2, v3, 0, 0, potential, reserve)
    return a, b, c


def five_sums(a1, a2, a3, a4, a5, b1, b2, b3, b4, b5, c1, c2, c3, c4, c5):
    """Three sums over five slots."""
    return a1 + a2 + a3 + a4 + a5, b1 + b2 + b3 + b4 + b5, c1 + c2 + c3 + c4 + c5


def counted(goals_completed, victories, proofs, proofs_today):
    """Victories and proofs so far."""
    return goals_completed + victories, proofs + proofs_today


def counted_in(category, *values):
    """Victories so far in a category (RULES 1.13); `values`: that number, each goal's outcome, each goal's category."""
    slots = len(values) // 2
    total = values[0]
    for k in range(slots):
        total += values[1 + k] * (1 if values[1 + slots + k] == category else 0)
    return total


def settlement(present, opened, in_phoenix, earned, evaporated, arrived, given, heritage, earned_total, counted_days, g, ph):
    """The evening sync: Phoenix minimum, heritage, total earned, days with a counted row (RULES 1.6, 1.7, 1.9).

    `arrived` in the morning and `given` away today are in the heritage already.
    """
    topped_up = phoenix_minimum(earned, opened, in_phoenix, ph) if present == 1 else 0
    rows = earned + topped_up + arrived + given + (evaporated if g.evaporation_debits_heritage == 1 else 0)
    after = heritage_after_day(heritage, earned, evaporated, topped_up, g)
    return topped_up, after, earned_total + earned + topped_up, counted_days + (1 if rows > 0 else 0)


def arrived_grains(rewarded, boost_in, transfusion_in):
    """What entered the heritage in the morning."""
    return rewarded + boost_in + transfusion_in


def grains_today(earned, topped_up):
    """What counts as a day's grains in seasons and Phoenix (RULES 1.7)."""
    return earned + topped_up


def rolled(total, oldest, earned, topped_up):
    """A sum over a moving window: today in, the oldest day out."""
    return total + earned + topped_up - oldest


def ratio_today(heritage, counted_days, age_days, r, g):
    """The life ratio tonight, in hundredths of a point (RULES 1.7); its record ends at 21 million points either way."""
    ratio = ratio_hundredths(heritage, ratio_days(counted_days, age_days + 1, r), ratio_potential(r, g))
    ratio = ratio if ratio < MOST_RATIO else MOST_RATIO
    return ratio if ratio > -MOST_RATIO else -MOST_RATIO


def streaks(victories, perks, protections_used, streak, longest, victory_run, days_without, p, x):
    """Streaks after today, with the perk's protection, and the XP of a length reached (RULES 1.11, 1.12)."""
    protected = is_protected_day(victories, perks & PROTECTION, protections_used, p)
    after = streak_next(streak, victories, protected)
    return (
        protected,
        protections_used + protected,
        after,
        after if after > longest else longest,
        streak if after == 0 else 0,
        victory_run + 1 if victories > 0 else 0,
        days_without_victory_next(days_without, victories, protected),
        streak_xp(streak, after, longest, x),
    )


def perfection(goals, victories, perfect_streak, perfect_days):
    """Perfect days and their streak (RULES 1.11)."""
    perfect = is_perfect_day(goals, victories)
    return perfect, perfect_streak + 1 if perfect == 1 else 0, perfect_days + perfect


def season_after(present, season, seasons_seen, seasons_met, grains, age_days, s, x):
    """The season tonight, the seasons seen, whether one is new, and the XP of entering (RULES 1.8, 1.11)."""
    days = age_days + 1 if age_days + 1 < s.window_days else s.window_days
    now = season_next(grains, days, age_days, s)
    seen = seasons_seen | (1 << now) if now >= 0 else seasons_seen
    met = (seen & 1) + ((seen >> 1) & 1) + ((seen >> 2) & 1) + ((seen >> 3) & 1)
    return now, seen, met, met - seasons_met, season_xp(season, now, age_days, x, s) if present == 1 else 0


def phoenix_after(
    present,
    phoenix,
    days_in,
    since_exit,
    exits,
    grains_low,
    grains_exit,
    ratio,
    ratio_before,
    days_without,
    victory_run,
    age_days,
    ph,
):
    """Phoenix mode tonight: whether it holds, its clocks, and today's entry or exit (RULES 1.9)."""
    change = ratio - ratio_before if age_days >= ph.ratio_drop_days else 0
    reason = phoenix_reason(grains_low, ph.low_grains_days, change, days_without, age_days, ph)
    may = (present == 1) & (phoenix == 0) & phoenix_may_enter(since_exit, ph)
    entered = reason if may else 0
    ends = (present == 1) & (phoenix == 1) & phoenix_ends(days_in + 1, grains_exit, victory_run, ph)
    now = 0 if ends else (1 if entered > 0 else phoenix)
    exited = 1 if ends else 0
    waited = since_exit + 1 if since_exit >= 0 else since_exit
    return now, days_in + 1 if (phoenix == 1) & (now == 1) else 0, 0 if ends else waited, exits + exited, entered, exited


def on_opened_days(opened, phoenix, potential):
    """Phoenix mode and white grains of a day that was opened, 0 on a day away: for totals per active user-day."""
    return opened & phoenix, potential if opened == 1 else 0


def experience(present, xp, gained, level, thresholds):
    """XP after today, and whether it reaches another level (RULES 1.12)."""
    total = xp + gained if present == 1 else xp
    last = len(thresholds) - 1
    reaches = (level <= last) & (total >= thresholds[level if level < last else last])
    return total, 1 if (present == 1) & reaches else 0


def rise(xp, level, thresholds):
    """The level after today, and the levels gained (RULES 1.12)."""
    after = level_after(xp, level, thresholds)
    return after, after - level


def closeness_to_level(xp, level, thresholds):
    """Part of the way from this level to the next, 0 to 1 (this morning's rewards may lead past it); 0 at the last level."""
    if level >= len(thresholds):
        return 0.0
    low = thresholds[level - 1 if level > 0 else 0]
    part = (xp - low) / (thresholds[level] - low + 1.0)
    return part if part < 1.0 else 1.0


def perks_of_level(perks, level, p):
    """Perks in force with those that the level grants; a perk once granted stays (RULES 1.12)."""
    granted = perk_granted(level, p.extra_daily_grain_level) * EXTRA_GRAIN
    granted = granted | perk_granted(level, p.boost_discount_level) * BOOST_DISCOUNT
    granted = granted | perk_granted(level, p.phoenix_protection_level) * PROTECTION
    return perks | granted | perk_granted(level, p.vision_unlock_level) * VISION


def first_titles(slot, title_start, title_step, language, titles):
    """A goal on the first day: title, value, difficulty, micro-victory, category, first and last use, habit."""
    title = (title_start + title_step * slot) % titles.count
    row = language * titles.count + title
    return title, titles.value[row], titles.difficulty[title], titles.is_micro[row], titles.category[title], -1, -1, 0.0


def next_title(tried, title_start, title_step, language, titles):
    """The next title of a person's walk in place of a goal, with a fresh age and no habit."""
    title = (title_start + title_step * tried) % titles.count
    row = language * titles.count + title
    return (
        title,
        titles.value[row],
        titles.difficulty[title],
        titles.is_micro[row],
        titles.category[title],
        -1,
        -1,
        0.0,
        tried + 1,
    )


def same(value):
    """The value itself, kept for later."""
    return value


def departure(left, gone):
    """Gone for good from tomorrow."""
    return 1 if (left == 1) | (gone == 1) else 0


CORES = (
    presence, weekday_of_sign_up, settling_in, morning, delivered, history, occasions, goal_age, contract_shares,
    shares_of_three, goal_outcome, five_sums, counted, counted_in, arrived_grains, settlement, grains_today, rolled, ratio_today, streaks,
    perfection, season_after, phoenix_after, on_opened_days, experience, rise, closeness_to_level, perks_of_level, first_titles,
    next_title, same, departure,
)  # fmt: skip
