"""Replays recorded user-days through the backend alone and lists what differs. Standard library only: production runs it.

`python -I replay_days.py RECORDING.json [POLICY]` prints {"user_days", "different", "foreign", "policy", …} as JSON.
"""

import json
import sys

PERKS = ("extra_daily_grain", "boost_discount", "phoenix_protection", "vision_unlock")  # bits of the engine's `perks`, in order
FACTS = ("usual_hour", "openings", "days_since_open", "ignored", "age_days")
SEASONS = ("winter", "spring", "summer", "autumn")


def replay(recording, policy):
    """Every difference between what the simulation did and what the backend makes of the same acts, as texts."""
    from hourglass_policy.backend import initial_history, initial_state

    different = []
    for user in recording["users"]:
        lived = {"state": initial_state(), "history": initial_history(), "language": user["language"]}
        for day in user["days"]:
            for name, got in live(lived, day, policy).items():
                if got != day[name]:
                    different.append(f"user {user['user']} age {day['age_days']} {name}: backend {got}, simulation {day[name]}")
    return different


def live(lived, day, policy):
    """One day through the backend: notifications, contract, settlement; what it found, by the recording's names."""
    from hourglass_policy.backend import (
        award_challenge,
        decide_notifications,
        history_after_day,
        notification_facts,
        open_contract,
        settle_day,
    )

    state, history = lived["state"], lived["history"]
    facts = notification_facts(state, history, day["u"], bool(day["opted_out"]))
    told = decide_notifications(facts, day["date"], policy=policy)
    hours = {message["template"]: message["hour"] for message in told["messages"]}
    held = {"reserve": day["reserve"], "language": lived["language"], "state": state, "policy": policy}
    contract = open_contract(day["titles"], **held) if day["titles"] else None
    facts_of_day = {name: day[name] for name in ("weekday", "sent", "arrivals", "date", "egg")}
    facts_of_day |= {"opened": bool(day["opened"]), "proofs": day["proofs_today"]}
    facts_of_day["opened_hour"] = day["hour"] if day["opened"] else None
    result = settle_day(state, contract, day["completed"], facts_of_day, policy=policy)
    found_tonight = found(facts, hours, contract, result, policy)
    for award in day["awards"]:
        result["state"] = award_challenge(result["state"], **award)
    lived["state"] = result["state"]
    lived["history"] = history_after_day(history, facts_of_day["opened_hour"], len(told["messages"]))
    return found_tonight


def found(facts, hours, contract, result, policy):
    """What the backend made of a day, under the names and in the units of the recording."""
    state, rows = result["state"], result["ledger"]
    ids = [a.id for a in policy.catalogue.achievements]
    money = {
        kind: sum(r["centigrains"] for r in rows if r["type"] == kind)
        for kind in ("earn", "evaporate", "phoenix_minimum", "reward")
    }
    goals = contract["goals"] if contract else []
    return {
        **{name: facts[name] for name in FACTS},
        "hours": [hours.get("morning", -1), hours.get("evening", -1)],
        "shares": [goal["share_centigrains"] for goal in goals],
        "paid": [_of(rows, "earn", goal["title"]) for goal in goals],
        "lost": [_of(rows, "evaporate", goal["title"]) for goal in goals],
        "earned": money["earn"],
        "evaporated": money["evaporate"],
        "topped_up": money["phoenix_minimum"],
        "rewarded": money["reward"],
        "heritage": state["heritage_centigrains"],
        "earned_total": state["earned_centigrains"],
        "counted_days": state["counted_days"],
        "ratio": state["ratio_per_day"][-1],
        "xp": state["xp"],
        "level": state["level"],
        "perks": sum(1 << PERKS.index(perk) for perk in state["perks"]),
        "protections_used": state["protections_used"],
        "streak": state["streak"],
        "longest_streak": state["longest_streak"],
        "perfect_streak": state["perfect_streak"],
        "perfect_days": state["perfect_days"],
        "victory_run": state["victory_run"],
        "days_without_victory": state["days_without_victory"],
        "season": SEASONS.index(state["season"]) if state["season"] else -1,
        "seasons_met": len(state["seasons_seen"]),
        "phoenix": int(state["in_phoenix"]),
        "days_in_phoenix": state["days_in_phoenix"],
        "days_since_exit": state["days_since_phoenix"],
        "phoenix_exits": state["phoenix_exits"],
        "phoenix_entered": [None, "low_grains", "ratio_drop", "no_victory"].index(result["phoenix"]["reason"]),
        "comebacks": state["comebacks"],
        "early_bird": state["early_bird"],
        "night_owl": state["night_owl"],
        "goals_completed": state["goals_completed"],
        "proofs": state["proofs"],
        "event_days": state["event_days"],
        "challenges_won": state["challenges_won"],
        "challenges_joined": state["challenges_joined"],
        "eggs_found": state["eggs_found"],
        "seasonal_events": state["seasonal_events"],
        "comments": state["comments"],
        "transfusions_received": state["transfusions_received"],
        "transfusions_sent": state["transfusions_sent"],
        "boosts_received": state["boosts_received"],
        "boosts_sent": state["boosts_sent"],
        "reward_xp": state["reward_xp"],
        "reward_centigrains": state["reward_centigrains"],
        "achievements": sorted(ids.index(name) for name in state["achievements"]),
    }


def _of(rows, kind, title):
    return sum(r["centigrains"] for r in rows if r["type"] == kind and r["goal"] == title)


def main(arguments):
    """Load the shipped policy, replay the recording, print what was found."""
    import warnings

    before = set(sys.modules)
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        import hourglass_policy as hp

        policy = hp.load(*arguments[1:])
    with open(arguments[0], encoding="utf-8") as file:
        recording = json.load(file)
    different = replay(recording, policy)
    tops = {name.partition(".")[0] for name in set(sys.modules) - before}
    result = {
        "user_days": sum(len(user["days"]) for user in recording["users"]),
        "different": different[:50],
        "foreign": sorted(tops - set(sys.stdlib_module_names) - {"hourglass_policy"}),
        "policy": policy.name,
        "version": [policy.version, hp.__version__],
        "baseline": hp.load("baseline").name,
        "warnings": [str(w.message) for w in told],
        "file": hp.__file__,
    }
    print(json.dumps(result))


if __name__ == "__main__":
    main(sys.argv[1:])
