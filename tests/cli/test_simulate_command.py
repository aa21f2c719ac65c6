"""`hourglass simulate`: the JSON it prints, the files it writes, and bad input that leaves everything as it was."""

import errno
import json
import os

import pandas as pd
import pytest

from hourglass_sim.kpis import KPIS
from hourglass_sim.run import simulate
from hourglass_sim.scenario import Scenario

SMALL = ("--users", 30, "--days", 12, "--threads", 1)


def contents(folder):
    """Every file below a folder by name, with its bytes."""
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_the_json_is_the_run(hourglass):
    code, out, err = hourglass("simulate", *SMALL, "--seed", 3, "--set", "xp.goal_completed=150", "--json")
    found = json.loads(out)
    run = simulate(Scenario(users=30, days=12, seed=3, values={"xp.goal_completed": 150}), threads=1)
    assert (code, err, out.count("\n")) == (0, "", 1)
    assert found["kpis"] == dict(run.kpis)
    assert found["digest"] == run.digest
    assert found["scenario"] == run.scenario.describe()
    assert found["user_days"] == run.user_days
    assert found["user_days_per_second"] == pytest.approx(found["user_days"] / found["seconds"])
    assert found["opened_user_days_per_second"] < found["user_days_per_second"]
    assert (found["engine"], found["threads"], found["record"]) == ("columns", 1, "totals")


def test_engines_agree_on_the_command_line(hourglass):
    one, two = (json.loads(hourglass("simulate", *SMALL, "--engine", e, "--json")[1]) for e in ("columns", "agents"))
    assert one["digest"] == two["digest"] is not None
    assert one["kpis"] == two["kpis"]


def test_a_digest_is_made_when_asked_and_only_then(hourglass):
    assert json.loads(hourglass("simulate", *SMALL, "--no-digest", "--json")[1])["digest"] is None
    assert len(json.loads(hourglass("simulate", *SMALL, "--digest", "--json")[1])["digest"]) == 64


def test_the_page_shows_values_targets_and_a_verdict(hourglass):
    code, out, _ = hourglass("simulate", "--users", 200, "--days", 35, "--threads", 1)
    assert code == 0
    assert "Retention on day 30" in out
    assert "target 60.0 %" in out
    assert "at most 5.0 %" in out
    verdict = next(line for line in out.splitlines() if line.startswith("Misses"))
    assert "meets" in verdict or "no target" in verdict
    for kpi in KPIS:
        if kpi.target is not None:
            assert kpi.title.lower() in verdict


@pytest.mark.parametrize(("record", "kept_too"), [("days", "days.parquet"), ("events", "events/part-000000.parquet")])
def test_a_written_run_is_complete_and_can_be_run_again(hourglass, tmp_path, record, kept_too):
    out = tmp_path / "new" / "run"
    options = ("--preset", "as_deployed", "--policy", "considerate", "--set", "considerate.patience=2", "--start", "2026-03-20")
    code, printed, _ = hourglass("simulate", *SMALL, *options, "--record", record, "--out", out, "--json")
    assert code == 0
    names = set(contents(out))
    assert names == {"scenario.toml", "kpis.json", "totals.csv", "users.parquet", kept_too}
    kept = json.loads((out / "kpis.json").read_text())
    assert kept == {k: v for k, v in json.loads(printed).items() if k != "out"}
    again = simulate(Scenario.from_toml(out / "scenario.toml"), record="days", threads=1)
    assert again.digest == kept["digest"]
    if record == "days":
        pd.testing.assert_frame_equal(pd.read_parquet(out / "days.parquet"), again.days)
    assert len(pd.read_parquet(out / "users.parquet")) == 30
    totals = pd.read_csv(out / "totals.csv")
    assert totals["active"].tolist() == again.totals["active"].tolist()
    assert totals["date"].iloc[0] == "2026-03-20"


def test_the_written_events_measure_as_the_run(hourglass, tmp_path):
    out = tmp_path / "run"
    kpis = json.loads(hourglass("simulate", *SMALL, "--record", "events", "--out", out, "--json")[1])["kpis"]
    code, printed, _ = hourglass("metrics", out / "events", "--tz", "Europe/Paris", "--json")
    report = json.loads(printed)
    assert code == 0
    assert report["retention"]["d7"] == pytest.approx(kpis["d7"])
    assert report["next_day"]["current"]["rate"] == pytest.approx(kpis["curr"])
    assert report["days"] == 12


