"""The most that every whole-number column can hold within a scenario, so that nothing ever wraps: it fits, or the scenario is refused.

Bounds follow from the rules' values, the content and the longest run of 3,660 days; a bound may be generous, never too low. What
a function from a notebook writes is its author's affair, but for the life ratio, which stays at its highest value.
"""

from typing import TYPE_CHECKING

from hourglass_policy.errors import BadInput

from hourglass_sim.engine.achieving import DUE_TOGETHER, NARROW_NEVER, NEVER, together
from hourglass_sim.engine.state import AMOUNTS, PARTNERS

if TYPE_CHECKING:
    from hourglass_policy import Policy

    from hourglass_sim.engine.layout import Layout
    from hourglass_sim.scenario import Scenario

DAYS = 3_660  # the longest run
YEARS = 11  # calendar years that it can touch
FLAGS = (
    "gone in_spell opted_out language goal_is_micro phoenix present is_new is_own_weekday opened returned new_seasons contract wanted "
    "picked claimed done perfect protected found_egg took_part was_phoenix phoenix_exited phoenix_opened replace has_gifts looks "
    "has_sent rises left is_due"
)
DAY_COUNTS = (
    "arrival_day first_use last_use counted_days streak longest_streak perfect_streak perfect_days victory_run days_without_victory "
    "days_in_phoenix days_since_exit phoenix_exits openings last_open run comebacks early_bird night_owl event_days seasonal_events "
    "eggs_found age_days absent_days broken_streak"
)
FIXED = {
    "chronotype": 8, "season": 3, "seasons_seen": 15, "seasons_met": 4, "perks": 15, "own_weekday": 6, "protections_used": 7,
    "privacy": 2, "pact_size": 256, "hour_1": 23, "hour_2": 23, "hour": 23, "followed": 2, "sent": 2, "phase": 4, "proof": 4,
    "phoenix_entered": 3, "unlocked_low": 2**60 - 1, "unlocked_high": 2**60 - 1, "unlocked_top": 2**60 - 1,
    "active_word": 2**63 - 1, "chosen": 511, "partner": 511, "due_of_amounts": 2 ** len(AMOUNTS) - 1, "unseen": 100,
    "parcel": 6 + 8 * 6 + 64 * 6, "ignored": 2 * DAYS, "feed": DAYS + 1, "stamp": DAYS + 1,
    "ratio": 2**31 - 1, "ratio_ring": 2**31 - 1,  # steps.ratio_today goes no further
}  # fmt: skip
ALWAYS_BETWEEN = {  # columns by what they hold whatever the rules' values are: days of a run (-1 for none), 0 or 1, counts
    **dict.fromkeys(DAY_COUNTS.split(), (-1, DAYS)),
    **dict.fromkeys(FLAGS.split(), (0, 1)),
    **dict.fromkeys(("goals_completed", "goals_in", "proofs"), (0, 5 * DAYS)),
    **dict.fromkeys(("feed", "stamp"), (-DAYS - 1, DAYS + 1)),
    "ignored": (0, 2 * DAYS),
    "arrival_day": (0, 2**15 - 1),  # of rows without a user it is `columns.NEVER`
}
WISHES = ("boost_wish", "comment_wish", "gift_wish", "boosted", "commented", "given")  # one bit for each partner
ACTS = ("boosts_today", "comments_today", "transfusions_today", "transfusions_in", "comments_in")


def most_grains_per_day(rules) -> int:
    """The most centigrains that goals and the Phoenix minimum can pay on a day."""
    g = rules.grains
    potential = g.daily_potential_centigrains + rules.perks.extra_daily_grain_centigrains
    return int(potential * max(1.0, rules.phoenix.micro_multiplier)) + g.max_goals + rules.phoenix.daily_minimum_centigrains


