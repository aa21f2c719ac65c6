"""A day act by act: nothing is farmed by undoing, by repeating or by the order of acts."""

import json
from itertools import permutations

import hourglass_policy as hp
import pytest
from hourglass_policy import BadInput
from hourglass_policy.backend import close_day, do_act, initial_state, open_contract, open_day, settle_day
from hypothesis import given
from hypothesis import strategies as st
from random_lives import examples, policies

THREE = ["Run", "Read a book", "Drink water"]


def opened(reserve=0.6, state=None, policy=None):
    state = state or {**initial_state(), "heritage_centigrains": 150}
    return state, open_day(state, "anna", open_contract(THREE, reserve, state=state, policy=policy))


def done(state, today, acts, policy=None):
    """The day after some acts, and their answers."""
    answers = []
    for k, act in enumerate(acts):
        answer = do_act(state, today, {"id": f"r{k}", **act}, policy)
        today = answer["today"]
        answers.append(answer)
    return today, answers


def to(kind, user="bo"):
    return {"type": kind, "to": user}


CHECKS = st.lists(st.tuples(st.sampled_from(["complete", "undo"]), st.sampled_from(THREE)), max_size=25)


@examples(80)
@given(CHECKS, policies(groups=("grains", "xp", "phoenix", "devaluation")))
def test_checking_and_unchecking_ends_exactly_where_its_net_effect_does(checks, policy):
    policy = policy.with_values({"grains.max_goals": 3})
    state, today = opened(0.0, policy=policy)
    after, _ = done(state, today, [{"type": kind, "goal": goal} for kind, goal in checks], policy)
    last = {goal: kind for kind, goal in checks}
    net, _ = done(state, today, [{"type": "complete", "goal": goal} for goal in THREE if last.get(goal) == "complete"], policy)
    facts = {"opened": True}
    assert close_day(state, after, facts, policy) == close_day(state, net, facts, policy)


def test_an_undone_completion_gives_back_grains_xp_and_counters_and_needs_no_new_proof_when_done_again():
    state, today = opened()
    untouched = close_day(state, today, {"opened": True})
    proof = {"type": "proof", "goal": "Run", "inappropriate": 0.1, "similarity": 0.9}
    checked, _ = done(state, today, [{"type": "complete", "goal": "run "}, proof])
    assert close_day(state, checked)["xp"]["reasons"] == [
        {"xp": 100, "reason": "1 goals completed"},
        {"xp": 30, "reason": "1 proofs"},
    ]
    undone, _ = done(state, today, [{"type": "complete", "goal": "run "}, proof, {"type": "undo", "goal": "RUN"}])
    assert close_day(state, undone) == untouched


def test_after_the_sync_nothing_can_be_undone():
    state, today = opened()
    today, _ = done(state, today, [{"type": "complete", "goal": "Run"}])
    settled = close_day(state, today)["state"]
    with pytest.raises(BadInput, match="a completion can be undone until the sync, not after it"):
        do_act(settled, today, {"type": "undo", "goal": "Run", "id": "late"})


def test_the_same_request_again_gives_the_same_answer_and_changes_nothing():
    state, today = opened()
    boost = {**to("boost"), "id": "b"}
    first = do_act(state, today, boost)
    again = do_act(state, json.loads(json.dumps(first["today"])), boost)
    assert (first["repeated"], again["repeated"]) == (False, True)
    assert {k: v for k, v in again.items() if k != "repeated"} == {k: v for k, v in first.items() if k != "repeated"}
    with pytest.raises(BadInput, match="one request id on two different acts"):
        do_act(state, first["today"], {**to("comment"), "id": "b"})


def test_a_retried_completion_does_not_undo_its_undoing():
    state, today = opened()
    complete, undo = {"type": "complete", "goal": "Run", "id": "1"}, {"type": "undo", "goal": "Run", "id": "2"}
    for act in (complete, undo, complete):
        today = do_act(state, today, act)["today"]
    assert today["completed"] == []


