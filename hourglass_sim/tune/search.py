"""The search: constrained TPE over paired differences, cheap runs first, resumable, simplified in the end."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import Any

from hourglass_policy.errors import BadInput, require_between

from hourglass_sim.files import write_text
from hourglass_sim.people.people import load_people
from hourglass_sim.scenario import Scenario
from hourglass_sim.tune.combining import COMBINED, combinations
from hourglass_sim.tune.evaluation import Evaluation, Evaluator, Note
from hourglass_sim.tune.fidelity import Fidelity, checked, default_fidelities
from hourglass_sim.tune.journal import Journal, open_journal
from hourglass_sim.tune.objective import objective_named
from hourglass_sim.tune.records import COMBINE, SEARCH, SIMPLIFY, Record, record_of
from hourglass_sim.tune.simplify import simplified, typical_error
from hourglass_sim.tune.space import Space
from hourglass_sim.tune.space_files import make_space
from hourglass_sim.tune.study import PEOPLE_FILE, Study, study_table

PROMOTED = 1 / 4  # best share of a rung that goes on to the next (successive halving: Jamieson & Talwalkar 2016; Li et al. 2020)
MOST_TRIALS = 10_000


def tune(
    scenario: Scenario | None = None,
    *,
    trials: int = 60,
    out: str | Path | None = None,
    objective: str = "d30",
    lock: Sequence[str] = (),
    space: str | Path | None = None,
    fidelities: Sequence[tuple[int, int, int]] | None = None,
    threads: int | None = None,
    note: Note | None = None,
) -> Study:
    """Search economy and notification parameters that raise `objective` without breaking a guardrail; returns the Study.

    The scenario is the baseline, its users and days the highest fidelity; `fidelities` are (users, days, seeds), cheapest first.
    `space` is a TOML file of ranges, `lock` names what stays. With `out`, the study lies in that folder and the same call goes on
    where it was cut: the next trial depends only on the scenario's seed and the trials before. note(what, done, total) hears of
    progress.
    Raises BadInput: unknown objective, lock or parameter, too few days, a folder with another study.
    """
    scenario = scenario or Scenario(users=20_000, days=91)
    if not isinstance(scenario.policy, str):
        raise BadInput("tuning starts from a policy given by name or folder", where="tune", value=scenario.policy.name)
    require_between("trials", trials, 1, MOST_TRIALS, "tune")
    aim = objective_named(objective)
    where = make_space(scenario, space, tuple(lock))
    levels = checked(fidelities or default_fidelities(scenario, aim), scenario, aim)
    folder = None if out is None else Path(out)
    journal = open_journal(folder, _settings(scenario, where, levels, objective), scenario.seed)
    return _Search(scenario, where, journal, Evaluator(scenario, aim, levels, threads), folder, note).run(trials)


def _settings(scenario: Scenario, space: Space, levels: tuple[Fidelity, ...], objective: str) -> dict[str, Any]:
    """Everything that decides which trial comes next."""
    told = scenario.describe()
    people = load_people(scenario.people).digest()
    dimensions = {d.name: [d.low, d.high, d.step, d.baseline, d.locked] for d in space.dimensions}
    return {
        "economy": told.pop("economy"),
        "objective": objective,
        "scenario": {**told, "people's digest": people},
        "fidelities": [list(level) for level in levels],
        "notification policies": list(space.policies),
        "search space": dimensions,
    }


@dataclass
class _Search:
    """One call of `tune`: asks, measures, promotes, tells, writes."""

    scenario: Scenario
    space: Space
    journal: Journal
    evaluator: Evaluator
    folder: Path | None
    note: Note | None

    def run(self, trials: int) -> Study:
        if self.folder is not None:
            write_text(self.folder / PEOPLE_FILE, load_people(self.scenario.people).to_toml())
        self.evaluator.prepare(self.space.policies, self.note)
        try:
            for done in range(self.journal.searched(), trials):
                self._tell("searching", done, trials)
                record = self._trial(self.space.start(self._searched()))
                if record.level == self.top:
                    self._write(self.best())
            self._tell("searching", trials, trials)
            for raw in combinations(self._searched(), self.space, self.top):
                self._at_the_top(raw, COMBINE)
            error = typical_error(self._searched(), self.top)
            chosen = simplified(self.best(), self.space, error, lambda raw: self._at_the_top(raw, SIMPLIFY))
        finally:
            self.journal.discard_unfinished()
        return self._write(chosen)

    @property
    def top(self) -> int:
        return len(self.evaluator.fidelities) - 1

    def _searched(self) -> list[Record]:
        return [r for r in self.journal.records if r.role == SEARCH]

    def best(self) -> Record:
        """The highest lift among trials that reached the highest fidelity and hold every guardrail there; else the baseline."""
        known = [r for r in self.journal.records if r.role in (SEARCH, COMBINE)]
        fine = [r for r in known if r.level == self.top and r.feasible]
        return max(fine, key=lambda r: r.lift) if fine else known[0]

    def _tell(self, what: str, done: int, total: int) -> None:
        if self.note:
            self.note(what, done, total)

    def _trial(self, fixed: Mapping[str, Any] | None) -> Record:
        trial = self.journal.ask(fixed)
        raw = self.space.suggest(trial)
        decoded = self.space.decoded(raw)
        is_baseline = not decoded[0] and decoded[1] == self.space.policies[0]
        found = [self.evaluator.evaluate(*decoded, 0)]
        while found[-1].level < self.top and (is_baseline or self._is_promoted(found[-1])):
            found.append(self.evaluator.evaluate(*decoded, found[-1].level + 1))
        return self._finish(trial, SEARCH, raw, decoded, found)

    def _is_promoted(self, now: Evaluation) -> bool:
        """Whether a trial stands in the best share of those that were fine at its level so far."""
        if not now.feasible:
            return False
        peers = [r for r in self.journal.records if r.role == SEARCH and len(r.lifts) > now.level and r.fine[now.level]]
        rank = sum(peer.lifts[now.level] >= now.lift for peer in peers)
        return rank < ceil((len(peers) + 1) * PROMOTED)

    def _at_the_top(self, raw: Mapping[str, Any], role: str) -> Record:
        """A trial with these numbers at the highest fidelity, from the journal where it was measured before."""
        known = self.journal.find(raw)
        if known is not None and known.level == self.top:
            return known
        done = sum(r.role == role for r in self.journal.records)
        what, most = ("combining", 2 * COMBINED) if role == COMBINE else ("simplifying", len(self.space.free))
        self._tell(what, done, max(done + 1, most))
        trial = self.journal.ask(raw)
        drawn = self.space.suggest(trial)
        decoded = self.space.decoded(drawn)
        return self._finish(trial, role, drawn, decoded, [self.evaluator.evaluate(*decoded, self.top)])

    def _finish(self, trial, role: str, raw: Mapping, decoded: tuple[Mapping, str], found: list[Evaluation]) -> Record:
        record = record_of(role, raw, decoded, found, self.evaluator.fidelities)
        self.journal.tell(trial, record, found[-1].violations)
        return record

    def _write(self, chosen: Record) -> Study:
        table = study_table(self.scenario, self.space, self.evaluator, self.journal.records, chosen)
        study = Study(table, self.folder, self.scenario)
        if self.folder is not None:
            study = study.keeping_confirmation(self.folder)
            study.write()
        return study
