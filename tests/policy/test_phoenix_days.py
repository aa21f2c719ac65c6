"""Phoenix mode from entry to exit, as a person lives it: the order of reasons, micro-victories, the minimum, both ways out."""

import hourglass_policy as hp
import pytest
from hourglass_policy.backend import initial_state, open_contract, settle_day

BIG, SMALL = "Run", "Drink water"


def lived(days, completed=(), titles=(BIG,), state=None, policy=None):
    """Every result of living the same day again and again."""
    state, results = state or initial_state(), []
    for _ in range(days):
        contract = open_contract(list(titles), state=state, policy=policy) if titles else None
        results.append(settle_day(state, contract, completed, policy=policy))
        state = results[-1]["state"]
    return results


def entered(results):
    return [(k, r["phoenix"]["reason"]) for k, r in enumerate(results) if r["phoenix"]["entered"]]


def test_low_grains_come_first_though_14_days_without_a_victory_hold_too():
    assert entered(lived(20)) == [(14, "low_grains")]


def test_days_without_a_victory_enter_when_grains_may_be_low():
    policy = hp.load().with_values({"phoenix.low_grains": 0, "phoenix.ratio_drop": 100})
    assert entered(lived(20, policy=policy)) == [(14, "no_victory")]


def test_a_falling_ratio_enters_before_days_without_a_victory_do():
    policy = hp.load().with_values({"phoenix.low_grains": 0, "phoenix.newcomer_days": 40, "phoenix.reentry_days": 0})
    kept = lived(40, [BIG], policy=policy)
    results = kept + lived(15, state=kept[-1]["state"], policy=policy)
    day, reason = entered(results)[0]
    assert reason == "ratio_drop"
    assert results[day]["ratio"] - results[day - 30]["ratio"] <= -10.0
    assert day < 40 + 13  # the fourteenth day without a victory


def in_phoenix():
    return lived(15, titles=())[-1]["state"]


@pytest.mark.parametrize(("title", "paid"), [(SMALL, 30.0), (BIG, 10.0)])
def test_in_phoenix_mode_a_micro_victory_pays_three_times_and_another_goal_once(title, paid):
    assert lived(1, [title], [title], in_phoenix())[0]["ledger"][0]["grains"] == paid


def test_a_devalued_micro_victory_pays_three_times_its_devalued_share():
    state = in_phoenix() | {
        "age_days": 40,
        "grains_per_day": [0] * 30,
        "ratio_per_day": [0] * 30,
        "goals": {"drink water": [9, 9]},
    }
    row = lived(1, [SMALL], [SMALL], state)[0]["ledger"][0]
    assert (row["grains"], row["reason"]) == (24.0, "completed: share 10.00, phase 2, micro-victory in Phoenix mode ×3")


def test_a_mean_of_4_grains_over_7_days_ends_it_at_the_exit_and_counts_one():
    results = lived(3, [BIG], state=in_phoenix())
    assert [r["phoenix"]["exited"] for r in results] == [False, False, True]  # 10, 20, 30 grains in 7 days; 28 are needed
    assert results[-1]["state"]["phoenix_exits"] == 1


def test_three_weeks_and_a_victory_on_each_of_the_last_three_days_end_it_too():
    policy = hp.load().with_values({"phoenix.exit_grains": 20})
    state = lived(15, titles=(), policy=policy)[-1]["state"]
    quiet = lived(18, titles=(), state=state, policy=policy)
    assert not any(r["phoenix"]["exited"] for r in quiet)
    won = lived(3, [BIG], state=quiet[-1]["state"], policy=policy)
    assert [r["phoenix"]["exited"] for r in won] == [False, False, True]  # days 19, 20 and 21 in Phoenix mode


def test_after_an_exit_there_is_no_way_back_for_14_days_and_exits_add_up():
    state = in_phoenix()
    for exits in (1, 2, 3):
        goal = f"Run {exits}"  # a new goal each time, so that none is devalued
        out = lived(3, [goal], [goal], state)
        assert out[-1]["state"]["phoenix_exits"] == exits
        idle = lived(15, titles=(), state=out[-1]["state"])
        assert entered(idle) == [(14, "low_grains")]  # 13 full days and the evening of the exit: low for long, but kept out
        state = idle[-1]["state"]
    ids = [a["id"] for r in lived(1, titles=(), state=out[-1]["state"]) for a in r["achievements"]]
    assert "phoenix_master" in out[-1]["state"]["achievements"] or "phoenix_master" in ids


def test_as_deployed_it_never_ends():
    policy = hp.load(preset="as_deployed")
    state = lived(15, titles=(), policy=policy)[-1]["state"]
    results = lived(40, [BIG], state=state, policy=policy)
    assert not any(r["phoenix"]["exited"] for r in results)
    assert results[-1]["state"]["in_phoenix"]
