"""What a backend calls: contracts, settlement, reasons; the ledger closes over any days."""

import json

import hourglass_policy as hp
import pytest
from hourglass_policy import BadInput
from hourglass_policy.backend import STATE_KEYS, initial_state, open_contract, settle_day, value_goal
from hypothesis import given, settings
from hypothesis import strategies as st

THREE = ["Run", "Read a book", "Drink water"]


def lived(days, completed, policy=None, titles=THREE, state=None):
    """The last result of living the same day again and again."""
    state = state or initial_state()
    for _ in range(days):
        contract = open_contract(titles, state=state, policy=policy) if titles else None
        result = settle_day(state, contract, completed, policy=policy)
        state = result["state"]
    return result


def test_a_value_comes_with_its_reason():
    told = value_goal("go for a run in the park")
    assert (told["value"], told["reason"]) == (3.0, "'run' 2.5, +0.5 for a long title")


@pytest.mark.parametrize("title", ["", "x" * 10_000, "水を飲む", "\n\t", "run\u0000"])
@pytest.mark.parametrize("language", ["en", "fr"])
def test_any_text_is_valued(title, language):
    assert 0.5 <= value_goal(title, language)["value"] <= 4.0


def test_a_contract_shares_what_is_not_held_back():
    contract = open_contract(THREE, reserve=0.6)
    assert [goal["share"] for goal in contract["goals"]] == [4.27, 3.42, 1.71]
    assert (contract["potential"], contract["reserve"]) == (10.0, 0.6)


@pytest.mark.parametrize(
    ("titles", "says"),
    [
        ([], "allowed: a list of 1 to 3 titles"),
        (["a", "b", "c", "d"], "got 4"),
        (["Run", " run "], "the same title twice"),
        (["Run", "  "], "empty or not a text"),
        ("Run", "titles are not a list"),
    ],
)
def test_a_wrong_contract_is_refused(titles, says):
    with pytest.raises(BadInput) as refused:
        open_contract(titles)
    assert says in str(refused.value)


def test_a_reserve_above_the_parameter_is_refused():
    with pytest.raises(BadInput, match="reserve is out of range"):
        open_contract(["Run"], reserve=0.7)


def test_a_completed_title_outside_the_contract_is_refused():
    with pytest.raises(BadInput, match="did you mean 'Run'"):
        settle_day(initial_state(), open_contract(["Run"], state=initial_state()), ["Rum"])


def test_a_state_with_a_wrong_key_is_refused():
    with pytest.raises(BadInput, match="did you mean 'heritage_centigrains'"):
        settle_day({**initial_state(), "heritage_centigrain": 3}, None)
    with pytest.raises(BadInput, match="xp has the wrong type"):
        settle_day({**initial_state(), "xp": "3"}, None)


def test_settling_leaves_the_given_state_alone_and_can_be_repeated():
    state, contract = initial_state(), open_contract(THREE, state=initial_state())
    first = settle_day(state, contract, ["Run"])
    assert state == initial_state()
    assert settle_day(state, contract, ["Run"]) == first


def test_the_state_survives_json():
    result = lived(40, ["Run"])
    assert json.loads(json.dumps(result["state"])) == result["state"]
    assert list(result["state"]) == list(STATE_KEYS)


def test_a_first_day_in_full():
    result = lived(1, ["run", " DRINK water "])
    assert [(row["type"], row["goal"], row["grains"]) for row in result["ledger"]] == [
        ("earn", "Run", 4.54),  # 4.55 + 3.64 + 1.82 exceed 10 by a hundredth
        ("evaporate", "Read a book", 3.64),
        ("earn", "Drink water", 1.82),
    ]
    assert (result["heritage"], result["ratio"]) == (6.36, 63.6)
    assert result["xp"]["reasons"] == [{"xp": 200, "reason": "2 goals completed"}]
    assert (result["level"]["level"], result["level"]["title"]["fr"]) == (2, "Apprenti II")
    assert [a["id"] for a in result["achievements"]] == ["first_steps"]


def test_a_reward_is_paid_on_the_next_day():
    second = lived(2, ["Run"])
    assert second["ledger"][0]["type"] == "reward"
    assert second["ledger"][0]["from"] == "rewards"
    assert second["ledger"][0]["grains"] == 5.0
    assert second["state"]["reward_xp"] == 0


