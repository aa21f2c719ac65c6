"""A real, small search: the baseline first, resumed to the same trials, refused for another study, simplified."""

import dataclasses
import json
import shutil

import pytest
from hourglass_policy.errors import BadInput
from small_study import FIDELITIES

from hourglass_sim import Scenario
from hourglass_sim.tune.combining import combinations
from hourglass_sim.tune.fidelity import default_fidelities
from hourglass_sim.tune.objective import objective_named
from hourglass_sim.tune.records import Record
from hourglass_sim.tune.search import tune
from hourglass_sim.tune.simplify import simplified
from hourglass_sim.tune.space_files import make_space
from hourglass_sim.tune.study import Study


def search(scenario, folder, trials=6, **options):
    """The small search."""
    return tune(scenario, trials=trials, out=folder, fidelities=FIDELITIES, threads=1, **options)


def searched(study: Study) -> list[dict]:
    """The trials of the search itself, as told in study.json."""
    return [row for row in study.history if row["role"] == "search"]


def test_the_first_trial_is_the_baseline_and_its_lift_is_exactly_nothing(study_folder):
    study = Study.load(study_folder)
    first = study.history[0]
    assert (first["lift"], first["policy"], first["values"], first["feasible"]) == (0.0, "deployed", {}, True)
    assert study.trials == 6
    assert len(searched(study)) == 6


def test_the_best_holds_every_guardrail_is_no_worse_than_the_baseline_and_was_measured_at_full_size(study_folder):
    study = Study.load(study_folder)
    assert study.best["lift"] >= 0.0
    assert all(g["passed"] for g in study.guardrails)
    assert len(study.guardrails) == 5
    assert study.best["objective"] == pytest.approx(study.baseline["objective"] + study.best["lift"])
    assert study.history[study.best["trial"]]["users"] == 600


def test_trials_that_are_not_promoted_cost_little(study_folder):
    assert {row["users"] for row in Study.load(study_folder).history} == {300, 600}


def test_a_killed_search_goes_on_to_the_very_same_trials(small, study_folder, tmp_path):
    def stop(what, done, total):
        if what == "searching" and done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        search(small, tmp_path / "cut", note=stop)
    with open(tmp_path / "cut" / "search.journal", "ab") as journal:
        journal.write(b'{"op_code": 5, "half a li')
    told = []
    again = search(small, tmp_path / "cut", note=lambda what, done, total: told.append((what, done)))
    assert ("searching", 3) in told
    assert ("searching", 2) not in told
    assert again.history == Study.load(study_folder).history
    assert again.best == Study.load(study_folder).best


def test_a_search_cut_inside_a_trial_loses_that_trial_only(small, study_folder, tmp_path, monkeypatch):
    from hourglass_sim.tune import evaluation

    runs, simulate = [], evaluation.simulate

    def cut(*arguments, **options):
        runs.append(1)
        if len(runs) == 9:
            raise KeyboardInterrupt
        return simulate(*arguments, **options)

    monkeypatch.setattr(evaluation, "simulate", cut)
    with pytest.raises(KeyboardInterrupt):
        search(small, tmp_path / "cut")
    monkeypatch.undo()
    assert search(small, tmp_path / "cut").history == Study.load(study_folder).history


def test_a_finished_study_asked_again_simulates_no_trial_and_keeps_its_confirmation(small, study_folder, tmp_path):
    folder = shutil.copytree(study_folder, tmp_path / "copy")
    Study.load(folder).with_confirmation({"objective": {"difference": 0.0, "low": 0.0, "high": 0.0}, "verdict": "kept"}).write()
    again = search(small, folder)
    assert again.history == Study.load(study_folder).history
    assert again.confirmed["verdict"] == "kept"


def test_more_trials_go_on_from_those_there(small, study_folder, tmp_path):
    more = search(small, shutil.copytree(study_folder, tmp_path / "copy"), trials=7)
    assert searched(more)[:6] == searched(Study.load(study_folder))
    assert more.trials == 7


@pytest.mark.parametrize(
    ("changes", "options", "told"),
    [
        ({"seed": 8}, {}, "scenario: seed"),
        ({"preset": "as_deployed"}, {}, "scenario: preset"),
        ({"values": {"levels.base": 90.0}}, {}, "levels.base"),
        ({}, {"objective": "curr"}, "objective"),
        ({}, {"lock": ("levels.base",)}, "levels.base"),
    ],
)
def test_a_folder_with_another_study_is_refused_and_the_difference_named(small, study_folder, changes, options, told):
    before = (study_folder / "study.json").read_bytes()
    with pytest.raises(BadInput, match="the folder holds a study with another") as error:
        search(dataclasses.replace(small, **changes), study_folder, **options)
    assert told in str(error.value)
    assert (study_folder / "study.json").read_bytes() == before


def test_other_people_of_the_same_name_are_another_study(small, study_folder):
    people = dataclasses.replace(small.resolved_people.with_values({"feeling.fade": 0.06}), name="habit")
    with pytest.raises(BadInput, match="people's digest"):
        search(small.with_people(people), study_folder)


