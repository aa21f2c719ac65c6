"""Random parameter values and random lives of three users who boost, comment and transfuse, for property tests.

`examples(n)` is how many a test tries; HOURGLASS_LONG=1 tries 25 times as many, on demand. `TRIED` counts them.
"""

import os
from collections import Counter

import hourglass_policy as hp
from hourglass_policy import BadInput
from hourglass_policy.backend import close_day, do_act, initial_state, open_contract, open_day
from hourglass_policy.parameter_checks import FALLING, RISING, STRICTLY_RISING
from hypothesis import assume, settings
from hypothesis import strategies as st

TITLES = ("Run", "Read a book", "Drink water", "walk in the very big old park", "Méditer", "", "水を飲む", "Brush teeth")[:5]
USERS = ("anna", "bo", "chloé")
LONG = os.environ.get("HOURGLASS_LONG") == "1"
TRIED: Counter[str] = Counter()
KEPT = ("levels.max_level",)  # the catalogue's content is checked against it, so a release changes both


def examples(number):
    """Hypothesis settings for so many examples, 25 times as many when asked for by HOURGLASS_LONG=1."""
    return settings(max_examples=number * (25 if LONG else 1), deadline=None, derandomize=not LONG)


def _value(p):
    if p.kind == "choice":
        return st.sampled_from(p.choices)
    if p.kind == "bool":
        return st.booleans()
    if p.kind == "int":
        return st.one_of(st.sampled_from((p.low, p.high)), st.integers(int(p.low), int(p.high)))
    hundredths = st.integers(int(p.low * 100), int(p.high * 100)).map(lambda n: n / 100.0)
    return st.one_of(st.sampled_from((p.low, p.high)), hundredths, st.floats(p.low, p.high))


@st.composite
def policies(
    draw, groups=("grains", "devaluation", "ratio", "seasons", "phoenix", "social", "xp", "levels", "perks", "valuation")
):
    """A policy with up to a dozen parameters at random values, the orders that must hold between them put right."""
    TRIED["policies"] += 1
    preset = draw(st.sampled_from(["documented", "as_deployed"]))
    base = hp.load("baseline").with_preset(preset)
    names = sorted(name for name in base.parameters if name.partition(".")[0] in groups and name not in KEPT)
    chosen = draw(st.lists(st.sampled_from(names), max_size=12, unique=True))
    values = {name: draw(_value(base.parameters[name])) for name in chosen}
    everything = base.parameters.values_by_name() | values
    for order, falls in [*((o, False) for o in (*RISING, *STRICTLY_RISING)), *((o, True) for o in FALLING)]:
        if any(name in values for name in order):
            values |= dict(zip(order, sorted((everything[name] for name in order), reverse=falls), strict=True))
    try:
        return base.with_values(values)
    except BadInput:
        assume(False)


ACT = st.tuples(st.sampled_from(["boost", "comment", "transfusion"]), st.integers(0, 2), st.booleans())
DAY = st.fixed_dictionaries(
    {
        "titles": st.lists(st.sampled_from(TITLES), max_size=3, unique=True),
        "done": st.integers(0, 7),
        "held": st.sampled_from([0.0, 0.0, 0.5, 1.0]),
        "acts": st.lists(ACT, max_size=4),
        "opened": st.booleans(),
    }
)


@st.composite
def lives(draw, most_days=45):
    """Days of three users; a few drawn days repeat in turn, so that long lives stay cheap to draw."""
    TRIED["lives"] += 1
    week = draw(st.lists(st.lists(DAY, min_size=3, max_size=3), min_size=1, max_size=7))
    days = draw(st.integers(1, most_days))
    return [week[day % len(week)] for day in range(days)]


def lived(policy, days, note):
    """Live the days through the backend; `note(day, user, before, today, result, pending)` hears of every settlement."""
    states = {user: initial_state() for user in USERS}
    pending: dict[str, list] = {user: [] for user in USERS}
    for number, of_day in enumerate(days):
        sent: dict[str, list] = {user: [] for user in USERS}
        for user, plan in zip(USERS, of_day, strict=True):
            before = states[user]
            today = the_day(policy, before, user, number, plan, sent)
            facts = {"arrivals": pending[user]} | ({"opened": True} if plan["opened"] or plan["titles"] else {})
            result = close_day(before, today, facts, policy)
            TRIED["user-days"] += 1
            states[user] = result["state"]
            note(number, user, before, today, result, plan)
        pending = sent
        note(number, None, None, None, pending, None)
    return states


def the_day(policy, state, user, number, plan, sent):
    """A user's day as planned: every act is requested twice, as after a lost answer."""
    most = policy.rules.grains.max_goals
    reserve = plan["held"] * policy.rules.grains.social_reserve_centigrains / 100.0
    titles = plan["titles"][:most]
    contract = open_contract(titles, reserve, state=state, policy=policy) if titles else None
    today = open_day(state, user, contract)
    acts = [{"type": "complete", "goal": title} for k, title in enumerate(titles) if plan["done"] >> k & 1]
    acts += [{"type": kind, "to": USERS[to]} for kind, to, _ in plan["acts"]]
    for k, act in enumerate(acts):
        request = {**act, "id": f"{user}-{number}-{k}"}
        first = do_act(state, today, request, policy)
        again = do_act(state, first["today"], request, policy)
        assert again["repeated"]
        assert again["today"] == first["today"]
        if first["deliver"]:
            sent[act["to"]].append(first["deliver"])
        today = again["today"]
    return today
