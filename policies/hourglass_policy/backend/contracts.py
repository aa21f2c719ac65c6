"""Valuing a goal and opening a day's contract (RULES 1.2 to 1.5)."""

from collections.abc import Mapping, Sequence
from functools import cache

from ..catalogue.counters import CATEGORIES
from ..catalogue.keywords import LANGUAGES
from ..errors import BadInput, require_between, unknown
from ..policy import Policy, load
from ..rules import explain_goal_value, grains_of, hundredths, potential_centigrains, reserve_centigrains, shares_centigrains
from .state import checked_state, goal_key

SLOTS = 5
LONGEST_TITLE = 500  # characters a contract's title may have; the rule itself values a text of any length
_MOST_GRAINS = 10**4
_SETTLED = {"title": str, "share_centigrains": int, "share": (int, float), "is_micro_victory": bool}


@cache
def default_policy() -> Policy:
    """The bundled release, else the baseline."""
    return load()


def in_force(policy: Policy | None) -> Policy:
    """The given policy, the bundled one for None; BadInput for what is no policy."""
    if policy is None:
        return default_policy()
    if not isinstance(policy, Policy):
        raise BadInput("not a policy", value=policy, allowed="what hourglass_policy.load() gave, or None")
    return policy


def value_goal(title: str, language: str = "en", policy: Policy | None = None) -> dict:
    """A title's value in grains, whether it is a micro-victory, and why, by the policy's own keywords (RULES 1.3, 1.9)."""
    if language not in LANGUAGES:
        raise unknown("language", language, LANGUAGES)
    chosen = in_force(policy)
    return explain_goal_value(title, language, chosen.rules, chosen.catalogue.keywords[LANGUAGES.index(language)])


def open_contract(
    titles: Sequence[str], reserve: float = 0.0, language: str = "en", state: dict | None = None, policy: Policy | None = None
) -> dict:
    """A contract: each goal's value and share, and the grains held back for boosts and comments (RULES 1.4, 1.10).

    `reserve` is in grains. `state` gives the contract its day (`age_days`), so that it is settled once, and a perk that adds to
    the potential; without it `age_days` is None and only a date can settle it. BadInput for no title, too many, a title that is
    empty, too long or there twice (case and outer spaces aside), or a reserve above the parameter. A goal's category is that of
    the listed goal with its title, else None; a product that knows better may set it (it counts for achievements).
    """
    rules = in_force(policy).rules
    _check_titles(titles, rules.grains.max_goals)
    require_between("reserve", reserve, 0.0, grains_of(rules.grains.social_reserve_centigrains), "contract", "grains")
    known = checked_state(state) if state is not None else {}
    potential = potential_centigrains(int("extra_daily_grain" in known.get("perks", [])), rules.grains, rules.perks)
    held = reserve_centigrains(potential, hundredths(float(reserve)), rules.grains)
    valued = [value_goal(title, language, policy) for title in titles]
    values = [goal["value"] for goal in valued] + [0.0] * (SLOTS - len(valued))
    shares = shares_centigrains(*values, potential - held)
    catalogue = in_force(policy).catalogue.goals
    goals = [
        {
            "title": goal["title"],
            "value": goal["value"],
            "reason": goal["reason"],
            "reason_fr": goal["reason_fr"],
            "is_micro_victory": goal["is_micro_victory"],
            "category": catalogue.category_of(goal["title"]),
            "share": grains_of(share),
            "share_centigrains": share,
        }
        for goal, share in zip(valued, shares, strict=False)
    ]
    money = {"potential": grains_of(potential), "reserve": grains_of(held)}
    return {"goals": goals, **money, "language": language, "age_days": known.get("age_days")}


def checked_contract(contract: object, age_days: int, is_dated: bool = True) -> dict:
    """A contract as `open_contract` gave it, `{}` for None; keys added to it are left alone.

    `age_days` is the day to be settled. BadInput when the contract cannot be settled, is of another day, or shares out more
    than its potential without the reserve (not checked without `potential`). A contract without a day of its own, which could
    be settled twice unseen, is refused unless `is_dated`: the settlement then names its date.
    """
    if contract is None:
        return {}
    if not isinstance(contract, Mapping) or not isinstance(contract.get("goals", []), (list, tuple)):
        raise BadInput("not a contract", value=contract, allowed="what open_contract() gave, or None")
    seen: set[str] = set()
    for goal in contract.get("goals", []):
        for name, kind in _SETTLED.items():
            value = goal.get(name) if isinstance(goal, Mapping) else None
            if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
                raise BadInput(f"a goal's {name} is missing or has the wrong type", where="contract", value=goal)
        require_between("share_centigrains", goal["share_centigrains"], 0, 100 * _MOST_GRAINS, "contract", "centigrains")
        if goal.get("category") is not None and goal["category"] not in CATEGORIES:
            raise unknown("category", goal["category"], CATEGORIES, "contract")
        if goal_key(goal["title"]) in seen:
            raise BadInput("the same title twice", where="contract", value=goal["title"], allowed="each goal once")
        seen.add(goal_key(goal["title"]))
    _check_age(contract, age_days, is_dated)
    _check_sum(contract)
    return dict(contract)


def _check_age(contract: Mapping, age_days: int, is_dated: bool) -> None:
    opened = contract.get("age_days")
    if opened is None and not is_dated:
        raise BadInput("a contract without a day", where="contract", allowed="open_contract(…, state=state), or a date to settle")
    if opened is not None and (type(opened) is not int or opened != age_days):
        allowed = f"age_days {age_days}, the day that the state settles next"
        raise BadInput("a contract of another day", where="contract", value=opened, allowed=allowed)


def _check_sum(contract: Mapping) -> None:
    potential, reserve = contract.get("potential"), contract.get("reserve", 0.0)
    most = _MOST_GRAINS if potential is None else potential
    for name, value, high in (("potential", most, _MOST_GRAINS), ("reserve", reserve, most)):
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise BadInput(f"{name} is not a number", where="contract", value=value, allowed="grains")
        require_between(name, value, 0.0, high, "contract", "grains")
    if potential is None:
        return
    most = hundredths(float(potential)) - hundredths(float(reserve))
    shared = sum(goal["share_centigrains"] for goal in contract.get("goals", []))
    if shared > most:
        allowed = f"at most {most} centigrains, the potential without the reserve"
        raise BadInput("the shares add up to more than there is", where="contract", value=shared, allowed=allowed)


def _check_titles(titles: object, max_goals: int) -> None:
    allowed = f"a list of 1 to {max_goals} titles"
    if isinstance(titles, str) or not isinstance(titles, Sequence):
        raise BadInput("titles are not a list", where="contract", value=titles, allowed=allowed)
    if not 1 <= len(titles) <= max_goals:
        raise BadInput("wrong number of titles", where="contract", value=len(titles), allowed=allowed)
    seen: set[str] = set()
    for title in titles:
        if not isinstance(title, str) or not title.strip():
            raise BadInput("a goal title is empty or not a text", where="contract", value=title, allowed="a text")
        if any(c == "\0" or "\ud800" <= c <= "\udfff" for c in title) or not any(c.isprintable() and c != " " for c in title):
            raise BadInput(
                "a goal title that databases refuse, or nobody sees", where="contract", value=repr(title), allowed="a text"
            )
        if len(title) > LONGEST_TITLE:
            raise BadInput("a goal title is too long", where="contract", value=title, allowed=f"up to {LONGEST_TITLE} characters")
        if goal_key(title) in seen:
            raise BadInput("the same title twice", where="contract", value=title, allowed="each goal once; case and spaces aside")
        seen.add(goal_key(title))
