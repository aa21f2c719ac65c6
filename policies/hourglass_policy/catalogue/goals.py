"""Goals that people choose from, and what the rules make of their titles (RULES 1.3, 1.9)."""

from functools import lru_cache
from typing import NamedTuple

from ..errors import BadInput, require_between, unknown
from ..values import RuleValues, ValuationValues
from .counters import CATEGORIES
from .keywords import LANGUAGES, KeywordTable, keyword_table
from .reading import Key, between, checked, require_unique

_GOAL = {
    "id": Key(str),
    "fr": Key(str),
    "en": Key(str),
    "category": Key(str),
    "difficulty": Key(float),
    "minutes": Key(int),
    "usual_hours": Key(list),
}


class Goal(NamedTuple):
    """A goal template: titles, category, difficulty 0 (easy) to 1 (hard), minutes, first and last usual local hour."""

    id: str
    fr: str
    en: str
    category: str
    difficulty: float
    minutes: int
    usual_hours: tuple[int, int]

    def title(self, language: str = "en") -> str:
        """The title in a language; BadInput for an unknown one."""
        if language not in LANGUAGES:
            raise unknown("language", language, LANGUAGES)
        return self.fr if language == "fr" else self.en


class GoalFacts(NamedTuple):
    """What engines carry of a goal in one language: value in grains, micro-victory 0 or 1, category by its number."""

    value: float
    is_micro_victory: int
    category: int


class Goals(NamedTuple):
    """All goals and the categories they fall in; `words` are the economy's keyword tables (none: the bundled ones)."""

    categories: tuple[str, ...]
    goals: tuple[Goal, ...]
    words: tuple[KeywordTable, ...] = ()

    def category_of(self, title: str) -> str | None:
        """The category of a listed goal by its title in either language (case and outer spaces aside), None for any other."""
        wanted = title.strip().lower()
        return next((g.category for g in self.goals if wanted in (g.fr.strip().lower(), g.en.strip().lower())), None)

    def facts(self, language: str, rules: RuleValues) -> tuple[GoalFacts, ...]:
        """Value, micro-victory and category of every goal, worked out once per title and language."""
        return _facts(self, language, rules.valuation)


@lru_cache(maxsize=32)
def _facts(goals: Goals, language: str, valuation: ValuationValues) -> tuple[GoalFacts, ...]:
    from ..rules.micro_victories import micro_victory_word
    from ..rules.valuation import title_value

    words = next((table for table in goals.words if table.language == language), None) or keyword_table(language)
    return tuple(
        GoalFacts(
            title_value(goal.title(language), valuation, words),
            int(micro_victory_word(goal.title(language), words) is not None),
            goals.categories.index(goal.category),
        )
        for goal in goals.goals
    )


def read_goals(table: dict, where: str) -> Goals:
    """Goals from their TOML; BadInput for an unknown category, a title twice, or a number of goals that is not prime."""
    checked(table, {"categories": Key(list), "goals": Key(list)}, where)
    categories = tuple(table["categories"])
    if categories != CATEGORIES:
        raise BadInput(
            "the categories are not those that the rules count", where=where, value=categories, allowed=str(CATEGORIES)
        )
    rows = table["goals"]
    names = [row.get("id", i + 1) if isinstance(row, dict) else i + 1 for i, row in enumerate(rows)]
    goals = tuple(_goal(row, categories, f"{where}, goal {name}") for name, row in zip(names, rows, strict=True))
    require_unique((goal.id for goal in goals), "goal id", where)
    for language in LANGUAGES:
        require_unique((goal.title(language).strip().lower() for goal in goals), f"goal title ({language})", where)
    if not is_prime(len(goals)):
        near = min((n for n in range(2, 2 * len(goals) + 4) if is_prime(n)), key=lambda n: abs(n - len(goals)))
        raise BadInput("the number of goals is not prime", where=where, value=len(goals), allowed=f"a prime number, e.g. {near}")
    return Goals(categories, goals)


def _goal(row: object, categories: tuple[str, ...], where: str) -> Goal:
    table = checked(row, _GOAL, where)
    if table["category"] not in categories:
        raise unknown("category", table["category"], categories, where)
    between(table, "difficulty", 0.0, 1.0, where)
    between(table, "minutes", 1, 600, where)
    hours = table["usual_hours"]
    if len(hours) != 2 or not all(isinstance(hour, int) for hour in hours) or hours[0] > hours[1]:
        raise BadInput("usual_hours are not two hours", where=where, value=hours, allowed="[first, last], 0 to 23")
    for hour in hours:
        require_between("usual_hours", hour, 0, 23, where)
    numbers = (float(table["difficulty"]), table["minutes"], (hours[0], hours[1]))
    return Goal(table["id"], table["fr"], table["en"], table["category"], *numbers)


def is_prime(number: int) -> bool:
    """Whether a whole number is prime."""
    return number > 1 and all(number % divisor for divisor in range(2, int(number**0.5) + 1))
