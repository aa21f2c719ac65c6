"""What a search may move: dimensions with their ranges, the notification policies to choose from, and what is locked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from hourglass_policy.errors import BadInput, unknown

from hourglass_sim.tune.orders import repaired

if TYPE_CHECKING:
    from optuna import Trial

    from hourglass_sim.scenario import Scenario
    from hourglass_sim.tune.records import Record

POLICY = "policy"  # the choice of the notification policy, as a name to lock and in a trial


@dataclass(frozen=True)
class Dimension:
    """One parameter of the search: range and step in the parameter's unit, its baseline value, and why the range is so."""

    name: str
    low: float
    high: float
    kind: str
    step: float
    baseline: float
    reason: str = ""
    unit: str = ""
    locked: bool = False

    @property
    def group(self) -> str:
        """The part of the name before the dot."""
        return self.name.partition(".")[0]

    def rounded(self, raw: float) -> float | int:
        """A drawn number on the dimension's grid; the baseline's own value stays as it is."""
        if raw == self.baseline:
            return self.baseline
        if self.kind == "int":
            return int(min(max(self.low + round((raw - self.low) / self.step) * self.step, self.low), self.high))
        return round(min(max(round(raw / self.step) * self.step, self.low), self.high), 9)

    def as_dict(self) -> dict[str, object]:
        """The dimension as in study.json."""
        names = ("name", "low", "high", "kind", "locked", "step", "unit", "baseline", "reason")
        return {name: getattr(self, name) for name in names}


@dataclass(frozen=True)
class Space:
    """The dimensions of a search around a scenario, and the notification policies it may choose; the baseline's comes first."""

    scenario: "Scenario"
    dimensions: tuple[Dimension, ...]
    policies: tuple[str, ...]

    @property
    def free(self) -> tuple[Dimension, ...]:
        """What is not locked."""
        return tuple(d for d in self.dimensions if not d.locked)

    def suggest(self, trial: "Trial") -> dict[str, float | str]:
        """Draw raw numbers from a trial, one a free dimension, and the policy when there is a choice."""
        raw: dict[str, float | str] = {}
        if len(self.policies) > 1:
            raw[POLICY] = trial.suggest_categorical(POLICY, self.policies)
        for d in self.free:
            is_whole = d.kind == "int" and d.step == 1
            raw[d.name] = trial.suggest_int(d.name, d.low, d.high) if is_whole else trial.suggest_float(d.name, d.low, d.high)
        return raw

    def decoded(self, raw: Mapping[str, float | str]) -> tuple[dict[str, object], str]:
        """Values to set and the policy's name: economy values that differ from the baseline, and those of the chosen policy.

        Orders between parameters always hold in the result.
        """
        policy = str(raw.get(POLICY, self.policies[0]))
        wanted = {d.name: d.baseline if d.locked else d.rounded(float(raw[d.name])) for d in self.dimensions}
        economy = {n: v for n, v in wanted.items() if n in self.scenario.resolved_policy.parameters}
        values = repaired(self.scenario.resolved_policy.parameters, economy)
        values = {d.name: values[d.name] for d in self.dimensions if d.name in values and values[d.name] != d.baseline}
        own = {d.name: wanted[d.name] for d in self.dimensions if d.group == policy}
        if policy == self.policies[0]:
            own = {d.name: own[d.name] for d in self.dimensions if d.name in own and own[d.name] != d.baseline}
        return {**values, **own}, policy

    @property
    def baseline(self) -> dict[str, float | str]:
        """Raw numbers of the baseline."""
        plain: dict[str, float | str] = {d.name: d.baseline for d in self.free}
        return {**plain, POLICY: self.policies[0]} if len(self.policies) > 1 else plain

    def start(self, tried: "Sequence[Record]") -> dict[str, float | str] | None:
        """Raw numbers of the next trial of the plan that a search begins with, after those `tried`; None when it is done.

        First the baseline; then, under each other policy, the baseline's economy: with the policy's own values, then with each of its
        parameters at either end of its range, the others as in the best so far at the cheapest fidelity. A policy's parameters act
        together (how often, to whom, after how long), so that its defaults alone say little about it.
        """
        left = len(tried) - 1
        if left < 0:
            return self.baseline
        for policy in self.policies[1:]:
            if left == 0:
                return {**self.baseline, POLICY: policy}
            own = [d for d in self.free if d.group == policy]
            if left <= 2 * len(own):
                best = max(tried[-left:], key=lambda record: (record.fine[0], record.lifts[0]))
                d = own[(left - 1) // 2]
                return {**best.raw, d.name: d.high if left % 2 == 0 else d.low}
            left -= 1 + 2 * len(own)
        return None

    def as_list(self) -> list[dict[str, object]]:
        """The dimensions as in study.json."""
        return [d.as_dict() for d in self.dimensions]

    def locking(self, names: tuple[str, ...]) -> "Space":
        """The space with some parameters held at the baseline; `policy` keeps the baseline's notification policy.

        BadInput for a name that is not in the space (with the nearest), or when nothing is left to move.
        """
        valid = [d.name for d in self.dimensions] + [POLICY]
        for name in names:
            if name not in valid:
                raise unknown("parameter to lock", name, valid, "--lock")
        policies = self.policies[:1] if POLICY in names else self.policies
        gone = set(self.policies) - set(policies)
        kept = tuple(replace(d, locked=d.name in names) for d in self.dimensions if d.group not in gone)
        if all(d.locked for d in kept) and len(policies) == 1:
            raise BadInput("nothing is left to tune", where="--lock", value=list(names), allowed="at least one free parameter")
        return replace(self, dimensions=kept, policies=policies)
