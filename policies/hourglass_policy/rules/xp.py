"""XP of a day's acts, and streaks (RULES 1.11)."""

from ..values import PerkValues, XpValues


def streak_next(streak: int, victories: int, is_protected: int) -> int:
    """Streak after today: one more with a victory, kept on a protected day, else 0 (RULES 1.11, 1.12)."""
    kept = streak if is_protected else 0
    return streak + 1 if victories > 0 else kept


def is_protected_day(victories: int, has_protection: int, used_this_week: int, p: PerkValues) -> int:
    """1 when phoenix_protection covers a day without a victory (RULES 1.12)."""
    return 1 if (victories == 0) & (has_protection != 0) & (used_this_week < p.phoenix_protection_per_week) else 0


def is_perfect_day(goals: int, completed: int) -> int:
    """1 when the contract had goals and all were completed (RULES 1.11)."""
    return 1 if (goals > 0) & (completed >= goals) else 0


def length_xp(streak: int, length: int, longest_before: int, xp: int, x: XpValues) -> int:
    """XP for a streak that stands at `length` today, unless it was reached before and pays only once (RULES 1.11)."""
    is_repeated = (longest_before >= length) & (x.streak_paid_again == 0)
    return 0 if (streak != length) | is_repeated else xp


def streak_xp(streak_before: int, streak: int, longest_before: int, x: XpValues) -> int:
    """XP for the length that a streak reached today; nothing when it did not grow (RULES 1.11).

    `longest_before` is the user's longest streak up to yesterday, the current one included.
    """
    paid = length_xp(streak, 3, longest_before, x.streak_3, x) + length_xp(streak, 7, longest_before, x.streak_7, x)
    is_further_week = (x.streak_7_repeats != 0) & (streak > 7) & (streak - streak // 7 * 7 == 0)
    further = length_xp(streak, streak, longest_before, x.streak_7, x) if is_further_week else 0
    return paid + further if streak > streak_before else 0


def act_xp(acts: int, xp_per_act: int, multiplier_hundredths: int) -> int:
    """XP of some acts of one kind, times their multiplier (100 = once, 200 = double), fractions dropped (RULES 1.11)."""
    return acts * xp_per_act * multiplier_hundredths // 100


def day_xp(
    victories: int, proofs: int, boosts_sent: int, transfusions_received: int, streak_bonus: int, season_bonus: int, x: XpValues
) -> int:
    """XP of a day from its acts, its streak bonus and its season bonus (RULES 1.11)."""
    acts = victories * x.goal_completed + proofs * x.proof_uploaded
    social = boosts_sent * x.boost_sent + transfusions_received * x.transfusion_received
    return acts + social + streak_bonus + season_bonus
