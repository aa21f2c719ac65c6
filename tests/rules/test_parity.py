"""The deployed rules' recorded calls, through plain Python and through compiled cores."""

import json
from pathlib import Path

import pytest
from hourglass_policy import BadInput

from hourglass_sim.rules_check import check_rules, same

FACTS = Path(__file__).parents[2].parent / "shared" / "facts" / "production_rules.jsonl"
recorded = pytest.mark.skipif(not FACTS.is_file(), reason="the recorded calls are not beside this tree")

OWN = [  # hand-computed, so that the check itself is tested without the recorded calls
    {"rule": "evaluate_goal", "args": {"title": "go for a run in the park"}, "expect": 3.0},
    {"rule": "distribute_grains", "args": {"titles": ["run", "walk"], "potential": 10}, "expect": [6.25, 3.75]},
    {"rule": "devaluation_phase", "args": {"days_used": 31}, "expect": 2},
    {"rule": "devalued_value", "args": {"base_value": 3.33, "phase": 3}, "expect": 2.0},
    {"rule": "life_ratio", "args": {"total_grains": 50.0, "days_on_app": 10}, "expect": 50.0},
    {"rule": "detect_season", "args": {"avg_grains_per_day": 7.01}, "expect": "summer"},
    {
        "rule": "phoenix_trigger",
        "args": {"avg_grains_last_14_days": 4.0, "ratio_change_last_30_days": -10.0, "days_without_victory": 20},
        "expect": "ratio_drop",
    },
    {"rule": "is_micro_victory", "args": {"title": "Brush teeth"}, "expect": True},
    {"rule": "phoenix_value", "args": {"base_value": 1.71, "is_micro_victory": True}, "expect": 5.13},
]


def written(path, rows):
    path.write_text("".join((row if isinstance(row, str) else json.dumps(row)) + "\n" for row in rows), encoding="utf-8")
    return path


@recorded
@pytest.mark.parametrize("compiled", [False, True], ids=["plain", "compiled"])
def test_every_recorded_call_gives_the_recorded_result(compiled):
    assert check_rules(FACTS, compiled=compiled) == {"checked": 1350, "different": []}


@pytest.mark.parametrize("compiled", [False, True], ids=["plain", "compiled"])
def test_hand_computed_calls_agree(tmp_path, compiled):
    assert check_rules(written(tmp_path / "own.jsonl", OWN), compiled=compiled) == {"checked": 9, "different": []}


def test_a_different_result_is_listed_with_its_line(tmp_path):
    rows = [OWN[2], {**OWN[2], "expect": 3}]
    result = check_rules(written(tmp_path / "own.jsonl", rows))
    assert result["different"] == [{"line": 2, "rule": "devaluation_phase", "args": {"days_used": 31}, "expect": 3, "got": 2}]


def test_a_switch_never_equals_a_number():
    assert not same(True, 1)
    assert not same([1.0], [1.0, 2.0])
    assert same(5, 5.0)


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        ({"rule": "evaluate_gaol", "args": {"title": "x"}, "expect": 1}, "did you mean 'evaluate_goal'?"),
        ({"rule": "evaluate_goal", "args": {"titel": "x"}, "expect": 1}, "did you mean 'title'?"),
        ({"rule": "evaluate_goal", "args": {}, "expect": 1}, "has no argument title"),
        ({"rule": "evaluate_goal", "args": {"title": 3}, "expect": 1}, "a goal title is a text"),
        ({"rule": "devaluation_phase", "args": {"days_used": "x"}, "expect": 1}, "days_used is not a number"),
        ({"rule": "evaluate_goal", "args": {"title": "x"}}, "not a recorded call"),
        ('{"rule": ', "not JSON"),
        ("[1, 2]", "not a recorded call"),
    ],
)
def test_a_bad_line_is_refused_with_its_number(tmp_path, bad, says):
    with pytest.raises(BadInput, match="line 2") as refused:
        check_rules(written(tmp_path / "bad.jsonl", [OWN[0], bad]))
    assert says in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_missing_or_empty_file_is_refused(tmp_path):
    with pytest.raises(BadInput, match="cannot read"):
        check_rules(tmp_path / "none.jsonl")
    with pytest.raises(BadInput, match="no recorded calls"):
        check_rules(written(tmp_path / "empty.jsonl", []))
