"""The steps of the demo: each takes its folder and what came before, and returns plain results and the files it made."""

import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

from hourglass_sim.people.people import People, load_people
from hourglass_sim.scenario import Scenario

Note = Callable[[str, int, int], None]
Made = tuple[Mapping[str, Any], Sequence[Path]]

SIMULATED = "SIMULATED log (people habit, deployed policy)"
HOME_TZ = "Europe/Paris"
VERSION = "1.0.0"
ARRIVAL_DAYS = 20
START_OFF = {"shift.openness": -0.15, "feeling.fade": 0.06}  # a fit to a simulated log starts away from the truth


class Size(NamedTuple):
    """How much each step of the demo does; `fidelities` are (users, days, seeds), `users` and `days` those of confirmation and report."""

    log_users: int
    log_days: int
    fit_evaluations: int
    fit_seconds: float
    trials: int
    fidelities: tuple[tuple[int, int, int], ...]
    users: int
    days: int
    replicates: int


FULL = Size(3_000, 90, 240, 40.0, 60, ((2_000, 46, 2), (8_000, 91, 3)), 8_000, 91, 8)
QUICK = Size(400, 45, 12, 5.0, 4, ((400, 35, 2),), 400, 35, 3)


@dataclass(frozen=True)
class LogOptions:
    """Which log to fit people to, and how to read it; without a path one is simulated and labelled as such."""

    path: Path | None = None
    user: str | None = None
    time: str | None = None
    time_unit: str | None = None
    tz: str = "UTC"
    event: Mapping[str, list[str]] | None = None


def compile_engine(note: Note | None) -> Made:
    """The engine compiled for every notification policy that the demo runs; later processes take it from the cache."""
    from hourglass_sim.run import simulate

    for policy in ("deployed", "silent", "considerate"):
        simulate(Scenario(users=1, days=1, policy=policy), digest=False, note=note)
    return {}, []


def take_log(to: Path, log: LogOptions, size: Size) -> Made:
    """The log given, or one that is simulated now."""
    if log.path is not None:
        return {"log": str(log.path), "is_simulated": False}, []
    from hourglass_sim.run import simulate

    shutil.rmtree(to, ignore_errors=True)
    arrivals = (size.log_users // ARRIVAL_DAYS,) * ARRIVAL_DAYS
    scenario = Scenario(users=sum(arrivals), days=size.log_days, arrivals=arrivals, seed=2026)
    simulate(scenario, record="events", digest=False, out=to / "simulated_events")
    return {"log": SIMULATED, "is_simulated": True}, [to / "simulated_events"]


def fit(to: Path, log_folder: Path, log: LogOptions, source: Mapping[str, Any], size: Size, note: Note | None) -> Made:
    """People fitted to the log."""
    from hourglass_sim.learn.calibration import calibrate
    from hourglass_sim.store.importer import read_log

    is_simulated = source["is_simulated"]
    if is_simulated:
        read = read_log(log_folder / "simulated_events", tz=HOME_TZ)
        start, policy = load_people("habit").with_values(START_OFF), "deployed"
    else:
        read = read_log(log.path, log.user, log.time, log.time_unit, log.tz, log.event)
        start, policy = load_people("learner"), "silent"
    effort = {"evaluations": size.fit_evaluations, "seconds": size.fit_seconds}
    found = calibrate(read, people=start, policy=policy, out=to, note=note, **effort)
    told = {**found.to_dict(), "log": source["log"]}
    name = f"fitted to a {SIMULATED}" if is_simulated else f"fitted to {Path(source['log']).name}"
    return {"name": name, "inside": found.inside, "calibration": told}, [to / "people.toml"]


def fitted_people(folder: Path, people: Mapping[str, Any]) -> People:
    """The people as the fit left them, under a name that says what they were fitted to."""
    return replace(load_people(folder / "people.toml"), name=people["name"])


def search(to: Path, people_folder: Path, people: Mapping[str, Any], size: Size, note: Note | None) -> Made:
    """A study of the economy and the notifications for these people; goes on where it was cut."""
    from hourglass_sim.tune.search import tune

    scenario = Scenario(users=size.users, days=size.days, people=fitted_people(people_folder, people))
    study = tune(scenario, trials=size.trials, out=to, fidelities=size.fidelities, note=note)
    return {"best": study.best["values"], "policy": study.best["policy"]}, [to / "study.json", to / "people.toml"]


def check(to: Path, study_folder: Path, size: Size, note: Note | None) -> Made:
    """The study confirmed, in a copy, so that the search's own files stay as they were."""
    from hourglass_sim.tune.confirm import confirm

    to.mkdir(parents=True, exist_ok=True)
    files = [to / "study.json", to / "people.toml"]
    for file in files:
        shutil.copyfile(study_folder / file.name, file)
    found = confirm(to, users=size.users, replicates=size.replicates, note=note)
    return {"passed": found.passed, "verdict": found.result["verdict"]}, files


def release(to: Path, study_folder: Path, found: Mapping[str, Any]) -> Made:
    """The release and its wheel; what was not confirmed is named so."""
    from hourglass_sim.ship import ship

    shutil.rmtree(to, ignore_errors=True)
    made = ship(study_folder, VERSION, to, name="demo" if found["passed"] else "demo-not-confirmed")
    told = {**made.as_dict(), **{name: str(getattr(made, name).relative_to(to.parent)) for name in ("release", "wheel")}}
    return told, [made.release, made.wheel]


def report(to: Path, study_folder: Path, people: Mapping[str, Any], shipped: Mapping[str, Any]) -> Made:
    """The report, with one run of the baseline and one of the tuned policy on a seed of the confirmation."""
    from hourglass_sim.run import simulate
    from hourglass_sim.tune.candidates import candidate
    from hourglass_sim.tune.study import Study
    from hourglass_sim.view.report import write_report

    study = Study.load(study_folder)
    seen = study.confirmed
    baseline = replace(study.scenario, users=seen["users"], seed=seen["seeds"][0])
    tuned = candidate(baseline, study.best["values"], study.best["policy"])
    runs = [simulate(scenario, digest=False) for scenario in (baseline, tuned)]
    path = write_report(
        to / "report.html", study=study.table, calibration=people["calibration"], baseline=runs[0], tuned=runs[1], release=shipped
    )
    return {"report": str(path.relative_to(to.parent))}, [path]
