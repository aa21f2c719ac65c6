"""The days that a life card is made of: one plain dict a day, checked."""

from collections.abc import Iterable, Mapping

from ..errors import BadInput, unknown

DAY_KEYS = {
    "earned_centigrains": "grains earned that day: completed goals and the Phoenix minimum",
    "evaporated_centigrains": "white grains of missed goals",
    "ratio_hundredths": "life ratio that night, hundredths of a point",
    "opened": "whether the app was opened",
    "hour": "local hour of opening, 0 to 23, null when not opened",
    "goals": "goals of the contract: a list of {category, value, done}, the value in grains",
}
GOAL_KEYS = ("category", "value", "done")
_WHOLE = ("earned_centigrains", "evaporated_centigrains", "ratio_hundredths")


def checked_days(days: object) -> list[dict]:
    """The days, oldest first, one for each day on the app up to tonight; BadInput for what is missing, unknown or impossible."""
    if isinstance(days, (str, Mapping)) or not isinstance(days, Iterable):
        raise BadInput("days are not a list", value=days, allowed="a list of dicts, oldest first")
    return [_checked(day, f"day {k} of the life") for k, day in enumerate(days)]


def _checked(day: object, where: str) -> dict:
    if not isinstance(day, Mapping):
        raise BadInput("a day is not a dict", where=where, value=day, allowed=", ".join(DAY_KEYS))
    for name in day:
        if name not in DAY_KEYS:
            raise unknown("key", name, DAY_KEYS, where)
    for name, meaning in DAY_KEYS.items():
        if name not in day:
            raise BadInput(f"{name} is missing", where=where, allowed=meaning)
    for name in _WHOLE:
        if type(day[name]) is not int:
            raise BadInput(f"{name} is not a whole number", where=where, value=day[name], allowed=DAY_KEYS[name])
    if min(day["earned_centigrains"], day["evaporated_centigrains"]) < 0:
        raise BadInput("grains earned or evaporated are negative", where=where, allowed="0 or more")
    if not isinstance(day["opened"], bool):
        raise BadInput("opened is a switch", where=where, value=day["opened"], allowed="true or false")
    hour = day["hour"]
    if hour is not None and (type(hour) is not int or not 0 <= hour <= 23):
        raise BadInput("hour is no hour", where=where, value=hour, allowed="0 to 23, or null")
    return {**day, "goals": [_goal(goal, where) for goal in _listed(day["goals"], where)]}


def _listed(goals: object, where: str) -> list:
    if not isinstance(goals, (list, tuple)):
        raise BadInput("goals are not a list", where=where, value=goals, allowed="a list of {category, value, done}")
    return list(goals)


def _goal(goal: object, where: str) -> dict:
    if not isinstance(goal, Mapping) or set(goal) != set(GOAL_KEYS):
        raise BadInput("not a goal of a life", where=where, value=goal, allowed="{category, value, done}")
    value = goal["value"]
    if not isinstance(goal["category"], str) or isinstance(value, bool) or not isinstance(value, (int, float)):
        raise BadInput("a goal's category is no text or its value no number", where=where, value=goal)
    if not isinstance(goal["done"], bool):
        raise BadInput("done is a switch", where=where, value=goal["done"], allowed="true or false")
    return dict(goal)


def victories(day: Mapping) -> int:
    """Goals completed on a day."""
    return sum(goal["done"] for goal in day["goals"])
