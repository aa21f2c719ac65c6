"""People fitted to a log by the method of simulated moments (McFadden 1989): `calibrate(log)`.

Reactions to grains, XP and messages keep their assumed proportions, which a log of one product cannot tell; only their common
weight moves, and not below a quarter.
A simulated population signs up on the days on which the log's users did, so that every moment has the same denominators as in the
log. The loss is the squared distance of the moments in units of the log's bootstrap error; opening hours follow in closed form.
"""

import json
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from hourglass_policy.errors import BadInput, require_between

from hourglass_sim.files import write_text
from hourglass_sim.learn.fit import Knob, search
from hourglass_sim.metrics.moments import NAMES, moment_intervals, moments
from hourglass_sim.people.people import People, load_people
from hourglass_sim.run import Run, simulate
from hourglass_sim.scenario import MOST_DAYS, Scenario
from hourglass_sim.store.importer import Log

KNOBS = (
    Knob("shift.openness", -0.6, -3.5, 2.5),
    Knob("opening.motivation_weight", 0.6, 0.25, 2.5),
    Knob("feeling.fade", 0.08, 0.005, 0.6, log=True),
    Knob("shift.spread", 1.0, 0.2, 3.0, log=True),
    Knob("opening.run_weight", 0.7, 0.0, 1.8),
    Knob("opening.recency_weight", 1.0, 0.0, 2.5),
    Knob("opening.own_weekday", 0.1, -0.2, 1.0),
    Knob("opening.weekend", 0.0, -1.0, 1.0),
    Knob("opening.habit_weight", 1.1, 0.0, 3.5),
    Knob("habits.app_gain", 0.043, 0.004, 0.4, log=True),
    Knob("habits.app_loss", 0.044, 0.004, 0.4, log=True),
    Knob("absence.p_begins", 0.08, 0.002, 0.35, log=True),
    Knob("absence.p_ends", 0.02, 0.003, 0.6, log=True),
    Knob("shift.leave", 1.0, 0.02, 30.0, log=True),
)
MOST_SIMULATED = 20_000  # users in each evaluation
FLOOR = 0.003  # share: no moment counts as known better than this while fitting
JUDGES = 4  # fresh seeds over which a fit's moments are averaged: one alone is as noisy as the log
TOLERANCE = 0.01  # share: widening of an interval within which a moment counts as matched


@dataclass(frozen=True)
class Moment:
    """One moment: observed, its 95 % bootstrap interval, simulated (mean of fresh seeds), whether inside (widened by a point)."""

    name: str
    observed: float | None
    low: float | None
    high: float | None
    simulated: float | None
    inside: bool


@dataclass(frozen=True, eq=False)
class Calibration:
    """Fitted people and how well they match. `people` can be simulated, saved (`people.to_toml()`) and tuned for."""

    people: People
    log: str
    policy: str
    moments: tuple[Moment, ...]
    hours_observed: tuple[float, ...]
    hours_simulated: tuple[float, ...]
    values: dict[str, float]
    loss: float
    evaluations: int
    seconds: float

    @property
    def inside(self) -> int:
        """How many of the ten retention and next-day moments lie inside their widened intervals."""
        return sum(m.inside for m in self.moments if not m.name.startswith("streak"))

    def to_dict(self) -> dict[str, object]:
        """Everything as plain values, for JSON and reports."""
        return {
            "log": self.log,
            "people": self.people.name,
            "policy": self.policy,
            "moments": [asdict(m) for m in self.moments],
            "hours": {"observed": list(self.hours_observed), "simulated": list(self.hours_simulated)},
            "inside": self.inside,
            "values": self.values,
            "loss": self.loss,
            "evaluations": self.evaluations,
            "seconds": self.seconds,
        }

    def __repr__(self) -> str:
        head = f"People fitted to {self.log}: {self.inside} of 10 moments inside their 95 % interval widened by a point"
        rows = [
            f"  {m.name:<15}{_shown(m.observed):>9}  [{_shown(m.low)}, {_shown(m.high)}]  simulated {_shown(m.simulated):>8}"
            f"{'' if m.inside else '   outside'}"
            for m in self.moments
        ]
        return "\n".join([head, *rows])

    def _repr_html_(self) -> str:
        from hourglass_sim.view.cards import calibration_card

        return calibration_card(self.to_dict())


def calibrate(
    log: Log,
    *,
    people: str | People = "learner",
    policy: str = "silent",
    evaluations: int = 600,
    seconds: float | None = 240.0,
    out: str | Path | None = None,
    seed: int = 1,
    name: str = "fitted",
    note: Callable[[str, int, int], None] | None = None,
) -> Calibration:
    """Fit people to a log; `people` is where the search starts and what is not fitted, `policy` what the log's product sent.

    Stops after `evaluations` simulations or `seconds`; with `out`, keeps its state there, continues when called again, and
    writes `people.toml` and `calibration.json`. Raises BadInput for a log of one day, too long, or with under 100 users.
    """
    activity = log.activity()
    _refuse(log, len(activity))
    target = moments(activity)
    bounds = moment_intervals(activity, replicates=500, seed=seed)
    scale = _scales(target, bounds)
    observed_hours = log.hours()
    start = load_people(people)
    start = _renamed(start, name, observed_hours)
    arrivals = _arrivals(activity.first_day, activity.last_day)
    scenario = Scenario(
        users=sum(arrivals), days=activity.last_day + 1, arrivals=arrivals, policy=policy, seed=seed, start=activity.start
    )

    def residuals_of(candidate: People) -> list[float]:
        return residuals(moments(_run(scenario, candidate, threads=1).activity), target, scale)

    about = {"log": log.source, "rows": log.n_rows, "users": len(activity), "people": start.digest(), "policy": policy}
    knobs = tuple(k._replace(start=_clipped(k, start.value(k.name))) for k in KNOBS)
    folder = None if out is None else Path(out)
    began = time.perf_counter()
    fitted = search(
        start, knobs, residuals_of, evaluations=evaluations, seconds=seconds, seed=seed, threads=os.cpu_count() or 1,
        out=folder, about=about, note=note,
    )  # fmt: skip
    final = _with_hours(start.with_values(fitted.values), scenario, observed_hours)
    result = _judged(final, scenario, target, bounds, observed_hours, fitted, log, policy, time.perf_counter() - began)
    if folder is not None:
        write_text(folder / "people.toml", result.people.to_toml())
        write_text(folder / "calibration.json", json.dumps(result.to_dict(), indent=1))
    return result