def test_as_deployed_a_missed_goal_takes_golden_grains_away():
    deployed = hp.load(preset="as_deployed")
    assert lived(1, [], deployed, titles=["Run"])["heritage"] == -10.0
    assert lived(1, [], deployed, titles=["Run"])["ledger"][0]["from"] == "user_heritage"
    assert lived(1, [])["heritage"] == 0.0


def test_a_repeated_goal_is_devalued_from_day_31_by_its_first_use():
    assert lived(31, ["Run"], titles=["Run"])["ledger"][-1]["grains"] == 10.0
    assert lived(32, ["Run"], titles=["Run"])["ledger"][-1]["grains"] == 8.0


def test_by_the_last_use_a_daily_goal_is_never_devalued():
    policy = hp.load().with_values({"devaluation.clock": "last_use"})
    assert lived(60, ["Run"], policy, titles=["Run"])["ledger"][-1]["grains"] == 10.0


def test_14_days_without_a_victory_start_phoenix_mode_with_low_grains_first():
    result = lived(15, [], titles=[])
    assert result["phoenix"] == {"in_phoenix": True, "entered": True, "exited": False, "reason": "low_grains"}
    assert lived(14, [], titles=[])["phoenix"]["in_phoenix"] is False


def test_a_micro_victory_in_phoenix_mode_pays_three_times():
    state = lived(15, [], titles=[])["state"]
    result = settle_day(state, open_contract(["Drink water"], state=state), ["Drink water"])
    assert result["ledger"][0]["grains"] == 30.0
    assert "Phoenix mode ×3" in result["ledger"][0]["reason"]


def test_an_opened_phoenix_day_is_made_up_to_its_minimum():
    state = lived(15, [], titles=[])["state"]
    rows = settle_day(state, None, [], {"opened": True})["ledger"]
    assert [(row["type"], row["from"], row["grains"]) for row in rows] == [("phoenix_minimum", "phoenix", 1.0)]
    assert settle_day(state, None, [])["ledger"] == []


def test_phoenix_mode_ends_and_counts_and_cannot_come_back_within_14_days():
    state = lived(15, [], titles=[])["state"]
    result = lived(3, ["Run"], titles=["Run"], state=state)
    assert result["phoenix"]["exited"]
    assert result["state"]["phoenix_exits"] == 1
    idle = lived(14, [], titles=[], state=result["state"])
    assert idle["phoenix"]["in_phoenix"] is False
    assert lived(1, [], titles=[], state=idle["state"])["phoenix"]["entered"]


def test_protection_keeps_a_streak_over_one_missed_day_a_week():
    state = lived(3, ["Run"], titles=["Run"])["state"] | {"perks": ["phoenix_protection"]}
    kept = settle_day(state, None, [], {"weekday": 3})
    assert (kept["streak"]["days"], kept["state"]["days_without_victory"]) == (3, 0)
    assert settle_day(kept["state"], None, [], {"weekday": 4})["streak"]["days"] == 0
    assert settle_day(kept["state"], None, [], {"weekday": 0})["streak"]["days"] == 3


def test_the_extra_grain_perk_adds_a_white_grain():
    state = initial_state() | {"perks": ["extra_daily_grain"]}
    assert open_contract(["Run"], state=state)["goals"][0]["share"] == 11.0


DAYS = st.lists(st.tuples(st.lists(st.sampled_from(THREE), max_size=3, unique=True), st.integers(0, 7)), min_size=1, max_size=70)


@settings(max_examples=40, deadline=None)
@given(days=DAYS, preset=st.sampled_from(["documented", "as_deployed"]), potential=st.sampled_from([5.0, 10.0, 13.37, 20.0]))
def test_heritage_is_the_sum_of_counted_rows_and_accounts_sum_to_zero(days, preset, potential):
    policy = hp.load(preset=preset).with_values({"grains.daily_potential": potential})
    state, accounts, counted = initial_state(), {}, 0
    for titles, mask in days:
        contract = open_contract(titles, state=state, policy=policy) if titles else None
        result = settle_day(state, contract, [t for i, t in enumerate(titles) if mask >> i & 1], policy=policy)
        state = result["state"]
        for row in result["ledger"]:
            assert row["centigrains"] > 0
            accounts[row["from"]] = accounts.get(row["from"], 0) - row["centigrains"]
            accounts[row["to"]] = accounts.get(row["to"], 0) + row["centigrains"]
            counted += row["heritage_centigrains"]
        assert state["heritage_centigrains"] == counted == accounts.get("user_heritage", 0)
        assert sum(accounts.values()) == 0
    if preset == "documented":
        assert state["heritage_centigrains"] >= 0
