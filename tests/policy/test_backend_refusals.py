"""Whatever a backend hands over wrongly is refused in one line, never by another exception, and is never booked."""

import json
from datetime import datetime

import pytest
from hourglass_policy import BadInput, load
from hourglass_policy.backend import (
    add_contract,
    close_day,
    decide_notifications,
    do_act,
    history_after_day,
    initial_history,
    initial_state,
    notification_facts,
    open_contract,
    open_day,
    settle_day,
)

GOAL = {"title": "Run", "share": 10.0, "share_centigrains": 1000, "is_micro_victory": False}


@pytest.mark.parametrize("reserve", [None, "1", [], float("nan")])
def test_a_reserve_that_is_no_number_is_refused(reserve):
    with pytest.raises(BadInput, match="reserve is out of range"):
        open_contract(["Run"], reserve=reserve)


@pytest.mark.parametrize(
    "contract",
    [
        5,
        "Run",
        {"goals": 5},
        {"goals": ["Run"]},
        {"goals": [{}]},
        {"goals": [{**GOAL, "title": 5}]},
        {"goals": [{**GOAL, "share_centigrains": "1000"}]},
        {"goals": [{**GOAL, "share_centigrains": 2.5}]},
        {"goals": [{**GOAL, "share_centigrains": -500}]},
        {"goals": [{**GOAL, "share_centigrains": 10**9}]},
        {"goals": [{**GOAL, "is_micro_victory": None}]},
        {"goals": [GOAL, {**GOAL, "title": " run "}]},
    ],
)
def test_a_contract_that_cannot_be_settled_is_refused(contract):
    with pytest.raises(BadInput):
        settle_day(initial_state(), contract, [])


def test_a_contract_may_carry_a_backends_own_keys():
    contract = {"id": 7, "goals": [{**GOAL, "id": "g1"}], "age_days": 0}
    assert settle_day(initial_state(), contract, ["run"])["heritage"] == 10.0


@pytest.mark.parametrize("completed", [None, 5, "Run", [None], [["Run"]]])
def test_completed_titles_must_be_a_list_of_texts(completed):
    with pytest.raises(BadInput):
        settle_day(initial_state(), open_contract(["Run"]), completed)


@pytest.mark.parametrize("day", [5, [], "x", {"opened": "no"}, {"opened": 5}, {"opened": False, "opened_hour": 9}])
def test_an_impossible_day_is_refused(day):
    with pytest.raises(BadInput):
        settle_day(initial_state(), None, [], day)


def test_an_opening_hour_is_an_opening():
    assert settle_day(initial_state(), None, [], {"opened_hour": 9})["state"]["last_open_day"] == 0
    assert settle_day(initial_state(), None, [])["state"]["last_open_day"] == -1


@pytest.mark.parametrize(
    "change",
    [
        {"age_days": -3},
        {"age_days": 40},
        {"xp": -5},
        {"level": 0},
        {"grains_per_day": ["a"]},
        {"season": "Automne"},
        {"seasons_seen": [5]},
        {"perks": [5]},
        {"goals": {"run": 5}},
        {"goals": {"run": ["a", "b"]}},
        {"goals": {"run": [3, 1]}},
    ],
)
def test_an_impossible_state_is_refused(change):
    with pytest.raises(BadInput, match="state"):
        settle_day({**initial_state(), **change}, None)


@pytest.mark.parametrize(
    "history",
    [
        None,
        [],
        {**initial_history(), "ignored": "x"},
        {**initial_history(), "usual_hour": None},
        {**initial_history(), "usual_hour": float("nan")},
        {**initial_history(), "openings": True},
    ],
)
def test_an_impossible_history_is_refused(history):
    with pytest.raises(BadInput, match="history"):
        history_after_day(history, 9)
    with pytest.raises(BadInput, match="history"):
        notification_facts(initial_state(), history, 0.5)


@pytest.mark.parametrize("opted_out", [None, "no", 1])
def test_an_unclear_opt_out_is_refused_rather_than_guessed(opted_out):
    facts = notification_facts(initial_state(), initial_history(), 0.5, opted_out)
    with pytest.raises(BadInput, match="opted_out is a switch"):
        decide_notifications(facts, "2026-01-05")