def residuals(
    simulated: Mapping[str, float | None], target: Mapping[str, float | None], scale: Mapping[str, float]
) -> list[float]:
    """Differences of the moments in units of `scale`; one that the simulation has no value for counts as 10 units."""
    found = []
    for moment, unit in scale.items():
        value = simulated.get(moment)
        found.append(10.0 if value is None else (value - target[moment]) / unit)  # type: ignore[operator]
    return found


def _scales(target: Mapping[str, float | None], bounds: Mapping[str, tuple[float | None, float | None]]) -> dict[str, float]:
    scale = {}
    for moment in NAMES:
        low, high = bounds[moment]
        if target[moment] is None or low is None or high is None:
            continue
        spread = (high - low) / 3.92
        floor = 0.01 * target[moment] if moment == "streak_mean" else FLOOR
        scale[moment] = 6.0 if moment == "streak_longest" else float(np.hypot(spread, floor))
    return scale


def _judged(people, scenario, target, bounds, observed_hours, fitted, log, policy, seconds) -> Calibration:
    fresh = scenario.with_seed(scenario.seed + 1_000_003)
    simulated = mean_moments(fresh, people)
    table = []
    for moment in NAMES:
        low, high = bounds[moment]
        value, wide = simulated[moment], 0.05 * (target[moment] or 0.0) if moment.startswith("streak") else TOLERANCE
        inside = value is not None and low is not None and high is not None and low - wide <= value <= high + wide
        table.append(Moment(moment, target[moment], low, high, value, inside))
    kept = {
        "fitted_to": log.source,
        "users": len(log.users),
        "policy": policy,
        "fitted": sorted(fitted.values),
        "loss": fitted.loss,
    }
    named = People(**{**{f: getattr(people, f) for f in People.__dataclass_fields__}, "fit": kept})
    hours = hours_of(fresh, people)
    return Calibration(named, log.source, policy, tuple(table), tuple(map(float, observed_hours)), tuple(map(float, hours)),
                       fitted.values, fitted.loss, fitted.evaluations, seconds)  # fmt: skip


def mean_moments(scenario: Scenario, people: People) -> dict[str, float | None]:
    """Moments of the people's runs, each the mean over `JUDGES` seeds from the scenario's on; None where no seed has a value."""
    runs = [moments(_run(scenario.with_seed(scenario.seed + k), people).activity) for k in range(JUDGES)]
    found = {name: [run[name] for run in runs if run[name] is not None] for name in NAMES}
    return {name: float(np.mean(values)) if values else None for name, values in found.items()}


def hours_of(scenario: Scenario, people: People) -> np.ndarray:
    """Share of openings in each hour of the day in a run; float64[24]."""
    run = simulate(scenario.with_people(people), record="days", digest=False)
    opened = run.outcome.days["opened"] != 0
    return np.bincount(run.outcome.days["hour"][opened], minlength=24) / max(opened.sum(), 1)


def _with_hours(people: People, scenario: Scenario, observed: np.ndarray) -> People:
    """Hour weights such that simulated openings show the observed hours; messages pull openings, so the weights are corrected."""
    if scenario.policy == "silent":
        return people
    for _ in range(3):
        simulated = hours_of(scenario, people)
        weights = np.array(people.hour_weights) * np.where(simulated > 0, observed / np.maximum(simulated, 1e-9), 1.0)
        people = _renamed(people, people.name, weights / weights.sum())
    return people


def _run(scenario: Scenario, people: People, threads: int | None = None) -> Run:
    return simulate(scenario.with_people(people), digest=False, threads=threads or os.cpu_count() or 1)


def _renamed(people: People, name: str, hours: np.ndarray) -> People:
    kept = {f: getattr(people, f) for f in People.__dataclass_fields__}
    return People(**{**kept, "name": name, "hour_weights": tuple(float(h) for h in hours)})


def _clipped(knob: Knob, value: float) -> float:
    margin = knob.value(0.02), knob.value(0.98)
    return min(max(value, min(margin)), max(margin))


def _arrivals(first_day: np.ndarray, last_day: int) -> tuple[int, ...]:
    counts = np.bincount(first_day, minlength=last_day + 1)
    if counts.sum() > MOST_SIMULATED:
        reached = np.round(np.cumsum(counts) * (MOST_SIMULATED / counts.sum())).astype(int)
        counts = np.diff(reached, prepend=0)
    return tuple(int(n) for n in counts)


def _refuse(log: Log, users: int) -> None:
    if log.last_day == 0:
        raise BadInput("all times fall on one day; retention needs at least two", where=log.source)
    require_between("users of the log", users, 100, 10**9, log.source)
    if log.last_day >= MOST_DAYS:
        raise BadInput(
            "the log is longer than a run can be", where=log.source, value=log.last_day + 1, allowed=f"{MOST_DAYS} days"
        )


def _shown(value: float | None) -> str:
    return "–" if value is None else f"{value:.4f}" if value < 1 else f"{value:.3f}"
