"""Challenges: one shared total or a ranking, over some days of the year (RULES 1.14).

A participant is whoever adds at least `minimum` to the counter during the challenge; the score is what they added. A collective
challenge pays when the participants' scores together reach the target (see `rules.challenges`), a competitive one always. The
ranking goes by score, the greater first; among equals the smaller user number (the earlier sign-up) is first, so it is stable.
"""

from typing import NamedTuple

from ..errors import BadInput, require_between, unknown
from .counters import COUNTERS
from .dates import MonthDay, read_period
from .reading import Key, checked, require_unique
from .rewards import REWARD_KEYS, Reward, read_reward

KINDS = ("collective", "competitive")
RECIPIENTS = ("all", "top", "threshold")
_CHALLENGE = {
    "id": Key(str),
    "fr": Key(str),
    "en": Key(str),
    "description_fr": Key(str),
    "description_en": Key(str),
    "kind": Key(str),
    "counter": Key(str),
    "target": Key(int, False),
    "population": Key(int, False),
    "scales": Key(bool, False),
    "minimum": Key(int, False),
    "start": Key(str),
    "end": Key(str),
    "rewards": Key(list),
}
_EXTRA = {"to": Key(str), "places": Key(int, False), "share": Key(float, False)}


class Prize(NamedTuple):
    """A reward and who gets it: all participants, the top `places`, or all participants once `share` of the target is reached."""

    to: str
    places: int
    share: float
    reward: Reward


class Challenge(NamedTuple):
    """A challenge; `target` is in the counter's unit for `population` active users (both 0 when competitive), and grows and shrinks
    with the population when `scales`; `minimum` in the counter's unit makes a participant; dates are (month, day), both included."""

    id: str
    fr: str
    en: str
    description_fr: str
    description_en: str
    kind: str
    counter: str
    target: int
    population: int
    scales: bool
    minimum: int
    start: MonthDay
    end: MonthDay
    prizes: tuple[Prize, ...]


def read_challenges(table: dict, where: str) -> tuple[Challenge, ...]:
    """Challenges from their TOML; BadInput names the challenge and the key."""
    checked(table, {"challenges": Key(list)}, where)
    rows = table["challenges"]
    names = [row.get("id", i + 1) if isinstance(row, dict) else i + 1 for i, row in enumerate(rows)]
    challenges = tuple(_challenge(row, f"{where}, challenge {name}") for name, row in zip(names, rows, strict=True))
    for what in ("id", "fr", "en"):
        require_unique((getattr(c, what) for c in challenges), f"challenge {what}", where)
    return challenges


def _challenge(row: object, where: str) -> Challenge:
    table = checked(row, _CHALLENGE, where)
    if table["kind"] not in KINDS:
        raise unknown("kind", table["kind"], KINDS, where)
    _check_counter(table["counter"], where)
    target, population, scales = _target(table, where)
    minimum = table.get("minimum", 1)
    require_between("minimum", minimum, 1, 10**6, where)
    start, end = read_period(table["start"], table["end"], where)
    prizes = tuple(_prize(prize, table["kind"], f"{where}, reward {i + 1}") for i, prize in enumerate(table["rewards"]))
    if not prizes:
        raise BadInput("no reward", where=where, allowed="at least one")
    texts = [table[key] for key in ("id", "fr", "en", "description_fr", "description_en", "kind", "counter")]
    return Challenge(*texts, target, population, scales, minimum, start, end, prizes)


def _check_counter(name: str, where: str) -> None:
    growing = [counter for counter, facts in COUNTERS.items() if not facts.falls]
    if name not in COUNTERS:
        raise unknown("counter", name, growing, where)
    if COUNTERS[name].falls:
        allowed = f"one that only grows: {', '.join(growing[:6])}, …"
        raise BadInput(f"{name} can fall, so nobody can add to it", where=f"{where}, counter", value=name, allowed=allowed)


def _target(table: dict, where: str) -> tuple[int, int, bool]:
    """Target, population and whether they scale; a ranking has none of them."""
    own = ("target", "population", "scales")
    if table["kind"] == "competitive":
        for key in own:
            if key in table:
                raise BadInput(f"a competitive challenge has no {key}", where=where, value=table[key], allowed=f"remove {key}")
        return 0, 0, False
    for key in own[:2]:
        if key not in table:
            raise BadInput(
                f"{key} is missing", where=where, allowed=f"add `{key} = …`: a collective challenge has one shared total"
            )
    require_between("target", table["target"], 1, 10**10, where)
    require_between("population", table["population"], 1, 10**9, where)
    return table["target"], table["population"], table.get("scales", True)


def _prize(row: object, kind: str, where: str) -> Prize:
    table = checked(row, {**_EXTRA, **REWARD_KEYS}, where)
    to = table["to"]
    if to not in RECIPIENTS:
        raise unknown("recipient", to, RECIPIENTS, where)
    if to == "threshold" and kind != "collective":
        raise BadInput("a threshold needs a shared total", where=where, value=kind, allowed="`to` all or top, or kind collective")
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
