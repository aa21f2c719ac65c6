"""From a confirmed study to a release folder and a wheel that a backend installs."""

import json
import os
from dataclasses import dataclass
from pathlib import Path

from hourglass_policy.bundle import (
    MANIFEST,
    SHORTEST_KEY,
    SIGNATURE,
    UNSIGNED,
    manifest_of,
    read_signature,
    sha256,
    signature_of,
    tree_digest,
)
from hourglass_policy.errors import BadInput

from hourglass_sim.ship.release import checked_name, checked_version, release_files
from hourglass_sim.ship.staging import place, staging, write_tree
from hourglass_sim.ship.study import read_study
from hourglass_sim.ship.tuned import baseline_policy, tuned_policy
from hourglass_sim.ship.wheel import build_wheel, package_files

KEY_VARIABLE = "HOURGLASS_SIGNING_KEY"


@dataclass(frozen=True)
class Shipped:
    """What shipping made: the release folder, the wheel, the release's digest and its signature in words."""

    name: str
    version: str
    release: Path
    wheel: Path
    digest: str
    signature: str
    confirmed: bool

    def as_dict(self) -> dict[str, object]:
        """The result as plain values."""
        return {**self.__dict__, "release": str(self.release), "wheel": str(self.wheel)}

    def _repr_html_(self) -> str:
        from hourglass_policy import load

        from hourglass_sim.view.cards import release_card

        confirmed = json.loads((self.release / "provenance.json").read_text(encoding="utf-8"))["confirmed"]
        return release_card({**self.as_dict(), "changed": load(self.release).parameters.changed(), "confirmed": confirmed})

    def _repr_markdown_(self) -> str:
        return (self.release / "card.md").read_text(encoding="utf-8")


def ship(
    study: str | Path,
    version: str,
    out: str | Path,
    *,
    name: str | None = None,
    key: bytes | None = None,
    unconfirmed: bool = False,
    economy: str = "hourglass",
) -> Shipped:
    """Write `out`/NAME-VERSION, the wheel and the wheel's SHA-256 beside it; the same study ships to the same bytes.

    `name` defaults to the economy's. `key` signs (at least 16 bytes). BadInput: not a study, another economy, not confirmed
    (unless `unconfirmed`), people parameters, a bad name or version, a different release of that name and version, no room or
    permission.
    """
    version, table = checked_version(version), read_study(study)
    for told in (table.economy, str(table.scenario.get("economy", economy))):
        if told != economy:
            raise BadInput("a study of another economy", where=str(study), value=told, allowed=economy)
    name = checked_name(name or economy)
    if table.confirmed is None and not unconfirmed:
        raise BadInput("the study is not confirmed", where=str(study), allowed="`hourglass confirm` first, or --unconfirmed")
    policy = tuned_policy(table)._replace(name=name, version=version)
    files = release_files(table, policy, baseline_policy(table), signed=key is not None)
    package = package_files(name, version)
    files[MANIFEST] = manifest_of(files, name, version, tree_digest(package))
    files[SIGNATURE] = signature_of(files[MANIFEST], key)
    release, wheel = _written(Path(out), name, version, files, package)
    return Shipped(name, version, release, wheel, _digest(files), signature_text(files), table.confirmed is not None)


def _written(out: Path, name: str, version: str, files: dict[str, bytes], package: dict[str, bytes]) -> tuple[Path, Path]:
    with staging(out, f"{name}-{version}") as room:
        write_tree(room / "release", files)
        made = build_wheel(package, files, name, version, room / "build")
        note = room / f"{made.name}.sha256"
        note.write_text(f"{sha256(made.read_bytes())}  {made.name}\n", encoding="utf-8")
        release, wheel = out / f"{name}-{version}", out / made.name
        for piece, target in ((room / "release", release), (made, wheel), (note, out / note.name)):
            place(piece, target)
    return release, wheel


def _digest(files: dict[str, bytes]) -> str:
    return (read_signature(files[SIGNATURE]) or {})["digest"]


def signature_text(files: dict[str, bytes]) -> str:
    """The signature of a release in one line: `hmac-sha256:…`, or that there is none."""
    fields = read_signature(files.get(SIGNATURE, b"")) or {}
    if fields.get("scheme") == UNSIGNED:
        return UNSIGNED
    return f"{fields['scheme']}:{fields['signature']}" if fields else "unreadable"


def signing_key(file: str | Path | None = None) -> bytes | None:
    """The key from a file, else from the environment, else None; BadInput when it cannot be read or is short. Never printed."""
    if file is not None:
        try:
            key = Path(file).read_bytes().strip()
        except OSError as error:
            raise BadInput(f"cannot read the signing key ({error.strerror})", where=str(file)) from error
    else:
        key = os.environ.get(KEY_VARIABLE, "").encode().strip()
        if not key:
            return None
    if len(key) < SHORTEST_KEY:
        where = str(file) if file is not None else KEY_VARIABLE
        raise BadInput(
            "the signing key is too short", where=where, value=f"{len(key)} bytes", allowed=f"at least {SHORTEST_KEY} bytes"
        )
    return key
