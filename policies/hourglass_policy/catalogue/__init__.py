"""The economy's content, read from data files and checked: keywords, levels, goals, achievements, challenges, events, seasons."""

from functools import cache
from typing import NamedTuple

from ..parameter_files import data_file, economy_parameters, economy_stamp, read_toml
from .achievements import RARITIES, Achievement, Condition, read_achievements, unlock_order
from .challenges import Challenge, read_challenges
from .counters import CATEGORIES, COUNTERS, Counter
from .events import Event, read_events
from .goals import Goal, GoalFacts, Goals, read_goals
from .keywords import LANGUAGES, KeywordTable, keyword_table, read_keywords
from .levels import Level, read_levels
from .limits import Limits, limits_of
from .rewards import PERKS, Reward
from .seasons import Season, SeasonsOfLife, read_seasons

__all__ = [
    "CATEGORIES",
    "COUNTERS",
    "LANGUAGES",
    "PERKS",
    "RARITIES",
    "Achievement",
    "Catalogue",
    "Challenge",
    "Condition",
    "Counter",
    "Event",
    "Goal",
    "GoalFacts",
    "Goals",
    "KeywordTable",
    "Level",
    "Limits",
    "Reward",
    "Season",
    "SeasonsOfLife",
    "economy_catalogue",
    "keyword_table",
    "limits_of",
    "read_achievements",
    "read_challenges",
    "read_events",
    "read_goals",
    "read_keywords",
    "read_levels",
    "read_seasons",
    "unlock_order",
]


class Catalogue(NamedTuple):
    """Everything in an economy's data files."""

    levels: tuple[Level, ...]
    goals: Goals
    achievements: tuple[Achievement, ...]
    challenges: tuple[Challenge, ...]
    events: tuple[Event, ...]
    keywords: tuple[KeywordTable, ...]
    seasons: SeasonsOfLife

    def level_title(self, level: int, language: str = "en") -> str:
        """The title of a level."""
        return self.levels[min(max(level, 1), len(self.levels)) - 1].title(language)


def economy_catalogue(economy: str = "hourglass", max_level: int = 60) -> Catalogue:
    """The economy's content; BadInput with file, key, value and remedy for anything faulty."""
    return _economy_catalogue(economy, max_level, economy_stamp(economy))


@cache
def _economy_catalogue(economy: str, max_level: int, stamp: tuple) -> Catalogue:
    def table(name: str) -> dict:
        return read_toml(data_file(economy, name))

    words = tuple(keyword_table(language, economy) for language in LANGUAGES)
    challenges = read_challenges(table("challenges.toml"), "challenges.toml")
    events = read_events(table("events.toml"), "events.toml")
    achievements = table("achievements.toml")
    count = len(achievements.get("achievements", ())) if isinstance(achievements.get("achievements"), list) else 0
    limits = limits_of(economy_parameters(economy).rule_values(), max_level, challenges, events, count)
    return Catalogue(
        read_levels(table("levels.toml"), max_level, "levels.toml"),
        read_goals(table("goals.toml"), "goals.toml")._replace(words=words),
        read_achievements(achievements, limits, "achievements.toml"),
        challenges,
        events,
        words,
        read_seasons(table("seasons.toml"), "seasons.toml"),
    )
