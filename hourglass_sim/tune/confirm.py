"""Confirming a study: baseline and choice once more, on seeds and people that the search never saw."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from hourglass_policy.errors import require_between

from hourglass_sim.compare import Comparison, compare, paired
from hourglass_sim.scenario import Scenario
from hourglass_sim.tune.candidates import candidate
from hourglass_sim.tune.evaluation import Note
from hourglass_sim.tune.judgement import judged_guardrails, losses_of, optimism_of, verdict_of
from hourglass_sim.tune.objective import Objective, objective_named
from hourglass_sim.tune.robustness import robustness_of
from hourglass_sim.tune.seeds import confirmation_seed, require_disjoint, robustness_seeds
from hourglass_sim.tune.study import Study


@dataclass(frozen=True, eq=False)
class Confirmation:
    """The result on fresh people: `result` is what study.json keeps under `confirmed`, `comparison` holds the runs themselves."""

    study: Study
    result: Mapping[str, Any]
    comparison: Comparison

    @property
    def passed(self) -> bool:
        """Whether the lift's interval lies above 0 and every guardrail holds."""
        return self.result["passed"]

    def as_dict(self) -> dict[str, Any]:
        """Baseline, best, confirmed, optimism and guardrails as plain values."""
        told = self.study.table
        return {
            "baseline": told["baseline"],
            "best": told["best"],
            "confirmed": dict(self.result),
            "optimism": self.result["optimism"],
            "guardrails": self.result["guardrails"],
        }

    def __repr__(self) -> str:
        lines = [self.result["verdict"], *self.result["losses"], *self.result["warnings"]]
        lines += [f"  {'holds ' if g['passed'] else 'BROKEN'}  {g['text']}" for g in self.result["guardrails"]]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        return self.study._repr_html_()


def confirm(
    study: "Study | str | Path",
    *,
    users: int | None = None,
    replicates: int = 8,
    threads: int | None = None,
    note: Note | None = None,
) -> Confirmation:
    """Run a study's baseline and best on fresh seeds with new people, pair by pair, and judge the lift and the guardrails.

    `users` defaults to the study's. As many perturbed populations (every assumed effect moved by up to a quarter) are reported apart, as
    robustness. A study with a folder gets the result as `confirmed` in study.json. BadInput: not a study, replicates not 2 to 1,000.
    """
    study = study if isinstance(study, Study) else Study.load(study)
    require_between("replicates", replicates, 2, 1000, "confirm")
    baseline = study.scenario if users is None else replace(study.scenario, users=users)
    baseline = baseline.with_seed(confirmation_seed(baseline.seed))
    best = candidate(baseline, study.best["values"], study.best["policy"])
    aim = objective_named(study.objective)
    others = robustness_seeds(study.scenario.seed, replicates)
    comparison = compare(
        baseline, best, replicates=replicates, threads=threads or os.cpu_count(), note=_named(note, "confirming")
    )
    require_disjoint(search=tuple(study.table["seeds"]), confirmation=comparison.seeds, robustness=others)
    robustness = robustness_of(baseline, study.best, aim, others, threads, _named(note, "perturbing people"))
    result = _result(study, comparison, aim, robustness)
    done = study.with_confirmation(result)
    if done.path is not None:
        done.write()
    return Confirmation(done, result, comparison)


def _named(note: Note | None, what: str) -> Note | None:
    return (lambda _, done, total: note(what, done, total)) if note else None


def _result(study: Study, comparison: Comparison, aim: Objective, robustness: Mapping[str, Any]) -> dict[str, Any]:
    lift = paired(objective_values(comparison, aim))
    kpis = {name: comparison.row(name) for name in comparison.values}
    guardrails = [g.as_dict() for g in judged_guardrails(comparison.values)]
    passed = bool(lift["low"] is not None and lift["low"] > 0 and all(g["passed"] is not False for g in guardrails))
    return {
        "objective": {"name": aim.name, **{k: lift[k] for k in ("a", "b", "difference", "low", "high")}},
        "level": 0.95,
        **optimism_of(study.best, objective_values(comparison, aim)),
        "kpis": kpis,
        "personas": [{"persona": n.removeprefix("d30."), **row} for n, row in kpis.items() if n.startswith("d30.")],
        "guardrails": guardrails,
        "robustness": dict(robustness),
        "warnings": comparison.warnings,
        "losses": losses_of(kpis),
        "seeds": list(comparison.seeds),
        "replicates": len(comparison.seeds),
        "users": comparison.a.users,
        "days": comparison.a.days,
        "values": dict(study.best["values"]),
        "passed": passed,
        "verdict": verdict_of(
            aim.title, {"name": aim.name, **lift}, guardrails, bool(study.best["values"]) or _other_policy(study)
        ),
    }


def objective_values(comparison: Comparison, aim: Objective) -> np.ndarray:
    """The objective on each seed, baseline and best: float[replicates, 2]."""
    scenario: Scenario = comparison.a
    per_user = aim.value({aim.name: 1.0}, scenario.users)
    return comparison.values[aim.name] * per_user


def _other_policy(study: Study) -> bool:
    return study.best["policy"] != study.scenario.notification.name
