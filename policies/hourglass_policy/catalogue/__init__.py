"""The economy's content, read from data files and checked: keywords, levels, goals, achievements, challenges, events, seasons."""

from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

from ..parameter_files import data_file, economy_parameters, economy_stamp, file_named, read_toml
from .achievements import RARITIES, Achievement, Condition, read_achievements, unlock_order
from .challenges import Challenge, read_challenges
from .counters import CATEGORIES, COUNTERS, Counter
from .events import Event, read_events
from .goals import Goal, GoalFacts, Goals, read_goals
from .keywords import LANGUAGES, KeywordTable, keyword_table, read_keywords
from .levels import Level, read_levels
from .limits import Limits, check_minimums, limits_of
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
    def read(name: str, reader: Callable, *more: object) -> Any:
        path = data_file(economy, name)
        return reader(read_toml(path), *more, file_named(economy, path))

    words = tuple(keyword_table(language, economy) for language in LANGUAGES)
    challenges, events = read("challenges.toml", read_challenges), read("events.toml", read_events)
    listed = read_toml(data_file(economy, "achievements.toml")).get("achievements")
    count = len(listed) if isinstance(listed, list) else 0
    limits = limits_of(economy_parameters(economy).rule_values(), max_level, challenges, events, count)
    check_minimums(challenges, limits, file_named(economy, data_file(economy, "challenges.toml")))
    return Catalogue(
        read("levels.toml", read_levels, max_level),
        read("goals.toml", read_goals)._replace(words=words),
        read("achievements.toml", read_achievements, limits),
        challenges,
        events,
        words,
        read("seasons.toml", read_seasons),
    )