@pytest.mark.parametrize("policy", ["hourglass", {}, 5])
def test_what_is_no_policy_is_refused_rather_than_replaced_by_the_default(policy):
    with pytest.raises(BadInput, match="not a policy"):
        open_contract(["Run"], policy=policy)
    with pytest.raises(BadInput, match="not a policy"):
        settle_day(initial_state(), None, policy=policy)


@pytest.mark.parametrize("place", [5, b"x", ["a"]])
def test_a_release_is_asked_for_by_name_or_path(place):
    with pytest.raises(BadInput, match="not a release"):
        load(place)


def test_a_contract_cannot_be_settled_twice():
    state = initial_state()
    contract = open_contract(["Run"], state=state)
    first = settle_day(state, contract, ["Run"])
    with pytest.raises(BadInput, match="a contract of another day; in contract; got 0; allowed: age_days 1"):
        settle_day(first["state"], contract, ["Run"])
    kept = json.loads(json.dumps(contract))
    assert settle_day(state, kept, ["Run"]) == first
    assert settle_day(first["state"], open_contract(["Run"], state=first["state"]), ["Run"])["state"]["age_days"] == 2


@pytest.mark.parametrize("age_days", [1, -1, "0", 0.0, False, [0]])
def test_a_contract_whose_day_is_not_the_states_is_refused(age_days):
    with pytest.raises(BadInput, match="a contract of another day"):
        settle_day(initial_state(), {"goals": [GOAL], "age_days": age_days}, [])


def test_a_contract_opened_without_a_state_is_settled_by_a_date_and_once():
    contract = open_contract(["Run"])
    assert contract["age_days"] is None
    with pytest.raises(BadInput, match="a contract without a day"):
        settle_day(initial_state(), contract, ["Run"])
    later = settle_day(initial_state(), None, [], {"date": "2026-01-04"})["state"]
    settled = settle_day(later, contract, ["Run"], {"date": "2026-01-05"})
    assert (settled["heritage"], settled["state"]["date"]) == (10.0, "2026-01-05")
    assert settle_day(later, contract, ["Run"], {"date": "2026-01-05"}) == settled
    for again in ("2026-01-05", "2026-01-04", "2026-01-07"):
        with pytest.raises(BadInput, match=r"(settled already|was skipped); in day; got '2026-01-0[457]'; allowed: 2026-01-06"):
            settle_day(settled["state"], contract, ["Run"], {"date": again})


@pytest.mark.parametrize("day", [{"date": "tomorrow"}, {"date": 5}, {"date": "2026-01-05", "weekday": 3}])
def test_a_date_that_is_none_or_contradicts_the_weekday_is_refused(day):
    with pytest.raises(BadInput, match="date"):
        settle_day(initial_state(), None, [], day)


def test_shares_above_the_potential_without_the_reserve_are_refused():
    whole = {"goals": [GOAL], "potential": 10.0, "reserve": 0.0, "age_days": 0}
    assert settle_day(initial_state(), whole, ["Run"])["heritage"] == 10.0
    for change in ({"potential": 9.99}, {"reserve": 0.01}, {"goals": [GOAL, {**GOAL, "title": "Read", "share_centigrains": 1}]}):
        with pytest.raises(BadInput, match="the shares add up to more than there is"):
            settle_day(initial_state(), {**whole, **change}, ["Run"])


@pytest.mark.parametrize(
    "money", [{"potential": "10"}, {"potential": True}, {"potential": float("nan")}, {"potential": 10, "reserve": None}]
)
def test_a_potential_or_reserve_that_is_no_number_is_refused(money):
    with pytest.raises(BadInput, match=r"potential|reserve"):
        settle_day(initial_state(), {"goals": [GOAL], "age_days": 0, **money}, [])


def grown():
    """A state with grains to give away."""
    state = initial_state()
    for day in range(5, 10):
        state = settle_day(state, open_contract(["Run"], state=state), ["Run"], {"date": f"2026-01-{day:02d}"})["state"]
    return state


