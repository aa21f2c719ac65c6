"""The evening sync of one user: ledger, ratio, streaks, season, Phoenix mode, XP, level, perks, achievements (RULES 1.2, 1.6)."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from ..errors import BadInput, require_between, unknown
from ..policy import Policy
from ..rules import grains_of, heritage_after_day, hundredths
from ..rules.ledger import BOOST_IN, EARN, EVAPORATE, PHOENIX_MINIMUM, TRANSFUSION_IN, TRANSFUSION_OUT
from .contracts import checked_contract, in_force
from .festive import checked_egg, count_event_day, event_rewards, running_on
from .ledger import goal_rows, minimum_rows, reward_rows, total
from .progress import count_categories, count_opening, move_phoenix, move_season, move_streaks, move_xp, ratio_tonight, unlock
from .social import arrival_rows, sent_rows
from .state import WINDOW, as_date, checked_state, goal_key

DAY_KEYS = ("opened", "opened_hour", "proofs", "weekday", "date", "sent", "arrivals", "egg")


def settle_day(
    state: dict, contract: dict | None, completed: Iterable[str] = (), day: Mapping | None = None, policy: Policy | None = None
) -> dict:
    """Settle a user's day: the new state, ledger rows with both sides, and what changed with its reason.

    `contract` comes from `open_contract`, or is None for a day without one; `completed` lists titles of it. `day` may hold
    `opened` (default: there is a contract or an `opened_hour`), `opened_hour` (0–23), `proofs` (accepted today), `weekday`
    (0 = Monday; default that of `date`, else counted from sign-up), `date` (YYYY-MM-DD, the day after the one settled last),
    `sent` (boosts, comments and transfusions: type, id, to), `arrivals` (what others sent yesterday: type, id, centigrains) and `egg`
    (whether an event's egg was found). Seasonal events follow from `date`; without one there are none.
    The given state is left alone. BadInput for a title that is not in the contract, a contract of another day, a date that was
    settled or skipped, an act that the day does not allow, and for whatever cannot be settled: a retry with the updated state
    books nothing twice, one with the state as it was gives the same result.
    """
    policy = in_force(policy)
    rules, new = policy.rules, checked_state(state)
    facts = _dated({} if day is None else day, new)
    contract = checked_contract(contract, new["age_days"], "date" in facts)
    facts = _checked_day(facts, contract, new["age_days"])
    done = _checked_completed(contract, completed)
    if facts["weekday"] == 0:
        new["protections_used"] = 0
    running, egg, was_phoenix = running_on(facts.get("date"), policy), checked_egg(facts), int(new["in_phoenix"])
    count_event_day(new, facts["opened"], running)
    count_opening(new, facts, rules)
    social_rows = sent_rows(new, facts["sent"], hundredths(float(contract.get("reserve", 0.0))), rules)
    received = new["transfusions_received"]
    social_rows += arrival_rows(new, facts["arrivals"], rules)
    rows = reward_rows(new, rules)
    rewarded_xp = new["reward_xp"]
    new["xp"] += rewarded_xp
    new["heritage_centigrains"] += new["reward_centigrains"]
    new["reward_xp"] = new["reward_centigrains"] = 0
    festive = event_rewards(new, facts["opened"], egg, running)
    rows += goal_rows(new, contract, done, rules)
    rows += minimum_rows(new, total(rows, EARN), facts["opened"], rules)
    rows += social_rows
    _book(new, rows, rules)
    ratio = ratio_tonight(new, rules)
    streak_bonus, streak_reasons = move_streaks(new, len(contract.get("goals", [])), len(done), rules)
    season_bonus, season = move_season(new, policy)
    phoenix = move_phoenix(new, ratio, rules)
    new["ratio_per_day"] = [*new["ratio_per_day"], ratio][-WINDOW:]
    bonuses = {"rewards": rewarded_xp, "streak": streak_bonus, "season": season_bonus}
    count_categories(new, contract, done)
    acts = {
        "victories": len(done),
        "proofs": facts["proofs"],
        "boosts_sent": [act["type"] for act in facts["sent"]].count("boost"),
    }
    acts["transfusions_received"] = new["transfusions_received"] - received
    xp = move_xp(new, acts, bonuses, streak_reasons, policy, running, was_phoenix)
    unlocked = unlock(new, policy)
    new["age_days"] += 1
    return {
        "state": new,
        "ledger": rows,
        "heritage": grains_of(new["heritage_centigrains"]),
        "ratio": grains_of(ratio),
        "season": season,
        "phoenix": phoenix,
        "streak": {"days": new["streak"], "longest": new["longest_streak"], "perfect_days": new["perfect_streak"]},
        "xp": xp,
        "level": {
            "level": new["level"],
            "title": {lang: policy.catalogue.level_title(new["level"], lang) for lang in ("fr", "en")},
        },
        "perks": list(new["perks"]),
        "achievements": unlocked,
        "event": {"id": running.event.id if running.event else None, "days": new["event_days"], "rewards": festive},
    }


def _book(new: dict, rows: list[dict], rules) -> None:
    earned, topped_up = total(rows, EARN), total(rows, PHOENIX_MINIMUM)
    evaporated = total(rows, EVAPORATE)
    gifts = total(rows, BOOST_IN) + total(rows, TRANSFUSION_IN) - total(rows, TRANSFUSION_OUT)
    before = new["heritage_centigrains"] + gifts
    new["heritage_centigrains"] = heritage_after_day(before, earned, evaporated, topped_up, rules.grains)
    new["earned_centigrains"] += earned + topped_up
    new["counted_days"] += int(any(row["heritage_centigrains"] for row in rows))
    new["grains_per_day"] = [*new["grains_per_day"], earned + topped_up][-WINDOW:]


def _checked_completed(contract: dict, completed: Iterable[str]) -> set[str]:
    if isinstance(completed, str) or not isinstance(completed, Iterable):
        raise BadInput("completed is not a list", value=completed, allowed="a list of titles of the contract")
    titles = {goal_key(goal["title"]): goal["title"] for goal in contract.get("goals", [])}
    done = set()
    for title in completed:
        if not isinstance(title, str) or goal_key(title) not in titles:
            raise unknown("completed goal", title, titles.values(), "contract")
        done.add(goal_key(title))
    return done


def _dated(day: object, new: dict) -> dict:
    """The day's facts with the weekday that follows from a date, which must be the day after the one settled last."""
    if not isinstance(day, Mapping):
        raise BadInput("the day is not a dict", value=day, allowed=", ".join(DAY_KEYS))
    after = None if new["date"] is None else date.fromisoformat(new["date"]) + timedelta(days=1)
    if day.get("date") is None:
        if after is not None:
            raise BadInput("no date after days with one", where="day", value=None, allowed=f"{after}")
        return {name: value for name, value in day.items() if name != "date"}
    given = as_date(day["date"])
    if given is None:
        raise BadInput("date is not a date", where="day", value=day["date"], allowed="YYYY-MM-DD, before 9999-12-31")
    if after is not None and given != after:
        what = "a day was skipped" if given > after else "a day that was settled already"
        raise BadInput(what, where="day", value=str(given), allowed=f"{after}")
    if day.get("weekday", given.weekday()) != given.weekday():
        raise BadInput("weekday is not the date's", where="day", value=day["weekday"], allowed=str(given.weekday()))
    new["date"] = f"{given:%Y-%m-%d}"
    return {**day, "date": new["date"], "weekday": given.weekday()}


def _checked_day(day: dict, contract: dict, age_days: int) -> dict:
    for name in day:
        if name not in DAY_KEYS:
            raise unknown("key", name, DAY_KEYS, "day")
    opened = bool(contract.get("goals")) or day.get("opened_hour") is not None or bool(day.get("sent"))
    facts = {"opened": opened, "opened_hour": None, "proofs": 0, "weekday": age_days % 7, "sent": [], "arrivals": [], **day}
    for name, high in (("opened_hour", 23), ("proofs", 100), ("weekday", 6)):
        value = facts[name]
        if name == "opened_hour" and value is None:
            continue
        if isinstance(value, bool) or not isinstance(value, int):
            raise BadInput(f"{name} is not a whole number", where="day", value=value, allowed=f"0 to {high}")
        require_between(name, value, 0, high, "day")
    if facts["opened"] not in (True, False):
        raise BadInput("opened is a switch", where="day", value=facts["opened"], allowed="true or false")
    if facts["opened_hour"] is not None and not facts["opened"]:
        raise BadInput("an opened_hour on a day without opening", where="day", value=facts["opened_hour"], allowed="none")
    if contract.get("goals") and not facts["opened"]:
        raise BadInput("a contract on a day without opening", where="day", value=False, allowed="opened = true")
    if facts["proofs"] and not facts["opened"]:
        raise BadInput("proofs on a day without opening", where="day", value=facts["proofs"], allowed="opened = true")
    if facts["sent"] and not facts["opened"]:
        raise BadInput("acts on a day without opening", where="day", value=facts["sent"], allowed="opened = true")
    return facts
