"""Boosts, transfusions and comments: what they cost, what limits them (RULES 1.10)."""

from ..values import GrainValues, PerkValues, SocialValues
from .rounding import hundredths


def reserve_centigrains(potential: int, wanted: int, g: GrainValues) -> int:
    """White grains held back for boosts and comments: at most the parameter and the potential (RULES 1.10)."""
    return max(min(min(wanted, g.social_reserve_centigrains), potential), 0)


def boost_cost(has_discount: int, g: GrainValues, p: PerkValues) -> int:
    """Centigrains a boost takes from the sender's reserve (RULES 1.10, 1.12)."""
    if has_discount:
        return hundredths(g.boost_cost_centigrains * (100 - p.boost_discount_hundredths) / 10000.0)
    return g.boost_cost_centigrains


def boost_subsidy(paid: int, g: GrainValues) -> int:
    """Centigrains that `perk_subsidy` adds so that the receiver gets the full benefit (RULES 1.10)."""
    return max(g.boost_benefit_centigrains - paid, 0)


def boost_burn(paid: int, g: GrainValues) -> int:
    """Centigrains of a boost that exceed its benefit and go to `social_burn` (RULES 1.10)."""
    return max(paid - g.boost_benefit_centigrains, 0)


def acts_left(sent_today: int, per_day: int, s: SocialValues) -> int:
    """Acts that a daily cap still allows; a very large number when caps are off (RULES 1.10)."""
    if s.caps_enabled == 0:
        return 1000000
    return max(per_day - sent_today, 0)


def acts_affordable(reserve: int, cost: int, left: int) -> int:
    """Acts that both the reserve and the cap allow (RULES 1.10)."""
    if cost <= 0:
        return left
    return min(max(reserve, 0) // cost, left)


def boosts_affordable(reserve: int, sent_today: int, has_discount: int, g: GrainValues, p: PerkValues, s: SocialValues) -> int:
    """Boosts a user can still send today from the reserve left (RULES 1.10)."""
    return acts_affordable(reserve, boost_cost(has_discount, g, p), acts_left(sent_today, s.boosts_per_day, s))


def comments_affordable(reserve: int, sent_today: int, g: GrainValues, s: SocialValues) -> int:
    """Comments a user can still write today from the reserve left (RULES 1.10)."""
    return acts_affordable(reserve, g.comment_cost_centigrains, acts_left(sent_today, s.comments_per_day, s))


def transfusion_allowed(heritage: int, sent_today: int, g: GrainValues, s: SocialValues) -> bool:
    """Whether the heritage holds a transfusion and the cap is not reached (RULES 1.10)."""
    return heritage >= g.transfusion_centigrains and acts_left(sent_today, s.transfusions_per_day, s) > 0


def transfusions_affordable(heritage: int, sent_today: int, g: GrainValues, s: SocialValues) -> int:
    """Transfusions that both the heritage and the cap still allow (RULES 1.10)."""
    return acts_affordable(heritage, g.transfusion_centigrains, acts_left(sent_today, s.transfusions_per_day, s))


def feed_shows(hour: int, sync_hour: int, feed_hours: int) -> int:
    """1 when somebody who looks at `hour` still finds what the last sync before them put into the feed (RULES 1.2, 1.10)."""
    age = hour - sync_hour if hour >= sync_hour else hour + 24 - sync_hour
    return 1 if age < feed_hours else 0
