"""Calibration: people who are known are found again from their log; the real log is matched; what cannot be fitted is refused."""

from pathlib import Path

import numpy as np
import pytest
from hourglass_policy.errors import BadInput

from hourglass_sim.cli import run as command
from hourglass_sim.learn.calibration import KNOBS, calibrate, residuals
from hourglass_sim.learn.presets import WANTED
from hourglass_sim.people.people import load_people
from hourglass_sim.run import simulate
from hourglass_sim.scenario import Scenario
from hourglass_sim.store.importer import read_log
from hourglass_sim.store.log import EventLog

STEPIK = Path(__file__).parents[2].parent / "shared" / "data" / "stepik" / "submissions.csv.gz"


def test_residuals_are_distances_in_units_of_the_data_s_error_and_a_missing_moment_is_far():
    assert residuals({"d1": 0.30, "d2": None}, {"d1": 0.25, "d2": 0.2}, {"d1": 0.01, "d2": 0.01}) == [pytest.approx(5.0), 10.0]


@pytest.fixture(scope="module")
def own_log(tmp_path_factory):
    """The log of 1,500 known people over 60 days."""
    run = simulate(Scenario(users=1_500, days=60, seed=5, policy="silent"), record="events", threads=1)
    path = tmp_path_factory.mktemp("log") / "log.parquet"
    with EventLog.create(path.parent / "log") as log:
        log.append(run.events)
        log.export(path)
    return read_log(path, tz="Europe/Paris")


def test_a_fit_that_starts_wrong_comes_back_to_the_log_s_moments(own_log, tmp_path):
    wrong = load_people("habit").with_values({"shift.openness": -1.8, "opening.recency_weight": 0.8})
    fitted = calibrate(own_log, people=wrong, evaluations=120, seconds=120, out=tmp_path)
    assert fitted.inside >= 8
    assert np.abs(np.array(fitted.hours_observed) - fitted.hours_simulated).max() < 0.02
    assert load_people(tmp_path / "people.toml").groups() == fitted.people.groups()
    again = calibrate(own_log, people=wrong, evaluations=120, seconds=120, out=tmp_path)
    assert again.values == fitted.values


@pytest.mark.skipif(not STEPIK.exists(), reason="../shared/data is absent")
def test_the_preset_learner_matches_the_stepik_log_on_a_seed_it_never_saw():
    log = read_log(STEPIK)
    judged = calibrate(log, people="learner", evaluations=1, seconds=60, seed=31)
    assert judged.inside >= 8
    for moment in judged.moments:
        if not moment.name.startswith("streak"):
            assert abs(moment.simulated - moment.observed) < 0.02, moment
        if moment.name == "streak_mean":
            assert moment.simulated == pytest.approx(moment.observed, rel=0.05)
    assert np.abs(np.array(judged.hours_observed) - judged.hours_simulated).max() < 0.02


@pytest.mark.parametrize("name", ["habit", "median_app"])
def test_presets_stay_near_their_figures_on_a_seed_they_never_saw(name):
    run = simulate(Scenario(users=20_000, days=91, seed=77, people=name), digest=False)
    for target in WANTED[name]:
        assert run.kpis[target.kpi] == pytest.approx(target.value, abs=0.02), target
    if name == "habit":
        assert run.kpis["week_one_active_d90"] > 0.40
        assert 0.55 <= run.kpis["completion"] <= 0.70


def test_every_knob_is_a_parameter_of_people_within_its_legal_range():
    people = load_people("learner")
    for knob in KNOBS:
        people.with_values({knob.name: knob.low})
        people.with_values({knob.name: knob.high})


def test_a_log_of_one_day_or_of_few_people_is_refused(tmp_path):
    path = tmp_path / "log.csv"
    path.write_text("user,time\n" + "".join(f"{k},{1_700_000_000 + k}\n" for k in range(300)))
    with pytest.raises(BadInput, match="one day"):
        calibrate(read_log(path), evaluations=1)
    path.write_text("user,time\n1,1700000000\n2,1700090000\n1,1700190000\n")
    with pytest.raises(BadInput, match="users of the log"):
        calibrate(read_log(path), evaluations=1)


def test_bad_input_on_the_command_line_is_one_line_and_exit_code_2(tmp_path, capsys):
    assert command(["calibrate", str(tmp_path / "none.csv")]) == 2
    message = capsys.readouterr().err
    assert message.count("\n") == 1
    assert "none.csv" in message
