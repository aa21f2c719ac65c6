"""Parameters: typed, ranged, sourced; bad values are refused by name."""

import copy
import pickle

import hourglass_policy as hp
import pytest
from hourglass_policy import BadInput
from hourglass_policy.values import RuleValues, parameter_of

POLICY = hp.load()


def refusal(call, *arguments):
    with pytest.raises(BadInput) as refused:
        call(*arguments)
    assert "\n" not in str(refused.value)
    return str(refused.value)


def test_a_parameter_knows_its_unit_range_and_source():
    cost = POLICY.parameters.grains.boost_cost
    assert (cost.value, cost.unit, cost.low, cost.high, cost.source) == (0.2, "grains", 0.0, 2.0, "RULES 1.10")
    assert POLICY.parameters["grains.boost_cost"] is cost


def test_every_parameter_has_a_description_and_a_source():
    for p in POLICY.parameters.values():
        assert p.description, p.name
        assert p.source.startswith("RULES 1."), p.name


def test_rules_and_parameters_name_the_same_things():
    fields = {parameter_of(g, f) for g, c in RuleValues.__annotations__.items() for f in c.__annotations__}
    assert fields == set(POLICY.parameters.names())


@pytest.mark.parametrize("preset", hp.preset_names())
def test_rule_values_have_one_type_per_field(preset):
    for group in hp.load(preset=preset).rules:
        for field, kind in type(group).__annotations__.items():
            assert type(getattr(group, field)) is kind, field


def test_money_is_in_centigrains_and_a_whole_number_may_stand_for_a_float():
    rules = POLICY.with_values({"grains.boost_cost": 0.29, "phoenix.micro_multiplier": 2}).rules
    assert rules.grains.boost_cost_centigrains == 29
    assert type(rules.phoenix.micro_multiplier) is float


def test_changed_values_leave_the_original_alone():
    changed = POLICY.with_values({"grains.boost_cost": 0.3})
    assert changed.parameters.changed() == {"grains.boost_cost": 0.3}
    assert POLICY.parameters.changed() == {}
    assert changed.parameters.digest() != POLICY.parameters.digest()


def test_text_from_a_command_line_is_read_by_kind():
    values = {"grains.boost_cost": "0.3", "grains.max_goals": "2", "social.caps_enabled": "false"}
    assert POLICY.parameters.with_values(values).changed() == {
        "grains.boost_cost": 0.3,
        "grains.max_goals": 2,
        "social.caps_enabled": False,
    }


def test_the_two_presets_differ_exactly_where_the_rule_book_says():
    assert hp.load().parameters.changed() == {}
    assert hp.load(preset="as_deployed").parameters.changed() == {
        "grains.evaporation_debits_heritage": True,
        "phoenix.exit_enabled": False,
        "social.caps_enabled": False,
    }


def test_values_written_to_toml_are_read_back(tmp_path):
    parameters = POLICY.parameters.with_values({"grains.boost_cost": 0.3, "devaluation.clock": "last_use"})
    for only_changed in (True, False):
        file = tmp_path / "own.toml"
        file.write_text(parameters.to_toml(only_changed=only_changed), encoding="utf-8")
        assert hp.load_parameters(file).digest() == parameters.digest()
        assert hp.load(file).name == "own"


