"""The figures that a run is judged by: names, units, targets, and how they follow from totals, activity bits and final state."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from hourglass_sim.engine.outcome import Outcome
    from hourglass_sim.metrics.activity import Activity
    from hourglass_sim.scenario import Scenario

MANY_USERS = 50_000  # from which another thread pays
PAST_LEVEL = 25
MINTED = ("earned", "topped_up", "rewarded", "boost_out", "boost_subsidy")  # daily totals by which golden grains come to be,
NEVER_GOLDEN = "boost_burn"  # less what a boost costs beyond its benefit: it goes from the white reserve to the sink
RETENTION_DAYS = (1, 2, 3, 7, 14, 30, 60, 90)


class Kpi(NamedTuple):
    """A figure of a run: name, title, unit, what the product wants (None: nothing; at least it,
    or at most with `at_most`), meaning, whether it leads."""

    name: str
    title: str
    unit: str
    target: float | None
    meaning: str
    headline: bool = False
    at_most: bool = False

    def meets_target(self, value: float) -> bool | None:
        """Whether a value meets the target; None when there is none."""
        if self.target is None:
            return None
        return value <= self.target if self.at_most else value >= self.target

    def show(self, value: float | None) -> str:
        """The value as a person reads it."""
        if value is None:
            return "–"
        return f"{100 * value:.1f} %" if self.unit == "share" else f"{value:,.2f} {self.unit}".rstrip()


KPIS = (
    *(
        Kpi(
            f"d{n}",
            f"Retention on day {n}",
            "share",
            {30: 0.60}.get(n),
            f"users active exactly {n} days after sign-up",
            n in (1, 7, 30),
        )
        for n in RETENTION_DAYS
    ),
    Kpi("curr", "Current users who return next day", "share", None, "current users' days followed by an active day (CURR)"),
    Kpi(
        "week_one_active_d90",
        "Week-one users active on day 90",
        "share",
        None,
        "of users active in days 1 to 7, active on day 90",
    ),
    Kpi("dau", "Daily active users", "users", None, "mean over the last 28 days"),
    Kpi("stickiness", "Days active of days here", "share", None, "opened user-days of all user-days of users not gone"),
    Kpi("completion", "Goals completed", "share", 0.70, "victories of goals in contracts", True),
    Kpi(
        "minted",
        "Grains minted, rewards included, per active user-day",
        "grains",
        None,
        "earned, rewards and Phoenix minimum of all days (rewards are paid on days away too), boosts received, over opened user-days",
        True,
    ),
    Kpi("earned", "Grains earned per active user-day", "grains", None, "from completed goals only, over opened user-days"),
    Kpi(
        "rewarded",
        "Grains of rewards per active user-day",
        "grains",
        None,
        "of achievements, paid the morning after, on days away too; over opened user-days",
    ),
    Kpi("evaporated", "Grains evaporated per active user-day", "grains", None, "of missed goals"),
    Kpi("heritage_median", "Median heritage", "grains", None, "golden grains held at the end"),
    Kpi("negative_heritage", "Users with negative heritage", "share", 0.0, "at the end of the run", at_most=True),
    Kpi(
        "phoenix_share",
        "User-days in Phoenix mode, days away too",
        "share",
        None,
        "of all user-days of users not gone, opened or not; after the sync",
    ),
    Kpi("phoenix_active", "Active user-days in Phoenix mode", "share", None, "of opened user-days only; after the sync"),
    Kpi("past_level_25", "Users past level 25", "share", 0.05, "at the end of the run, of all users", at_most=True),
    Kpi("level_mean", "Mean level", "", None, "at the end of the run"),
    Kpi("achievements_mean", "Achievements per user", "", None, "unlocked by the end"),
    Kpi("xp_per_day", "XP per active user-day", "XP", None, "rewards of achievements aside"),
    Kpi(
        "interactions_per_user_week",
        "Social acts per user and week",
        "acts",
        5.0,
        "boosts, comments and transfusions sent, per user who opened in a week; whole weeks of the run",
    ),
    Kpi("messages", "Messages per user-day", "messages", None, "delivered, per user-day of users not gone"),
    Kpi("opt_outs", "Users who switched notifications off", "share", None, "by the end of the run or of their stay", True),
    Kpi("left", "Users gone for good", "share", None, "by the end of the run"),
)
BY_NAME = {kpi.name: kpi for kpi in KPIS}


def kpis_of(scenario: "Scenario", outcome: "Outcome", activity: "Activity", threads: int = 1) -> dict[str, float | None]:
    """Every KPI of a run; retention also by persona as `d30.<persona>`. None where there is no denominator.

    With several threads another one looks at the days that follow each other meanwhile, when there are many users.
    """
    from hourglass_sim.engine.tally import COUNTS
    from hourglass_sim.metrics.growth import next_day_shares

    other = ThreadPoolExecutor(1) if threads > 1 and scenario.users >= MANY_USERS else None
    shares = other.submit(next_day_shares, activity).result if other else partial(next_day_shares, activity)
    total = {count.name: float(outcome.totals[:, k].sum()) for k, count in enumerate(COUNTS)}
    s = outcome.state
    users = scenario.users
    active = total["active"]
    unlocked = sum(np.bitwise_count(s[f"unlocked_{part}"].view(np.uint64)).sum() for part in ("low", "high", "top"))
    found: dict[str, float | None] = dict(retention_kpis(scenario, activity))
    found |= {
        "curr": None,
        "dau": float(outcome.totals[-28:, _index("active")].mean()),
        "stickiness": _ratio(active, total["present"]),
        "completion": _ratio(total["victories"], total["goals"]),
        "minted": _ratio((sum(total[name] for name in MINTED) - total[NEVER_GOLDEN]) / 100.0, active),
        "earned": _ratio(total["earned"] / 100.0, active),
        "rewarded": _ratio(total["rewarded"] / 100.0, active),
        "evaporated": _ratio(total["evaporated"] / 100.0, active),
        "heritage_median": float(np.median(s["heritage"])) / 100.0,
        "negative_heritage": float((s["heritage"] < 0).mean()),
        "phoenix_share": _ratio(total["phoenix"], total["present"]),
        "phoenix_active": _ratio(total["phoenix_opened"], active),
        "past_level_25": float((s["level"] > PAST_LEVEL).mean()),
        "level_mean": float(s["level"].mean()),
        "achievements_mean": float(unlocked) / users,
        "xp_per_day": _ratio(total["xp"], active),
        "interactions_per_user_week": interactions_per_user_week(outcome, activity),
        "messages": _ratio(total["messages"], total["present"]),
        "opt_outs": float(s["opted_out"].mean()),
        "left": total["left"] / users,
    }
    found["curr"] = shares()["current"]
    if other:
        other.shutdown()
    return found


def interactions_per_user_week(outcome: "Outcome", activity: "Activity") -> float | None:
    """Acts sent per user and week in which they opened the app; None before the first whole week (RULES 1.17)."""
    weeks = len(outcome.totals) // 7
    acts = sum(int(outcome.totals[: 7 * weeks, _index(name)].sum()) for name in ("boosts", "comments", "transfusions"))
    return _ratio(acts, int(activity.active_in_weeks(weeks).sum()))


def retention_kpis(scenario: "Scenario", activity: "Activity") -> dict[str, float | None]:
    """Classic retention over all users and, for day 30, by persona; week-one users active on day 90."""
    from hourglass_sim.metrics import kernels

    days = np.array([n for n in RETENTION_DAYS if n < scenario.days], dtype=np.int64)
    found: dict[str, float | None] = {f"d{n}": None for n in RETENTION_DAYS}
    found["week_one_active_d90"] = None
    if len(days) == 0:
        return found
    eligible, retained = kernels.retained_by_user(activity.bits, activity.first_day, activity.last_day, days)
    for k, n in enumerate(days):
        found[f"d{n}"] = _ratio(retained[:, k].sum(), eligible[:, k].sum())
        if n == 30 and activity.group is not None:
            names = scenario.resolved_people.persona_names
            top = np.bincount(activity.group, retained[:, k], len(names))
            bottom = np.bincount(activity.group, eligible[:, k], len(names))
            found |= {f"d30.{name}": _ratio(top[p], bottom[p]) for p, name in enumerate(names)}
        if n == 90:
            week = np.arange(1, 8, dtype=np.int64)
            early = kernels.retained_by_user(activity.bits, activity.first_day, activity.last_day, week)[1].any(axis=1)
            found["week_one_active_d90"] = _ratio(retained[early, k].sum(), eligible[early, k].sum())
    return found


def _index(name: str) -> int:
    from hourglass_sim.engine.tally import COUNTS

    return next(k for k, count in enumerate(COUNTS) if count.name == name)


def _ratio(top: float, bottom: float) -> float | None:
    return float(top) / float(bottom) if bottom else None
