"""What the two thresholds of the proof check cost: honest proofs refused, fakes paid (RULES 1.15)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
from hourglass_policy.errors import BadInput, require_between
from hourglass_policy.rules import proof_verdict

from hourglass_sim.compare import replicate_seed
from hourglass_sim.engine.proofs import PURPOSE
from hourglass_sim.run import simulate
from hourglass_sim.scenario import Scenario

if TYPE_CHECKING:
    import pandas as pd

INAPPROPRIATE = (0.3, 0.4, 0.5, 0.6, 0.7)
SIMILARITY = (0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9)
MEASURES = ("honest_refused", "fakes_paid", "grains_refused", "grains_to_fakes", "xp_to_fakes")
UNITS = ("share of honest proofs", "share of fake proofs", *["per 1,000 proofs"] * 3)


@dataclass(frozen=True, eq=False)
class ProofCosts:
    """Costs by pair of thresholds. `values`: measure -> float[seeds, inappropriate, similarity], measures as in MEASURES.

    Grains are those of the goals that the proofs stand for; XP is what an accepted proof pays.
    """

    scenario: Scenario
    inappropriate: tuple[float, ...]
    similarity: tuple[float, ...]
    seeds: tuple[int, ...]
    proofs: int
    values: dict[str, np.ndarray]

    def interval(self, measure: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Mean over seeds and its 95 % t interval, each float[inappropriate, similarity]."""
        from scipy.stats import t

        values = self.values[measure]
        mean = values.mean(axis=0)
        half = t.ppf(0.975, len(values) - 1) * values.std(axis=0, ddof=1) / np.sqrt(len(values))
        most = 1.0 if measure in MEASURES[:2] else np.inf
        return mean, np.clip(mean - half, 0.0, most), np.clip(mean + half, 0.0, most)

    @property
    def table(self) -> "pd.DataFrame":
        """One row a pair: both thresholds, then each measure with low and high."""
        import pandas as pd

        pairs = [(a, b) for a in self.inappropriate for b in self.similarity]
        columns: dict[str, Any] = {"inappropriate_above": [a for a, _ in pairs], "similarity_above": [b for _, b in pairs]}
        for measure in MEASURES:
            for suffix, part in zip(("", "_low", "_high"), self.interval(measure), strict=True):
                columns[measure + suffix] = part.reshape(-1)
        return pd.DataFrame(columns)

    def at(self, inappropriate: float, similarity: float) -> dict[str, float]:
        """The means at one pair; BadInput when it is not in the table."""
        if inappropriate not in self.inappropriate or similarity not in self.similarity:
            allowed = f"{self.inappropriate} and {self.similarity}"
            raise BadInput("no such pair of thresholds", value=(inappropriate, similarity), allowed=allowed)
        i, j = self.inappropriate.index(inappropriate), self.similarity.index(similarity)
        return {measure: float(self.interval(measure)[0][i, j]) for measure in MEASURES}

    @property
    def in_force(self) -> tuple[float, float]:
        """The scenario's own thresholds."""
        p = self.scenario.resolved_policy.rules.proofs
        return p.inappropriate_above, p.similarity_above

    @property
    def verdict(self) -> str:
        """What the thresholds in force do, and the similarity at which both errors are equal."""
        i, j = (own.index(x) for own, x in zip((self.inappropriate, self.similarity), self.in_force, strict=True))
        said = []
        for measure, told in (("honest_refused", "refuses {} % of honest proofs"), ("fakes_paid", "pays {} % of fakes")):
            mean, low, high = (100 * part[i, j] for part in self.interval(measure))
            said.append(told.format(f"{mean:.1f}") + f" ({low:.1f}–{high:.1f})")
        gap = (self.interval("honest_refused")[0] - self.interval("fakes_paid")[0])[i]
        even = self.similarity[int(np.abs(gap).argmin())]
        return f"A similarity above {self.similarity[j]:g} {said[0]} and {said[1]}; both errors are most alike above {even:g}"

    def __repr__(self) -> str:
        return f"{self.verdict}. {self.proofs:,} proofs over {len(self.seeds)} seeds."

    def _repr_html_(self) -> str:
        from hourglass_sim.view.proof_pictures import proof_card

        return proof_card(self)


def proof_costs(
    scenario: Scenario | None = None, *, inappropriate: Sequence[float] = INAPPROPRIATE, similarity: Sequence[float] = SIMILARITY,
    replicates: int = 8, threads: int | None = None, note: Callable[[str, int, int], None] | None = None,
) -> ProofCosts:  # fmt: skip
    """Judge the proofs of simulated people under every pair of thresholds, on `replicates` seeds (default 2,000 users × 60 days).

    The scenario's own thresholds are added to the grid. All pairs see the same proofs. Honest and fake scores come from the people's
    `proofs` parameters. Raises BadInput for thresholds outside 0 to 1, more than 2,500 pairs, replicates not 2 to 1000, or no proof.
    """
    scenario = scenario or Scenario(users=2_000, days=60)
    require_between("replicates", replicates, 2, 1000)
    own = scenario.resolved_policy.rules.proofs
    first = _grid("inappropriate", inappropriate, own.inappropriate_above)
    second = _grid("similarity", similarity, own.similarity_above)
    if len(first) * len(second) > 2_500:
        raise BadInput("too many pairs of thresholds", value=len(first) * len(second), allowed="at most 2,500")
    seeds = tuple(replicate_seed(scenario.seed, k) for k in range(replicates))
    found = {measure: np.zeros((replicates, len(first), len(second))) for measure in MEASURES}
    total = 0
    for k, seed in enumerate(seeds):
        drawn = drawn_proofs(scenario.with_seed(seed), threads)
        total += len(drawn["is_fake"])
        for measure, values in _judged(scenario, drawn, first, second).items():
            found[measure][k] = values
        if note:
            note("judging proofs", k + 1, replicates)
    return ProofCosts(scenario, first, second, seeds, total, found)


