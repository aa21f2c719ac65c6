"""Photos that prove a goal: honest or fake, and the scores that the checker gives them. Functions of parameters and `u` in (0, 1)."""

from hourglass_sim.people.birth import normal_of
from hourglass_sim.people.groups import Proofs


def is_fake_proof(u: float, p: Proofs) -> int:
    """Whether a proof shows something else than the goal done."""
    return 1 if u < p.fake_share else 0


def score_between_0_and_1(mean: float, spread: float, u: float) -> float:
    """A score from a normal distribution, cut to 0 and 1."""
    score = mean + spread * normal_of(u)
    return 0.0 if score < 0.0 else (1.0 if score > 1.0 else score)


def proof_scores(is_fake: int, u_inappropriate: float, u_similarity: float, p: Proofs) -> tuple[float, float]:
    """The checker's scores of a proof: inappropriate content, and similarity to the goal (RULES 1.15)."""
    inappropriate_mean = p.fake_inappropriate_mean if is_fake else p.honest_inappropriate_mean
    inappropriate_sd = p.fake_inappropriate_sd if is_fake else p.honest_inappropriate_sd
    similarity_mean = p.fake_similarity_mean if is_fake else p.honest_similarity_mean
    similarity_sd = p.fake_similarity_sd if is_fake else p.honest_similarity_sd
    inappropriate = score_between_0_and_1(inappropriate_mean, inappropriate_sd, u_inappropriate)
    return inappropriate, score_between_0_and_1(similarity_mean, similarity_sd, u_similarity)


CORES = (is_fake_proof, score_between_0_and_1, proof_scores)
