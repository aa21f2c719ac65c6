"""Checking what was shipped, and comparing two releases."""

import json
import tempfile
import tomllib
from dataclasses import dataclass
from pathlib import Path

from hourglass_policy import Parameters, Policy, economy_parameters, load
from hourglass_policy.bundle import MANIFEST, Problem, release_problems, signature_state, tree_digest
from hourglass_policy.decisions import policy_named
from hourglass_policy.errors import BadInput
from hourglass_policy.parameter_files import flat, preset_values

from hourglass_sim.ship.bundles import Bundle, read_bundle
from hourglass_sim.ship.differences import Difference, differences
from hourglass_sim.ship.staging import write_tree


@dataclass(frozen=True)
class Verification:
    """Whether a release is as it was shipped; `signature` in words, and every problem with its file."""

    ok: bool
    problems: tuple[Problem, ...]
    signature: str
    digest: str | None

    def as_dict(self) -> dict[str, object]:
        """The result as plain values, problems as sentences."""
        return {"ok": self.ok, "problems": [str(p) for p in self.problems], "signature": self.signature, "digest": self.digest}


def verify(path: str | Path, key: bytes | None = None) -> Verification:
    """Check a release folder or wheel: every file, the signature, and that its values are still ones production takes.

    BadInput when `path` is no release at all.
    """
    bundle = read_bundle(path)
    problems = [*bundle.problems, *release_problems(bundle.files, key), *_package_problems(bundle), *_content_problems(bundle)]
    once = tuple(dict.fromkeys(problems))
    return Verification(not once, once, signature_state(bundle.files, key), _manifest(bundle).get("digest"))


def _manifest(bundle: Bundle) -> dict:
    try:
        table = json.loads(bundle.files[MANIFEST])
    except (KeyError, ValueError):
        return {}
    return table if isinstance(table, dict) else {}


def _package_problems(bundle: Bundle) -> list[Problem]:
    if bundle.package is None or _manifest(bundle).get("package") in (None, tree_digest(bundle.package)):
        return []
    return [Problem("hourglass_policy", "altered: the wheel's code is not what the release was shipped with")]


def _content_problems(bundle: Bundle) -> list[Problem]:
    """Values out of range, unknown parameters, presets and notification policies: each by itself, so that all are named."""
    release, found = _toml(bundle, "release.toml")
    values, more = _toml(bundle, "parameters.toml")
    found += more
    economy = release.get("economy", "hourglass")
    try:
        known = economy_parameters(economy)
        preset_values(release.get("preset", "documented"), economy)
    except BadInput as error:
        return [*found, Problem("release.toml", str(error))]
    found += _notification_problems(release.get("notification", {"name": "deployed"}))
    return found + _value_problems(known, values)


def _value_problems(known: Parameters, table: dict) -> list[Problem]:
    """Each value by itself; only when all are well, all together."""
    where, found = "parameters.toml", []
    try:
        values = flat(table, where)
    except BadInput as error:
        return [Problem(where, str(error))]
    for name, value in values.items():
        try:
            known[name].checked(value)
        except BadInput as error:
            found.append(Problem(where, str(error)))
    if not found:
        try:
            known.with_values(values)
        except BadInput as error:
            found.append(Problem(where, str(error)))
    return found


def _notification_problems(table: object) -> list[Problem]:
    if not isinstance(table, dict) or "name" not in table:
        return [Problem("release.toml", "the notification policy has no name")]
    try:
        policy_named(table["name"], {k: v for k, v in table.items() if k != "name"})
    except BadInput as error:
        return [Problem("release.toml", str(error))]
    return []


def _toml(bundle: Bundle, name: str) -> tuple[dict, list[Problem]]:
    try:
        return tomllib.loads(bundle.files[name].decode()), []
    except KeyError:
        return {}, []  # reported as missing by the manifest's check, or by the loading of what is there
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        return {}, [Problem(name, f"not valid TOML ({error})")]


def policy_of(place: str | Path) -> Policy:
    """The policy of a release folder, wheel, release name, parameter file or `baseline`; BadInput when it is none or damaged."""
    path = Path(place)
    if path.suffix != ".whl":
        return load(place)
    problems = verify(path).problems
    if problems:
        raise BadInput(f"the release is damaged: {problems[0]}", where=str(path))
    with tempfile.TemporaryDirectory() as folder:
        write_tree(Path(folder), read_bundle(path).files)
        return load(folder)


def compare_releases(a: str | Path, b: str | Path) -> list[Difference]:
    """Parameters in which release `b` differs from `a`, notification policy included; see `policy_of` for what they may be."""
    return differences(policy_of(a), policy_of(b))
