"""A study becomes a release and a wheel; what must not be shipped is refused in one line and leaves nothing behind."""

import errno
import json
import os
import sys
import zipfile

import hourglass_policy as hp
import pytest
from hourglass_policy.errors import BadInput

from hourglass_sim.ship import ship


def test_the_release_loads_as_the_studys_best(shipped, study_table):
    policy = hp.load(shipped.release)
    assert (policy.name, policy.version, policy.preset) == ("hourglass", "1.2.0", "documented")
    best = study_table["best"]["values"]
    assert policy.parameters.changed() == {n: v for n, v in best.items() if not n.startswith("considerate.")}
    assert policy.notification.name == "considerate"
    assert policy.notification.parameters["patience"] == 3
    assert not any(name.startswith("feeling") for name in policy.parameters)


def test_the_parameter_file_names_unit_and_default(shipped):
    text = (shipped.release / "parameters.toml").read_text(encoding="utf-8")
    assert "daily_potential = 12.5  # grains/day, default 10.0" in text


def test_the_provenance_tells_where_it_came_from(shipped, study_table):
    told = json.loads((shipped.release / "provenance.json").read_text(encoding="utf-8"))
    assert told["scenario"] == study_table["scenario"]
    assert told["confirmed"] == study_table["confirmed"]
    assert told["seeds"] == {"search": 11, "confirmation": [101, 102, 103]}
    assert len(told["study"]["sha256"]) == 64


def test_a_notebook_shows_the_release_as_a_card(shipped):
    shown = shipped._repr_html_()
    assert "1.2.0" in shown
    assert "grains.daily_potential" in shown


def test_the_wheel_needs_nothing_and_bears_the_version(shipped):
    with zipfile.ZipFile(shipped.wheel) as archive:
        metadata = archive.read("hourglass_policy-1.2.0.dist-info/METADATA").decode()
        names = archive.namelist()
    assert "Version: 1.2.0" in metadata
    assert "Requires-Dist" not in metadata
    assert all(name.startswith("hourglass_policy") for name in names)
    assert not any("__pycache__" in name for name in names)


def test_the_same_study_ships_to_the_same_bytes(shipped, tmp_path):
    again = ship(shipped.release.parents[1] / "study", "1.2.0", tmp_path)
    assert again.wheel.read_bytes() == shipped.wheel.read_bytes()
    assert (again.digest, again.signature) == (shipped.digest, "unsigned: digest only")


def test_a_relative_folder_ships_too(shipped, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    made = ship(shipped.release.parents[1] / "study", "1.2.0", "out/releases")
    assert (tmp_path / made.wheel).read_bytes() == shipped.wheel.read_bytes()


def test_shipping_twice_into_one_folder_changes_nothing_and_another_study_is_refused(write_study, study_table, tmp_path):
    out = tmp_path / "out"
    first = ship(write_study(study_table), "1.2.0", out)
    before = {file: file.read_bytes() for file in out.rglob("*") if file.is_file()}
    ship(write_study(study_table), "1.2", tmp_path / "other")
    ship(write_study(study_table), "1.2.0", out)
    study_table["best"]["values"]["levels.base"] = 30.0
    with pytest.raises(BadInput, match="another one exists and differs"):
        ship(write_study(study_table), "1.2.0", out)
    assert {file: file.read_bytes() for file in out.rglob("*") if file.is_file()} == before
    assert first.release.is_dir()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda s: s.update(confirmed=None), "the study is not confirmed"),
        (lambda s: s.update(economy="quest"), "a study of another economy"),
        (lambda s: s["scenario"].update(economy="quest"), "a study of another economy"),
        (lambda s: s.update(format=2), "a study of another format"),
        (lambda s: s.pop("best"), "best is missing"),
        (lambda s: s.update(best=[1]), "best has the wrong type"),
        (lambda s: s["best"]["values"].update({"feeling.fade": 0.1}), "a people parameter cannot be shipped"),
        (lambda s: s["best"]["values"].update({"shift.openness": 0.1}), "a people parameter cannot be shipped"),
        (lambda s: s["best"]["values"].update({"grains.daily_potentail": 9}), "did you mean 'grains.daily_potential'?"),
        (lambda s: s["best"]["values"].update({"grains.daily_potential": 99.0}), "grains.daily_potential is out of range"),
        (lambda s: s["best"]["values"].update({"personal_hour.lead_hours": 1}), "a parameter of policy personal_hour"),
        (lambda s: s["best"]["values"].update({"considerate.patiense": 1}), "did you mean 'patience'?"),
        (lambda s: s["best"].update(policy="considerat"), "did you mean 'considerate'?"),
        (lambda s: s["confirmed"]["objective"].pop("low"), "low is missing"),
        (lambda s: s["confirmed"].update(values={}), "the confirmed values are not the best ones"),
    ],
)
def test_a_study_that_must_not_ship_is_refused_in_one_line(write_study, study_table, tmp_path, change, says):
    change(study_table)
    with pytest.raises(BadInput) as refused:
        ship(write_study(study_table), "1.2.0", tmp_path / "out")
    assert says in str(refused.value)
    assert "\n" not in str(refused.value)
    assert not (tmp_path / "out").exists()


