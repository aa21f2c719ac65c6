"""The files of a release folder: what production loads, where it came from, and its card."""

import json
import platform
import re
from importlib import metadata

import hourglass_policy
from hourglass_policy import Policy
from hourglass_policy.errors import BadInput
from hourglass_policy.parameter_files import is_folder, preset_names

from hourglass_sim.ship.card import make_card
from hourglass_sim.ship.card_formats import card_html, card_markdown
from hourglass_sim.ship.study import Study

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")
_TAKEN = ("baseline", "default")


def checked_name(name: str) -> str:
    """The release's name; BadInput unless it can be a folder's and differs from `baseline` and `default`."""
    if not _NAME.fullmatch(name) or name in _TAKEN:
        allowed = f"lower-case letters, digits, - and _, not {' or '.join(_TAKEN)}"
        raise BadInput("not a release name", where="--name", value=name, allowed=allowed)
    return name


def checked_version(version: str) -> str:
    """The version in its normal form; BadInput unless PEP 440 allows it."""
    from packaging.version import InvalidVersion, Version

    try:
        return str(Version(version))
    except (InvalidVersion, TypeError) as error:
        raise BadInput(
            "not a version", where="--version", value=version, allowed="as PEP 440 says, such as 1.2.0 or 1.2.0rc1"
        ) from error


def release_files(study: Study, policy: Policy, baseline: Policy, signed: bool) -> dict[str, bytes]:
    """Every file of the release but its manifest and signature, by name."""
    if is_folder(policy.economy):
        raise BadInput("only a bundled economy can be shipped", where="ship", value=policy.economy, allowed="hourglass")
    card = make_card(study, policy, baseline, signed)
    texts = {
        "release.toml": _release_toml(policy),
        "parameters.toml": policy.parameters.to_toml(),
        "provenance.json": json.dumps(_provenance(study, policy), indent=1, ensure_ascii=False) + "\n",
        "card.md": card_markdown(card),
        "card.html": card_html(card),
    }
    return {name: text.encode() for name, text in texts.items()}


def _release_toml(policy: Policy) -> str:
    preset = policy.preset if policy.preset in preset_names(policy.economy) else "documented"  # a file's values are parameters
    rows = {"name": policy.name, "version": policy.version, "economy": policy.economy, "preset": preset}
    messages = {"name": policy.notification.name, **policy.notification.parameters}
    lines = [f"{key} = {json.dumps(value)}" for key, value in rows.items()]
    return "\n".join([*lines, "", "[notification]", *[f"{key} = {json.dumps(value)}" for key, value in messages.items()]]) + "\n"


def _provenance(study: Study, policy: Policy) -> dict[str, object]:
    told = {key: study.table.get(key) for key in ("scenario", "space", "trials", "baseline", "best", "confirmed", "versions")}
    seeds = (study.confirmed or {}).get("seeds", [])
    return {
        "release": {"name": policy.name, "version": policy.version, "parameters": policy.parameters.digest()},
        "study": {"sha256": study.digest, "economy": study.economy},
        "seeds": {"search": study.scenario.get("seed"), "confirmation": seeds},
        **told,
        "shipped_with": {
            "hourglass-policy": hourglass_policy.__version__,
            "hourglass-sim": _version("hourglass-sim"),
            "hatchling": _version("hatchling"),
            "python": platform.python_version(),
        },
    }


def _version(distribution: str) -> str | None:
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return None
