"""A state outlives releases: older formats are brought up to date, newer ones refused, and it does not grow without end."""

import json

import pytest
from hourglass_policy import BadInput
from hourglass_policy.backend import FORMAT, STATE_KEYS, close_day, do_act, initial_state, open_contract, open_day, settle_day
from hourglass_policy.backend.social import MOST_ACTS
from hourglass_policy.backend.state import ARRIVALS_KEPT_DAYS, MOST_GOALS, remember_goal


def older(state):
    """A state as the first format wrote it."""
    return {name: value for name, value in state.items() if STATE_KEYS[name].since == 1}


def test_a_state_of_the_first_format_settles_as_todays_does():
    contract = open_contract(["Run"], state=initial_state())
    settled = settle_day(older(initial_state()), contract, ["Run"])
    assert settled == settle_day(initial_state(), contract, ["Run"])
    assert settled["state"]["format"] == FORMAT


def test_goals_of_an_older_state_are_found_however_their_accents_were_written():
    state = older(initial_state()) | {"goals": {"cafe\u0301": [0, 0]}}
    result = settle_day(state, open_contract(["Caf\u00e9"], state=initial_state()), ["caf\u00e9"])
    assert result["state"]["goals"] == {"caf\u00e9": [0, 0]}


@pytest.mark.parametrize("written", [FORMAT + 1, 0, "2", None, 2.0])
def test_a_state_of_an_unknown_format_is_refused(written):
    with pytest.raises(BadInput, match="a state of an unknown format"):
        settle_day({**initial_state(), "format": written}, None)


def test_a_key_missing_from_todays_format_is_refused():
    with pytest.raises(BadInput, match="boosts_sent is missing"):
        settle_day({name: value for name, value in initial_state().items() if name != "boosts_sent"}, None)


def test_only_so_many_goals_are_remembered_and_the_longest_unused_goes_first():
    state = initial_state()
    for day in range(MOST_GOALS + 5):
        state["age_days"] = day
        remember_goal(state, "every day")
        remember_goal(state, f"goal {day}")
    assert len(state["goals"]) == MOST_GOALS
    assert state["goals"]["every day"] == [0, MOST_GOALS + 4]
    assert "goal 5" not in state["goals"]
    assert f"goal {MOST_GOALS + 4}" in state["goals"]


def test_arrivals_are_remembered_for_a_week():
    gift = {"type": "transfusion", "id": "t1", "centigrains": 100}
    state = settle_day(initial_state(), None, [], {"arrivals": [gift]})["state"]
    for _ in range(ARRIVALS_KEPT_DAYS):
        state = settle_day(state, None, [], {"arrivals": [gift]})["state"]
        assert state["heritage_centigrains"] == 100
    assert state["arrived"] == {}


def test_a_day_takes_only_so_many_requests():
    state = initial_state()
    today = open_day(state, "anna", open_contract(["Run"], state=state))
    filled = {str(k): {"act": {}, "accepted": True, "reason": "", "rows": [], "deliver": None} for k in range(MOST_ACTS)}
    with pytest.raises(BadInput, match="too many acts on one day"):
        do_act(state, today | {"requests": filled}, {"type": "undo", "goal": "Run", "id": "one more"})


def test_state_and_day_survive_json_in_the_middle_of_a_day():
    state = initial_state()
    today = open_day(state, "anna", open_contract(["Run"], 0.6, state=state))
    today = do_act(state, today, {"type": "boost", "to": "bo", "id": "1"})["today"]
    kept_state, kept_today = json.loads(json.dumps(state)), json.loads(json.dumps(today))
    assert (kept_state, kept_today) == (state, today)
    assert close_day(kept_state, kept_today) == close_day(state, today)