def test_a_locked_parameter_and_policy_stay(small, tmp_path):
    study = search(small, tmp_path / "locked", trials=4, lock=("policy", "levels.base"))
    assert study.best["policy"] == "deployed"
    assert all("levels.base" not in row["values"] and row["policy"] == "deployed" for row in study.history)
    assert [d["name"] for d in study.space if d["locked"]] == ["levels.base"]


def test_a_horizon_that_cannot_see_the_objective_is_refused():
    with pytest.raises(BadInput, match="91 days or more"):
        tune(Scenario(users=100, days=60), trials=1, objective="d90")
    with pytest.raises(BadInput, match="31 days or more"):
        tune(Scenario(users=100, days=20), trials=1)


def test_cheap_runs_still_reach_the_objectives_day():
    scenario = Scenario(users=20_000, days=91)
    for name in ("d30", "d60", "d90", "dau", "curr"):
        levels = default_fidelities(scenario, objective_named(name))
        assert levels[0].users < levels[-1].users == 20_000
        assert all(level.days >= objective_named(name).days_needed(91) for level in levels)


def test_a_policy_object_has_no_name_to_write_and_is_refused(small):
    with pytest.raises(BadInput, match="by name or folder"):
        tune(small.with_policy(small.resolved_policy), trials=1)


def test_a_study_in_memory_needs_no_folder(small):
    study = tune(small, trials=2, fidelities=((300, 35, 1),), threads=1)
    assert study.path is None
    assert study.trials == 2
    assert "not confirmed yet" in repr(study)


def record(space, raw, lift, feasible=True):
    """A trial at the highest fidelity with a given lift."""
    values, policy = space.decoded(raw)
    return Record("search", raw, values, policy, 0, 100, 35, 2, lift, 0.001, feasible, (lift,), (feasible,), (), {})


def test_changes_that_do_not_help_go_back_and_those_that_do_stay(small):
    space = make_space(small, None, ("policy",))
    raw = {**space.baseline, "levels.base": 80.0, "xp.streak_3": 200, "xp.goal_completed": 120}

    def evaluate(tried):
        lift = 0.010 - (0.005 if tried["levels.base"] == 100.0 else 0.0) - (0.0005 if tried["xp.streak_3"] == 150 else 0.0)
        return record(space, tried, lift, feasible=tried["xp.goal_completed"] != 100)

    chosen = simplified(record(space, raw, 0.010), space, 0.001, evaluate)
    assert chosen.values == {"levels.base": 80.0, "xp.goal_completed": 120}


def test_good_economies_are_tried_under_the_other_policy_at_its_best(small):
    space = make_space(small)
    rich = record(space, {**space.baseline, "levels.base": 80.0}, 0.02, feasible=False)
    poor = record(space, {**space.baseline, "levels.base": 120.0}, 0.01)
    quiet = {**space.baseline, "policy": "considerate"}
    gentle = record(space, quiet, -0.02)
    gentlest = record(space, {**quiet, "considerate.rest_days": 1, "xp.goal_completed": 120}, -0.01)
    found = combinations([record(space, space.baseline, 0.0), poor, rich, gentle, gentlest], space, 0)
    first, second, third = (space.decoded(raw) for raw in found)
    assert (first[1], second[1], third[1]) == ("deployed", "considerate", "considerate")
    assert first[0] == {"xp.goal_completed": 120}
    assert [values["levels.base"] for values, _ in (second, third)] == [80.0, 120.0]
    assert [values["considerate.rest_days"] for values, _ in (second, third)] == [1, 1]


def test_a_best_that_luck_explains_gives_way_to_the_baseline(small):
    space = make_space(small, None, ("policy",))
    raw = {**space.baseline, "levels.base": 80.0}
    chosen = simplified(record(space, raw, 0.0009), space, 0.001, lambda tried: record(space, tried, 0.0))
    assert (chosen.values, chosen.policy) == ({}, "deployed")


def test_a_step_back_that_makes_people_switch_notifications_off_is_not_taken(small):
    space = make_space(small)
    best = record(space, {**space.baseline, "policy": "considerate", "levels.base": 80.0}, 0.010)
    best = dataclasses.replace(best, kpis={"opt_outs": 0.08})

    def evaluate(tried):
        return dataclasses.replace(
            record(space, tried, 0.010), kpis={"opt_outs": 0.08 if tried["policy"] == "considerate" else 0.14}
        )

    chosen = simplified(best, space, 0.001, evaluate)
    assert chosen.policy == "considerate"
    assert "levels.base" not in chosen.values


def test_study_json_comes_back_as_it_was_written(study_folder, tmp_path):
    study = Study.load(study_folder)
    copy = dataclasses.replace(study, path=tmp_path)
    shutil.copyfile(study_folder / "people.toml", tmp_path / "people.toml")
    copy.write()
    assert Study.load(tmp_path).table == study.table == json.loads((study_folder / "study.json").read_text())
    assert Study.load(tmp_path / "study.json").scenario.digest() == study.scenario.digest()


def test_a_study_shows_itself(study_folder):
    study = Study.load(study_folder)
    assert "Retention on day 30" in repr(study)
    assert "<table>" in study._repr_html_()


def test_the_package_can_be_called_like_its_function(small):
    import hourglass_sim.tune

    with pytest.raises(BadInput, match="did you mean 'completion'"):
        hourglass_sim.tune(small, objective="completoin")