def test_a_scenario_file_holds_and_options_win(hourglass, tmp_path):
    hourglass("simulate", *SMALL, "--set", "levels.base=150", "--out", tmp_path / "a")
    file = tmp_path / "a" / "scenario.toml"
    found = json.loads(hourglass("simulate", "--scenario", file, "--days", 5, "--set", "xp.streak_3=1", "--json")[1])["scenario"]
    assert (found["users"], found["days"]) == (30, 5)
    assert found["values"] == {"levels.base": 150, "xp.streak_3": 1}


def test_people_and_parameters_come_from_files_too(hourglass, tmp_path):
    from hourglass_sim.people.people import load_people

    people = tmp_path / "mine.toml"
    people.write_text(load_people("habit").with_values({"shift.openness": 2.0}).to_toml())
    policy = tmp_path / "rules.toml"
    policy.write_text("[grains]\ndaily_potential = 12\n")
    out = tmp_path / "run"
    found = json.loads(hourglass("simulate", *SMALL, "--people", people, "--policy", policy, "--out", out, "--json")[1])
    plain = json.loads(hourglass("simulate", *SMALL, "--json")[1])
    assert found["kpis"]["stickiness"] > plain["kpis"]["stickiness"]
    assert simulate(Scenario.from_toml(out / "scenario.toml"), threads=1).digest == found["digest"]


def test_an_earlier_run_is_replaced_whole(hourglass, tmp_path):
    hourglass("simulate", *SMALL, "--record", "events", "--out", tmp_path)
    (tmp_path / "notes.txt").write_text("mine")
    hourglass("simulate", *SMALL, "--seed", 2, "--out", tmp_path)
    assert set(contents(tmp_path)) == {"scenario.toml", "kpis.json", "totals.csv", "users.parquet", "notes.txt"}
    assert "seed = 2" in (tmp_path / "scenario.toml").read_text()


BAD = [
    (["--users", "0"], "users is out of range; in scenario; got 0; allowed: 1 to 20000000"),
    (["--days", "0"], "days is out of range; in scenario; got 0; allowed: 1 to 3660"),
    (["--seed", "-1"], "seed is out of range; in scenario; got -1"),
    (["--set", "grains.bost_cost=1"], "did you mean 'grains.boost_cost'?"),
    (["--set", "feeling.fad=1"], "did you mean 'feeling.fade'?"),
    (["--set", "personas.stedy.share=1"], "did you mean 'steady'?"),
    (["--set", "personas.steady.shar=1"], "did you mean 'share'?"),
    (["--policy", "considrate"], "did you mean 'considerate'?"),
    (["--preset", "documentd"], "did you mean 'documented'?"),
    (["--people", "habits"], "did you mean 'habit'?"),
    (["--people", "gone.toml"], "no such people file"),
    (["--engine", "column"], "did you mean 'columns'?"),
    (["--record", "evnts"], "did you mean 'events'?"),
    (["--economy", "hourglas"], "did you mean 'hourglass'?"),
    (["--threads", "0"], "threads is out of range; got 0"),
    (["--start", "2026-02-30"], "start is not a date"),
    (["--set", "grains.boost_cost=9"], "grains.boost_cost is out of range; in scenario; got 9.0; allowed: 0.0 to 2.0 grains"),
    (["--set", "grains.boost_cost=cheap"], "grains.boost_cost is not a number"),
    (["--set", "grains.boost_cost=nan"], "grains.boost_cost is not a number"),
    (["--set", "grains.max_goals=2.5"], "grains.max_goals is a whole number"),
    (["--set", "devaluation.clock=third_use"], "did you mean 'first_use'?"),
    (["--set", "grains.evaporation_debits_heritage=2"], "is a switch"),
    (["--set", "grains.boost_cost"], "not an assignment; in --set; got 'grains.boost_cost'; allowed: NAME=VALUE"),
    (["--set", "=3"], "not an assignment"),
    (["--set", "levels.base=90", "--set", "levels.base=91"], "given twice"),
    (["--set", "considerate.patience=2"], "does nothing under policy 'deployed'"),
    (["--users", "20000000", "--days", "400", "--record", "days"], "too many user-days to record"),
]


