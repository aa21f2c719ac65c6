"""Boosts, comments and transfusions of one user and day: what they cost, why one is refused, their rows (RULES 1.10)."""

from collections.abc import Mapping, Sequence

from ..errors import BadInput, require_between, unknown
from ..rules import (
    acts_left,
    boost_burn,
    boost_cost,
    boost_subsidy,
    boosts_affordable,
    comments_affordable,
    grains_of,
    transfusion_allowed,
)
from ..rules.ledger import BOOST_BURN, BOOST_IN, BOOST_OUT, BOOST_SUBSIDY, COMMENT_COST, TRANSFUSION_IN, TRANSFUSION_OUT
from ..values import RuleValues
from .ledger import row
from .state import ARRIVALS_KEPT_DAYS

SENT = {"boost": "boosts_per_day", "comment": "comments_per_day", "transfusion": "transfusions_per_day"}
ARRIVING = {"boost": BOOST_IN, "transfusion": TRANSFUSION_IN}
MOST_ACTS = 1000  # acts of one user on one day; more is a fault, not a person
MOST_ARRIVALS = 10_000  # arrivals of one user on one day
_MOST_CENTIGRAINS = 10**6


def act_cost(kind: str, state: Mapping, rules: RuleValues) -> int:
    """Centigrains that an act takes from the sender: a boost or comment from the day's reserve, a transfusion from the heritage."""
    if kind == "boost":
        return boost_cost(int("boost_discount" in state["perks"]), rules.grains, rules.perks)
    return rules.grains.comment_cost_centigrains if kind == "comment" else rules.grains.transfusion_centigrains


def reserve_left(state: Mapping, reserve: int, sent: Sequence[str], rules: RuleValues) -> int:
    """Centigrains of the day's reserve after the acts sent so far, given by kind."""
    return reserve - sum(act_cost(kind, state, rules) for kind in sent if kind != "transfusion")


def refusal(kind: str, state: Mapping, reserve: int, sent: Sequence[str], rules: RuleValues) -> str | None:
    """Why one more act of a kind is refused after those sent today (given by kind), else None.

    What arrives or is earned today counts from tomorrow, so the heritage that a transfusion needs is this morning's, less the
    transfusions already sent: the order of a day's acts decides which are refused, never how much leaves in all.
    """
    g, s, done = rules.grains, rules.social, sent.count(kind)
    if acts_left(done, getattr(s, SENT[kind]), s) == 0:
        return f"the daily cap of {getattr(s, SENT[kind])} {kind}s is reached"
    left = reserve_left(state, reserve, sent, rules)
    if kind == "boost" and boosts_affordable(left, done, int("boost_discount" in state["perks"]), g, rules.perks, s) == 0:
        return _short("a boost", act_cost(kind, state, rules), "the day's reserve", left)
    if kind == "comment" and comments_affordable(left, done, g, s) == 0:
        return _short("a comment", act_cost(kind, state, rules), "the day's reserve", left)
    heritage = state["heritage_centigrains"] - done * g.transfusion_centigrains
    if kind == "transfusion" and not transfusion_allowed(heritage, done, g, s):
        return _short("a transfusion", g.transfusion_centigrains, "this morning's heritage, less what was sent,", heritage)
    return None


def _short(what: str, cost: int, where: str, left: int) -> str:
    return f"{what} costs {grains_of(cost):g} grains and {where} holds {grains_of(left):g}"


def act_rows(kind: str, to: str, state: Mapping, rules: RuleValues) -> list[dict]:
    """The sender's ledger rows of an act: what is paid, what a perk adds, what is burnt."""
    g, cost = rules.grains, act_cost(kind, state, rules)
    if kind == "comment":
        rows = [row(COMMENT_COST, cost, f"a comment to {to}", g)]
    elif kind == "transfusion":
        rows = [row(TRANSFUSION_OUT, cost, f"a transfusion to {to}, which arrives tomorrow", g)]
    else:
        rows = [
            row(BOOST_OUT, cost, f"a boost to {to}, which arrives tomorrow", g),
            row(BOOST_SUBSIDY, boost_subsidy(cost, g), "what the boost is worth beyond its cost", g),
            row(BOOST_BURN, boost_burn(cost, g), "what the boost costs beyond its worth", g),
        ]
    return [r for r in rows if r["centigrains"] > 0]


def arrival(kind: str, act_id: str, rules: RuleValues) -> dict | None:
    """What the receiver's settlement of tomorrow takes as one of its `arrivals`; None for a comment, which moves no grains."""
    worth = {"boost": rules.grains.boost_benefit_centigrains, "transfusion": rules.grains.transfusion_centigrains}
    return {"type": kind, "id": act_id, "centigrains": worth[kind]} if kind in worth else None


def sent_rows(new: dict, sent: object, reserve: int, rules: RuleValues) -> list[dict]:
    """The rows of a day's sent acts, counted in the state; BadInput for one that the whole day's limits refuse."""
    rows, kinds = [], []
    for act in _listed("sent", sent, SENT, MOST_ACTS):
        reason = refusal(act["type"], new, reserve, kinds, rules)
        if reason:
            raise BadInput(f"an act that the day does not allow ({reason})", where="day, sent", value=act)
        kinds.append(act["type"])
        rows += act_rows(act["type"], str(act.get("to", "another user")), new, rules)
    new["boosts_sent"] += kinds.count("boost")
    new["transfusions_sent"] += kinds.count("transfusion")
    new["comments"] += kinds.count("comment")
    return rows


def arrival_rows(new: dict, arrivals: object, rules: RuleValues) -> list[dict]:
    """The rows of what arrived since yesterday, counted in the state; an id that arrived in the last days is not paid again."""
    day, rows = new["age_days"], []
    for item in _listed("arrivals", arrivals, ARRIVING, MOST_ARRIVALS):
        amount = item.get("centigrains")
        if type(amount) is not int:
            raise BadInput("an arrival's centigrains are not a whole number", where="day, arrivals", value=item)
        require_between("centigrains", amount, 0, _MOST_CENTIGRAINS, "day, arrivals", "centigrains")
        if item["id"] in new["arrived"]:
            continue
        new["arrived"][item["id"]] = day
        new[f"{item['type']}s_received"] += 1
        if amount:
            rows.append(row(ARRIVING[item["type"]], amount, f"a {item['type']} received", rules.grains))
    new["arrived"] = {name: at for name, at in new["arrived"].items() if day - at < ARRIVALS_KEPT_DAYS}
    return rows


def _listed(name: str, acts: object, kinds: Mapping, most: int) -> list[Mapping]:
    """A list of acts with a known type and, each, an id of its own; BadInput for anything else."""
    if not isinstance(acts, (list, tuple)):
        raise BadInput(f"{name} is not a list", where="day", value=acts, allowed="a list of acts")
    require_between(f"the number of {name}", len(acts), 0, most, "day")
    seen: set[str] = set()
    for act in acts:
        kind = act.get("type") if isinstance(act, Mapping) else act
        if not isinstance(kind, str) or kind not in kinds:
            raise unknown("type of act", kind, kinds, f"day, {name}")
        if not isinstance(act.get("id"), str) or not act["id"] or act["id"] in seen:
            raise BadInput("an act's id is missing or there twice", where=f"day, {name}", value=act, allowed="an id of its own")
        seen.add(act["id"])
    return list(acts)
