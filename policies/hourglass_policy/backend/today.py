"""A user's day until the sync: completions and their undoing, proofs, boosts, comments, transfusions, each booked once (RULES 1.2, 1.10).

    today = open_day(state, "anna", contract)
    result = do_act(state, today, {"type": "complete", "goal": "Run", "id": "request-1"})
    today = result["today"]                       # keep it; result["reason"] says why something was refused
    settled = close_day(state, today, {"date": "2026-01-05"})

Nothing is credited before the sync. So undoing a completion restores grains, XP and every counter exactly, checking and unchecking
earns nothing, and `close_day`, which changes neither of its arguments, also shows the day so far.
"""

from collections.abc import Mapping

from ..errors import BadInput, unknown
from ..policy import Policy
from ..rules import grains_of, hundredths, proof_verdict
from ..rules.proofs import VERDICTS
from .contracts import checked_contract, in_force
from .settling import settle_day
from .social import MOST_ACTS, SENT, act_rows, arrival, refusal
from .state import checked_state, goal_key

ACTS = {
    "complete": ("goal",),
    "undo": ("goal",),
    "proof": ("goal", "inappropriate", "similarity"),
    "boost": ("to",),
    "comment": ("to",),
    "transfusion": ("to",),
}
_TODAY = {"user": str, "age_days": int, "completed": list, "proofs": list, "sent": list, "requests": dict}


def open_day(state: Mapping, user: str, contract: Mapping | None = None) -> dict:
    """The record of a day that begins, for `do_act` and `close_day`: a plain dict; BadInput for a contract of another day."""
    known = checked_state(state)
    if not isinstance(user, str) or not user:
        raise BadInput("user is not a name", where="day", value=user, allowed="the user's id as a text")
    checked_contract(contract, known["age_days"])
    kept = dict(contract) if contract is not None else None
    lists: dict = {"completed": [], "proofs": [], "sent": [], "requests": {}}
    return {"user": user, "age_days": known["age_days"], "contract": kept, **lists}


def add_contract(state: Mapping, today: Mapping, contract: Mapping) -> dict:
    """The day's record with a contract made after its first acts (a transfusion needs none); BadInput when the day has one already."""
    known = checked_state(state)
    new = checked_today(today, known)
    if new["contract"] is not None:
        raise BadInput("the day has a contract already", where="day", value=[*_titles(new)], allowed="one contract a day")
    return {**new, "contract": checked_contract(contract, known["age_days"])}


def do_act(state: Mapping, today: Mapping, act: Mapping, policy: Policy | None = None) -> dict:
    """One act of the day: `today` after it, whether it was `accepted`, the `reason`, its ledger `rows`, what is to `deliver`.

    An act has `type` (see `ACTS`), its own keys and `id`, the request's: the same request again changes nothing and gives the
    same answer, marked `repeated`. `rows` and `deliver` are there to be shown and kept; `close_day` books the day's acts itself.
    `deliver` goes to the receiver's settlement of tomorrow. Neither argument is changed. Whether the receiver exists and may be
    reached is the caller's to check. BadInput for an unknown act or goal, for one id on two different acts, and for any act on a day
    that is settled already.
    """
    rules, known = in_force(policy).rules, checked_state(state)
    new = checked_today(today, known)
    act = _checked_act(act, new)
    before = new["requests"].get(act["id"])
    if before is not None:
        if before["act"] != act:
            raise BadInput("one request id on two different acts", where="day", value=act, allowed=f"{before['act']} again")
        return {"today": new, **{k: before[k] for k in ("accepted", "reason", "rows", "deliver")}, "repeated": True}
    if len(new["requests"]) >= MOST_ACTS:
        raise BadInput("too many acts on one day", where="day", value=len(new["requests"]), allowed=f"up to {MOST_ACTS}")
    answer = _social(new, act, known, rules) if act["type"] in SENT else _of_goal(new, act, rules)
    new["requests"] = {**new["requests"], act["id"]: {"act": act, **answer}}
    return {"today": new, **answer, "repeated": False}


def close_day(state: Mapping, today: Mapping, day: Mapping | None = None, policy: Policy | None = None) -> dict:
    """Settle the day with everything done on it, as `settle_day` does; `day` adds `opened_hour`, `date`, `arrivals` and the like."""
    new = checked_today(today, checked_state(state))
    done = [title for title in _titles(new) if goal_key(title) in new["completed"]]
    proofs = sum(1 for key in new["proofs"] if key in new["completed"])
    facts = {"proofs": proofs, "sent": new["sent"], **({"opened": True} if new["requests"] else {})}
    if not isinstance(day, Mapping | None):
        raise BadInput("the day is not a dict", where="day", value=day, allowed="facts of the day, or None")
    for name in ("proofs", "sent"):
        if name in (day or {}):
            raise BadInput(f"{name} is known from the day's acts", where="day", value=name, allowed="leave it out")
    return settle_day(dict(state), new["contract"], done, {**facts, **(day or {})}, policy)


