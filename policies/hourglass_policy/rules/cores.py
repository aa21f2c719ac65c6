"""The numeric rules in one list, in an order in which each calls only earlier ones: an engine compiles exactly these."""

from types import SimpleNamespace

from .achievements import meets
from .challenges import challenge_target, is_ranked_among, target_reached
from .devaluation import devalued_centigrains, devalued_of_grains, phase_multiplier, phase_of
from .events import egg_found, event_days_next, event_taken_part, event_xp
from .goal_value import goal_value
from .ledger import counts_towards_heritage, heritage_after_day
from .levels import level_after, perk_granted, potential_centigrains
from .openings import is_comeback, is_early, is_in_feed, is_late
from .phoenix import (
    days_without_victory_next,
    first_reason,
    phoenix_centigrains,
    phoenix_ends,
    phoenix_may_enter,
    phoenix_minimum,
    phoenix_of_grains,
    phoenix_reason,
)
from .proofs import proof_verdict
from .ratio import ratio_days, ratio_hundredths, ratio_of_grains, ratio_potential
from .rounding import grains_of, hundredths
from .seasons import season_between, season_next, season_of, season_xp
from .sharing import share_centigrains, share_of_grains, shares_centigrains, shares_of_grains, used_value
from .social import (
    acts_affordable,
    acts_left,
    boost_burn,
    boost_cost,
    boost_subsidy,
    boosts_affordable,
    comments_affordable,
    feed_shows,
    reserve_centigrains,
    transfusion_allowed,
    transfusions_affordable,
)
from .xp import act_xp, day_xp, is_perfect_day, is_protected_day, length_xp, streak_next, streak_xp

# Every function below, in an order in which each only calls earlier ones; they use numbers and one group's values, nothing else.
CORES = (
    hundredths,
    grains_of,
    used_value,
    share_of_grains,
    share_centigrains,
    shares_of_grains,
    shares_centigrains,
    goal_value,
    phase_of,
    phase_multiplier,
    devalued_of_grains,
    devalued_centigrains,
    phoenix_of_grains,
    phoenix_centigrains,
    first_reason,
    phoenix_reason,
    phoenix_may_enter,
    phoenix_ends,
    phoenix_minimum,
    days_without_victory_next,
    ratio_of_grains,
    ratio_hundredths,
    ratio_potential,
    ratio_days,
    season_between,
    season_of,
    season_next,
    season_xp,
    streak_next,
    is_protected_day,
    is_perfect_day,
    length_xp,
    streak_xp,
    act_xp,
    day_xp,
    event_xp,
    event_days_next,
    egg_found,
    event_taken_part,
    level_after,
    perk_granted,
    potential_centigrains,
    meets,
    is_comeback,
    is_early,
    is_late,
    is_in_feed,
    proof_verdict,
    reserve_centigrains,
    boost_cost,
    boost_subsidy,
    boost_burn,
    acts_left,
    acts_affordable,
    boosts_affordable,
    comments_affordable,
    transfusion_allowed,
    transfusions_affordable,
    feed_shows,
    counts_towards_heritage,
    heritage_after_day,
    challenge_target,
    target_reached,
    is_ranked_among,
)

PLAIN = SimpleNamespace(**{core.__name__: core for core in CORES})  # by name, as plain Python
