"""The demo: every step once, kept when done, continued when cut, honest about a simulated log and a policy not confirmed."""

import json

import pytest
from hourglass_policy.errors import BadInput

from hourglass_sim.demo import QUICK, LogOptions, demo
from hourglass_sim.resumable import Steps, content_digest

TINY = QUICK._replace(trials=2)
NAMES = ("engine", "log", "people", "study", "confirmed", "release", "report")


@pytest.mark.slow
def test_the_demo_goes_from_nothing_to_a_wheel_and_a_report_and_is_not_done_twice(tmp_path):
    def stop(what, done, total):
        if what == "fitting" and done >= 6:
            raise KeyboardInterrupt

    out = tmp_path / "demo"
    with pytest.raises(KeyboardInterrupt):
        demo(out=out, size=TINY, note=stop)
    made = demo(out=out, size=TINY)
    assert made.kept == ("engine", "log")
    assert set(made.seconds) == set(NAMES)
    assert made.wheel.suffix == ".whl"
    assert made.wheel.is_file()
    page = made.report.read_text()
    assert "SIMULATED" in page
    assert "SIMULATED" in made.log
    assert "SIMULATED" in made.study["scenario"]["people"]
    assert made.passed or "not-confirmed" in made.release.name
    assert made.study["confirmed"]["users"] == TINY.users

    made.report.write_text("cut")
    again = demo(out=out, size=TINY)
    assert set(again.kept) == set(NAMES) - {"report"}
    assert len(again.report.read_text()) == len(page)
    assert json.loads(json.dumps(again.as_dict(), default=str))["verdict"] == again.study["confirmed"]["verdict"]


def test_a_log_that_is_not_there_is_bad_input_and_nothing_is_made(tmp_path):
    with pytest.raises(BadInput, match="no such log"):
        demo(LogOptions(tmp_path / "none.csv"), tmp_path / "demo", size=TINY)
    assert not (tmp_path / "demo").exists()


def test_a_folder_with_other_things_in_it_is_left_alone(tmp_path):
    (tmp_path / "thesis.txt").write_text("precious")
    with pytest.raises(BadInput, match="other things"):
        demo(out=tmp_path, size=TINY)
    assert [p.name for p in tmp_path.iterdir()] == ["thesis.txt"]


def count_calls(steps: Steps, inputs: dict, text: str = "x") -> int:
    """Run one step that writes a file; how often its work was called."""
    calls = []

    def work(to):
        calls.append(1)
        to.mkdir(parents=True, exist_ok=True)
        (to / "file.txt").write_text(text)
        return {"n": 1}, [to / "file.txt"]

    assert steps.run("step", "a step", inputs, work).result == {"n": 1}
    return len(calls)


def fresh(folder) -> Steps:
    """The steps as a new process sees them."""
    return Steps(folder, lambda line: None)


def test_a_finished_step_is_kept_until_its_input_or_its_files_change(tmp_path):
    assert count_calls(fresh(tmp_path), {"a": 1}) == 1
    assert count_calls(fresh(tmp_path), {"a": 1}) == 0
    assert count_calls(fresh(tmp_path), {"a": 2}) == 1
    (tmp_path / "step" / "file.txt").write_text("altered")
    assert count_calls(fresh(tmp_path), {"a": 2}) == 1
    (tmp_path / "step" / "file.txt").unlink()
    assert count_calls(fresh(tmp_path), {"a": 2}) == 1


def test_a_step_that_was_cut_finds_its_folder_but_not_after_its_input_changed(tmp_path):
    def cut(to):
        to.mkdir(parents=True)
        (to / "half.txt").write_text("half")
        raise KeyboardInterrupt

    seen = []
    look = lambda to: (seen.append((to / "half.txt").exists()), ({}, []))[1]  # noqa: E731
    with pytest.raises(KeyboardInterrupt):
        fresh(tmp_path).run("step", "a step", {"a": 1}, cut)
    fresh(tmp_path).run("step", "a step", {"a": 1}, look)
    fresh(tmp_path).run("step", "a step", {"a": 2}, look)
    assert seen == [True, False]


@pytest.mark.parametrize("content", ["{", "[]", '{"format": 9, "steps": {}}'])
def test_a_damaged_list_of_steps_is_refused(tmp_path, content):
    (tmp_path / "steps.json").write_text(content)
    with pytest.raises(BadInput):
        fresh(tmp_path)


def test_the_digest_of_a_folder_sees_names_and_contents(tmp_path):
    for name, text in (("a", "1"), ("b", "2")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "file").write_text(text)
    before = content_digest(tmp_path)
    (tmp_path / "a" / "file").rename(tmp_path / "a" / "renamed")
    renamed = content_digest(tmp_path)
    (tmp_path / "a" / "renamed").write_text("3")
    assert len({before, renamed, content_digest(tmp_path)}) == 3
