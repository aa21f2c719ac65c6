"""A tuned study as it lies on disk: `study.json` in a folder, read and checked for shipping."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from hourglass_policy.errors import BadInput

FILE = "study.json"
FORMAT = 1
_KEYS: dict[str, type | tuple[type, ...]] = {"economy": str, "scenario": dict, "baseline": dict, "best": dict}


@dataclass(frozen=True)
class Study:
    """What a search found: the scenario, the best values by dotted name, and how they were confirmed (None: they were not).

    `digest` is the SHA-256 of the file; `table` everything in it.
    """

    folder: Path
    digest: str
    economy: str
    scenario: Mapping[str, object]
    values: Mapping[str, object]
    policy: str
    confirmed: Mapping[str, object] | None
    table: Mapping[str, object]


def read_study(folder: str | Path) -> Study:
    """Read a study folder; BadInput when it is none, is not valid JSON, lacks a key or holds a wrong type."""
    path = Path(folder) / FILE
    try:
        content = path.read_bytes()
    except OSError as error:
        raise BadInput(f"not a study folder: {FILE} cannot be read ({error.strerror})", where=str(folder)) from error
    try:
        table = json.loads(content)
    except ValueError as error:
        raise BadInput(f"not valid JSON ({error})", where=str(path)) from error
    where = str(path)
    if not isinstance(table, dict):
        raise BadInput("not a study", where=where, value=table, allowed="a JSON object")
    if table.get("format") != FORMAT:
        raise BadInput("a study of another format", where=where, value=table.get("format"), allowed=str(FORMAT))
    for key, kind in _KEYS.items():
        _require(table, key, kind, where)
    values = _require(table["best"], "values", dict, f"{where}, best")
    policy = _require(table["best"], "policy", str, f"{where}, best")
    confirmed = table.get("confirmed")
    if confirmed is not None:
        _check_confirmed(confirmed, values, f"{where}, confirmed")
    digest = hashlib.sha256(content).hexdigest()
    return Study(Path(folder), digest, table["economy"], table["scenario"], values, policy, confirmed, table)


def _require(table: Mapping, key: str, kind: type | tuple[type, ...], where: str):
    if key not in table:
        raise BadInput(f"{key} is missing", where=where)
    value = table[key]
    if not isinstance(value, kind) or isinstance(value, bool):
        raise BadInput(f"{key} has the wrong type", where=where, value=value)
    return value


def _check_confirmed(confirmed: object, values: Mapping, where: str) -> None:
    if not isinstance(confirmed, dict):
        raise BadInput("not a confirmed result", where=where, value=confirmed, allowed="an object, or null")
    lift = _require(confirmed, "objective", dict, where)
    for key in ("difference", "low", "high"):
        _require(lift, key, (int, float), f"{where}, objective")
    if "values" in confirmed and confirmed["values"] != values:
        raise BadInput("the confirmed values are not the best ones", where=where, allowed="confirm the study again")
