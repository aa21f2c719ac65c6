"""Any change to what was shipped is found and named; production falls back to the baseline and says so."""

import json
import shutil
import subprocess
import zipfile

import hourglass_policy as hp
import pytest
from hourglass_policy.bundle import MANIFEST, SIGNATURE, folder_files, manifest_of, signature_of
from hourglass_policy.errors import BadInput

from hourglass_sim.ship import compare_releases, ship, verify

KEY = b"a key of the team, 32 bytes long"
FILES = ("card.html", "card.md", "manifest.json", "manifest.sig", "parameters.toml", "provenance.json", "release.toml")

DAMAGE = """
import json, pathlib, sys, warnings
import hourglass_policy as hp
from hourglass_policy.bundle import health
folder = pathlib.Path(hp.__file__).parent / "releases" / "hourglass"
found = {}
for file in sorted(folder.iterdir()):
    whole = file.read_bytes()
    for place in (0, len(whole) // 2, len(whole) - 1):
        file.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always")
            policy = hp.load()
        found[f"{file.name} {place}"] = [policy.name, len(told), policy.parameters.changed(), policy.notification.name, health()["ok"]]
        try:
            hp.load("hourglass")
            found[f"{file.name} {place}"].append("loaded")
        except hp.BadInput as error:
            found[f"{file.name} {place}"].append(file.name in str(error) or "manifest.json" in str(error))
    file.write_bytes(whole)
print(json.dumps([found, hp.load().name, health()]))
"""


@pytest.fixture
def release(shipped, tmp_path):
    """A copy of the release that may be harmed."""
    return shutil.copytree(shipped.release, tmp_path / "release")


def flip(file, place):
    content = bytearray(file.read_bytes())
    content[place] ^= 1
    file.write_bytes(bytes(content))


def sign_again(folder, key=None):
    """What someone who edits a release and makes its manifest anew would do."""
    files = {n: c for n, c in folder_files(folder).items() if n not in (MANIFEST, SIGNATURE)}
    package = json.loads((folder / MANIFEST).read_text())["package"]
    (folder / MANIFEST).write_bytes(manifest_of(files, "hourglass", "1.2.0", package))
    (folder / SIGNATURE).write_bytes(signature_of((folder / MANIFEST).read_bytes(), key))


def test_what_was_shipped_is_whole(shipped):
    for place in (shipped.release, shipped.wheel):
        result = verify(place)
        assert (result.ok, result.problems, result.digest) == (True, (), shipped.digest)


