"""`hourglass tune` and `hourglass confirm`: JSON with the promised keys, exit codes, and one line for bad input."""

import json
import shutil

import pytest

SIZE = ("--users", 300, "--days", 35)


def test_tune_and_confirm_print_one_json_object_each(hourglass, tmp_path):
    code, out, _ = hourglass("tune", *SIZE, "--trials", 2, "--out", tmp_path / "s", "--lock", "policy", "--json")
    table = json.loads(out)
    assert code == 0
    assert {"baseline", "best", "confirmed", "optimism", "guardrails"} <= set(table)
    assert table["confirmed"] is None
    assert table["trials"] == 2
    code, out, _ = hourglass("confirm", tmp_path / "s", "--replicates", 2, "--users", 200, "--json")
    table = json.loads(out)
    assert {"baseline", "best", "confirmed", "optimism", "guardrails"} <= set(table)
    assert code == (0 if table["confirmed"]["passed"] else 1)


def test_confirm_exits_1_when_there_is_no_lift(hourglass, study_folder, tmp_path):
    folder = shutil.copytree(study_folder, tmp_path / "copy")
    table = json.loads((folder / "study.json").read_text())
    table["best"] |= {"values": {}, "policy": "deployed", "lift": 0.0, "error": 0.0}
    (folder / "study.json").write_text(json.dumps(table))
    code, out, err = hourglass("confirm", folder, "--replicates", 2, "--users", 200)
    assert code == 1
    assert "the baseline stays" in out
    assert err == ""


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--objective", "completoin"), "did you mean 'completion'?"),
        (("--objective", "d90"), "91 days or more"),
        (("--lock", "levels.bsae"), "did you mean 'levels.base'?"),
        (("--space", "nowhere.toml"), "nowhere.toml"),
        (("--trials", "0"), "trials"),
        (("--users", "0"), "users"),
        (("--people", "habbit"), "did you mean 'habit'?"),
        (("--set", "levels.base=1"), "levels.base"),
    ],
)
def test_bad_input_is_one_line_and_nothing_is_written(hourglass, tmp_path, arguments, told):
    code, out, err = hourglass("tune", "--days", 35, "--users", 200, "--out", tmp_path / "s", *arguments)
    assert code == 2
    assert told in err
    assert len(err.strip().splitlines()) == 1
    assert out == ""
    assert not (tmp_path / "s").exists()


def test_a_place_that_cannot_be_written_is_told(hourglass, tmp_path):
    (tmp_path / "file").write_text("")
    code, _, err = hourglass("tune", *SIZE, "--trials", 1, "--out", tmp_path / "file" / "s")
    assert code == 2
    assert len(err.strip().splitlines()) == 1


def changed(folder, **changes):
    """study.json with keys replaced."""
    table = json.loads((folder / "study.json").read_text())
    (folder / "study.json").write_text(json.dumps({**table, **changes}))


WITHOUT_BEST = {"format": 1, "economy": "hourglass", "scenario": {}, "baseline": {}}
DAMAGES = {
    "not valid JSON": lambda f: (f / "study.json").write_text((f / "study.json").read_text()[:-40]),
    "another format": lambda f: changed(f, format=99),
    "another economy": lambda f: changed(f, economy="quest"),
    "best is missing": lambda f: (f / "study.json").write_text(json.dumps(WITHOUT_BEST)),
    "best.lift is missing": lambda f: changed(f, best={"values": {}, "policy": "deployed"}),
    "not those of the study": lambda f: (f / "people.toml").write_text((f / "people.toml").read_text().replace("share = ", "share = 1", 1)),
    "not a study folder": lambda f: (f / "study.json").unlink(),
}  # fmt: skip


@pytest.mark.parametrize("told", DAMAGES)
def test_a_damaged_study_is_refused_in_one_line(hourglass, study_folder, tmp_path, told):
    folder = shutil.copytree(study_folder, tmp_path / "copy")
    DAMAGES[told](folder)
    code, out, err = hourglass("confirm", folder)
    assert code == 2
    assert told in err
    assert len(err.strip().splitlines()) == 1
    assert out == ""


def test_a_damaged_journal_is_refused_and_left_as_it_is(hourglass, study_folder, tmp_path):
    folder = shutil.copytree(study_folder, tmp_path / "copy")
    lines = (folder / "search.journal").read_bytes().splitlines(keepends=True)
    (folder / "search.journal").write_bytes(b"".join([*lines[:3], b"garbage\n", *lines[3:]]))
    before = (folder / "search.journal").read_bytes()
    code, _, err = hourglass("tune", "--users", 600, "--days", 35, "--trials", 6, "--out", folder)
    assert code == 2
    assert "damaged journal" in err
    assert (folder / "search.journal").read_bytes() == before


def test_a_study_without_its_journal_is_not_overwritten(hourglass, study_folder, tmp_path):
    folder = shutil.copytree(study_folder, tmp_path / "copy")
    (folder / "search.journal").unlink()
    code, _, err = hourglass("tune", "--users", 600, "--days", 35, "--trials", 6, "--out", folder)
    assert code == 2
    assert "cannot be continued" in err
