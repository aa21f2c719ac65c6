"""Does the lift hold when the people are not quite as assumed? Every assumed effect moved by up to a quarter, people by people."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from hourglass_sim.compare import paired
from hourglass_sim.people.people import People, definitions
from hourglass_sim.scenario import Scenario
from hourglass_sim.tune.candidates import candidate
from hourglass_sim.tune.evaluation import Note, run_all
from hourglass_sim.tune.objective import Objective

JITTER = 0.25


def assumed_effects() -> list[str]:
    """People parameters that no preset fits: published elsewhere or assumed, so possibly off."""
    return [name for name, p in definitions().items() if not p.source.startswith("fitted")]


def perturbed(people: People, rng: np.random.Generator, jitter: float = JITTER) -> People:
    """The people with every assumed effect times a factor in 1 - jitter to 1 + jitter, inside its range."""
    known = definitions()
    moved = {}
    for name in assumed_effects():
        value = people.value(name) * float(rng.uniform(1.0 - jitter, 1.0 + jitter))
        moved[name] = min(max(value, known[name].low), known[name].high)
    return people.with_values(moved, "perturbed people")


def robustness_of(
    baseline: Scenario,
    best: Mapping[str, Any],
    aim: Objective,
    seeds: Sequence[int],
    threads: int | None = None,
    note: Note | None = None,
) -> dict[str, Any]:
    """The lift on one perturbed population a seed: mean with 95 % interval, the worst, and the share in which it is positive."""
    changed = candidate(baseline, best["values"], best["policy"])
    rows = []
    for k, seed in enumerate(seeds):
        people = perturbed(baseline.resolved_people, np.random.default_rng(seed))
        pair = [_with_people(s, people).with_seed(seed) for s in (baseline, changed)]
        rows.append([aim.value(kpis, baseline.users) for kpis in run_all(pair, threads)])
        if note:
            note("", k + 1, len(seeds))
    values = np.array(rows)
    row, differences = paired(values), values[:, 1] - values[:, 0]
    return {
        **{k: row[k] for k in ("difference", "low", "high")},
        "worst": float(differences.min()),
        "share_positive": float((differences > 0).mean()),
        "populations": len(seeds),
        "jitter": JITTER,
        "effects": len(assumed_effects()),
        "users": baseline.users,
        "seeds": list(seeds),
    }


def _with_people(scenario: Scenario, people: People) -> Scenario:
    """The scenario with these people; its own changes to people are in them already."""
    own = {n: v for n, v in scenario.values.items() if n not in definitions() and not n.startswith(("shift.", "personas."))}
    return replace(scenario, people=people, values=own)