@pytest.mark.parametrize("name", FILES)
def test_one_altered_byte_anywhere_in_a_file_is_found_and_named(release, name):
    whole = (release / name).read_bytes()
    for place in range(0, len(whole), max(1, len(whole) // 40)):
        flip(release / name, place)
        result = verify(release)
        assert not result.ok
        assert name in {p.file for p in result.problems}
        (release / name).write_bytes(whole)
    assert verify(release).ok


@pytest.mark.parametrize("name", FILES)
def test_a_missing_file_is_named(release, name):
    (release / name).unlink()
    assert f"{name}: missing" in [str(p) for p in verify(release).problems]


def test_an_extra_file_is_named(release):
    (release / "more.txt").write_text("x")
    assert [p.file for p in verify(release).problems] == ["more.txt"]


def test_a_damaged_release_is_not_loaded_by_name(release):
    flip(release / "parameters.toml", 20)
    with pytest.raises(BadInput, match=r"the release is damaged: parameters\.toml"):
        hp.load(release)


def test_production_falls_back_to_the_baseline_for_one_altered_byte_in_any_file(production, shipped):
    done = subprocess.run([str(production), "-I", "-c", DAMAGE], capture_output=True, text=True, check=True)
    found, after, health = json.loads(done.stdout)
    assert len(found) == 3 * len(FILES)
    for place, told in found.items():
        assert told == ["baseline (release hourglass is damaged)", 1, {}, "deployed", False, True], place
    assert (after, health["ok"], health["problems"]) == ("hourglass", True, [])


PACKAGE_DAMAGE = """
import json, pathlib, warnings
import hourglass_policy as hp
from hourglass_policy.bundle import health
package = pathlib.Path(hp.__file__).parent
found = {}
CASES = (
    ("releases/default.txt", None),
    ("releases/default.txt", b""),
    ("economies/hourglass/parameters.toml", b"# "),
    ("rules/xp.py", b"# "),
)
for name, changed in CASES:
    file = package / name
    whole = file.read_bytes()
    file.unlink() if changed is None else file.write_bytes(changed and whole + changed)
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        policy = hp.load()
    found[f"{name} {changed}"] = [policy.name, len(told), health()["ok"]]
    file.write_bytes(whole)
print(json.dumps([found, health()["ok"]]))
"""


def test_a_lost_release_name_is_no_silent_baseline_and_health_sees_altered_code_and_data(production):
    done = subprocess.run([str(production), "-I", "-c", PACKAGE_DAMAGE], capture_output=True, text=True, check=True)
    found, after = json.loads(done.stdout)
    lost, kept = ["baseline (release ? is damaged)", 1, False], ["hourglass", 0, False]
    assert list(found.values()) == [lost, lost, kept, kept]
    assert after


@pytest.mark.parametrize(
    ("file", "old", "new", "says"),
    [
        ("parameters.toml", "12.5", "99.5", "grains.daily_potential is out of range"),
        ("parameters.toml", "daily_potential", "daily_potentail", "did you mean 'grains.daily_potential'?"),
        ("parameters.toml", "base = 20.0", "base = 2.0", "levels.base is out of range"),
        ("release.toml", '"considerate"', '"considerat"', "did you mean 'considerate'?"),
        ("release.toml", "patience = 3", "patience = 300", "patience is out of range"),
        ("release.toml", '"documented"', '"dokumented"', "did you mean 'documented'?"),
        ("release.toml", "[notification]", "[notification", "not valid TOML"),
    ],
)
def test_values_that_production_would_not_take_are_named_even_when_the_digests_fit(release, file, old, new, says):
    text = (release / file).read_text(encoding="utf-8")
    assert old in text
    (release / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    sign_again(release)
    (problem,) = verify(release).problems
    assert problem.file == file
    assert says in problem.what


def test_a_signature_is_checked_with_the_key_and_only_with_it(shipped, tmp_path):
    made = ship(shipped.release.parents[1] / "study", "1.2.0", tmp_path / "out", key=KEY)
    assert made.signature.startswith("hmac-sha256:")
    for place in (made.release, made.wheel):
        assert verify(place, KEY).signature == "hmac-sha256: valid"
        assert verify(place).signature == "hmac-sha256: not checked, no key given"
        assert [str(p) for p in verify(place, KEY[::-1]).problems] == ["manifest.sig: signature wrong: not made with this key"]
    assert [str(p) for p in verify(shipped.release, KEY).problems] == ["manifest.sig: not signed, but a key was given"]
    (made.release / "parameters.toml").write_text("")
    sign_again(made.release)
    assert not verify(made.release, KEY).ok
    sign_again(made.release, KEY[::-1])
    assert not verify(made.release, KEY).ok


def test_one_altered_byte_anywhere_in_the_wheel_is_found(shipped, tmp_path):
    whole = shipped.wheel.read_bytes()
    wheel = tmp_path / shipped.wheel.name
    shutil.copy(shipped.wheel.with_name(f"{wheel.name}.sha256"), tmp_path)
    for place in range(3, len(whole), len(whole) // 60):
        wheel.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        assert not verify(wheel).ok, place


@pytest.mark.parametrize("harmed", ["hourglass_policy/rules/sharing.py", "hourglass_policy/releases/hourglass/card.md"])
def test_a_wheel_packed_again_with_one_file_changed_is_found_without_the_note(shipped, tmp_path, harmed):
    wheel = tmp_path / shipped.wheel.name
    with zipfile.ZipFile(shipped.wheel) as source, zipfile.ZipFile(wheel, "w") as target:
        for name in source.namelist():
            target.writestr(name, source.read(name) + (b"\n" if name == harmed else b""))
    problems = {p.file for p in verify(wheel).problems}
    assert harmed in problems
    assert problems & {"hourglass_policy", "card.md"}


def test_what_is_no_release_is_bad_input(tmp_path, hourglass):
    (tmp_path / "a.whl").write_text("no archive")
    with zipfile.ZipFile(tmp_path / "b.whl", "w") as archive:
        archive.writestr("x.py", "")
    for place in (tmp_path, tmp_path / "absent", tmp_path / "a.whl", tmp_path / "b.whl"):
        code, out, err = hourglass("verify", place)
        assert (code, out, err.count("\n")) == (2, "", 1)


def test_the_command_exits_1_for_a_damaged_release(hourglass, release):
    assert hourglass("verify", release)[0] == 0
    flip(release / "card.md", 5)
    code, out, _ = hourglass("verify", release, "--json")
    told = json.loads(out)
    assert code == 1
    assert told["ok"] is False
    assert told["problems"] == ["card.md: altered: its SHA-256 is not the manifest's"]


def test_a_key_comes_from_a_file_or_the_environment_and_is_never_printed(hourglass, shipped, tmp_path, monkeypatch):
    study, file = shipped.release.parents[1] / "study", tmp_path / "key"
    file.write_bytes(KEY + b"\n")
    code, out, err = hourglass("ship", study, "--version", "1.2.0", "--out", tmp_path / "out", "--key", file)
    assert code == 0
    assert KEY.decode() not in out + err
    assert hourglass("verify", tmp_path / "out" / "hourglass-1.2.0", "--key", file)[0] == 0
    monkeypatch.setenv("HOURGLASS_SIGNING_KEY", KEY.decode()[::-1])
    assert hourglass("verify", tmp_path / "out" / "hourglass-1.2.0")[0] == 1
    monkeypatch.setenv("HOURGLASS_SIGNING_KEY", "short one")
    code, out, err = hourglass("verify", shipped.release)
    assert code == 2
    assert "9 bytes" in err
    assert "short one" not in err


def test_a_difference_names_parameter_unit_and_both_values(hourglass, shipped):
    found = {d.name: (d.a, d.b, d.unit) for d in compare_releases("baseline", shipped.wheel)}
    assert found["grains.daily_potential"] == (10.0, 12.5, "grains/day")
    assert found["notification policy"] == ("deployed", "considerate", "")
    assert found["considerate.patience"] == (None, 3, "messages")
    assert found["deployed.evening_hour"] == (20, None, "hour")
    assert compare_releases(shipped.release, shipped.wheel) == []
    code, out, _ = hourglass("diff", "baseline", shipped.release, "--json")
    assert code == 0
    assert {row["name"] for row in json.loads(out)["different"]} == set(found)
    assert hourglass("diff", "baseline", "no_such")[0] == 2