def test_a_boost_leaves_the_reserve_arrives_tomorrow_and_pays_xp():
    state, today = opened()
    today, (answer,) = done(state, today, [to("boost")])
    assert [(r["type"], r["centigrains"], r["from"], r["to"]) for r in answer["rows"]] == [
        ("boost_out", 20, "day_reserve", "in_transit")
    ]
    sender = close_day(state, today)
    assert (sender["state"]["boosts_sent"], sender["heritage"], sender["xp"]["total"]) == (1, 1.5, 20)
    receiver = settle_day(initial_state(), None, [], {"arrivals": [answer["deliver"]]})
    assert (receiver["heritage"], receiver["state"]["boosts_received"]) == (0.2, 1)
    again = settle_day(receiver["state"], None, [], {"arrivals": [answer["deliver"]]})
    assert (again["heritage"], again["state"]["boosts_received"]) == (0.2, 1)


def test_with_the_discount_the_sender_pays_16_and_the_perk_the_other_4():
    state = {**initial_state(), "perks": ["boost_discount"]}
    state, today = opened(state=state)
    _, (answer,) = done(state, today, [to("boost")])
    assert [(r["type"], r["centigrains"]) for r in answer["rows"]] == [("boost_out", 16), ("boost_subsidy", 4)]
    assert answer["deliver"]["centigrains"] == 20


def test_a_boost_dearer_than_its_worth_burns_the_rest():
    policy = hp.load().with_values({"grains.boost_cost": 0.3})
    state, today = opened(policy=policy)
    _, (answer,) = done(state, today, [to("boost")], policy)
    assert [(r["type"], r["centigrains"]) for r in answer["rows"]] == [("boost_out", 30), ("boost_burn", 10)]


def test_a_transfusion_takes_this_mornings_heritage_and_pays_the_receiver_50_xp():
    state, today = opened()
    today, (answer,) = done(state, today, [to("transfusion")])
    assert close_day(state, today)["heritage"] == 0.5
    receiver = settle_day(initial_state(), None, [], {"arrivals": [answer["deliver"]]})
    assert (receiver["heritage"], receiver["xp"]["total"], receiver["state"]["transfusions_received"]) == (1.0, 50, 1)


@pytest.mark.parametrize(
    ("acts", "heritage", "reason"),
    [
        ([to("boost")] * 4, 0, "a boost costs 0.2 grains and the day's reserve holds 0"),
        ([to("boost")] * 2 + [to("comment")] * 3, 0, "a comment costs 0.1 grains and the day's reserve holds 0"),
        ([to("transfusion")], 99, "a transfusion costs 1 grains and this morning's heritage, less what was sent, holds 0.99"),
        ([to("transfusion")] * 2, 500, "the daily cap of 1 transfusions is reached"),
        ([{"type": "complete", "goal": "Run"}, to("transfusion")], 0, "holds 0"),
        ([to("boost", "anna")], 0, "a boost to oneself"),
        ([{"type": "proof", "goal": "Run", "inappropriate": 0.6, "similarity": 0.9}], 0, "inappropriate content"),
    ],
)
def test_the_last_act_is_refused_with_its_reason(acts, heritage, reason):
    state, today = opened(state={**initial_state(), "heritage_centigrains": heritage})
    _, answers = done(state, today, acts)
    assert [a["accepted"] for a in answers] == [True] * (len(acts) - 1) + [False]
    assert reason in answers[-1]["reason"]
    assert answers[-1]["rows"] == []


def test_without_a_contract_or_a_reserve_there_is_nothing_to_boost_with():
    state = initial_state()
    _, (answer,) = done(state, open_day(state, "anna"), [to("boost")])
    assert not answer["accepted"]


def test_the_settlement_itself_refuses_what_the_day_does_not_allow():
    state, today = opened()
    sent = [{"type": "boost", "to": "bo", "id": str(k)} for k in range(4)]
    with pytest.raises(BadInput, match="an act that the day does not allow"):
        settle_day(state, today["contract"], [], {"sent": sent})


