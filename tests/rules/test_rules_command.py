"""`hourglass rules …` as a person and as a program see it."""

import json

import pytest
import typer
from hourglass_policy import BadInput
from typer.testing import CliRunner

from hourglass_sim.commands import rules


@pytest.fixture
def hourglass():
    app = typer.Typer()
    app.command("other", hidden=True)(lambda: None)  # one more command, so that `rules` keeps its name
    rules.register(app)
    return lambda *arguments: CliRunner().invoke(app, ["rules", *map(str, arguments)])


@pytest.fixture
def one_call(tmp_path):
    def write(expect):
        path = tmp_path / "facts.jsonl"
        path.write_text(json.dumps({"rule": "evaluate_goal", "args": {"title": "run"}, "expect": expect}), encoding="utf-8")
        return path

    return write


def test_an_agreeing_check_exits_0_and_prints_one_json_object(hourglass, one_call):
    result = hourglass("check", one_call(2.5), "--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout) == {"checked": 1, "different": []}


def test_a_difference_exits_1_and_shows_both_results(hourglass, one_call):
    result = hourglass("check", one_call(3.0))
    assert result.exit_code == 1
    assert "2.5" in result.stdout
    assert "0 of 1" in result.stdout


def test_a_missing_file_is_bad_input(hourglass, tmp_path):
    assert isinstance(hourglass("check", tmp_path / "none").exception, BadInput)


def test_the_list_names_every_rule_and_parameter_with_its_range(hourglass):
    listed = json.loads(hourglass("list", "--json").stdout)
    assert len(listed["rules"]) == 9
    boost = next(p for p in listed["parameters"] if p["name"] == "grains.boost_cost")
    assert (boost["value"], boost["low"], boost["high"], boost["source"]) == (0.2, 0.0, 2.0, "RULES 1.10")
    assert "grains.boost_cost = 0.2 grains [0 to 2] RULES 1.10" in hourglass("list").stdout


def test_the_list_of_a_preset_says_what_differs_from_the_documented_rules(hourglass):
    differing = [
        line.split(" = ")[0]
        for line in hourglass("list", "--preset", "as_deployed").stdout.splitlines()
        if "(documented:" in line
    ]
    assert differing == ["grains.evaporation_debits_heritage", "phoenix.exit_enabled", "social.caps_enabled"]
    assert "(documented:" not in hourglass("list").stdout
    assert isinstance(hourglass("list", "--preset", "as_deplyed").exception, BadInput)


def test_the_list_covers_every_parameter_that_a_scenario_takes(hourglass):
    text = hourglass("list").stdout
    assert "considerate.patience = 4 messages [1 to 60]" in text
    assert "feeling.fade = " in text


def test_an_explanation_says_which_word_and_bonus_made_the_value(hourglass):
    result = hourglass("explain", "courir le long du canal ce soir", "--language", "fr")
    assert "3 grains ('courir' 2.5, +0.5 for a long title)" in result.stdout


def test_an_unknown_language_is_bad_input(hourglass):
    assert isinstance(hourglass("explain", "run", "--language", "de").exception, BadInput)


def test_an_empty_and_an_endless_title_are_valued_on_one_short_line(hourglass):
    assert hourglass("explain", "").stdout.startswith("(empty title): 1.5 grains")
    assert hourglass("explain", " \n ").stdout.startswith("(empty title): 1.5 grains")
    endless = hourglass("explain", "a" * 10_000).stdout
    assert "… (10,000 characters): 1.5 grains" in endless
    assert len(endless) < 200


def test_the_cases_are_counted_and_hold(hourglass):
    told = json.loads(hourglass("cases", "--json").stdout)
    assert told["cases"] >= 150
    assert told["different"] == []
    assert "cases of" in hourglass("cases").stdout


def test_an_economists_own_case_that_does_not_hold_exits_1_with_both_results(hourglass, tmp_path):
    file = tmp_path / "own.toml"
    case = 'claim = "c"\nrule = "phase_of"\nargs = { age_days = 30 }\nexpect = 2\nwhy = "30 > 29"'
    file.write_text(f'source = "RULES 1.5"\n[[cases]]\n{case}\n', encoding="utf-8")
    result = hourglass("cases", file)
    assert result.exit_code == 1
    assert "0 of 1 cases of 1 rules hold" in result.stdout
    assert json.loads(hourglass("cases", file, "--json").stdout)["different"][0]["got"] == 1
    assert isinstance(hourglass("cases", tmp_path / "none.toml").exception, BadInput)


def test_a_rule_is_shown_with_the_parameters_it_reads_itself_or_through_others_and_its_cases(hourglass):
    page = json.loads(hourglass("show", "boosts_affordable", "--json").stdout)
    names = [p["name"] for p in page["parameters"]]
    assert names == ["grains.boost_cost", "social.caps_enabled", "social.boosts_per_day", "perks.boost_discount"]
    assert page["calls"] == ["acts_affordable", "boost_cost", "acts_left"]
    assert {case["boundary"] for case in page["cases"]} == {"grains.boost_cost", "social.boosts_per_day", ""}
    text = hourglass("show", "boosts_affordable", "--preset", "as_deployed").stdout
    assert "social.caps_enabled = False switch [true | false] RULES 1.10" in text
    assert "three boosts empty the default reserve" in text
    levels = json.loads(hourglass("show", "level_after", "--json").stdout)
    assert [p["name"] for p in levels["parameters"]] == ["levels.base", "levels.exponent", "levels.max_level"]


def test_every_rule_can_be_shown_and_an_unknown_one_names_the_nearest(hourglass):
    from hourglass_sim.rule_cases import RULES
    from hourglass_sim.rule_pages import rule_page

    for name in RULES:
        page = rule_page(name)
        assert page["description"]
        assert page["cases"]
    assert "did you mean 'phase_of'" in str(hourglass("show", "phase_off").exception)
