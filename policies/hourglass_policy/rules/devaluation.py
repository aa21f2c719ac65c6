"""What a goal repeated for long is still worth (RULES 1.5)."""

from ..values import DevaluationValues
from .rounding import grains_of, hundredths


def phase_of(age_days: int, d: DevaluationValues) -> int:
    """Phase 1 to 4 of a goal first (or last, by `clock`) used `age_days` ago (RULES 1.5)."""
    past_first = 1 if age_days > d.phase_1_days else 0
    past_second = 1 if age_days > d.phase_2_days else 0
    past_third = 1 if age_days > d.phase_3_days else 0
    return 1 + past_first + past_second + past_third


def phase_multiplier(phase: int, d: DevaluationValues) -> float:
    """Paid part of a share in a phase (RULES 1.5)."""
    late = d.multiplier_3 if phase == 3 else d.multiplier_4
    late = d.multiplier_2 if phase == 2 else late
    return d.multiplier_1 if phase <= 1 else late


def devalued_of_grains(grains: float, phase: int, d: DevaluationValues) -> int:
    """Devalued amount in centigrains of an amount in grains (RULES 1.5)."""
    return hundredths(grains * phase_multiplier(phase, d))


def devalued_centigrains(share: int, phase: int, d: DevaluationValues) -> int:
    """Devalued share, centigrains to centigrains; what is taken off is not paid to anyone (RULES 1.5)."""
    return devalued_of_grains(grains_of(share), phase, d)
