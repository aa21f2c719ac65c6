"""A new preset, population or economy starts from a template, is checked, and can be used like a bundled one."""

import json

import pytest
from hourglass_policy.errors import BadInput

from hourglass_sim import Scenario, cli, simulate
from hourglass_sim.checking import check
from hourglass_sim.people.people import definitions, load_people
from hourglass_sim.templates import new_file

SMALL = {"users": 60, "days": 12, "seed": 3, "engine": "agents"}


def digest(**changes):
    return simulate(**{**SMALL, **changes}).digest


def edited(path, *changes):
    text = path.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("start", ["documented", "as_deployed"])
def test_an_unedited_preset_runs_as_the_one_it_began_from(tmp_path, start):
    path = new_file("preset", str(tmp_path / "mine"), start=start)
    assert digest(preset=str(path)) == digest(preset=start)


@pytest.mark.parametrize("start", ["habit", "learner"])
def test_unedited_people_live_as_those_they_began_from(tmp_path, start):
    path = new_file("people", str(tmp_path / "folk.toml"), start=start)
    assert load_people(path).groups() == load_people(start).groups()


def test_an_unedited_economy_runs_as_the_bundled_one(tmp_path):
    folder = new_file("economy", str(tmp_path / "eco"))
    assert digest(economy=str(folder)) == digest()
    assert digest(economy=str(folder), preset="as_deployed") == digest(preset="as_deployed")


def test_every_parameter_stands_in_a_template_with_unit_range_and_source(tmp_path):
    preset = new_file("preset", str(tmp_path / "p")).read_text(encoding="utf-8")
    people = new_file("people", str(tmp_path / "f")).read_text(encoding="utf-8")
    for text, parameters in ((preset, Scenario().resolved_policy.parameters.values()), (people, definitions().values())):
        for p in parameters:
            assert any(f"{p.description} · {p.unit}, " in line and line.endswith(p.source) for line in text.splitlines()), p.name


def test_an_edited_preset_changes_the_run_and_the_check_says_what(tmp_path):
    path = edited(new_file("preset", str(tmp_path / "p")), ("# daily_potential = 10.0", "daily_potential = 12"))
    found = check(path)
    assert found["kind"] == "preset"
    assert found["changes"] == [{"parameter": "grains.daily_potential", "from": 10.0, "to": 12.0, "unit": "grains/day"}]
    assert digest(preset=str(path)) == digest(values={"grains.daily_potential": 12.0})


def test_an_edited_economy_is_read_again_and_uses_its_own_words(tmp_path):
    folder = new_file("economy", str(tmp_path / "eco"))
    before, known = digest(economy=str(folder)), Scenario(economy=str(folder)).digest()
    words = folder / "keywords_fr.toml"
    text = words.read_text(encoding="utf-8")
    first = next(line for line in text.splitlines() if line.startswith('"'))
    value = first.split('"')[1]
    edited(words, (f'"{value}" = [', f'"{float(value) / 2}" = ['))
    assert digest(economy=str(folder)) != before
    assert Scenario(economy=str(folder)).digest() != known
    edited(folder / "parameters.toml", ("daily_potential = { value = 10.0", "daily_potential = { value = 11.0"))
    assert check(folder)["changes"] == [{"parameter": "grains.daily_potential", "from": 10.0, "to": 11.0, "unit": "grains/day"}]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("# daily_potential = 10.0", "daily_potential = 50"), ("grains.daily_potential", "50", "5.0 to 20.0")),
        (("# daily_potential = 10.0", "daily_potentiel = 10"), ("daily_potentiel", "did you mean 'grains.daily_potential'")),
        (("# clock = ", "clock = \"first\" # "), ("devaluation.clock", "first_use")),
        (("# max_goals = 3", "max_goals = 2.5"), ("grains.max_goals", "whole number")),
        (("# max_goals = 3", "max_goals = "), ("not valid TOML", "line")),
        (("# phase_1_days = 30", "phase_1_days = 200"), ("devaluation.phase_1_days", "devaluation.phase_2_days")),
    ],
)  # fmt: skip
def test_a_faulty_preset_is_refused_in_one_line_with_file_key_value_and_remedy(tmp_path, capsys, change, told):
    path = edited(new_file("preset", str(tmp_path / "p")), change)
    assert cli.run(["check", str(path)]) == 2
    line = capsys.readouterr().err
    assert line.count("\n") == 1
    assert "p.toml" in line
    assert all(part in line for part in told), line


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("leave_rate = 0.006 ", "leave_rate = 6 "), ("steady.leave_rate", "0.0 to 1.0")),
        (("[personas.sprinter]\n", "[personas.sprinter]\nopennes_mean = 1\n"), ("opennes_mean", "did you mean 'openness_mean'")),
        (('"feeling.fade"', '"feeling.fate"'), ("feeling.fate", "did you mean 'feeling.fade'")),
        (("[hours]", "[hour]"), ("hour", "did you mean 'hours'")),
    ],
)
def test_faulty_people_are_refused_in_one_line(tmp_path, capsys, change, told):
    path = edited(new_file("people", str(tmp_path / "f")), change)
    assert cli.run(["check", str(path), "--as", "people"]) == 2
    line = capsys.readouterr().err
    assert line.count("\n") == 1
    assert all(part in line for part in told), line


