"""The toy day in mesa-frames: one polars AgentSet, native expressions, one `with_columns` a step of the day.

As mesa-frames recommends for speed: the "native" style, expressions on the whole DataFrame, draws as columns from the model's
generator; polars uses every core by itself.
"""

import mesa_frames
import numpy as np
import polars as pl
from mesa_frames import AgentSetPolars, ModelDF
from specification import GOALS, RING, Outcome, ToyDay, ring_slots, run_as_script, thresholds

TOY = ToyDay()
OLDEST = TOY.age_limit[-1] + 1
FACTOR = np.array(TOY.age_factor)[np.searchsorted(TOY.age_limit, np.arange(OLDEST + 1))]
PAY = [pl.Series(np.floor(share * FACTOR + 0.5).astype(np.int32)) for share in TOY.share]  # of each goal by age
NEEDED = pl.Series(np.array(thresholds(), dtype=np.int32))
col, when = pl.col, pl.when


def happens(u: str, log_odds: pl.Expr) -> pl.Expr:
    """Whether the draw in column u is below the logistic of the log-odds."""
    return col(u) < 1.0 / (1.0 + (-log_odds).exp())


class Users(AgentSetPolars):
    """Everyone; `gone` users stay as rows."""

    def __init__(self, users: int, model: ModelDF):
        super().__init__(model)
        zeros = {"app_habit": 0.0, **{f"habit_{g}": 0.0 for g in range(GOALS)}}
        whole = {f"age_{g}": 0 for g in range(GOALS)} | {f"ring_{k}": 0 for k in range(RING)}
        whole |= {"sum_30": 0, "sum_14": 0, "heritage": 0, "xp": 0, "level": 1, "streak": 0}
        self += pl.DataFrame(
            {
                "unique_id": np.arange(users),
                "motivation": model.random.normal(TOY.motivation_mean, TOY.motivation_sd, users),
                **{name: np.full(users, value) for name, value in zeros.items()},
                **{name: np.full(users, value, dtype=np.int32) for name, value in whole.items()},
                "phoenix": np.zeros(users, dtype=bool),
                "gone": np.zeros(users, dtype=bool),
            }
        )

    def step(self) -> None:
        """One day: what each line needs from the one before stands in a `with_columns` of its own."""
        day, size = self.model.day, len(self.agents)
        draws = self.model.random.random((GOALS + 2, size))
        self.agents = (
            self.agents.lazy()
            .with_columns(**{f"u_{k}": pl.Series(draws[k]) for k in range(GOALS + 2)})
            .with_columns(opened=self.opens())
            .with_columns(**{f"done_{g}": self.completes(g) for g in range(GOALS)})
            .with_columns(**self.goals_after(), victories=self.victories(), grains=self.grains())
            .with_columns(**self.settled(day))
            .with_columns(**self.judged(day))
            .with_columns(left=~col("gone") & (col("u_4") < TOY.leave_rate * (-col("motivation")).exp()))
            .collect()
        )
        self.model.daily.append(self.counts())
        self.agents = self.agents.with_columns(gone=col("gone") | col("left"))

    def opens(self) -> pl.Expr:
        """Whether each user opens."""
        log_odds = TOY.open_base + TOY.open_motivation * col("motivation") + TOY.open_habit * col("app_habit")
        return ~col("gone") & happens("u_0", log_odds)

    def completes(self, g: int) -> pl.Expr:
        """Whether goal g is done."""
        return col("opened") & happens(f"u_{g + 1}", col("motivation") + col(f"habit_{g}") - TOY.difficulty[g])

    def goals_after(self) -> dict[str, pl.Expr]:
        """Habits and ages of the goals after the day."""
        found = {}
        for g in range(GOALS):
            habit = col(f"habit_{g}")
            missed = when(col("opened")).then(habit * (1.0 - TOY.goal_habit_loss)).otherwise(habit)
            found[f"habit_{g}"] = when(col(f"done_{g}")).then(habit + TOY.goal_habit_gain * (1.0 - habit)).otherwise(missed)
            found[f"age_{g}"] = col(f"age_{g}") + col("opened")
        return found

    def victories(self) -> pl.Expr:
        """Goals done today."""
        return pl.sum_horizontal([col(f"done_{g}").cast(pl.Int32) for g in range(GOALS)])

    def grains(self) -> pl.Expr:
        """Centigrains of the day."""
        paid = [pl.lit(PAY[g]).gather(col(f"age_{g}").clip(0, OLDEST)) * col(f"done_{g}") for g in range(GOALS)]
        paid[-1] = paid[-1] * when(col("phoenix")).then(TOY.micro_factor).otherwise(1)
        return pl.sum_horizontal(paid)

    def settled(self, day: int) -> dict[str, pl.Expr]:
        """Ring, heritage, XP, streak, motivation and habit after the day."""
        today, fortnight_ago = ring_slots(day)
        gain = when(col("opened")).then(TOY.motivation_gain * (col("victories") - TOY.motivation_expected)).otherwise(0.0)
        return {
            "sum_30": col("sum_30") + col("grains") - col(f"ring_{today}"),
            "sum_14": col("sum_14") + col("grains") - col(f"ring_{fortnight_ago}"),
            f"ring_{today}": col("grains"),
            "heritage": col("heritage") + col("grains"),
            "xp": col("xp") + TOY.xp_per_victory * col("victories"),
            "streak": when(col("victories") > 0).then(col("streak") + 1).otherwise(0),
            "motivation": (col("motivation") + gain) * (1.0 - TOY.motivation_loss),
            "app_habit": col("app_habit") + TOY.app_habit_rate * (col("opened") - col("app_habit")),
        }

    def judged(self, day: int) -> dict[str, pl.Expr]:
        """Level, season and Phoenix mode."""
        seen, total = min(day + 1, RING), col("sum_30")
        high = when(total > TOY.summer_above * seen).then(2).otherwise(3)
        season = when(total < TOY.winter_below * seen).then(0).when(total < TOY.spring_below * seen).then(1).otherwise(high)
        return {
            "level": col("level") + (col("xp") >= pl.lit(NEEDED).gather(col("level"))),
            "season": season,
            "phoenix": col("sum_14") < (TOY.phoenix_below * 14 if day >= 13 else 0),
        }

    def counts(self) -> list[int]:
        """Today's aggregates."""
        here = ~col("gone")
        counted = [here.sum(), col("opened").sum(), col("victories").sum(), col("grains").sum(), (col("level") * here).sum()]
        counted += [(col("phoenix") & here).sum(), *((here & (col("season") == k)).sum() for k in range(4)), col("left").sum()]
        return list(self.agents.select(**{str(k): expression for k, expression in enumerate(counted)}).row(0))


class ToyModel(ModelDF):
    """The toy day for `users` users."""

    def __init__(self, users: int, seed: int):
        super().__init__(seed)
        self.day, self.daily = 0, []
        self.users = Users(users, self)
        self.agents += self.users

    def step(self) -> None:
        """One day of everyone."""
        self.agents.do("step", inplace=True)
        self.day += 1


def simulate(users: int, days: int, seed: int) -> Outcome:
    """The toy day for `users` users and `days` days."""
    model = ToyModel(users, seed)
    for _ in range(days):
        model.step()
    last = model.get_agents_of_type(Users).agents
    heritage, xp = last["heritage"], last["xp"]
    return Outcome(model.daily, (heritage.mean(), heritage.std(ddof=0)), (xp.mean(), xp.std(ddof=0)))


if __name__ == "__main__":
    run_as_script("mesa-frames", {"mesa-frames": mesa_frames.__version__, "polars": pl.__version__}, simulate)
