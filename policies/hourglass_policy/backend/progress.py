"""What a settled day does to a user's streaks, season, Phoenix mode, XP, level, perks and achievements (RULES 1.7 to 1.13)."""

from functools import cache

from ..catalogue import CATEGORIES, PERKS, unlock_order
from ..policy import Policy
from ..rules import (
    day_xp,
    days_without_victory_next,
    event_xp,
    is_comeback,
    is_early,
    is_late,
    is_perfect_day,
    is_protected_day,
    level_after,
    level_thresholds,
    meets,
    perk_granted,
    phoenix_ends,
    phoenix_may_enter,
    phoenix_reason,
    ratio_days,
    ratio_hundredths,
    ratio_potential,
    season_next,
    season_xp,
    streak_next,
    streak_xp,
)
from ..rules.phoenix import REASONS
from ..rules.seasons import SEASONS
from ..values import RuleValues
from .festive import Running, event_reason
from .state import goal_key

thresholds = cache(level_thresholds)


def count_opening(new: dict, facts: dict, rules: RuleValues) -> None:
    """Comebacks, early and late openings (RULES 1.13)."""
    if not facts["opened"]:
        return
    last, day, hour = new["last_open_day"], new["age_days"], facts["opened_hour"]
    new["comebacks"] += is_comeback(day - last, int(last >= 0), rules.day)
    if hour is not None:
        new["early_bird"] += is_early(hour, rules.day)
        new["night_owl"] += is_late(hour, rules.day)
    new["last_open_day"] = day


def ratio_tonight(new: dict, rules: RuleValues) -> int:
    """The life ratio in hundredths of a point (RULES 1.7)."""
    days = ratio_days(new["counted_days"], new["age_days"] + 1, rules.ratio)
    return ratio_hundredths(new["heritage_centigrains"], days, ratio_potential(rules.ratio, rules.grains))


def move_streaks(new: dict, goals: int, victories: int, rules: RuleValues) -> tuple[int, list[str]]:
    """Streaks after today; the XP of a length reached, and the reasons (RULES 1.11, 1.12)."""
    protected = is_protected_day(victories, int("phoenix_protection" in new["perks"]), new["protections_used"], rules.perks)
    before, longest = new["streak"], new["longest_streak"]
    streak = streak_next(before, victories, protected)
    bonus = streak_xp(before, streak, longest, rules.xp)
    perfect = is_perfect_day(goals, victories)
    new.update(
        streak=streak,
        longest_streak=max(longest, streak),
        protections_used=new["protections_used"] + protected,
        victory_run=streak_next(new["victory_run"], victories, 0),
        days_without_victory=days_without_victory_next(new["days_without_victory"], victories, protected),
        perfect_streak=streak_next(new["perfect_streak"], perfect, 0),
        perfect_days=new["perfect_days"] + perfect,
    )
    reasons = [f"streak of {streak} days"] if bonus else []
    return bonus, reasons


def move_season(new: dict, policy: Policy) -> tuple[int, dict]:
    """The season tonight; its XP, and what to show: colour, and on entering a message in both languages (RULES 1.8)."""
    rules = policy.rules
    recent = new["grains_per_day"][-rules.seasons.window_days :]
    previous = SEASONS.index(new["season"]) if new["season"] else -1
    season = season_next(sum(recent), len(recent), new["age_days"], rules.seasons)
    bonus = season_xp(previous, season, new["age_days"], rules.xp, rules.seasons)
    new["season"] = SEASONS[season] if season >= 0 else None
    if new["season"] and new["season"] not in new["seasons_seen"]:
        new["seasons_seen"].append(new["season"])
    mean = sum(recent) / len(recent) / 100.0
    shown = policy.catalogue.seasons.seasons[season] if season >= 0 else None
    message = {"fr": shown.message_fr, "en": shown.message_en} if shown is not None and season != previous else None
    told = {"season": new["season"], "entered": season != previous, "colour": shown and shown.colour, "message": message}
    return bonus, told | {"reason": f"mean of {mean:.2f} grains a day over {len(recent)} days"}


def move_phoenix(new: dict, ratio: int, rules: RuleValues) -> dict:
    """Phoenix mode tonight: entered, left or kept, and why (RULES 1.9); `ratio` is tonight's in hundredths."""
    ph, age = rules.phoenix, new["age_days"]
    low = sum(new["grains_per_day"][-ph.low_grains_days :])
    before = new["ratio_per_day"][-ph.ratio_drop_days] if age >= ph.ratio_drop_days else ratio
    code = phoenix_reason(low, ph.low_grains_days, ratio - before, new["days_without_victory"], age, ph)
    enters = code > 0 and not new["in_phoenix"] and phoenix_may_enter(new["days_since_phoenix"], ph)
    exits = False
    if new["in_phoenix"]:
        recent = sum(new["grains_per_day"][-ph.exit_grains_days :])
        exits = phoenix_ends(new["days_in_phoenix"] + 1, recent, new["victory_run"], ph)
        new["days_in_phoenix"] = 0 if exits else new["days_in_phoenix"] + 1
    if exits:
        new["days_since_phoenix"] = 0
        new["phoenix_exits"] += 1
    elif new["days_since_phoenix"] >= 0:
        new["days_since_phoenix"] += 1
    new["in_phoenix"] = enters or (new["in_phoenix"] and not exits)
    return {"in_phoenix": new["in_phoenix"], "entered": enters, "exited": exits, "reason": REASONS[code] if enters else None}