def most_of(policy: "Policy", slots: int) -> dict[str, int]:
    """The most, in magnitude, of every whole-number column under an economy's rules and content; `slots`: goals of a repertoire."""
    rules, content = policy.rules, policy.catalogue
    goals = {"goals": slots, "claims": slots, "proofs_uploaded": slots, "victories": slots, "proofs_today": slots}
    goals |= {"honest_refused": slots, "fakes_accepted": slots}
    titles = len(content.goals.goals)
    known = dict.fromkeys(FLAGS.split(), 1) | dict.fromkeys(DAY_COUNTS.split(), DAYS) | FIXED | goals
    known |= dict.fromkeys(WISHES, 2**PARTNERS - 1) | dict.fromkeys(ACTS, PARTNERS + 1)
    known |= {"refused": 2 * PARTNERS, "persona": 0, "user": 0}  # those two by the scenario
    known |= dict.fromkeys(("title", "titles_tried", "title_start", "title_step"), titles)
    known |= dict.fromkeys(("goals_completed", "goals_in", "proofs"), slots * DAYS)
    known |= dict.fromkeys(("boosts_sent", "comments", "transfusions_sent", "boosts_received", "transfusions_received"), 7 * DAYS)
    known |= dict.fromkeys(("unlocked_count", "achievements_unlocked", "unlocked_today"), len(content.achievements))
    known |= dict.fromkeys(("level", "levels_today"), rules.levels.max_level)
    known |= dict.fromkeys(("challenges_joined", "challenges_won"), YEARS * len(content.challenges))
    known |= {
        "goal_category": 64,
        "goal_value": int(100 * rules.valuation.value_cap) + 1,
    }
    conditions = [c for a in content.achievements for c in a.conditions]
    known["next_threshold"], known["due_of_group"] = NARROW_NEVER, 2**DUE_TOGETHER - 1
    known["next_amount"] = max([c.threshold for c in conditions] + [NEVER])
    return known | _grains(policy) | _experience(policy, slots)


def _grains(policy: "Policy") -> dict[str, int]:
    """Amounts of a day in centigrains, and what they add up to."""
    rules = policy.rules
    g, day = rules.grains, most_grains_per_day(rules)
    rewards = _rewards(policy, "centigrains")
    boosts, transfusions = (PARTNERS + 1) * g.boost_benefit_centigrains, (PARTNERS + 1) * g.transfusion_centigrains
    names = ("potential potential_opened share paid lost earned evaporated topped_up reserve boost_out boost_subsidy boost_burn "
             "comment_cost grains_ring")  # fmt: skip
    total = (day + boosts + transfusions) * DAYS + rewards * YEARS
    return {
        **dict.fromkeys(names.split(), day), **dict.fromkeys(("grains_30", "grains_low", "grains_exit"), 30 * day),
        **dict.fromkeys(("reward_centigrains", "rewarded"), rewards), "boost_in": boosts,
        **dict.fromkeys(("transfusion_in", "transfusion_out"), transfusions), "arrived": rewards + boosts + transfusions,
        "heritage": total, "earned_total": total,
    }  # fmt: skip


def _experience(policy: "Policy", slots: int) -> dict[str, int]:
    """XP of a day, with an event's factor, and of a life."""
    x, rewards = policy.rules.xp, _rewards(policy, "xp")
    streaks, season = x.streak_3 + 2 * x.streak_7, 4 * x.season_entered
    acts = slots * (x.goal_completed + x.proof_uploaded) + (PARTNERS + 1) * (x.boost_sent + x.transfusion_received)
    acts += streaks + season
    factor = max([100, *(m.multiplier_hundredths for e in policy.catalogue.events for m in e.mechanics)])
    today = acts * factor // 100 + 1
    return {"streak_bonus": streaks, "season_bonus": season, "xp_of_acts": acts, "xp_today": today,
            "xp": today * DAYS + rewards * YEARS, "reward_xp": rewards}  # fmt: skip


def _rewards(policy: "Policy", kind: str) -> int:
    """All that achievements, events and challenges of a year can give: more than any one morning pays."""
    content = policy.catalogue
    given = [getattr(a.reward, kind) for a in content.achievements]
    given += [getattr(r, kind) for e in content.events for r in e.rewards]
    given += [getattr(m.reward, kind) for e in content.events for m in e.mechanics]
    given += [getattr(p.reward, kind) for c in content.challenges for p in c.prizes]
    return sum(given)


def refuse_overflow(scenario: "Scenario", layout: "Layout", slots: int) -> None:
    """Raise BadInput when a column could hold more than its storage does, or the engines' tables are too small for the content."""
    policy = scenario.resolved_policy
    achievements = policy.catalogue.achievements
    _, is_together = together(achievements)
    if sum(is_together) > 60:
        raise BadInput("too many achievements with several conditions or requirements, or on a counter that falls beside others",
                       where="achievements", value=sum(is_together), allowed="at most 60")  # fmt: skip
    if len(achievements) > 180:
        raise BadInput("too many achievements", where="achievements", value=len(achievements), allowed="at most 180")
    day = most_grains_per_day(policy.rules)
    if day > layout["grains_ring"].largest:
        raise BadInput("a day could pay more grains than a day's record holds", where="scenario", value=day / 100,
                       allowed="at most 327.67")  # fmt: skip
    most = most_of(policy, slots) | {"persona": len(scenario.resolved_people.personas), "user": scenario.users}
    for name, value in most.items():
        if value > layout[name].largest:
            raise BadInput(f"{name} ({layout[name].doc}) could exceed what its record holds", where="scenario", value=value,
                           allowed=f"at most {layout[name].largest:,}")  # fmt: skip
