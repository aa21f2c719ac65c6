"""The toy day in Starsim: one custom module, states as arrays of the people, Bernoulli distributions, removal of those who leave.

As Starsim's user guide recommends: `define_states`, distributions filtered by uids, `.values` of active agents rather than arithmetic
on states, people's own results and ageing off, and common random numbers off because the guide says that is faster.
"""

import numpy as np
import starsim as ss
from specification import AGGREGATES, GOALS, RING, Outcome, ToyDay, ring_slots, run_as_script, thresholds

TOY = ToyDay()
NEEDED = np.array(thresholds())
OLDEST = TOY.age_limit[-1] + 1
FACTOR = np.array(TOY.age_factor)[np.searchsorted(TOY.age_limit, np.arange(OLDEST + 1))]
PAY = [np.floor(share * FACTOR + 0.5).astype(int) for share in TOY.share]  # of each goal by age


def logistic(x: np.ndarray) -> np.ndarray:
    """1 / (1 + exp(−x))."""
    return 1.0 / (1.0 + np.exp(-x))


class HabitApp(ss.Module):
    """Everything of the toy day; those who leave are removed from the people."""

    def __init__(self, **kwargs):
        super().__init__()
        self.define_pars(
            p_open=ss.bernoulli(p=0.0), p_leave=ss.bernoulli(p=0.0), **{f"p_done_{g}": ss.bernoulli(p=0.0) for g in range(GOALS)}
        )
        self.update_pars(**kwargs)
        self.define_states(
            ss.FloatArr("motivation", default=ss.normal(loc=TOY.motivation_mean, scale=TOY.motivation_sd)),
            ss.FloatArr("app_habit", default=0.0),
            *(ss.FloatArr(f"habit_{g}", default=0.0) for g in range(GOALS)),
            *(ss.IntArr(f"age_{g}", default=0) for g in range(GOALS)),
            *(ss.IntArr(f"ring_{k}", default=0) for k in range(RING)),
            *(ss.IntArr(name, default=0) for name in ("sum_30", "sum_14", "heritage", "xp", "streak")),
            ss.IntArr("level", default=1),
            ss.BoolArr("phoenix", default=False),
        )

    def init_results(self) -> None:
        """One result for each aggregate."""
        super().init_results()
        self.define_results(*(ss.Result(name, dtype=int) for name in AGGREGATES))

    def step(self) -> None:
        """One day."""
        everyone = self.sim.people.auids
        motivation, app_habit = self.motivation.values, self.app_habit.values
        self.pars.p_open.set(p=logistic(TOY.open_base + TOY.open_motivation * motivation + TOY.open_habit * app_habit))
        opened = self.pars.p_open.rvs(everyone)
        victories, grains = np.zeros(len(everyone), dtype=int), np.zeros(len(everyone), dtype=int)
        victories[opened], grains[opened] = self.act(everyone[opened], motivation[opened])
        season = self.settle(victories, grains)
        gained = motivation + opened * (TOY.motivation_gain * (victories - TOY.motivation_expected))
        motivation = gained * (1.0 - TOY.motivation_loss)
        self.motivation[:] = motivation
        self.app_habit[:] = app_habit + TOY.app_habit_rate * (opened - app_habit)
        self.pars.p_leave.set(p=np.minimum(1.0, TOY.leave_rate * np.exp(-motivation)))
        left = self.pars.p_leave.filter()
        self.sim.people.request_removal(left)
        counted = (len(everyone), opened.sum(), victories.sum(), grains.sum(), self.level.values.sum(), self.phoenix.values.sum())
        for name, value in zip(AGGREGATES, (*counted, *np.bincount(season, minlength=4), len(left)), strict=True):
            self.results[name][self.ti] = value

    def act(self, who: ss.uids, motivation: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The goals of those who opened: victories and centigrains."""
        victories, grains = np.zeros(len(who), dtype=int), np.zeros(len(who), dtype=int)
        for g in range(GOALS):
            habits, ages, p_done = self[f"habit_{g}"], self[f"age_{g}"], self.pars[f"p_done_{g}"]
            habit, age = habits[who], ages[who]
            p_done.set(p=logistic(motivation + habit - TOY.difficulty[g]))
            done = p_done.rvs(who)
            paid = PAY[g][np.minimum(age, OLDEST)] * done
            if g == GOALS - 1:
                paid = paid * np.where(self.phoenix[who], TOY.micro_factor, 1)
            grains += paid
            victories += done
            habits[who] = np.where(done, habit + TOY.goal_habit_gain * (1.0 - habit), habit * (1.0 - TOY.goal_habit_loss))
            ages[who] = age + 1
        return victories, grains

    def settle(self, victories: np.ndarray, grains: np.ndarray) -> np.ndarray:
        """Ring, heritage, XP, level, streak, Phoenix mode; returns the seasons."""
        today, fortnight_ago = (self[f"ring_{k}"] for k in ring_slots(self.ti))
        sum_30 = self.sum_30.values + grains - today.values
        sum_14 = self.sum_14.values + grains - fortnight_ago.values
        xp, level = self.xp.values + TOY.xp_per_victory * victories, self.level.values
        self.sum_30[:], self.sum_14[:], self.xp[:], today[:] = sum_30, sum_14, xp, grains
        self.heritage[:] = self.heritage.values + grains
        self.level[:] = level + (xp >= NEEDED[level])
        self.streak[:] = (self.streak.values + 1) * (victories > 0)
        self.phoenix[:] = sum_14 < (TOY.phoenix_below * 14 if self.ti >= 13 else 0)
        seen = min(self.ti + 1, RING)
        high = np.where(sum_30 > TOY.summer_above * seen, 2, 3)
        return np.where(sum_30 < TOY.winter_below * seen, 0, np.where(sum_30 < TOY.spring_below * seen, 1, high))


def simulate(users: int, days: int, seed: int) -> Outcome:
    """The toy day for `users` users and `days` days."""
    ss.options(verbose=0, crn=False)
    sim = ss.Sim(
        n_agents=users, modules=HabitApp(), start=0, dur=days - 1, dt=1, rand_seed=seed, use_aging=False, people_results=False
    )
    sim.run()
    app = next(iter(sim.custom.values()))
    daily = [[int(app.results[name][day]) for name in AGGREGATES] for day in range(days)]
    heritage, xp = app.heritage.raw[:users], app.xp.raw[:users]
    return Outcome(daily, (heritage.mean(), heritage.std()), (xp.mean(), xp.std()))


if __name__ == "__main__":
    run_as_script("Starsim", {"starsim": ss.__version__, "numpy": np.__version__}, simulate)
