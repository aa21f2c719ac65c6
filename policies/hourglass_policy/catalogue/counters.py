"""Counters that the rules keep for every user and that conditions may test (RULES 1.13)."""

from typing import NamedTuple


class Counter(NamedTuple):
    """A counter's unit in a condition, its stored units per unit, its highest value (None: no cap), its meaning, whether it can fall."""

    unit: str
    scale: int
    cap: int | None
    meaning: str
    falls: bool = False


CATEGORIES = ("health", "sport", "learning", "work", "home", "social", "mind", "creation")  # in the order of goals.toml
COUNTERS = {
    "goals_completed": Counter("goals", 1, None, "completed goals"),
    "perfect_days": Counter("days", 1, None, "days on which every goal of the contract was completed"),
    "perfect_days_streak": Counter("days", 1, None, "perfect days in a row", True),
    "streak": Counter("days", 1, None, "days in a row with a victory", True),
    "grains_earned": Counter("grains", 100, None, "grains from completed goals and the Phoenix minimum"),
    "heritage": Counter("grains", 100, None, "golden grains held", True),
    "ratio": Counter("percent", 100, 1000, "life ratio", True),
    "level": Counter("levels", 1, 60, "level; the cap follows levels.max_level"),
    "phoenix_exits": Counter("exits", 1, None, "times the user left Phoenix mode"),
    "seasons_seen": Counter("seasons", 1, 4, "different seasons the user has been in"),
    "days_on_app": Counter("days", 1, None, "days since sign-up"),
    "proofs": Counter("proofs", 1, None, "accepted proofs"),
    "boosts_sent": Counter("boosts", 1, None, "boosts sent"),
    "boosts_received": Counter("boosts", 1, None, "boosts received"),
    "transfusions_sent": Counter("transfusions", 1, None, "transfusions sent"),
    "transfusions_received": Counter("transfusions", 1, None, "transfusions received"),
    "comments": Counter("comments", 1, None, "comments written"),
    "challenges_joined": Counter("challenges", 1, None, "challenges in which the user was a participant"),
    "challenges_won": Counter("challenges", 1, None, "challenges in which the user had one of the paid places"),
    "seasonal_events": Counter("events", 1, None, "seasonal events taken part in"),
    "eggs_found": Counter("eggs", 1, None, "eggs found in seasonal events"),
    "comebacks": Counter("returns", 1, None, "openings after day.comeback_days or more days away"),
    "early_bird": Counter("days", 1, None, "days first opened before day.early_bird_before"),
    "achievements_unlocked": Counter("achievements", 1, None, "achievements unlocked up to the evening before"),
    **{f"goals_{name}": Counter("goals", 1, None, f"completed goals of category {name}") for name in CATEGORIES},
    "night_owl": Counter("days", 1, None, "days first opened at day.night_owl_from or later"),
}