def checked_today(today: object, state: Mapping) -> dict:
    """A copy of a day's record; BadInput for what is none, and for a day that the state has settled already."""
    if not isinstance(today, Mapping) or "contract" not in today:
        raise BadInput("not the record of a day", value=today, allowed="what open_day() or do_act() gave")
    for name, kind in _TODAY.items():
        if not isinstance(today.get(name), kind):
            raise BadInput(f"{name} is missing or has the wrong type", where="day", value=today.get(name), allowed=kind.__name__)
    if today["age_days"] != state["age_days"]:
        allowed = f"acts of day {state['age_days']}; a completion can be undone until the sync, not after it"
        raise BadInput("the day is settled, or not yet begun", where="day", value=today["age_days"], allowed=allowed)
    if today["contract"] is not None:
        checked_contract(today["contract"], state["age_days"], is_dated=True)
    keys = {goal_key(title) for title in _titles(today)}
    for name in ("completed", "proofs"):
        for key in today[name]:
            if key not in keys:
                raise unknown(f"goal among {name}", key, keys, "day")
    _check_requests(today)
    lists = {name: list(today[name]) for name in ("completed", "proofs", "sent")}
    return {**today, **lists, "requests": dict(today["requests"])}


def _check_requests(today: Mapping) -> None:
    for name, answer in today["requests"].items():
        if not isinstance(answer, Mapping) or any(key not in answer for key in ("act", "accepted", "reason", "rows", "deliver")):
            raise BadInput("a request without its answer", where="day", value=name, allowed="what do_act() kept")
    kept = [answer["act"] for answer in today["requests"].values() if answer["accepted"]]
    for sent in today["sent"]:
        if not isinstance(sent, Mapping) or sent not in kept:
            raise BadInput("an act that no request made", where="day, sent", value=sent, allowed="what do_act() kept")


def _titles(today: Mapping) -> list[str]:
    return [goal["title"] for goal in (today["contract"] or {}).get("goals", [])]


def _checked_act(act: object, today: Mapping) -> dict:
    kind = act.get("type") if isinstance(act, Mapping) else None
    if not isinstance(kind, str) or kind not in ACTS:
        raise unknown("act", kind, ACTS, "day")
    for name in act:
        if name not in ("type", "id", *ACTS[kind]):
            raise unknown(f"key of {kind}", name, ("type", "id", *ACTS[kind]), "day")
    for name in ("id", *ACTS[kind]):
        wanted = (int, float) if name in ("inappropriate", "similarity") else str
        value = act.get(name)
        if not isinstance(value, wanted) or isinstance(value, bool) or value == "":
            raise BadInput(f"an act's {name} is missing or has the wrong type", where=f"day, {kind}", value=value)
        if wanted is not str and not 0.0 <= value <= 1.0:
            raise BadInput(f"{name} is out of range", where=f"day, {kind}", value=value, allowed="0 to 1")
    if "goal" in act and goal_key(act["goal"]) not in map(goal_key, _titles(today)):
        raise unknown("goal", act["goal"], _titles(today), "contract")
    return dict(act)


def _of_goal(today: dict, act: dict, rules) -> dict:
    key, done = goal_key(act["goal"]), today["completed"]
    accepted, reason = True, "completed; its grains turn golden at the sync"
    if act["type"] == "complete":
        today["completed"] = sorted({*done, key})
        reason = "completed already" if key in done else reason
    elif act["type"] == "undo":
        today["completed"] = [k for k in done if k != key]
        reason = "open again" if key in done else "was not completed"
    else:
        verdict = proof_verdict(float(act["inappropriate"]), float(act["similarity"]), rules.proofs)
        accepted, reason = verdict == 1, VERDICTS[verdict]
        today["proofs"] = sorted({*today["proofs"], key}) if accepted else today["proofs"]
    return {"accepted": accepted, "reason": reason, "rows": [], "deliver": None}


def _social(today: dict, act: dict, state: Mapping, rules) -> dict:
    kind = act["type"]
    reserve = hundredths(float((today["contract"] or {}).get("reserve", 0.0)))
    reason = refusal(kind, state, reserve, [sent["type"] for sent in today["sent"]], rules)
    if act["to"] == today["user"]:
        reason = f"a {kind} to oneself"
    if reason is not None:
        return {"accepted": False, "reason": reason, "rows": [], "deliver": None}
    today["sent"] = [*today["sent"], {"type": kind, "to": act["to"], "id": act["id"]}]
    rows = act_rows(kind, act["to"], state, rules)
    reason = f"sent, for {grains_of(rows[0]['centigrains'] if rows else 0):g} grains"
    return {"accepted": True, "reason": reason, "rows": rows, "deliver": arrival(kind, act["id"], rules)}
