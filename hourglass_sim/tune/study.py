"""A study: what a search found and how it was confirmed; the content of `study.json`."""

import json
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from importlib import metadata
from pathlib import Path
from typing import Any

import hourglass_policy as hp
from hourglass_policy.errors import BadInput

from hourglass_sim.files import write_text
from hourglass_sim.people.people import load_people
from hourglass_sim.scenario import Scenario
from hourglass_sim.ship.study import FILE, FORMAT, read_study
from hourglass_sim.tune.evaluation import Evaluator, mean_kpis
from hourglass_sim.tune.records import COMBINE, SEARCH, SIMPLIFY, Record
from hourglass_sim.tune.seeds import search_seeds
from hourglass_sim.tune.space import Space

PEOPLE_FILE = "people.toml"


@dataclass(frozen=True, eq=False)
class Study:
    """What a search found. `path` is its folder (None: in memory), `scenario` the baseline, `table` all of study.json.

    `baseline` and `best`: {"objective", "kpis", …}; `history`: one row a trial; `confirmed`: None until `hourglass confirm`.
    """

    table: Mapping[str, Any]
    path: Path | None
    scenario: Scenario

    @property
    def baseline(self) -> Mapping[str, Any]:
        """The baseline at the highest fidelity: objective and KPIs, means over its seeds."""
        return self.table["baseline"]

    @property
    def best(self) -> Mapping[str, Any]:
        """The choice: values, policy, objective, lift and its standard error over seeds, KPIs, the trial it came from."""
        return self.table["best"]

    @property
    def history(self) -> Sequence[Mapping[str, Any]]:
        """One row a trial, in order."""
        return self.table["history"]

    @property
    def trials(self) -> int:
        """Finished trials of the search (those that simplify its result not counted)."""
        return self.table["trials"]

    @property
    def guardrails(self) -> Sequence[Mapping[str, Any]]:
        """Guardrails of the choice: on the confirmation's data where there is one, else on the search's."""
        return (self.confirmed or self.best)["guardrails"]

    @property
    def space(self) -> Sequence[Mapping[str, Any]]:
        """The dimensions searched."""
        return self.table["space"]

    @property
    def objective(self) -> str:
        """The KPI that was raised."""
        return self.table["objective"]["name"]

    @property
    def confirmed(self) -> Mapping[str, Any] | None:
        """The confirmation's result."""
        return self.table.get("confirmed")

    @classmethod
    def load(cls, path: str | Path) -> "Study":
        """Read a study's folder (or its study.json); BadInput when it is none, damaged, of another format or economy."""
        folder = Path(path).parent if Path(path).name == FILE else Path(path)
        table = read_study(folder).table
        where = str(folder / FILE)
        _require_keys(table, where)
        try:
            hp.economy_parameters(table["economy"])
        except BadInput as error:
            raise BadInput("a study of another economy", where=where, value=table["economy"], allowed=error.allowed) from error
        return cls(table, folder, _scenario(table["scenario"], folder))

    def write(self) -> Path:
        """Write study.json in one step; BadInput for a study in memory, no permission, or a full disk."""
        if self.path is None:
            raise BadInput("a study in memory has no folder", where="Study.write", allowed="tune(…, out=FOLDER)")
        return write_text(self.path / FILE, json.dumps(self.table, indent=1, ensure_ascii=False, allow_nan=False) + "\n")

    def with_confirmation(self, confirmed: Mapping[str, Any] | None) -> "Study":
        """The study with a confirmation's result."""
        return replace(self, table={**self.table, "confirmed": confirmed})

    def keeping_confirmation(self, folder: Path) -> "Study":
        """The study with the confirmation that lies in the folder, if that was of the very same choice."""
        try:
            before = read_study(folder)
        except BadInput:
            return self
        same = before.confirmed is not None and (before.values, before.policy) == (self.best["values"], self.best["policy"])
        return self.with_confirmation(before.confirmed) if same else self

    def __repr__(self) -> str:
        lines = [f"Study of {self.trials} trials: {self.table['objective']['title']}, economy {self.table['economy']}"]
        lines.append(
            f"  baseline {self.baseline['objective']:.4f}, best {self.best['objective']:.4f} under {self.best['policy']}"
        )
        lines += [f"  {name} = {value}" for name, value in self.best["values"].items()]
        lines += [f"  guardrail broken: {g['text']}" for g in self.guardrails if g["passed"] is False]
        lines.append(f"  {self.confirmed['verdict']}" if self.confirmed else "  not confirmed yet")
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        from hourglass_sim.view.cards import study_card

        return study_card(self.table)


