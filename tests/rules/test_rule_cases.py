"""Every case in `cases/*.toml` is a claim about a rule, worked out by hand; every rule and every threshold has its cases."""

from collections import defaultdict

import hourglass_policy as hp
import pytest
from hourglass_policy import BadInput
from hourglass_policy.values import RuleValues, parameter_of

from hourglass_sim.rule_cases import RULES, SIDES, check_cases, read_cases, result_of, values_of

CASES = read_cases()
PARAMETERS = hp.load("baseline").parameters
THRESHOLDS = (
    "valuation.long_title_words", "valuation.value_cap", "devaluation.phase_1_days", "devaluation.phase_2_days",
    "devaluation.phase_3_days", "seasons.winter_below", "seasons.spring_below", "seasons.summer_above", "seasons.first_xp_day",
    "phoenix.low_grains", "phoenix.ratio_drop", "phoenix.no_victory_days", "phoenix.newcomer_days", "phoenix.reentry_days",
    "phoenix.exit_grains", "phoenix.exit_days", "phoenix.exit_victory_days", "phoenix.daily_minimum", "grains.social_reserve",
    "grains.boost_cost", "grains.boost_benefit", "grains.comment_cost", "grains.transfusion", "social.boosts_per_day",
    "social.transfusions_per_day", "social.comments_per_day", "perks.phoenix_protection_per_week", "perks.boost_discount_level",
    "perks.extra_daily_grain_level", "perks.phoenix_protection_level", "perks.vision_unlock_level", "levels.max_level",
    "day.comeback_days", "day.feed_hours", "day.early_bird_before",
    "day.night_owl_from", "proofs.inappropriate_above", "proofs.similarity_above",
)  # fmt: skip
ELSEWHERE = {  # parameters that no rule compares or multiplies with: what uses them has its own tests
    "grains.max_goals": "backend.open_contract refuses more",
    "day.morning_hour": "the clock of messages",
    "day.sync_hour": "the clock of the sync",
    "devaluation.clock": "which age a goal is given",
    "seasons.window_days": "which days are summed up",
    "phoenix.low_grains_days": "which days are summed up",
    "phoenix.ratio_drop_days": "which ratio is compared with",
    "social.enabled": "whether anybody looks at the feed",
    "challenges.enabled": "whether challenges run",
    "events.enabled": "whether events run",
    "proofs.required": "whether a goal without an accepted proof counts",
    "notifications.deployed_morning_hour": "the deployed policy's hour",
    "notifications.deployed_evening_hour": "the deployed policy's hour",
}


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_rule_gives_what_the_case_says(case):
    assert check_cases([case]) == []


def test_there_are_at_least_150_cases_each_with_a_source_and_its_arithmetic_and_no_claim_stands_twice():
    assert len(CASES) >= 150
    assert len({str(case) for case in CASES}) == len(CASES)
    assert all(case.source.startswith("RULES 1.") and len(case.why) >= 3 for case in CASES)


def test_every_rule_has_a_case():
    assert set(RULES) - {case.rule for case in CASES} == set()


@pytest.mark.parametrize("name", THRESHOLDS)
def test_every_threshold_has_a_case_just_below_at_and_just_above_it_and_they_differ(name):
    assert name in PARAMETERS
    by_side = defaultdict(list)
    for case in CASES:
        if case.boundary == name:
            by_side[case.side].append(case)
    assert tuple(by_side) == SIDES
    assert len({str(case.expect) for found in by_side.values() for case in found}) > 1


def test_a_boundary_names_a_threshold():
    assert {case.boundary for case in CASES} - {""} == set(THRESHOLDS)


def other_values(p):
    """Values of a parameter near its own, one of which a case should notice."""
    if p.kind == "bool":
        return [not p.value]
    if p.kind == "choice":
        return [choice for choice in p.choices if choice != p.value]
    steps = [1] if p.kind == "int" else [max(round(p.value / 20, 2), 0.01), max(round(p.value / 4, 2), 0.01)]
    return [p.value - step if p.value - step >= p.low else p.value + step for step in steps]


def test_every_parameter_that_a_rule_uses_changes_some_case():
    known = {parameter_of(group, name) for group, cls in RuleValues.__annotations__.items() for name in cls.__annotations__}
    unseen = {name for name in known if not any(changes_a_case(name, value) for value in other_values(PARAMETERS[name]))}
    assert unseen == set(ELSEWHERE)


def changes_a_case(name, value):
    """Whether some case's result changes with a parameter's value; most cases share a preset and set nothing."""
    shared = {}
    for case in (c for c in CASES if name not in c.set):
        key = (case.preset, str(case.set))
        if key not in shared:
            try:
                shared[key] = values_of(case).with_values({name: value})
            except BadInput:  # breaks an order that must hold
                shared[key] = None
        if shared[key] is not None and result_of(case, shared[key]) != case.expect:
            return True
    return False


GOOD = """
source = "RULES 1.3"
[[cases]]
claim = "c"
rule = "goal_value"
args = { keyword_value = 2.5, words = 1 }
expect = 2.5
why = "2.5"
"""


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('rule = "goal_value"', 'rule = "goal_valu"', "did you mean 'goal_value'?"),
        ("words = 1", "word = 1", "did you mean 'words'?"),
        (", words = 1", "", "goal_value needs words"),
        ('why = "2.5"', "", "why is missing"),
        ('why = "2.5"', "why = 2.5", "why is not a text"),
        ('why = "2.5"', 'why = "2.5"\nexpects = 1', "did you mean 'expect'?"),
        ('why = "2.5"', 'why = "2.5"\nboundary = "valuation.value_cap"', "a boundary needs a side"),
        ("[[cases]]", "[[case]]", "not a file of cases"),
        ("args = {", "args = [{", "not valid TOML"),
    ],
)
def test_a_faulty_case_is_refused_with_file_case_and_remedy(tmp_path, old, new, says):
    file = tmp_path / "own.toml"
    file.write_text(GOOD, encoding="utf-8")
    assert check_cases(read_cases(file)) == []
    file.write_text(GOOD.replace(old, new), encoding="utf-8")
    with pytest.raises(BadInput, match=r"own\.toml") as refused:
        read_cases(tmp_path)
    assert says in str(refused.value)


def test_a_wrong_claim_is_found_and_so_is_another_kind_of_number(tmp_path):
    file = tmp_path / "own.toml"
    file.write_text(GOOD.replace("expect = 2.5", "expect = 3.0"), encoding="utf-8")
    assert [got for _, got in check_cases(read_cases(file))] == [2.5]
    file.write_text(GOOD.replace("2.5", "2.0").replace("expect = 2.0", "expect = 2"), encoding="utf-8")
    assert len(check_cases(read_cases(file))) == 1
