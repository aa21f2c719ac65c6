"""What is made better: a KPI of which more is better, as the paired difference from the baseline on the same seeds."""

from collections.abc import Mapping
from dataclasses import dataclass

from hourglass_policy.errors import unknown

from hourglass_sim.kpis import BY_NAME, RETENTION_DAYS

LEAST_DAYS = 31  # the guardrail on personas looks at day 30
_DAYS = {f"d{n}": n + 1 for n in RETENTION_DAYS} | {
    "week_one_active_d90": 91,
    "curr": 0,
    "stickiness": 0,
    "completion": 0,
    "dau": None,
}


@dataclass(frozen=True)
class Objective:
    """A KPI to raise. Counts of users are taken per user who signed up, so that runs of different sizes compare."""

    name: str
    title: str
    days: int | None

    def days_needed(self, scenario_days: int) -> int:
        """Days a run must have for the objective and every guardrail; a mean over a run's end needs the whole scenario."""
        return scenario_days if self.days is None else max(LEAST_DAYS, self.days)

    def value(self, kpis: Mapping[str, float | None], users: int) -> float:
        """The objective's value in a run's KPIs; NaN where there is no denominator."""
        found = kpis.get(self.name)
        if found is None:
            return float("nan")
        return float(found) / users if BY_NAME[self.name].unit == "users" else float(found)


OBJECTIVES = tuple(_DAYS)


def objective_named(name: str) -> Objective:
    """The objective of that name; BadInput with the nearest one otherwise."""
    if name not in _DAYS:
        raise unknown("objective", name, OBJECTIVES, "--objective")
    kpi = BY_NAME[name]
    return Objective(name, f"{kpi.title} per user" if kpi.unit == "users" else kpi.title, _DAYS[name])
