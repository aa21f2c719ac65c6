"""The main job end to end: a log, people fitted to it, a policy tuned for them, confirmed, shipped and reported."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from hourglass_policy.errors import BadInput

from hourglass_sim import demo_steps
from hourglass_sim.demo_steps import FULL, QUICK, LogOptions, Note, Size
from hourglass_sim.resumable import Done, Steps, content_digest

__all__ = ["FULL", "QUICK", "Demo", "LogOptions", "Size", "demo"]


@dataclass(frozen=True)
class Demo:
    """What the demo made: the confirmed study, the report, the release and the wheel, and each step's wall time in seconds.

    `log` says what people were fitted to, `moments_inside` how many of ten moments match; `kept` names the steps done before.
    """

    log: str
    moments_inside: int
    study: Mapping[str, Any]
    report: Path
    release: Path
    wheel: Path
    seconds: Mapping[str, float]
    kept: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """Whether the tuned policy was confirmed with every guardrail."""
        return bool(self.study["confirmed"]["passed"])

    def as_dict(self) -> dict[str, Any]:
        """The result as plain values."""
        confirmed = self.study["confirmed"]
        told = {name: self.study[name] for name in ("baseline", "best", "confirmed")}
        told |= {name: confirmed[name] for name in ("optimism", "guardrails", "verdict", "passed")}
        return {**told, **{k: v for k, v in asdict(self).items() if k != "study"}}


def demo(
    log: LogOptions | None = None,
    out: str | Path = "out/demo",
    *,
    size: Size = FULL,
    say: Callable[[str], None] = lambda line: None,
    note: Note | None = None,
) -> Demo:
    """Run the whole path into `out`; finished steps are kept, a step that was cut goes on. BadInput as in each step.

    `say` hears one line when a step begins and ends, `note` of progress inside it. A policy that is not confirmed is shipped under a
    name that says so, and the report is written all the same.
    """
    from hourglass_sim.run_files import require_folder

    log = log or LogOptions()
    base = {"size": size, "sources": sources(), "log": _log_key(log)}
    steps = Steps(require_folder(out), say)
    at = {name: steps.folder / name for name in ("log", "people", "study", "confirmed", "release")}
    made: list[Done] = []

    def run(name: str, title: str, work: Callable[[Path], demo_steps.Made]) -> Mapping[str, Any]:
        before = {done.name: done.result for done in made}
        made.append(steps.run(name, f"{len(made) + 1}/7 {title}", {**base, **before}, work))
        return made[-1].result

    run("engine", "engine: compiling it, once", lambda to: demo_steps.compile_engine(note))
    source = run("log", f"log: {log.path or 'none given, simulating one'}", lambda to: demo_steps.take_log(to, log, size))
    people = run("people", "people: fitting them to the log", lambda to: demo_steps.fit(to, at["log"], log, source, size, note))
    run("study", "tune: searching for a better policy", lambda to: demo_steps.search(to, at["people"], people, size, note))
    found = run("confirmed", "confirm: fresh seeds, unseen people", lambda to: demo_steps.check(to, at["study"], size, note))
    shipped = run("release", "ship: release folder and wheel", lambda to: demo_steps.release(to, at["confirmed"], found))
    report = run("report", "report", lambda to: demo_steps.report(to, at["confirmed"], people, shipped))
    return _demo(steps.folder, made, source, people, shipped, report)


def sources() -> str:
    """Digest of the sources that the results depend on: rules, engine, people. A change starts the demo anew."""
    from hourglass_sim.engine.digests import sources_digest

    return sources_digest()


def _log_key(log: LogOptions) -> dict[str, Any]:
    if log.path is None:
        return {}
    if not log.path.exists():
        raise BadInput(
            "no such log", where="--log", value=str(log.path), allowed="csv, csv.gz, parquet, a folder of parts, duckdb"
        )
    return {**asdict(log), "digest": content_digest(log.path)}


def _demo(folder: Path, made: list[Done], source: Mapping, people: Mapping, shipped: Mapping, report: Mapping) -> Demo:
    from hourglass_sim.tune.study import Study

    study = Study.load(folder / "confirmed").table
    places = [folder / path for path in (report["report"], shipped["release"], shipped["wheel"])]
    seconds = {done.name: round(done.seconds, 1) for done in made}
    kept = tuple(done.name for done in made if done.was_kept)
    return Demo(source["log"], people["inside"], study, *places, seconds, kept)
