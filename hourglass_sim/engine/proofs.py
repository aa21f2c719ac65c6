"""Proofs of goals in the engines: honest or fake, accepted or refused, and what that makes of a goal (RULES 1.15).

A goal's proof has three draws: whether it is fake, and its two scores. Scores rise with their draw, so the rule's verdict flips at one
draw for each score and kind of proof; these four are found once, by asking the rule itself, and the days only compare with them.
"""

from collections.abc import Callable
from functools import cache
from typing import NamedTuple

from hourglass_policy.rules import proof_verdict
from hourglass_policy.values import ProofValues

from hourglass_sim.engine.draws import unit
from hourglass_sim.people.groups import Proofs
from hourglass_sim.people.proving import is_fake_proof, proof_scores

PURPOSE = 40  # draws of the first goal's proof; the others' follow
HONEST_ACCEPTED, HONEST_REFUSED, FAKE_ACCEPTED, FAKE_REFUSED = 1, 2, 3, 4  # 0: no proof


class ProofTable(NamedTuple):
    """Draws at which the verdict flips: content is proper below `clean`, similarity suffices from `similar` on."""

    honest_clean: float
    honest_similar: float
    fake_clean: float
    fake_similar: float


@cache
def proof_table(p: Proofs, v: ProofValues) -> ProofTable:
    """The draws at which the rule's verdict flips for honest and fake proofs."""
    found = []
    for fake in (0, 1):
        found.append(_first(lambda u, fake=fake: proof_verdict(proof_scores(fake, u, 0.5, p)[0], 1.0, v) == -1))
        found.append(_first(lambda u, fake=fake: proof_verdict(0.0, proof_scores(fake, 0.5, u, p)[1], v) == 1))
    return ProofTable(*found)


def _first(holds: Callable[[float], bool]) -> float:
    """The first draw for which something holds that holds for all later ones; 2.0 when it never does."""
    low, high = 0, 2**32
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(unit(middle)) else (middle + 1, high)
    return unit(low) if low < 2**32 else 2.0


def claims(c1, c2, c3, c4, c5):
    """Goals that the user says are done."""
    return c1 + c2 + c3 + c4 + c5


def judged(claimed, uploaded, u_fake, u_inappropriate, u_similarity, p, v, t):
    """A claimed goal's proof (0 none, 1 honest accepted, 2 honest refused, 3 fake accepted, 4 fake refused), and whether the goal counts.

    With `proofs.required` a goal without an accepted proof counts as missed.
    """
    fake = is_fake_proof(u_fake, p)
    is_clean = u_inappropriate < (t.fake_clean if fake == 1 else t.honest_clean)
    is_similar = u_similarity >= (t.fake_similar if fake == 1 else t.honest_similar)
    shown = (claimed == 1) & (uploaded > 0)
    code = (1 + 2 * fake if is_clean & is_similar else 2 + 2 * fake) if shown else 0
    return code, 1 if (claimed == 1) & ((v.required == 0) | (code & 1 == 1)) else 0


def proof_counts(p1, p2, p3, p4, p5):
    """Proofs accepted, honest ones refused, fakes accepted, of five goals."""
    accepted = (p1 & 1) + (p2 & 1) + (p3 & 1) + (p4 & 1) + (p5 & 1)
    fakes = (1 if p1 == 3 else 0) + (1 if p2 == 3 else 0) + (1 if p3 == 3 else 0) + (1 if p4 == 3 else 0) + (1 if p5 == 3 else 0)
    refused = (
        (1 if p1 == 2 else 0) + (1 if p2 == 2 else 0) + (1 if p3 == 2 else 0) + (1 if p4 == 2 else 0) + (1 if p5 == 2 else 0)
    )
    return accepted, refused, fakes


CORES = (claims, judged, proof_counts)
