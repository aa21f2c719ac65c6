"""Populations: presets load, survive a round trip, and refuse what cannot be with one clear line."""

import pytest
from hourglass_policy.errors import BadInput

from hourglass_sim.people.people import definitions, load_people, preset_names


def test_the_three_presets_are_there_with_at_least_five_personas():
    assert set(preset_names()) >= {"habit", "learner", "median_app"}
    for name in preset_names():
        assert len(load_people(name).personas) >= 5


def test_every_mechanism_has_a_unit_a_range_and_a_source():
    for name, parameter in definitions().items():
        assert parameter.unit, name
        assert parameter.source, name
        assert parameter.low <= parameter.value <= parameter.high, name


@pytest.mark.parametrize("name", ["habit", "learner", "median_app"])
def test_people_written_and_read_again_are_the_same(name, tmp_path):
    people = load_people(name)
    (tmp_path / "again.toml").write_text(people.to_toml(), encoding="utf-8")
    again = load_people(tmp_path / "again.toml")
    assert again.groups() == people.groups()
    assert again.digest() == people.digest()


def test_a_changed_parameter_reaches_the_engine_and_nothing_else_moves():
    people = load_people("habit")
    changed = people.with_values({"feeling.fade": 0.2})
    different = {k for k, g in changed.groups().items() if g != people.groups()[k]}
    assert different == {"people.feeling"}
    assert changed.groups()["people.feeling"].fade == 0.2


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"feeling.fad": 0.2}, "feeling.fade"),
        ({"feeling.fade": 7.0}, "0.0 to 1.0"),
        ({"feeling.fade": "much"}, "not a number"),
        ({"personas.stedy.openness_mean": 0.0}, "steady"),
        ({"personas.steady.opennes_mean": 0.0}, "openness_mean"),
        ({"shift.opennes": 0.0}, "shift.openness"),
    ],
)
def test_wrong_values_are_refused_with_the_nearest_name_or_the_range(values, says):
    with pytest.raises(BadInput, match=says):
        load_people("habit").with_values(values)


@pytest.mark.parametrize(
    ("edit", "says"),
    [
        (("[shift]", "[shft]"), "shift"),
        (("openness_sd", "openness_ds"), "openness_sd"),
        (("share = 0.24", "share = -1.0"), "positive"),
        (("weights = [", "weights = [-1, "), "24 weights"),
        (("[personas.steady]", "[personas.steady"), "not valid TOML"),
    ],
)
def test_a_faulty_file_is_refused_in_one_line_that_names_it(edit, says, tmp_path):
    text = load_people("habit").to_toml()
    assert edit[0] in text
    path = tmp_path / "people.toml"
    path.write_text(text.replace(edit[0], edit[1], 1), encoding="utf-8")
    with pytest.raises(BadInput, match=says) as caught:
        load_people(path)
    assert "\n" not in str(caught.value)
    assert "people.toml" in str(caught.value)


def test_unknown_people_name_the_nearest():
    with pytest.raises(BadInput, match="habit"):
        load_people("habbit")
