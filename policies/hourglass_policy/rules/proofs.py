"""The check of a photo that proves a goal (RULES 1.15)."""

from ..values import ProofValues

VERDICTS = {1: "accepted", 0: "image does not match the goal", -1: "inappropriate content"}


def proof_verdict(inappropriate: float, similarity: float, p: ProofValues) -> int:
    """1 accepted, 0 too little similarity, -1 inappropriate; scores in 0 to 1 (RULES 1.15)."""
    if inappropriate > p.inappropriate_above:
        return -1
    if similarity > p.similarity_above:
        return 1
    return 0