def test_a_policy_survives_pickling():
    again = pickle.loads(pickle.dumps(hp.load(preset="as_deployed")))
    assert again == hp.load(preset="as_deployed")
    assert again.rules == hp.load(preset="as_deployed").rules


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"grains.bost_cost": 0.3}, "did you mean 'grains.boost_cost'?"),
        ({"grains.boost_cost": 3}, "allowed: 0.0 to 2.0 grains"),
        ({"grains.boost_cost": "cheap"}, "is not a number"),
        ({"grains.boost_cost": float("nan")}, "is not a number"),
        ({"grains.boost_cost": True}, "is not a number"),
        ({"grains.max_goals": 2.5}, "is a whole number"),
        ({"social.caps_enabled": 1}, "is a switch"),
        ({"devaluation.clock": "firstuse"}, "did you mean 'first_use'?"),
        ({"seasons.spring_below": 3.0}, "seasons.winter_below must not be above seasons.spring_below"),
        ({"devaluation.phase_2_days": 30}, "devaluation.phase_1_days must be below devaluation.phase_2_days"),
        ({"devaluation.multiplier_4": 0.7}, "devaluation.multiplier_3 must not be below devaluation.multiplier_4"),
        ({"day.morning_hour": 20}, "day.morning_hour must be below day.sync_hour"),
        ({"phoenix.exit_grains": 2.0}, "phoenix.low_grains must not be above phoenix.exit_grains"),
        ({"phoenix.exit_victory_days": 22}, "phoenix.exit_victory_days must not be above phoenix.exit_days"),
    ],
)
def test_a_bad_value_is_refused_by_name(values, says):
    assert says in refusal(POLICY.with_values, values)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[grains]\nbost_cost = 0.3\n", "did you mean 'grains.boost_cost'?"),
        ("[grain]\nboost_cost = 0.3\n", "did you mean 'grains.boost_cost'?"),
        ("[grains\n", "not valid TOML"),
        ("[grains]\nboost_cost = 9\n", "grains.boost_cost is out of range"),
        ("[grains.boost_cost]\nlow = 1\n", "grains.boost_cost is a table without a value"),
    ],
)
def test_a_bad_file_is_refused_with_its_name(tmp_path, text, says):
    file = tmp_path / "mine.toml"
    file.write_text(text, encoding="utf-8")
    message = refusal(hp.load_parameters, file)
    assert says in message
    assert "mine.toml" in message


def test_an_unknown_preset_release_group_or_economy_is_refused():
    assert "did you mean 'as_deployed'?" in refusal(POLICY.with_preset, "as_deploied")
    assert "unknown release" in refusal(hp.load, "no_such_release")
    assert "did you mean 'hourglass'?" in refusal(hp.economy_parameters, "hourglas")
    with pytest.raises(AttributeError, match="did you mean 'grains'"):
        _ = POLICY.parameters.grain


def test_a_release_folder_brings_its_preset_values_and_notification(tmp_path):
    folder = tmp_path / "spring"
    folder.mkdir()
    (folder / "release.toml").write_text(
        'name = "spring"\nversion = "1.2"\npreset = "as_deployed"\nnotification = { name = "considerate", patience = 6 }\n'
    )
    (folder / "parameters.toml").write_text("[grains]\nboost_cost = 0.3\n")
    policy = hp.load(folder)
    assert (policy.name, policy.version, policy.preset) == ("spring", "1.2", "as_deployed")
    assert policy.rules.grains.boost_cost_centigrains == 30
    assert policy.rules.phoenix.exit_enabled == 0
    assert policy.notification == ("considerate", {"patience": 6})
    (folder / "release.toml").write_text('nam = "spring"\n')
    assert "did you mean 'name'?" in refusal(hp.load, folder)


def test_parameters_cannot_be_changed_in_place():
    parameters = hp.load().parameters
    for owner, name in ((parameters, "grains"), (parameters, "_members"), (parameters.grains, "boost_cost")):
        before = getattr(owner, name)
        with pytest.raises(AttributeError, match=f"{name} cannot be changed in place; with_values"):
            setattr(owner, name, 1)
        with pytest.raises(AttributeError, match="cannot be changed in place"):
            delattr(owner, name)
        assert type(getattr(owner, name)) is type(before)
    assert parameters.grains.boost_cost.value == 0.2


@pytest.mark.parametrize("copied", [lambda x: pickle.loads(pickle.dumps(x)), copy.copy, copy.deepcopy])
def test_parameters_and_groups_can_still_be_copied(copied):
    parameters = POLICY.parameters.with_values({"grains.boost_cost": 0.3})
    assert parameters.rule_values() == copied(parameters).rule_values()
    assert copied(parameters).changed() == {"grains.boost_cost": 0.3}
    assert list(copied(parameters.grains)) == list(parameters.grains)


def test_get_gives_the_default_for_a_name_that_does_not_exist():
    assert POLICY.parameters.get("nope", 5) == 5
    assert POLICY.parameters.get("nope") is None
    assert POLICY.parameters.get("grains.boost_cost", 5).value == 0.2


@pytest.mark.parametrize("values", [5, None, "grains.boost_cost", [("grains.boost_cost", 0.3)]])
def test_values_that_are_no_dict_are_refused(values):
    assert "values are not a dict" in refusal(POLICY.with_values, values)
    assert "values are not a dict" in refusal(POLICY.parameters.with_values, values)
