"""The search of a fit finds what it should, keeps its work when interrupted, and refuses to go on with something else's."""

import numpy as np
import pytest
from hourglass_policy.errors import BadInput

from hourglass_sim.learn.fit import Knob, search
from hourglass_sim.people.people import load_people

KNOBS = (Knob("feeling.fade", 0.05, 0.005, 0.5, log=True), Knob("opening.run_weight", 1.0, 0.0, 2.0))
PEOPLE = load_people("habit")


def residuals_of(people) -> list[float]:
    """A bowl whose bottom is known: fade .1, run weight .3."""
    return [10 * np.log(people.value("feeling.fade") / 0.1), 4 * (people.value("opening.run_weight") - 0.3), 0.2]


def test_a_knob_turns_places_into_values_and_back_within_its_range():
    for knob in KNOBS:
        for value in (knob.low, knob.start, knob.high):
            assert knob.value(knob.position(value)) == pytest.approx(value)
        assert knob.value(-1.0) == pytest.approx(knob.low)
        assert knob.value(2.0) == pytest.approx(knob.high)


def test_the_search_finds_the_bottom_of_a_bowl():
    fitted = search(PEOPLE, KNOBS, residuals_of, evaluations=120)
    assert fitted.values["feeling.fade"] == pytest.approx(0.1, rel=0.01)
    assert fitted.values["opening.run_weight"] == pytest.approx(0.3, abs=0.01)
    assert fitted.loss == pytest.approx(0.04, abs=0.01)


def test_evaluations_are_a_limit():
    calls = []
    search(PEOPLE, KNOBS, lambda p: calls.append(1) or residuals_of(p), evaluations=7)
    assert len(calls) == 7


def test_an_interrupted_search_keeps_its_best_point_and_goes_on(tmp_path):
    calls = []

    def interrupted(people):
        calls.append(1)
        if len(calls) == 9:
            raise KeyboardInterrupt
        return residuals_of(people)

    with pytest.raises(KeyboardInterrupt):
        search(PEOPLE, KNOBS, interrupted, evaluations=120, out=tmp_path)
    again = search(PEOPLE, KNOBS, residuals_of, evaluations=120, out=tmp_path)
    assert again.evaluations > 9
    assert again.loss == pytest.approx(0.04, abs=0.01)


def test_a_state_of_something_else_or_a_damaged_one_is_refused(tmp_path):
    search(PEOPLE, KNOBS, residuals_of, evaluations=5, out=tmp_path, about={"log": "a"})
    with pytest.raises(BadInput, match="something else"):
        search(PEOPLE, KNOBS, residuals_of, evaluations=5, out=tmp_path, about={"log": "b"})
    (tmp_path / "fit.state").write_bytes(b"\x80\x04broken")
    with pytest.raises(BadInput, match="damaged"):
        search(PEOPLE, KNOBS, residuals_of, evaluations=5, out=tmp_path, about={"log": "a"})