def study_table(scenario: Scenario, space: Space, evaluator: Evaluator, records: list[Record], chosen: Record) -> dict[str, Any]:
    """Everything that study.json holds, as plain values."""
    top = len(evaluator.fidelities) - 1
    start, aim = evaluator.level_of(top), evaluator.objective
    rows = [r for r in records if r.role == SEARCH]
    seeds = [s for k, level in enumerate(evaluator.fidelities) for s in search_seeds(scenario.seed, k, level.seeds)]
    told = {**scenario.describe(), "people_file": PEOPLE_FILE, "people_digest": load_people(scenario.people).digest()}
    return {
        "format": FORMAT,
        "economy": scenario.economy,
        "objective": {"name": aim.name, "title": aim.title},
        "scenario": told,
        "space": space.as_list(),
        "policies": list(space.policies),
        "fidelities": [level._asdict() for level in evaluator.fidelities],
        "seeds": seeds,
        "baseline": {"objective": start, "kpis": mean_kpis(evaluator.baseline(top)), "policy": space.policies[0]},
        "best": {
            "values": dict(chosen.values),
            "policy": chosen.policy,
            "objective": start + chosen.lift,
            "lift": chosen.lift,
            "error": chosen.error,
            "seeds": chosen.seeds,
            "kpis": dict(chosen.kpis),
            "guardrails": list(chosen.guardrails),
            "trial": records.index(chosen),
        },
        "trials": len(rows),
        "promoted": sum(r.level == top for r in rows),
        "combined": sum(r.role == COMBINE for r in records),
        "simplified": sum(r.role == SIMPLIFY for r in records),
        "history": [_row(k, r, start) for k, r in enumerate(records)],
        "confirmed": None,
        "versions": _versions(),
    }


def _row(number: int, r: Record, start: float) -> dict[str, Any]:
    row = {"trial": number, "objective": start + r.lift, "lift": r.lift, "feasible": r.feasible, "role": r.role}
    return {**row, "users": r.users, "days": r.days, "seeds": r.seeds, "policy": r.policy, "values": dict(r.values)}


def _require_keys(table: Mapping[str, Any], where: str) -> None:
    for key, inner in (("objective", "name"), ("baseline", "objective"), ("best", "lift"), ("scenario", "seed")):
        if not isinstance(table.get(key), dict) or inner not in table[key]:
            raise BadInput(f"{key}.{inner} is missing", where=where, allowed="a study made by `hourglass tune`")


def _scenario(told: Mapping[str, Any], folder: Path) -> Scenario:
    known = {f.name: told[f.name] for f in fields(Scenario) if f.name in told and f.name != "people"}
    people = replace(load_people(folder / PEOPLE_FILE), name=str(told.get("people", "people")))
    if people.digest() != told.get("people_digest"):
        raise BadInput(
            "the people are not those of the study", where=str(folder / PEOPLE_FILE), allowed="the file as it was written"
        )
    return Scenario(**{**known, "people": people, "arrivals": told.get("arrivals", ())})


def _versions() -> dict[str, str]:
    names = ("hourglass-sim", "hourglass-policy", "optuna", "numba", "numpy")
    return {"python": platform.python_version(), **{name: metadata.version(name) for name in names}}