def _grid(name: str, values: Sequence[float], own: float) -> tuple[float, ...]:
    for value in values:
        require_between(f"{name} threshold", value, 0.0, 1.0)
    return tuple(sorted({*(round(float(v), 6) for v in values), own}))


def drawn_proofs(scenario: Scenario, threads: int | None = None) -> dict[str, np.ndarray]:
    """Every proof of a run: is_fake int8[n], inappropriate and similarity float[n], centigrains int[n] of the goal it proves.

    Proofs stand for the day's victories in the order of the contract, as many as were uploaded. BadInput when there are none.
    """
    judged = scenario.with_values({"proofs.required": False})  # what a proof stands for is paid whatever its verdict
    days = simulate(judged, record="days", threads=threads, digest=False).outcome.days
    slots = sum(name.startswith("proof_") for name in days)
    proved = np.stack([days[f"proof_{k + 1}"] != 0 for k in range(slots)], axis=1)
    row, slot = np.nonzero(proved)
    if len(row) < 2:
        raise BadInput("no proofs were uploaded", where="scenario", value=len(row), allowed="more users or days")
    paid = np.stack([days[f"paid_{k + 1}"] for k in range(slots)], axis=1)[row, slot]
    parameters = scenario.resolved_people.groups()["people.proofs"]
    draw, _ = _compiled()
    is_fake, first, second = draw(
        days["user"][row].astype(np.int64), days["day"][row].astype(np.int64), slot.astype(np.int64) + PURPOSE,
        scenario.seed & 0xFFFFFFFF, scenario.seed >> 32, parameters,
    )  # fmt: skip
    return {"is_fake": is_fake, "inappropriate": first, "similarity": second, "centigrains": paid.astype(np.int64)}


def _judged(
    scenario: Scenario, drawn: dict[str, np.ndarray], first: Sequence[float], second: Sequence[float]
) -> dict[str, np.ndarray]:
    rules, (_, judge) = scenario.resolved_policy.rules, _compiled()
    fake = drawn["is_fake"] != 0
    grains, n = drawn["centigrains"] / 100.0, len(fake)
    found = {measure: np.full((len(first), len(second)), np.nan) for measure in MEASURES}
    for i, limit in enumerate(first):
        for j, least in enumerate(second):
            own = rules.proofs._replace(inappropriate_above=limit, similarity_above=least)
            accepted = judge(drawn["inappropriate"], drawn["similarity"], own) == 1
            found["honest_refused"][i, j] = (~accepted & ~fake).sum() / max((~fake).sum(), 1)
            found["fakes_paid"][i, j] = (accepted & fake).sum() / max(fake.sum(), 1)
            found["grains_refused"][i, j] = 1000 * grains[~accepted & ~fake].sum() / n
            found["grains_to_fakes"][i, j] = 1000 * grains[accepted & fake].sum() / n
            found["xp_to_fakes"][i, j] = 1000 * rules.xp.proof_uploaded * (accepted & fake).sum() / n
    return found


@cache
def _compiled() -> tuple[Callable, Callable]:
    """The rule and the people's proofs as compiled loops: draw(users, days, purposes, seed words, parameters), judge(scores, rule)."""
    from numba import njit

    from hourglass_sim.engine.draws import four_draws
    from hourglass_sim.engine.lift import lift
    from hourglass_sim.people import birth, proving
    from hourglass_sim.people.proving import is_fake_proof, proof_scores

    lift((*birth.CORES, *proving.CORES, proof_verdict))

    @njit(error_model="numpy")
    def draw(users, days, purposes, seed_low, seed_high, p):
        is_fake = np.zeros(len(users), dtype=np.int8)
        inappropriate, similarity = np.zeros(len(users)), np.zeros(len(users))
        for i in range(len(users)):
            u1, u2, u3, _ = four_draws(users[i], days[i], purposes[i], seed_low, seed_high)
            is_fake[i] = is_fake_proof(u1, p)
            inappropriate[i], similarity[i] = proof_scores(is_fake[i], u2, u3, p)
        return is_fake, inappropriate, similarity

    @njit(error_model="numpy")
    def judge(inappropriate, similarity, p):
        verdicts = np.zeros(len(similarity), dtype=np.int8)
        for i in range(len(similarity)):
            verdicts[i] = proof_verdict(inappropriate[i], similarity[i], p)
        return verdicts

    return draw, judge