def count_categories(new: dict, contract: dict, done: set[str]) -> None:
    """Victories per category of goal (RULES 1.13); goals without a category count in none."""
    for goal in contract.get("goals", []):
        category = goal.get("category")
        if category is not None and goal_key(goal["title"]) in done:
            new["goals_in"][category] = new["goals_in"].get(category, 0) + 1


def move_xp(
    new: dict, acts: dict, bonuses: dict, streak_reasons: list[str], policy: Policy, running: Running, was_phoenix: int
) -> dict:
    """XP of the day's `acts`, counted by kind, with its reasons; then level and the perks that it grants (RULES 1.11, 1.12, 1.14)."""
    x, victories, proofs = policy.rules.xp, acts["victories"], acts["proofs"]
    boosts, transfusions = acts["boosts_sent"], acts["transfusions_received"]
    plain = day_xp(victories, proofs, boosts, transfusions, bonuses["streak"], bonuses["season"], x)
    gained = event_xp(plain, was_phoenix, running.factor, running.phoenix_factor)
    new["xp"] += gained
    new["goals_completed"] += victories
    new["proofs"] += proofs
    new["level"] = level_after(new["xp"], new["level"], thresholds(policy.rules.levels))
    for perk in PERKS:
        if perk not in new["perks"] and perk_granted(new["level"], getattr(policy.rules.perks, f"{perk}_level")):
            new["perks"].append(perk)
    parts = [
        (bonuses["rewards"], "rewards of the day before"),
        (victories * x.goal_completed, f"{victories} goals completed"),
        (proofs * x.proof_uploaded, f"{proofs} proofs"),
        (boosts * x.boost_sent, f"{boosts} boosts sent"),
        (transfusions * x.transfusion_received, f"{transfusions} transfusions received"),
        (bonuses["streak"], ", ".join(streak_reasons)),
        (bonuses["season"], "a new season"),
        event_reason(running, plain, gained),
    ]
    reasons = [{"xp": amount, "reason": reason} for amount, reason in parts if amount]
    return {"total": new["xp"], "gained": gained + bonuses["rewards"], "reasons": reasons}


def counters(new: dict) -> dict[str, int]:
    """Every counter that an achievement may test, in stored units (see `catalogue.COUNTERS`)."""
    held = {
        "perfect_days_streak": new["perfect_streak"],
        "grains_earned": new["earned_centigrains"],
        "heritage": new["heritage_centigrains"],
        "ratio": new["ratio_per_day"][-1] if new["ratio_per_day"] else 0,
        "seasons_seen": len(new["seasons_seen"]),
        "days_on_app": new["age_days"],
        "achievements_unlocked": len(new["achievements"]),
        **{f"goals_{category}": new["goals_in"].get(category, 0) for category in CATEGORIES},
    }
    same = (
        "goals_completed",
        "perfect_days",
        "streak",
        "level",
        "phoenix_exits",
        "proofs",
        "comebacks",
        "early_bird",
        "night_owl",
        "boosts_sent",
        "boosts_received",
        "transfusions_sent",
        "transfusions_received",
        "comments",
        "challenges_joined",
        "challenges_won",
        "seasonal_events",
        "eggs_found",
    )
    return held | {name: new[name] for name in same}


def unlock(new: dict, policy: Policy) -> list[dict]:
    """Achievements newly met tonight; their XP and grains are paid tomorrow, their perks hold at once (RULES 1.13)."""
    values, unlocked, achievements = counters(new), [], policy.catalogue.achievements
    for achievement in (achievements[n] for n in unlock_order(achievements)):
        if achievement.id in new["achievements"] or not set(achievement.requires) <= set(new["achievements"]):
            continue
        if all(meets(values[c.counter], c.threshold) for c in achievement.conditions):
            reward = achievement.reward
            new["achievements"].append(achievement.id)
            new["reward_xp"] += reward.xp
            new["reward_centigrains"] += reward.centigrains
            if reward.perk and reward.perk not in new["perks"]:
                new["perks"].append(reward.perk)
            named = {"id": achievement.id, "fr": achievement.fr, "en": achievement.en, "rarity": achievement.rarity}
            unlocked.append(named | {"xp": reward.xp, "grains": reward.centigrains / 100.0, "cosmetic": reward.cosmetic})
    return unlocked
