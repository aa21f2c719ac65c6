"""Challenges: one shared total or a ranking, over some days of the year (RULES 1.14)."""

from typing import NamedTuple

from ..errors import BadInput, require_between, unknown
from .counters import COUNTERS
from .dates import read_period
from .reading import Key, checked, require_unique
from .rewards import REWARD_KEYS, Reward, read_reward

KINDS = ("collective", "competitive")
RECIPIENTS = ("all", "top", "threshold")
_CHALLENGE = {
    "id": Key(str),
    "fr": Key(str),
    "en": Key(str),
    "kind": Key(str),
    "counter": Key(str),
    "target": Key(int),
    "population": Key(int),
    "start": Key(str),
    "end": Key(str),
    "rewards": Key(list),
}
_EXTRA = {"to": Key(str), "places": Key(int, False), "share": Key(float, False)}


class Prize(NamedTuple):
    """A reward and who gets it: all, the top `places`, or all once `share` of the target is reached."""

    to: str
    places: int
    share: float
    reward: Reward


class Challenge(NamedTuple):
    """A challenge; `target` is in the counter's unit for `population` active users; dates are (month, day)."""

    id: str
    fr: str
    en: str
    kind: str
    counter: str
    target: int
    population: int
    start: tuple[int, int]
    end: tuple[int, int]
    prizes: tuple[Prize, ...]


def read_challenges(table: dict, where: str) -> tuple[Challenge, ...]:
    """Challenges from their TOML; BadInput names the challenge and the key."""
    checked(table, {"challenges": Key(list)}, where)
    challenges = tuple(_challenge(row, f"{where}, challenge {i + 1}") for i, row in enumerate(table["challenges"]))
    require_unique((c.id for c in challenges), "challenge id", where)
    return challenges


def _challenge(row: object, where: str) -> Challenge:
    table = checked(row, _CHALLENGE, where)
    if table["kind"] not in KINDS:
        raise unknown("kind", table["kind"], KINDS, where)
    if table["counter"] not in COUNTERS:
        raise unknown("counter", table["counter"], COUNTERS, where)
    require_between("target", table["target"], 1, 10**12, where)
    require_between("population", table["population"], 1, 10**9, where)
    start, end = read_period(table["start"], table["end"], where)
    prizes = tuple(_prize(prize, f"{where}, reward {i + 1}") for i, prize in enumerate(table["rewards"]))
    if not prizes:
        raise BadInput("no reward", where=where, allowed="at least one")
    texts = [table[key] for key in ("id", "fr", "en", "kind", "counter", "target", "population")]
    return Challenge(*texts, start, end, prizes)


def _prize(row: object, where: str) -> Prize:
    table = checked(row, {**_EXTRA, **REWARD_KEYS}, where)
    to = table["to"]
    if to not in RECIPIENTS:
        raise unknown("recipient", to, RECIPIENTS, where)
    for key, needed in (("places", "top"), ("share", "threshold")):
        if (key in table) != (to == needed):
            raise BadInput(
                f"{key} belongs to `to = {needed!r}`, and there only", where=where, value=to, allowed=f"{key} with {needed}"
            )
    places, share = table.get("places", 0), float(table.get("share", 0.0))
    if to == "top":
        require_between("places", places, 1, 10**6, where)
    if to == "threshold":
        require_between("share", share, 0.01, 10.0, where)
    return Prize(to, places, share, read_reward({k: v for k, v in table.items() if k in REWARD_KEYS}, where))
