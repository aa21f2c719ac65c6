"""Choosing goals, completing them, trying new ones. Functions of state, parameters and `u` in (0, 1)."""

from hourglass_policy.numeric import happens

from hourglass_sim.people.groups import Choosing, Completing


def makes_contract(opened: int, motivation: float, u: float, c: Choosing) -> int:
    """Whether a person who opened also makes a contract today."""
    return happens(u, c.contract + c.motivation_weight * motivation) & opened


def wants_goal(habit: float, motivation: float, u: float, c: Choosing) -> int:
    """Whether a goal of the repertoire is wanted today: habit and mood raise the odds."""
    return happens(u, c.pick + c.habit_weight * habit + c.motivation_weight * motivation)


def picked_goals(contract: int, w1: int, w2: int, w3: int, w4: int, w5: int, max_goals: int) -> tuple[int, ...]:
    """Which of five slots enter the contract, and how many: the wanted ones in order up to `max_goals`, the first when none is."""
    p1 = contract if (w1 == 1) | (w1 + w2 + w3 + w4 + w5 == 0) else 0
    p2 = contract if (w2 == 1) & (p1 < max_goals) else 0
    p3 = contract if (w3 == 1) & (p1 + p2 < max_goals) else 0
    p4 = contract if (w4 == 1) & (p1 + p2 + p3 < max_goals) else 0
    p5 = contract if (w5 == 1) & (p1 + p2 + p3 + p4 < max_goals) else 0
    return p1, p2, p3, p4, p5, p1 + p2 + p3 + p4 + p5


def picked_of_three(contract: int, w1: int, w2: int, w3: int, max_goals: int) -> tuple[int, int, int, int]:
    """`picked_goals` for a repertoire of three."""
    p1, p2, p3, _, _, goals = picked_goals(contract, w1, w2, w3, 0, 0, max_goals)
    return p1, p2, p3, goals


def completes(
    picked: int,
    goals: int,
    ability: float,
    difficulty: float,
    motivation: float,
    habit: float,
    closeness: float,
    u: float,
    c: Completing,
) -> int:
    """Whether a picked goal is completed by the sync; closeness to the next level lifts effort (Kivetz et al. 2006)."""
    logit = c.base + ability - c.difficulty_weight * difficulty + c.motivation_weight * motivation + c.habit_weight * habit
    logit = logit - c.load_weight * (goals - 1) + c.gradient_weight * closeness
    return happens(u, logit) & picked


def proofs_uploaded(victories: int, u: float, c: Completing) -> int:
    """Proofs uploaded today: one photo for each victory, or none (0..victories)."""
    return victories if u < c.p_proof else 0


def replaces_goal(
    slot: int, slots: int, opened: int, novelty_seeking: float, phase: int, tried: int, titles: int, u: float, c: Choosing
) -> int:
    """Whether a goal gives way to a new title tomorrow: curiosity, and the wish to escape devaluation.

    One draw serves all slots, so at most one changes a day; no title comes twice (a title keeps its age, RULES 1.4).
    """
    own = u * slots - slot
    p = c.replace_rate * novelty_seeking * (1.0 + c.devaluation_push * (phase - 1))
    p = 1.0 if p > 1.0 else p
    return 1 if (opened == 1) & (tried < titles) & (own >= 0.0) & (own < p) else 0


CORES = (makes_contract, wants_goal, picked_goals, picked_of_three, completes, proofs_uploaded, replaces_goal)
