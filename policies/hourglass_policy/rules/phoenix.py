"""Phoenix mode: how it starts, what it pays, how it ends (RULES 1.9)."""

from ..values import PhoenixValues
from .rounding import grains_of, hundredths

REASONS = (None, "low_grains", "ratio_drop", "no_victory")  # names of the codes 0 to 3


def phoenix_of_grains(grains: float, is_micro: int, in_phoenix: int, ph: PhoenixValues) -> int:
    """Centigrains that a devalued amount in grains pays; a micro-victory in Phoenix mode pays a multiple (RULES 1.9)."""
    is_multiplied = (in_phoenix != 0) & (is_micro != 0)
    return hundredths(grains * (ph.micro_multiplier if is_multiplied else 1.0))


def phoenix_centigrains(paid: int, is_micro: int, in_phoenix: int, ph: PhoenixValues) -> int:
    """Centigrains that a completed goal pays after devaluation and Phoenix mode (RULES 1.9)."""
    return phoenix_of_grains(grains_of(paid), is_micro, in_phoenix, ph)


def first_reason(grains, grains_limit, ratio_change, ratio_limit, days_without_victory, days_limit) -> int:
    """Code of the first reason that holds, in the deployed order; each amount in its limit's unit (RULES 1.9)."""
    if grains < grains_limit:
        return 1
    if ratio_change <= -ratio_limit:
        return 2
    if days_without_victory >= days_limit:
        return 3
    return 0


def phoenix_reason(
    sum_low_days_centigrains: int,
    low_days: int,
    ratio_change_hundredths: int,
    days_without_victory: int,
    days_on_app: int,
    ph: PhoenixValues,
) -> int:
    """0 none, 1 low_grains, 2 ratio_drop, 3 no_victory; a mean compares as sum < limit × days (RULES 1.9).

    `low_days` is how many days the sum covers; `days_on_app` counts from 0 on the day of sign-up.
    """
    if days_on_app < ph.newcomer_days:
        return 0
    limit = ph.low_grains_centigrains * low_days
    return first_reason(
        sum_low_days_centigrains,
        limit,
        ratio_change_hundredths,
        ph.ratio_drop_hundredths,
        days_without_victory,
        ph.no_victory_days,
    )


def phoenix_may_enter(days_since_exit: int, ph: PhoenixValues) -> bool:
    """Whether enough days have passed since the last exit; negative = never been in Phoenix mode (RULES 1.9)."""
    return days_since_exit < 0 or days_since_exit >= ph.reentry_days


def phoenix_ends(days_in_phoenix: int, sum_exit_days_centigrains: int, victory_days_in_a_row: int, ph: PhoenixValues) -> bool:
    """Whether Phoenix mode ends: by the mean of the last days, or by time with a victory on each last day (RULES 1.9)."""
    if ph.exit_enabled == 0:
        return False
    if sum_exit_days_centigrains >= ph.exit_grains_centigrains * ph.exit_grains_days:
        return True
    return days_in_phoenix >= ph.exit_days and victory_days_in_a_row >= ph.exit_victory_days


def phoenix_minimum(earned_today: int, opened: int, in_phoenix: int, ph: PhoenixValues) -> int:
    """Centigrains that make a Phoenix day up to its minimum; without opening only if the switch says so (RULES 1.9)."""
    if in_phoenix and (opened or ph.minimum_without_opening):
        return max(ph.daily_minimum_centigrains - earned_today, 0)
    return 0


def days_without_victory_next(days: int, victories: int, is_protected: int) -> int:
    """Days without a victory after today; a protected day does not count (RULES 1.9, 1.12)."""
    if victories > 0:
        return 0
    return days if is_protected else days + 1
