"""What describes a population in numbers: one NamedTuple per mechanism; units, ranges and sources stand in `definitions.toml`."""

from typing import NamedTuple


class Absence(NamedTuple):
    """Spells of absence: a two-state chain."""

    p_begins: float
    p_ends: float


class Prompting(NamedTuple):
    """What a notification does, and how it wears."""

    effect: float
    relevance_hours: float
    relevance_floor: float
    novelty_used: float
    novelty_recovery: float
    irritation_per_ignored: float
    irritation_recovery: float
    p_opt_out: float
    opt_out_slope: float


class Opening(NamedTuple):
    """What makes a person open the app on a day (log-odds)."""

    motivation_weight: float
    habit_weight: float
    streak_weight: float
    run_weight: float
    recency_weight: float
    own_weekday: float
    irritation_weight: float
    weekend: float
    fresh_start: float


class Choosing(NamedTuple):
    """Making a contract and picking goals."""

    contract: float
    pick: float
    motivation_weight: float
    habit_weight: float
    replace_rate: float
    devaluation_push: float


class Completing(NamedTuple):
    """What makes a person complete a goal (log-odds)."""

    base: float
    difficulty_weight: float
    motivation_weight: float
    habit_weight: float
    load_weight: float
    gradient_weight: float
    p_proof: float


class Feeling(NamedTuple):
    """How a day's outcome moves motivation (log-odds of opening)."""

    fade: float
    grain_joy: float
    xp_joy: float
    level_joy: float
    achievement_joy: float
    phoenix_relief: float
    loss_aversion: float
    streak_pain: float
    gift_joy: float


class Habits(NamedTuple):
    """Automaticity of opening the app, between 0 and 1, and of each goal."""

    app_gain: float
    app_loss: float
    goal_loss: float


class Leaving(NamedTuple):
    """Leaving for good: a hazard per day that differs between people and falls with habit and motivation."""

    habit_protection: float
    motivation_protection: float


class Personas(NamedTuple):
    """Kinds of people: tables with one entry per persona (shares are cumulative)."""

    share_up_to: tuple[float, ...]
    openness_mean: tuple[float, ...]
    openness_sd: tuple[float, ...]
    ability_mean: tuple[float, ...]
    ability_sd: tuple[float, ...]
    sociability_mean: tuple[float, ...]
    novelty_seeking_mean: tuple[float, ...]
    tolerance_mean: tuple[float, ...]
    motivation_start: tuple[float, ...]
    leave_rate: tuple[float, ...]
    leave_sd: tuple[float, ...]
    habit_rate: tuple[float, ...]
    habit_rate_sd: tuple[float, ...]


class Hours(NamedTuple):
    """When people open: tables for eight chronotypes."""

    chronotype_up_to: tuple[float, ...]
    peak_hour: tuple[float, ...]
    hour_at: tuple[int, ...]


class Proofs(NamedTuple):
    """Photos that prove a goal: how many are fake, and how the checker scores honest and fake ones (0 to 1)."""

    fake_share: float
    honest_similarity_mean: float
    honest_similarity_sd: float
    fake_similarity_mean: float
    fake_similarity_sd: float
    honest_inappropriate_mean: float
    honest_inappropriate_sd: float
    fake_inappropriate_mean: float
    fake_inappropriate_sd: float


class Together(NamedTuple):
    """Reacting to others: looking at the feed, boosts, comments and transfusions for each partner seen there, joining challenges."""

    look: float
    sociability_weight: float
    motivation_weight: float
    vision_lift: float
    p_boost: float
    p_comment: float
    p_transfusion: float
    join: float


class Pacts(NamedTuple):
    """Who belongs together: shares of people in couples, among friends and in legions (the rest are alone), and their privacy."""

    couple: float
    friends: float
    legion: float
    hidden: float
    anonymous: float


class World(NamedTuple):
    """The population as a whole."""

    p_french: float


GROUPS = {
    "world": World,
    "absence": Absence,
    "prompting": Prompting,
    "opening": Opening,
    "choosing": Choosing,
    "completing": Completing,
    "feeling": Feeling,
    "habits": Habits,
    "leaving": Leaving,
    "proofs": Proofs,
    "together": Together,
    "pacts": Pacts,
}
