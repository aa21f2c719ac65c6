"""What people do with each other's victories: looking, boosting, commenting, giving. Functions of state, parameters and `u` in (0, 1).

A person acts at most once in each way on each partner a day. Wishes are bits, one for each partner (bit k: partner k of six).
"""

from hourglass_policy.numeric import happens

from hourglass_sim.people.groups import Pacts, Together


def looks_at_feed(
    opened: int, pact_size: int, shown: int, sociability: float, motivation: float, has_vision: int, u: float, t: Together
) -> int:
    """Whether a person who opened looks at the feed of their pact with the wish to react; those who see statistics look more often."""
    logit = t.look + t.sociability_weight * sociability + t.motivation_weight * motivation
    logit = logit + (t.vision_lift if has_vision != 0 else 0.0)
    return happens(u, logit) & opened & shown & (1 if pact_size > 1 else 0)


def reaction(is_shown: int, u: float, t: Together) -> tuple[int, int]:
    """Boost and comment on one partner's victories: each 0 or 1; one draw serves both, cut and stretched in between."""
    boosts = u < t.p_boost
    comments = u < t.p_comment * t.p_boost if boosts else u - t.p_boost < t.p_comment * (1.0 - t.p_boost)
    return 1 if boosts & (is_shown == 1) else 0, 1 if comments & (is_shown == 1) else 0


def gives_transfusion(is_named: int, u: float, t: Together) -> int:
    """Whether a partner whose name is known is to get a transfusion."""
    return 1 if (u < t.p_transfusion) & (is_named == 1) else 0


def privacy_of(u: float, p: Pacts) -> int:
    """0 seen by name, 1 anonymous in the feed, 2 hidden from it."""
    return 2 if u < p.hidden else (1 if u < p.hidden + p.anonymous else 0)


def joins(u: float, sociability: float, t: Together) -> int:
    """Whether a person who meets a challenge takes part."""
    return happens(u, t.join + t.sociability_weight * sociability)


CORES = (looks_at_feed, reaction, gives_transfusion, privacy_of, joins)
