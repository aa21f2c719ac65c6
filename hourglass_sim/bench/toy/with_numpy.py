"""The toy day in NumPy: one array a quantity, whole-array operations in place.

As NumPy's user guide recommends: vectorised expressions without Python loops over users, `out=` where a temporary can be spared, the
new Generator, and index arrays for what concerns only some.
"""

import numpy as np
from specification import GOALS, RING, Outcome, ToyDay, ring_slots, run_as_script, thresholds

TOY = ToyDay()
OLDEST = TOY.age_limit[-1] + 1
FACTOR = np.array(TOY.age_factor)[np.searchsorted(TOY.age_limit, np.arange(OLDEST + 1))]
PAY = [np.floor(share * FACTOR + 0.5).astype(np.int16) for share in TOY.share]  # of each goal by age


class People:
    """Everyone who may still come back; arrays by user, those of goals and of the ring by (goal or day, user)."""

    def __init__(self, users: int, draws: np.random.Generator):
        self.motivation = draws.normal(TOY.motivation_mean, TOY.motivation_sd, users)
        self.app_habit = np.zeros(users)
        self.goal_habit = np.zeros((GOALS, users))
        self.age = np.zeros((GOALS, users), dtype=np.int16)
        self.ring = np.zeros((RING, users), dtype=np.int16)
        self.sum_30, self.sum_14 = np.zeros(users, dtype=np.int32), np.zeros(users, dtype=np.int32)
        self.heritage, self.xp = np.zeros(users, dtype=np.int64), np.zeros(users, dtype=np.int32)
        self.level, self.streak = np.ones(users, dtype=np.int16), np.zeros(users, dtype=np.int16)
        self.phoenix, self.gone = np.zeros(users, dtype=bool), np.zeros(users, dtype=bool)
        self.spare = np.empty(users)  # draws


def logistic(x: np.ndarray) -> np.ndarray:
    """1 / (1 + exp(−x)), in the memory of x."""
    np.negative(x, out=x)
    np.exp(x, out=x)
    x += 1.0
    return np.reciprocal(x, out=x)


def act(p: People, who: np.ndarray, draws: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Goals of those who opened (`who`: their rows): victories and centigrains of each."""
    motivation, u = p.motivation[who], p.spare[: len(who)]
    victories, grains = np.zeros(len(who), dtype=np.int16), np.zeros(len(who), dtype=np.int16)
    for g in range(GOALS):
        habit, age = p.goal_habit[g, who], p.age[g, who]
        done = draws.random(out=u) < logistic(motivation + habit - TOY.difficulty[g])
        paid = PAY[g][np.minimum(age, OLDEST)] * done
        if g == GOALS - 1:
            paid[p.phoenix[who]] *= TOY.micro_factor
        grains += paid
        victories += done
        gained = habit + TOY.goal_habit_gain * (1.0 - habit)
        p.goal_habit[g, who] = np.where(done, gained, habit * (1.0 - TOY.goal_habit_loss))
        p.age[g, who] = age + 1
    return victories, grains


def settle(p: People, day: int, victories: np.ndarray, grains: np.ndarray, needed: np.ndarray) -> np.ndarray:
    """Ring, heritage, XP, level, streak and Phoenix mode; returns the seasons."""
    today, fortnight_ago = ring_slots(day)
    p.sum_30 += grains
    p.sum_30 -= p.ring[today]
    p.sum_14 += grains
    p.sum_14 -= p.ring[fortnight_ago]
    p.ring[today] = grains
    p.heritage += grains
    p.xp += TOY.xp_per_victory * victories
    p.level += p.xp >= needed[p.level]
    p.streak += 1
    p.streak *= victories > 0
    seen = min(day + 1, RING)
    season = np.full(len(p.gone), 3, dtype=np.int8)
    season[p.sum_30 > TOY.summer_above * seen] = 2
    season[p.sum_30 < TOY.spring_below * seen] = 1
    season[p.sum_30 < TOY.winter_below * seen] = 0
    np.less(p.sum_14, TOY.phoenix_below * 14 if day >= 13 else 0, out=p.phoenix)
    return season


def one_day(p: People, day: int, draws: np.random.Generator, needed: np.ndarray) -> list[int]:
    """One day of everyone; returns its aggregates."""
    here, size = ~p.gone, len(p.gone)
    opened = draws.random(out=p.spare[:size]) < logistic(
        TOY.open_base + TOY.open_motivation * p.motivation + TOY.open_habit * p.app_habit
    )
    opened &= here
    who = np.flatnonzero(opened)
    victories, grains = np.zeros(size, dtype=np.int16), np.zeros(size, dtype=np.int16)
    victories[who], grains[who] = act(p, who, draws)
    season = settle(p, day, victories, grains, needed)
    p.motivation += opened * (TOY.motivation_gain * (victories - TOY.motivation_expected))
    p.motivation *= 1.0 - TOY.motivation_loss
    p.app_habit += TOY.app_habit_rate * (opened - p.app_habit)
    left = (draws.random(out=p.spare[:size]) < TOY.leave_rate * np.exp(-p.motivation)) & here
    p.gone |= left
    seasons = np.bincount(season[here], minlength=4)
    return [
        int(here.sum()), len(who), int(victories.sum()), int(grains.sum(dtype=np.int64)), int(p.level[here].sum(dtype=np.int64)),
        int((p.phoenix & here).sum()), *seasons.tolist(), int(left.sum()),
    ]  # fmt: skip


def simulate(users: int, days: int, seed: int) -> Outcome:
    """The toy day for `users` users and `days` days."""
    draws = np.random.default_rng(seed)
    people, needed = People(users, draws), np.array(thresholds(), dtype=np.int32)
    daily = [one_day(people, day, draws, needed) for day in range(days)]
    return Outcome(daily, (people.heritage.mean(), people.heritage.std()), (people.xp.mean(), people.xp.std()))


if __name__ == "__main__":
    run_as_script("NumPy", {"numpy": np.__version__}, simulate)
