"""The numbers that rules compute with: one flat tuple of ints and floats per group, money in whole centigrains.

Built by `Parameters.rule_values()` only, so the types never vary: an `int` field is always int, a `float` field always float.
Switches are 0 or 1. Names end in `_centigrains` (1/100 grain) or `_hundredths` (1/100 point or 1/100 of a whole).
"""

from typing import NamedTuple


class GrainValues(NamedTuple):
    """Amounts of the currency (RULES 1.2, 1.6, 1.10)."""

    daily_potential_centigrains: int
    social_reserve_centigrains: int
    boost_cost_centigrains: int
    boost_benefit_centigrains: int
    transfusion_centigrains: int
    comment_cost_centigrains: int
    evaporation_debits_heritage: int
    max_goals: int


class DayValues(NamedTuple):
    """Hours of the day (RULES 1.2), and what counts as early, late or a comeback (RULES 1.13)."""

    morning_hour: int
    sync_hour: int
    feed_hours: int
    comeback_days: int
    early_bird_before: int
    night_owl_from: int


class ValuationValues(NamedTuple):
    """Value of a goal title, in grains (RULES 1.3)."""

    default_value: float
    long_title_words: int
    long_title_bonus: float
    value_cap: float


class DevaluationValues(NamedTuple):
    """Phases of a repeated goal (RULES 1.5); clock 0 = first use, 1 = last use."""

    phase_1_days: int
    phase_2_days: int
    phase_3_days: int
    multiplier_1: float
    multiplier_2: float
    multiplier_3: float
    multiplier_4: float
    clock: int


class RatioValues(NamedTuple):
    """Life ratio (RULES 1.7); counts_calendar_days 0 = days with a counted row, 1 = days since sign-up."""

    counts_calendar_days: int
    potential_grains: float
    follows_potential: int


class SeasonValues(NamedTuple):
    """Seasons of life (RULES 1.8); limits are means per day."""

    winter_below_centigrains: int
    spring_below_centigrains: int
    summer_above_centigrains: int
    window_days: int
    first_xp_day: int


class PhoenixValues(NamedTuple):
    """Phoenix mode (RULES 1.9); grain limits are means per day."""

    low_grains_centigrains: int
    low_grains_days: int
    ratio_drop_hundredths: int
    ratio_drop_days: int
    no_victory_days: int
    micro_multiplier: float
    daily_minimum_centigrains: int
    minimum_without_opening: int
    exit_enabled: int
    exit_grains_centigrains: int
    exit_grains_days: int
    exit_days: int
    exit_victory_days: int
    reentry_days: int
    newcomer_days: int


class SocialValues(NamedTuple):
    """Whether people interact, and the daily caps of social acts (RULES 1.10)."""

    enabled: int
    caps_enabled: int
    boosts_per_day: int
    transfusions_per_day: int
    comments_per_day: int


class XpValues(NamedTuple):
    """XP per act (RULES 1.11)."""

    goal_completed: int
    streak_3: int
    streak_7: int
    streak_7_repeats: int
    streak_paid_again: int
    boost_sent: int
    transfusion_received: int
    proof_uploaded: int
    season_entered: int


class LevelValues(NamedTuple):
    """The level curve (RULES 1.12)."""

    base: float
    exponent: float
    max_level: int


class PerkValues(NamedTuple):
    """The four perks: what they give and the level that grants them, 0 = never (RULES 1.12)."""

    extra_daily_grain_centigrains: int
    boost_discount_hundredths: int
    phoenix_protection_per_week: int
    extra_daily_grain_level: int
    boost_discount_level: int
    phoenix_protection_level: int
    vision_unlock_level: int


class ChallengeValues(NamedTuple):
    """Whether challenges run, and whether collective targets follow the population (RULES 1.14)."""

    enabled: int
    targets_scale: int


class EventValues(NamedTuple):
    """Whether seasonal events run (RULES 1.14)."""

    enabled: int


class ProofValues(NamedTuple):
    """Thresholds of the proof check, scores in 0 to 1, and whether a goal needs an accepted proof (RULES 1.15)."""

    inappropriate_above: float
    similarity_above: float
    required: int


class NotificationValues(NamedTuple):
    """Hours of the deployed messages (RULES 1.16)."""

    deployed_morning_hour: int
    deployed_evening_hour: int


class RuleValues(NamedTuple):
    """Every group; rules take the one group they need."""

    grains: GrainValues
    day: DayValues
    valuation: ValuationValues
    devaluation: DevaluationValues
    ratio: RatioValues
    seasons: SeasonValues
    phoenix: PhoenixValues
    social: SocialValues
    xp: XpValues
    levels: LevelValues
    perks: PerkValues
    challenges: ChallengeValues
    events: EventValues
    proofs: ProofValues
    notifications: NotificationValues


RENAMED = {"ratio.counts_calendar_days": "ratio.ratio_days"}  # field -> parameter, where the names differ by more than a unit


def parameter_of(group: str, field: str) -> str:
    """The parameter's dotted name for a field: the unit's suffix dropped."""
    name = f"{group}.{field}"
    return RENAMED.get(name, name.removesuffix("_centigrains").removesuffix("_hundredths"))