@pytest.mark.parametrize(
    ("file", "change", "told"),
    [
        ("parameters.toml", ("max_goals = {", "most_goals = {"), ("most_goals", "did you mean 'grains.max_goals'")),
        (
            "parameters.toml",
            ("daily_potential = { value = 10.0", 'daily_potential = { value = "ten"'),
            ("grains.daily_potential",),
        ),
        ("levels.toml", ("from = 6, to = 10", "from = 5, to = 10"), ("levels.toml", "overlaps", "from = 6")),
        ("goals.toml", ("difficulty = ", "hardness = "), ("hardness", "goals.toml")),
    ],
)
def test_a_faulty_economy_is_refused_with_file_and_remedy(tmp_path, capsys, file, change, told):
    folder = new_file("economy", str(tmp_path / "eco"))
    edited(folder / file, change)
    assert cli.run(["check", str(folder)]) == 2
    line = capsys.readouterr().err
    assert line.count("\n") == 1
    assert all(part in line for part in told), line


def test_an_economy_without_one_of_its_files_is_refused(tmp_path):
    folder = new_file("economy", str(tmp_path / "eco"))
    (folder / "goals.toml").unlink()
    with pytest.raises(BadInput, match=r"without goals\.toml"):
        check(folder)


def test_an_economy_with_a_file_that_nothing_reads_is_refused_with_the_nearest_name(tmp_path):
    folder = new_file("economy", str(tmp_path / "eco"))
    (folder / "achievement.toml").write_text("a = 1\n")
    with pytest.raises(BadInput, match=r"unknown file of an economy.*achievement\.toml.*did you mean 'achievements\.toml'"):
        check(folder)


def test_nothing_is_overwritten_unless_asked(tmp_path, capsys):
    for kind, name in (("preset", "mine.toml"), ("people", "mine.toml"), ("economy", "eco")):
        place = tmp_path / kind / name
        place.parent.mkdir()
        arguments = ["new", kind, str(place)]
        assert cli.run(arguments) == 0
        assert cli.run(arguments) == 2
        assert "--force" in capsys.readouterr().err
        assert cli.run([*arguments, "--force"]) == 0


def test_an_unknown_start_or_kind_names_the_nearest(tmp_path):
    with pytest.raises(BadInput, match="did you mean 'as_deployed'"):
        new_file("preset", str(tmp_path / "p"), start="as_deplyed")
    with pytest.raises(BadInput, match="did you mean 'habit'"):
        new_file("people", str(tmp_path / "p"), start="habits")
    with pytest.raises(BadInput, match="did you mean 'preset'"):
        new_file("presets", str(tmp_path / "p"))
    assert list(tmp_path.iterdir()) == []


def test_what_is_new_can_be_simulated_from_the_command_line(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for kind, name in (("preset", "rules"), ("people", "folk"), ("economy", "eco")):
        assert cli.run(["new", kind, name]) == 0
    capsys.readouterr()
    base = ["simulate", "--users", "60", "--days", "12", "--seed", "3", "--engine", "agents", "--json"]
    assert cli.run([*base, "--preset", "rules.toml", "--people", "folk.toml", "--economy", "eco", "--out", "run"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["digest"] == digest()
    assert cli.run(["check", "run/scenario.toml"]) == 0
    assert "60 users × 12 days" in capsys.readouterr().out
    assert cli.run([*base, "--scenario", "run/scenario.toml"]) == 0
    assert json.loads(capsys.readouterr().out)["digest"] == found["digest"]


def test_a_file_of_nothing_known_is_refused(tmp_path, capsys):
    assert cli.run(["check", str(tmp_path / "none.toml")]) == 2
    assert "no such file" in capsys.readouterr().err
    (tmp_path / "x.toml").write_text("[grain]\ndaily_potential = 10.0\n", encoding="utf-8")
    assert cli.run(["check", str(tmp_path / "x.toml")]) == 2
    assert "did you mean 'grains.daily_potential'" in capsys.readouterr().err
