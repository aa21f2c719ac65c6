"""The nine rules under their deployed names and arguments: thin edges over the numeric cores (RULES 1.3 to 1.9).

Each takes `params`, a RuleValues (the deployed values when absent), and `cores`, the numeric functions to use: plain ones,
or compiled ones when a checker passes them.
"""

import math
from collections.abc import Callable, Sequence
from functools import cache
from types import SimpleNamespace
from typing import NamedTuple

from ..catalogue.keywords import keyword_table
from ..errors import BadInput
from ..parameter_files import economy_parameters
from ..values import RuleValues
from .cores import PLAIN
from .micro_victories import micro_victory_word
from .phoenix import REASONS
from .seasons import SEASONS
from .valuation import read_title

SLOTS = 5  # goals that a contract can ever hold: the top of the range of grains.max_goals


@cache
def deployed_values() -> RuleValues:
    """The rule values with nothing changed."""
    return economy_parameters().rule_values()


def evaluate_goal(title: str, params: RuleValues | None = None, language: str = "en", cores: SimpleNamespace = PLAIN) -> float:
    """Value of a goal title in grains (RULES 1.3)."""
    reading = read_title(title, keyword_table(language))
    return cores.goal_value(reading.keyword_value, reading.words, (params or deployed_values()).valuation)


def distribute_grains(
    titles: Sequence[str],
    potential: float = 10.0,
    params: RuleValues | None = None,
    language: str = "en",
    cores: SimpleNamespace = PLAIN,
) -> list[float]:
    """Grains per title of a contract, in order; none for no titles (RULES 1.4); BadInput for more titles than slots."""
    if isinstance(titles, str) or len(titles) > SLOTS:
        raise BadInput("a contract's titles", value=titles, allowed=f"a list of at most {SLOTS}")
    values = [evaluate_goal(title, params, language, cores) for title in titles]
    values += [0.0] * (SLOTS - len(values))
    shares = cores.shares_of_grains(*values, _number("potential", potential))
    return [cores.grains_of(share) for share in shares[: len(titles)]]


def devaluation_phase(days_used: int, params: RuleValues | None = None, cores: SimpleNamespace = PLAIN) -> int:
    """Phase 1 to 4 of a goal in use for so many days (RULES 1.5)."""
    return cores.phase_of(_whole("days_used", days_used), (params or deployed_values()).devaluation)


def devalued_value(base_value: float, phase: int, params: RuleValues | None = None, cores: SimpleNamespace = PLAIN) -> float:
    """Grains left of an amount in a phase (RULES 1.5)."""
    d = (params or deployed_values()).devaluation
    return cores.grains_of(cores.devalued_of_grains(_number("base_value", base_value), _phase(phase), d))


def life_ratio(total_grains: float, days_on_app: int, params: RuleValues | None = None, cores: SimpleNamespace = PLAIN) -> float:
    """Golden grains per possible grain, in percent (RULES 1.7)."""
    values = params or deployed_values()
    potential = cores.ratio_potential(values.ratio, values.grains)
    days = _whole("days_on_app", days_on_app)
    return cores.grains_of(cores.ratio_of_grains(_number("total_grains", total_grains), days, potential))


def detect_season(avg_grains_per_day: float, params: RuleValues | None = None, cores: SimpleNamespace = PLAIN) -> str:
    """Season of a mean: winter, spring, summer or autumn (RULES 1.8)."""
    s = (params or deployed_values()).seasons
    limits = (s.winter_below_centigrains, s.spring_below_centigrains, s.summer_above_centigrains)
    mean = _number("avg_grains_per_day", avg_grains_per_day)
    return SEASONS[cores.season_between(mean, *(cores.grains_of(limit) for limit in limits))]


def phoenix_trigger(
    avg_grains_last_14_days: float,
    ratio_change_last_30_days: float,
    days_without_victory: int,
    params: RuleValues | None = None,
    cores: SimpleNamespace = PLAIN,
) -> str | None:
    """Why Phoenix mode starts: low_grains, ratio_drop, no_victory or None (RULES 1.9)."""
    ph = (params or deployed_values()).phoenix
    mean = _number("avg_grains_last_14_days", avg_grains_last_14_days)
    change = _number("ratio_change_last_30_days", ratio_change_last_30_days)
    days = _whole("days_without_victory", days_without_victory)
    low, drop = cores.grains_of(ph.low_grains_centigrains), cores.grains_of(ph.ratio_drop_hundredths)
    return REASONS[cores.first_reason(mean, low, change, drop, days, ph.no_victory_days)]


def is_micro_victory(title: str, params: RuleValues | None = None, language: str = "en", cores: SimpleNamespace = PLAIN) -> bool:
    """Whether a title is a micro-victory (RULES 1.9); no number is involved."""
    return micro_victory_word(title, keyword_table(language)) is not None


def phoenix_value(
    base_value: float, is_micro_victory: bool, params: RuleValues | None = None, cores: SimpleNamespace = PLAIN
) -> float:
    """Grains that an amount pays in Phoenix mode (RULES 1.9)."""
    if not isinstance(is_micro_victory, (bool, int)):
        raise BadInput("is_micro_victory is a switch", value=is_micro_victory, allowed="true or false")
    ph = (params or deployed_values()).phoenix
    return cores.grains_of(cores.phoenix_of_grains(_number("base_value", base_value), int(is_micro_victory), 1, ph))


class DeployedRule(NamedTuple):
    """A deployed rule and its arguments' names."""

    function: Callable
    arguments: tuple[str, ...]


DEPLOYED = {
    "evaluate_goal": DeployedRule(evaluate_goal, ("title",)),
    "distribute_grains": DeployedRule(distribute_grains, ("titles", "potential")),
    "devaluation_phase": DeployedRule(devaluation_phase, ("days_used",)),
    "devalued_value": DeployedRule(devalued_value, ("base_value", "phase")),
    "life_ratio": DeployedRule(life_ratio, ("total_grains", "days_on_app")),
    "detect_season": DeployedRule(detect_season, ("avg_grains_per_day",)),
    "phoenix_trigger": DeployedRule(
        phoenix_trigger, ("avg_grains_last_14_days", "ratio_change_last_30_days", "days_without_victory")
    ),
    "is_micro_victory": DeployedRule(is_micro_victory, ("title",)),
    "phoenix_value": DeployedRule(phoenix_value, ("base_value", "is_micro_victory")),
}


def _number(name: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise BadInput(f"{name} is not a number", value=value, allowed="a finite number")
    return float(value)


def _whole(name: str, value: object) -> int:
    if _number(name, value) != int(value):  # type: ignore[call-overload]
        raise BadInput(f"{name} is not a whole number", value=value, allowed="whole days")
    return int(value)  # type: ignore[call-overload]


def _phase(phase: object) -> int:
    if _whole("phase", phase) not in (1, 2, 3, 4):
        raise BadInput("unknown phase", value=phase, allowed="1 to 4")
    return int(phase)  # type: ignore[call-overload]
