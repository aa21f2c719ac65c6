"""The toy day in plain Mesa: one agent a user, `AgentSet.do("step")`, a DataCollector, agents removed when they leave.

As Mesa's documentation recommends: behaviour in the agent's `step`, draws from the model's own generator, results by a DataCollector.
The order of agents plays no role, so they are not shuffled.
"""

from bisect import bisect_left
from math import exp, floor
from statistics import fmean, pstdev

import mesa
from specification import AGGREGATES, GOALS, RING, Outcome, ToyDay, ring_slots, run_as_script, thresholds

TOY = ToyDay()
NEEDED = thresholds()
PAY = [[floor(share * factor + 0.5) for factor in TOY.age_factor] for share in TOY.share]


class User(mesa.Agent):
    """One user."""

    def __init__(self, model: "ToyModel", motivation: float):
        super().__init__(model)
        self.motivation, self.app_habit = motivation, 0.0
        self.habit, self.age = [0.0] * GOALS, [0] * GOALS
        self.ring, self.sum_30, self.sum_14 = [0] * RING, 0, 0
        self.heritage, self.xp, self.level, self.streak = 0, 0, 1, 0
        self.phoenix = False

    def step(self) -> None:
        """One day."""
        model, u = self.model, self.model.random.random
        model.present += 1
        opened = u() < 1.0 / (
            1.0 + exp(-(TOY.open_base + TOY.open_motivation * self.motivation + TOY.open_habit * self.app_habit))
        )
        victories, grains = self.act(u) if opened else (0, 0)
        self.settle(victories, grains)
        model.opened += opened
        model.victories += victories
        model.centigrains += grains
        self.feel(opened, victories)
        if u() < TOY.leave_rate * exp(-self.motivation):
            model.left += 1
            model.gone.append((self.heritage, self.xp))
            self.remove()

    def act(self, u) -> tuple[int, int]:
        """The goals of a day that was opened: victories and centigrains."""
        victories = grains = 0
        for g in range(GOALS):
            habit, age = self.habit[g], self.age[g]
            self.age[g] = age + 1
            if u() < 1.0 / (1.0 + exp(TOY.difficulty[g] - self.motivation - habit)):
                paid = PAY[g][bisect_left(TOY.age_limit, age)]
                grains += paid * TOY.micro_factor if self.phoenix and g == GOALS - 1 else paid
                victories += 1
                self.habit[g] = habit + TOY.goal_habit_gain * (1.0 - habit)
            else:
                self.habit[g] = habit * (1.0 - TOY.goal_habit_loss)
        return victories, grains

    def settle(self, victories: int, grains: int) -> None:
        """Ring, heritage, XP, level, streak, season, Phoenix mode."""
        model, ring = self.model, self.ring
        self.sum_30 += grains - ring[model.slot]
        self.sum_14 += grains - ring[model.slot_low]
        ring[model.slot] = grains
        self.heritage += grains
        self.xp += TOY.xp_per_victory * victories
        self.level += self.xp >= NEEDED[self.level]
        model.levels += self.level
        self.streak = self.streak + 1 if victories else 0
        low, middle, high = model.season_limits
        if self.sum_30 < low:
            model.winter += 1
        elif self.sum_30 < middle:
            model.spring += 1
        elif self.sum_30 > high:
            model.summer += 1
        else:
            model.autumn += 1
        self.phoenix = self.sum_14 < model.phoenix_below
        model.phoenix += self.phoenix

    def feel(self, opened: bool, victories: int) -> None:
        """Motivation and habit after the day."""
        if opened:
            self.motivation += TOY.motivation_gain * (victories - TOY.motivation_expected)
        self.motivation *= 1.0 - TOY.motivation_loss
        self.app_habit += TOY.app_habit_rate * (opened - self.app_habit)


class ToyModel(mesa.Model):
    """All users; today's counters are attributes that the DataCollector reads."""

    def __init__(self, users: int, seed: int):
        super().__init__(seed=seed)
        self.day, self.gone = 0, []
        User.create_agents(self, users, [self.random.gauss(TOY.motivation_mean, TOY.motivation_sd) for _ in range(users)])
        self.datacollector = mesa.DataCollector(model_reporters={name: name for name in AGGREGATES})

    def step(self) -> None:
        """One day of everyone."""
        for name in AGGREGATES:
            setattr(self, name, 0)
        self.slot, self.slot_low = ring_slots(self.day)
        seen = min(self.day + 1, RING)
        self.season_limits = tuple(seen * mean for mean in (TOY.winter_below, TOY.spring_below, TOY.summer_above))
        self.phoenix_below = TOY.phoenix_below * 14 if self.day >= 13 else 0
        self.agents.do("step")
        self.datacollector.collect(self)
        self.day += 1


def simulate(users: int, days: int, seed: int) -> Outcome:
    """The toy day for `users` users and `days` days."""
    model = ToyModel(users, seed)
    for _ in range(days):
        model.step()
    collected = model.datacollector.model_vars
    heritage, xp = zip(*[*model.gone, *((agent.heritage, agent.xp) for agent in model.agents)], strict=True)
    daily = [list(row) for row in zip(*(collected[name] for name in AGGREGATES), strict=True)]
    return Outcome(daily, (fmean(heritage), pstdev(heritage)), (fmean(xp), pstdev(xp)))


if __name__ == "__main__":
    run_as_script("plain Mesa", {"mesa": mesa.__version__}, simulate)