def test_what_is_no_study_is_refused(tmp_path):
    with pytest.raises(BadInput, match="not a study folder"):
        ship(tmp_path, "1.0", tmp_path / "out")
    (tmp_path / "study.json").write_text("{", encoding="utf-8")
    with pytest.raises(BadInput, match="not valid JSON"):
        ship(tmp_path, "1.0", tmp_path / "out")
    (tmp_path / "study.json").write_text("[]", encoding="utf-8")
    with pytest.raises(BadInput, match="not a study"):
        ship(tmp_path, "1.0", tmp_path / "out")


@pytest.mark.parametrize("version", ["", "one", "1.2.0 final", "1..2", "v"])
def test_a_version_that_is_none_is_refused(shipped, tmp_path, version):
    with pytest.raises(BadInput, match="not a version"):
        ship(shipped.release.parents[1] / "study", version, tmp_path)


@pytest.mark.parametrize("name", ["baseline", "default", "Big", "a/b", "..", "-x"])
def test_a_name_that_cannot_be_a_releases_is_refused(shipped, tmp_path, name):
    with pytest.raises(BadInput, match="not a release name"):
        ship(shipped.release.parents[1] / "study", "1.0", tmp_path, name=name)


def test_a_full_disk_leaves_nothing_behind(shipped, tmp_path, monkeypatch):
    def full(handle):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(BadInput, match=r"No space left on device.*nothing was shipped"):
        ship(shipped.release.parents[1] / "study", "1.2.0", tmp_path / "out")
    assert list((tmp_path / "out").iterdir()) == []


def test_a_folder_that_cannot_be_written_is_refused(shipped, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(BadInput, match="cannot write"):
        ship(shipped.release.parents[1] / "study", "1.2.0", tmp_path / "file" / "out")


def test_a_wheel_that_cannot_be_built_leaves_nothing_behind(shipped, tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(BadInput, match="the wheel cannot be built"):
        ship(shipped.release.parents[1] / "study", "1.2.0", tmp_path / "out")
    assert list((tmp_path / "out").iterdir()) == []


def test_the_command_prints_wheel_digest_and_signature(hourglass, shipped, tmp_path):
    study = shipped.release.parents[1] / "study"
    code, out, _ = hourglass("ship", study, "--version", "1.2.0", "--out", tmp_path, "--json")
    told = json.loads(out)
    assert code == 0
    assert (told["digest"], told["signature"]) == (shipped.digest, "unsigned: digest only")
    assert told["wheel"].endswith("hourglass_policy-1.2.0-py3-none-any.whl")


def test_the_command_refuses_with_2_and_one_line(hourglass, write_study, study_table, tmp_path):
    study_table["confirmed"] = None
    folder = write_study(study_table)
    code, out, err = hourglass("ship", folder, "--version", "1.0", "--out", tmp_path / "out")
    assert (code, out, err.count("\n")) == (2, "", 1)
    code, _, _ = hourglass("ship", folder, "--version", "1.0", "--out", tmp_path / "out", "--unconfirmed")
    assert code == 0
    first = (tmp_path / "out" / "hourglass-1.0" / "card.md").read_text(encoding="utf-8").splitlines()[0]
    assert first.startswith("**UNCONFIRMED")
