"""`hourglass compare`: from two files, from one and its changes, from options; the same luck on both sides."""

import json

import pytest

from hourglass_sim.compare import compare
from hourglass_sim.scenario import Scenario

SMALL = ("--users", 40, "--days", 16, "--replicates", 2, "--threads", 1)


@pytest.fixture
def files(tmp_path):
    """Two scenario files that differ in policy and one parameter."""
    a = Scenario(users=40, days=16, seed=3)
    b = a.with_policy("considerate").with_values({"levels.base": 120.0})
    paths = []
    for name, scenario in (("a", a), ("b", b)):
        paths.append(tmp_path / f"{name}.toml")
        paths[-1].write_text(scenario.to_toml())
    return paths


def test_two_files_and_one_with_its_changes_give_the_same_json(hourglass, files):
    code, out, err = hourglass("compare", *files, "--replicates", 2, "--json")
    assert (code, err, out.count("\n")) == (0, "", 1)
    changes = ("--against", "policy=considerate", "--against", "levels.base=120")
    assert json.loads(hourglass("compare", files[0], *changes, "--replicates", 2, "--json")[1])["kpis"] == json.loads(out)["kpis"]
    assert json.loads(hourglass("compare", *SMALL, "--seed", 3, *changes, "--json")[1])["kpis"] == json.loads(out)["kpis"]


def test_the_json_is_the_comparison(hourglass, files):
    found = json.loads(hourglass("compare", *files, "--replicates", 2, "--json")[1])
    expected = compare(*[Scenario.from_toml(f) for f in files], replicates=2, threads=1)
    assert found["kpis"] == {name: expected.row(name) for name in expected.values}
    assert set(found["kpis"]["dau"]) == {"a", "b", "difference", "low", "high", "clear"}
    assert found["seeds"] == list(expected.seeds)
    assert found["replicates"] == 2
    assert found["warnings"] == expected.warnings
    assert (found["a"]["policy"], found["b"]["policy"]) == ("deployed", "considerate")


def test_a_scenario_against_itself_differs_by_nothing(hourglass, files):
    found = json.loads(hourglass("compare", files[0], files[0], "--replicates", 2, "--json")[1])
    known = [row for row in found["kpis"].values() if row["difference"] is not None]
    assert len(known) > 20
    assert all((row["difference"], row["low"], row["high"]) == (0.0, 0.0, 0.0) for row in known)


def test_common_options_hold_on_both_sides(hourglass, files):
    found = json.loads(hourglass("compare", *files, *SMALL, "--days", 9, "--set", "xp.streak_3=7", "--json")[1])
    assert found["a"]["days"] == found["b"]["days"] == 9
    assert found["a"]["values"] == {"xp.streak_3": 7}
    assert found["b"]["values"] == {"levels.base": 120.0, "xp.streak_3": 7}


def test_the_page_counts_clear_differences_and_repeats_warnings(hourglass):
    changes = ("--against", "shift.openness=2.5", "--against", "preset=as_deployed")
    code, out, _ = hourglass("compare", "--users", 150, "--days", 16, "--replicates", 3, *changes)
    assert code == 0
    assert "KPIs differ clearly" in out
    assert "Warning: dau rises by" in out
    assert "dau" in out
    assert "preset as_deployed" in out


@pytest.mark.parametrize(
    ("options", "line"),
    [
        ([], "nothing to compare with"),
        (["--against", "polcy=silent"], "did you mean 'policy'?"),
        (["--against", "policy"], "not an assignment; in --against"),
        (["--against", "policy=silnt"], "did you mean 'silent'?"),
        (["--against", "preset=as_deploid"], "did you mean 'as_deployed'?"),
        (["--against", "seed=4"], "seed is the same on both sides"),
        (["--against", "users=4"], "users is the same on both sides"),
        (["--against", "grains.bost_cost=0.3"], "did you mean 'grains.boost_cost'?"),
        (["--against", "grains.boost_cost=30"], "grains.boost_cost is out of range"),
        (["--against", "policy=silent", "--replicates", "1"], "--replicates is out of range; got 1; allowed: 2 to 1000"),
        (["--against", "policy=silent", "--users", "0"], "users is out of range"),
        (["none.toml", "--against", "policy=silent"], "cannot read"),
    ],
)
def test_bad_comparisons_get_one_line(hourglass, options, line):
    code, out, err = hourglass("compare", *options, "--json")
    assert (code, out) == (2, "")
    assert line in err
    assert err.count("\n") == 1


def test_two_files_that_cannot_share_their_luck_are_refused(hourglass, files, tmp_path):
    longer = tmp_path / "longer.toml"
    longer.write_text(Scenario(users=40, days=17).to_toml())
    assert "same users, days" in hourglass("compare", files[0], longer)[2]
    assert "nothing to compare with, or two things" in hourglass("compare", *files, "--against", "policy=silent")[2]