@pytest.mark.parametrize("preset", ["documented", "as_deployed"])
def test_whatever_the_order_of_a_days_acts_no_limit_is_passed(preset):
    policy = hp.load(preset=preset)
    for order in set(permutations(["boost", "boost", "comment", "comment", "transfusion", "transfusion"])):
        state, today = opened(policy=policy)
        today, answers = done(state, today, [to(kind) for kind in order], policy)
        rows = [r for a in answers for r in a["rows"]]
        assert sum(r["centigrains"] for r in rows if r["from"] == "day_reserve") == 60  # 2 boosts and 2 comments: all of it
        assert sum(r["centigrains"] for r in rows if r["from"] == "user_heritage") == 100  # 1.50 holds one transfusion
        assert close_day(state, today, None, policy)["heritage"] == (0.5 if preset == "documented" else -8.9)


ANY = st.lists(st.sampled_from(["boost", "comment", "transfusion"]), max_size=14)


@examples(120)
@given(st.data(), ANY, policies(groups=("grains", "social", "perks")), st.integers(-300, 2000), st.floats(0.0, 1.0))
def test_no_permutation_of_acts_spends_more_than_there_is(data, kinds, policy, heritage, held):
    policy = policy.with_values({"grains.max_goals": 3})
    g, s = policy.rules.grains, policy.rules.social
    reserve = held * g.social_reserve_centigrains / 100.0
    state, today = opened(reserve, {**initial_state(), "heritage_centigrains": heritage}, policy)
    order = data.draw(st.permutations(kinds))
    _, answers = done(state, today, [to(kind) for kind in order], policy)
    sent = [kind for kind, a in zip(order, answers, strict=True) if a["accepted"]]
    rows = [r for a in answers for r in a["rows"]]
    assert sum(r["centigrains"] for r in rows if r["from"] == "day_reserve") <= round(today["contract"]["reserve"] * 100)
    assert sent.count("transfusion") * g.transfusion_centigrains <= max(heritage, 0)
    assert sent.count("transfusion") == min(
        kinds.count("transfusion"),
        max(heritage, 0) // g.transfusion_centigrains,
        s.transfusions_per_day if s.caps_enabled else len(kinds),
    )
    if s.caps_enabled:
        assert sent.count("boost") <= s.boosts_per_day
        assert sent.count("comment") <= s.comments_per_day


@pytest.mark.parametrize(
    "act",
    [
        None,
        5,
        {"type": "bosst", "to": "bo", "id": "1"},
        {"type": "boost", "id": "1"},
        {"type": "boost", "to": "bo"},
        {"type": "boost", "to": 5, "id": "1"},
        {"type": "boost", "to": "bo", "id": "1", "amount": 5},
        {"type": "complete", "goal": "Rum", "id": "1"},
        {"type": "proof", "goal": "Run", "inappropriate": "x", "similarity": 0.5, "id": "1"},
        {"type": "proof", "goal": "Run", "inappropriate": 0.1, "similarity": 1.5, "id": "1"},
        {"type": ["boost"], "id": "1"},
    ],
)
def test_an_act_that_is_none_is_refused(act):
    state, today = opened()
    with pytest.raises(BadInput):
        do_act(state, today, act)


@pytest.mark.parametrize(
    "arrivals",
    [
        5,
        [5],
        [{"type": "comment", "id": "1", "centigrains": 1}],
        [{"type": "boost", "centigrains": 20}],
        [{"type": "boost", "id": "1", "centigrains": 0.2}],
        [{"type": "boost", "id": "1", "centigrains": -20}],
        [{"type": "boost", "id": "1", "centigrains": 20}] * 2,
    ],
)
def test_an_arrival_that_is_none_is_refused(arrivals):
    with pytest.raises(BadInput):
        settle_day(initial_state(), None, [], {"arrivals": arrivals})


@pytest.mark.parametrize("today", [None, {}, {"contract": None}, {**open_day(initial_state(), "a"), "completed": 5}])
def test_what_is_no_day_is_refused(today):
    with pytest.raises(BadInput):
        do_act(initial_state(), today, {**to("boost"), "id": "1"})
    with pytest.raises(BadInput):
        close_day(initial_state(), today)
