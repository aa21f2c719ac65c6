"""What users see of one another: the feed of victories, and, with the perk vision_unlock, statistics (RULES 1.2, 1.10, 1.12)."""

from collections.abc import Iterable, Mapping

from ..errors import BadInput, require_between, unknown
from ..policy import Policy
from ..rules import grains_of, is_in_feed
from .contracts import checked_contract, in_force
from .state import checked_state, goal_key

PRIVACY = ("shown", "anonymous", "hidden")


def feed_items(
    user: str,
    contract: Mapping | None,
    completed: Iterable[str],
    hours_since_sync: float,
    privacy: str = "shown",
    policy: Policy | None = None,
) -> list[dict]:
    """A user's victories of the last sync as others see them: goal, user (None when anonymous), hours left.

    No scores are shown. Empty for a user who hides, and once day.feed_hours have passed. BadInput for an unknown privacy, a
    contract that is none, or hours that are no number.
    """
    _check_privacy(privacy)
    d = in_force(policy).rules.day
    require_between("hours_since_sync", hours_since_sync, -1e6, 1e6, "feed", "hours")
    if isinstance(completed, str) or not isinstance(completed, Iterable):
        raise BadInput("completed is not a list", where="feed", value=completed, allowed="a list of titles of the contract")
    if contract is None or privacy == "hidden" or not is_in_feed(float(hours_since_sync), d):
        return []
    opened = contract.get("age_days") if isinstance(contract, Mapping) else None
    goals = checked_contract(contract, opened).get("goals", [])
    done = set()
    for title in completed:
        if not isinstance(title, str):
            raise BadInput("a completed title is not a text", where="feed", value=title, allowed="titles of the contract")
        done.add(goal_key(title))
    shown = None if privacy == "anonymous" else user
    left = d.feed_hours - hours_since_sync
    return [{"goal": goal["title"], "user": shown, "hours_left": left} for goal in goals if goal_key(goal["title"]) in done]


def seen_of(viewer: Mapping, other: Mapping, privacy: str = "shown", policy: Policy | None = None) -> dict:
    """What a viewer sees of another user: level, title and season; with the perk vision_unlock also statistics, else None.

    An anonymous or hidden user shows nothing: {}. BadInput for an unknown privacy or a state that is none.
    """
    _check_privacy(privacy)
    viewer, other = checked_state(viewer), checked_state(other)
    if privacy != "shown":
        return {}
    catalogue = in_force(policy).catalogue
    titles = {language: catalogue.level_title(other["level"], language) for language in ("fr", "en")}
    seen = {"level": other["level"], "title": titles, "season": other["season"], "statistics": None}
    if "vision_unlock" not in viewer["perks"]:
        return seen
    counts = ("goals_completed", "streak", "longest_streak", "perfect_days", "phoenix_exits")
    ratio = grains_of(other["ratio_per_day"][-1]) if other["ratio_per_day"] else 0.0
    statistics = {"heritage": grains_of(other["heritage_centigrains"]), "ratio": ratio, **{name: other[name] for name in counts}}
    return seen | {"statistics": statistics}


def _check_privacy(privacy: object) -> None:
    if privacy not in PRIVACY:
        raise unknown("privacy", privacy, PRIVACY)