@pytest.mark.parametrize(("options", "line"), BAD)
def test_bad_input_is_one_line_and_nothing_is_written(hourglass, tmp_path, options, line):
    out = tmp_path / "out"
    code, printed, err = hourglass("simulate", "--users", 5, "--days", 3, *options, "--out", out, "--json")
    assert (code, printed) == (2, "")
    assert line in err
    assert err.count("\n") == 1
    assert not out.exists()


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("usrs = 3\n", "did you mean 'users'?"),
        ("users = 3.5\n", "users is not a whole number"),
        ("users = 3\nusers = 4\n", "not valid TOML"),
        ("people = 4\n", "people is not a name"),
        ("values = 4\n", "values is not a table"),
        ('arrivals = ["one"]\n', "arrivals are not counts"),
        ("users = 9\narrivals = [3, 4]\n", "arrivals must add up to users"),
        ("[values]\n'grains.boost_kost' = 1\n", "did you mean 'grains.boost_cost'?"),
        ("[values.grains]\nboost_cost = -1\n", "grains.boost_cost is out of range"),
    ],
)
def test_a_faulty_scenario_file_is_named(hourglass, tmp_path, text, line):
    file = tmp_path / "s.toml"
    file.write_text(text)
    code, printed, err = hourglass("simulate", "--scenario", file, "--json")
    assert (code, printed) == (2, "")
    assert line in err
    assert err.count("\n") == 1


def test_a_typo_in_a_parameter_or_people_file_names_the_nearest_key(hourglass, tmp_path):
    rules, people = tmp_path / "rules.toml", tmp_path / "people.toml"
    rules.write_text("[grains]\nbost_cost = 0.3\n")
    people.write_text("[valeus]\n'feeling.fade' = 0.1\n")
    assert "did you mean 'grains.boost_cost'?" in hourglass("simulate", *SMALL, "--policy", rules)[2]
    assert "did you mean 'values'?" in hourglass("simulate", *SMALL, "--people", people)[2]
    assert "cannot read" in hourglass("simulate", "--scenario", tmp_path / "none.toml")[2]


def test_a_place_that_cannot_be_written_is_named_before_the_run(hourglass, tmp_path, monkeypatch):
    from hourglass_sim import run

    monkeypatch.setattr(run, "_run", lambda *_: pytest.fail("the run was made in vain"))
    file = tmp_path / "file"
    file.write_text("kept")
    for out in (file, file / "below", file / "far" / "below"):
        code, printed, err = hourglass("simulate", *SMALL, "--out", out, "--json")
        assert (code, printed) == (2, "")
        assert "not a folder" in err
        assert err.count("\n") == 1
    taken = tmp_path / "taken"
    (taken / "events").mkdir(parents=True)
    (taken / "events" / "thesis.txt").write_text("mine")
    assert "something else is in the events' place" in hourglass("simulate", *SMALL, "--out", taken)[2]
    assert file.read_text() == "kept"
    assert set(contents(taken)) == {"events/thesis.txt"}


@pytest.mark.parametrize("after", [0, 1, 3, 5])
def test_a_full_disk_leaves_the_earlier_run_as_it_was(hourglass, tmp_path, monkeypatch, after):
    hourglass("simulate", *SMALL, "--record", "events", "--out", tmp_path)
    before = contents(tmp_path)
    assert len(before) == 5
    fsync, calls = os.fsync, []

    def full(handle):
        calls.append(handle)
        if len(calls) > after:
            raise OSError(errno.ENOSPC, "No space left on device")
        fsync(handle)

    monkeypatch.setattr(os, "fsync", full)
    code, printed, err = hourglass("simulate", *SMALL, "--seed", 2, "--record", "events", "--out", tmp_path, "--json")
    assert (code, printed) == (2, "")
    assert "No space left on device" in err
    assert err.count("\n") == 1
    assert contents(tmp_path) == before
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".")] == []


@pytest.mark.parametrize(("days", "noted"), [(14, True), (15, False), (16, False)])
def test_a_run_one_day_short_of_a_retention_day_says_so(hourglass, days, noted):
    options = ("--users", 20, "--days", days, "--engine", "agents")
    note = "a run of 14 days has no day-14 retention; it needs 15 (--days 15)"
    assert (note in hourglass("simulate", *options)[1]) is noted
    assert (json.loads(hourglass("simulate", *options, "--json")[1])["notes"] == [note]) is noted