def test_a_contract_made_after_the_first_act_of_a_day_keeps_what_was_sent():
    state = grown()
    sent = do_act(state, open_day(state, "anna"), {"type": "transfusion", "to": "bo", "id": "t1"})
    assert sent["accepted"]
    today = add_contract(state, sent["today"], open_contract(["Run"], state=state))
    rows = {row["type"] for row in close_day(state, today, {"date": "2026-01-10"})["ledger"]}
    assert rows == {"transfusion_out", "evaporate"}
    with pytest.raises(BadInput, match="a contract already"):
        add_contract(state, today, open_contract(["Read"], state=state))


@pytest.mark.parametrize(
    "damage",
    [
        {"contract": True},
        {"contract": {"goals": None}},
        {"contract": {"goals": [None]}},
        {"contract": {"goals": [GOAL], "reserve": float("nan")}},
        {"contract": {"goals": [GOAL], "reserve": None}},
        {"completed": [1]},
        {"completed": ["ru"]},
        {"proofs": ["read"]},
        {"sent": [None]},
        {"sent": [{}]},
        {"sent": [{"type": "boost", "to": "bo", "id": "never"}]},
        {"requests": {"a": {}}},
    ],
)
def test_a_damaged_record_of_a_day_is_refused(damage):
    state = initial_state()
    today = {**open_day(state, "anna", open_contract(["Run"], state=state)), **damage}
    for call in (lambda: do_act(state, today, {"type": "complete", "goal": "Run", "id": "r"}), lambda: close_day(state, today)):
        with pytest.raises(BadInput):
            call()


@pytest.mark.parametrize("day", [{}, {"date": None}, {"date": "20260106"}, {"date": "2026-W02-2"}, {"date": "9999-12-31"}])
def test_a_day_without_a_plain_date_is_refused_once_days_have_dates(day):
    state = settle_day(initial_state(), None, [], {"date": "2026-01-05"})["state"]
    with pytest.raises(BadInput, match="date"):
        settle_day(state, None, [], day)


def test_a_datetime_is_its_date_and_a_damaged_date_is_named():
    first = settle_day(initial_state(), None, [], {"date": datetime(2026, 1, 5, 20)})["state"]
    assert settle_day(first, None, [], {"date": datetime(2026, 1, 6, 20)})["state"]["date"] == "2026-01-06"
    with pytest.raises(BadInput, match="date is not a date; in state"):
        settle_day(first | {"date": "gestern"}, None, [], {"date": "2026-01-06"})


@pytest.mark.parametrize("arrival", [{"type": [], "id": "a", "centigrains": 1}, {"type": None, "id": "a", "centigrains": 1}])
def test_an_arrival_of_no_type_is_refused(arrival):
    with pytest.raises(BadInput, match="type of act"):
        settle_day(initial_state(), None, [], {"arrivals": [arrival]})


@pytest.mark.parametrize("title", ["\x00", "Run\x00", "\ud800", "\u200b", "\u200b \u200b"])
def test_a_title_that_no_database_keeps_or_nobody_sees_opens_no_contract(title):
    with pytest.raises(BadInput, match="databases refuse, or nobody sees"):
        open_contract([title])


def test_proofs_need_an_opening():
    with pytest.raises(BadInput, match="proofs on a day without opening"):
        settle_day(initial_state(), None, [], {"proofs": 100, "opened": False})


@pytest.mark.parametrize(
    "line", ["economy = 5", "preset = 3", "notification = { name = 4 }", 'notification = { name = "silnt" }']
)
def test_a_release_of_unknown_names_does_not_load(tmp_path, line):
    (tmp_path / "release.toml").write_text(f"{line}\n")
    with pytest.raises(BadInput):
        load(tmp_path)


def test_a_release_without_its_manifest_does_not_load_as_one_made_by_hand(tmp_path):
    (tmp_path / "release.toml").write_text("")
    load(tmp_path)
    (tmp_path / "manifest.sig").write_text("x")
    with pytest.raises(BadInput, match="damaged"):
        load(tmp_path)
