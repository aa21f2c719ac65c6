"""What is kept of a trial, in the journal and in study.json."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from hourglass_sim.tune.evaluation import Evaluation
from hourglass_sim.tune.fidelity import Fidelity

SEARCH, COMBINE, SIMPLIFY = "search", "combine", "simplify"


@dataclass(frozen=True)
class Record:
    """A finished trial: what was set, and how it did at the highest fidelity that it reached.

    `raw` are the numbers drawn, `values` what they set; `lift`, `error`, guardrails and KPIs belong to `level`. `lifts` and `fine` (no
    guardrail violated) are those of every fidelity it went through.
    """

    role: str
    raw: Mapping[str, Any]
    values: Mapping[str, Any]
    policy: str
    level: int
    users: int
    days: int
    seeds: int
    lift: float
    error: float
    feasible: bool
    lifts: tuple[float, ...]
    fine: tuple[bool, ...]
    guardrails: tuple[Mapping[str, Any], ...]
    kpis: Mapping[str, float | None]

    def as_dict(self) -> dict[str, Any]:
        """The record as plain values."""
        return asdict(self)

    @classmethod
    def from_dict(cls, table: Mapping[str, Any]) -> "Record":
        """A record from plain values."""
        return cls(**{**table, **{name: tuple(table[name]) for name in ("guardrails", "lifts", "fine")}})


def record_of(
    role: str,
    raw: Mapping[str, Any],
    decoded: tuple[Mapping[str, Any], str],
    found: list[Evaluation],
    fidelities: tuple[Fidelity, ...],
) -> Record:
    """The record of a trial evaluated at one or more fidelities, cheapest first."""
    last = found[-1]
    size = fidelities[last.level]
    guardrails = tuple(g.as_dict() for g in last.guardrails)
    passed = tuple(e.lift for e in found), tuple(e.feasible for e in found)
    return Record(role, dict(raw), dict(decoded[0]), decoded[1], last.level, *size, last.lift, last.error, last.feasible, *passed,
                  guardrails, dict(last.kpis))  # fmt: skip
