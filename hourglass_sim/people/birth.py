"""Traits drawn once: who a person is. Functions of persona tables and `u` in (0, 1)."""

import math

from hourglass_policy.numeric import exp_, log_

from hourglass_sim.people.groups import Personas


def index_up_to(u: float, up_to) -> int:
    """The first index whose cumulative share exceeds u (a table that ends at 1)."""
    k = 0
    while (k < len(up_to) - 1) and (u >= up_to[k]):
        k += 1
    return k


def _tail(q: float) -> float:
    top = ((((-7.784894002430293e-03 * q - 3.223964580411365e-01) * q - 2.400758277161838) * q - 2.549732539343734) * q
           + 4.374664141464968) * q + 2.938163982698783  # fmt: skip
    return top / (
        (((7.784695709041462e-03 * q + 3.224671290700398e-01) * q + 2.445134137142996) * q + 3.754408661907416) * q + 1.0
    )


def _centre(q: float) -> float:
    r = q * q
    top = ((((-3.969683028665376e01 * r + 2.209460984245205e02) * r - 2.759285104469687e02) * r + 1.383577518672690e02) * r
           - 3.066479806614716e01) * r + 2.506628277459239  # fmt: skip
    low = ((((-5.447609879822406e01 * r + 1.615858368580409e02) * r - 1.556989798598866e02) * r + 6.680131188771972e01) * r
           - 1.328068155288572e01) * r + 1.0  # fmt: skip
    return top * q / low


def normal_of(u: float) -> float:
    """Standard normal quantile of u in (0, 1), relative error below 1.2e-9 (rational approximation of P. Acklam, 2003)."""
    if (u < 0.02425) | (u > 0.97575):
        tail = _tail(math.sqrt(-2.0 * log_(u if u < 0.5 else 1.0 - u)))
        return tail if u < 0.5 else -tail
    return _centre(u - 0.5)


def kind(u_persona: float, u_language: float, u_chronotype: float, p_french: float, share_up_to, chronotype_up_to):
    """Persona, language (0 English, 1 French) and chronotype as indices."""
    language = 1 if u_language < p_french else 0
    return index_up_to(u_persona, share_up_to), language, index_up_to(u_chronotype, chronotype_up_to)


def peak_hour(chronotype: int, peak_hours) -> float:
    """Hour at which a chronotype likes to open."""
    return peak_hours[chronotype]


def temperament(persona: int, u1: float, u2: float, u3: float, u4: float, p: Personas) -> tuple[float, float, float, float]:
    """Openness (log-odds), ability (log-odds), sociability (log) and novelty seeking (factor, median 1)."""
    openness = p.openness_mean[persona] + p.openness_sd[persona] * normal_of(u1)
    ability = p.ability_mean[persona] + p.ability_sd[persona] * normal_of(u2)
    sociability = p.sociability_mean[persona] + 0.7 * normal_of(u3)
    return openness, ability, sociability, p.novelty_seeking_mean[persona] * exp_(0.5 * normal_of(u4))


def staying(persona: int, u1: float, u2: float, u3: float, u4: float, p: Personas) -> tuple[float, float, float, float]:
    """Irritability (e ** -tolerance), leaving rate (per day), goal habit rate (per repetition) and first motivation (log-odds)."""
    leave = p.leave_rate[persona] * exp_(p.leave_sd[persona] * normal_of(u2))
    rate = p.habit_rate[persona] * exp_(p.habit_rate_sd[persona] * normal_of(u3))
    rate = 0.5 if rate > 0.5 else rate
    irritability = exp_(-(p.tolerance_mean[persona] + 0.5 * normal_of(u1)))
    return irritability, 1.0 if leave > 1.0 else leave, rate, p.motivation_start[persona] + 0.3 * normal_of(u4)


def walk(u_start: float, u_step: float, titles: int) -> tuple[int, int]:
    """First title and step of a person's walk through the titles (a prime number of them, so every title is met once)."""
    return int(u_start * titles), 1 + int(u_step * (titles - 1))


CORES = (index_up_to, _tail, _centre, normal_of, kind, peak_hour, temperament, staying, walk)
