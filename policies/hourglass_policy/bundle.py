"""A shipped release: a SHA-256 for every file, one digest, a signature, and the safe default when something is damaged.

The signature is an HMAC-SHA256 under the team's key. Without a key it is a digest only: it shows damage, it does not prove
who wrote it.
"""

import hashlib
import hmac
import json
import os
import warnings
from collections.abc import Mapping
from typing import NamedTuple

from . import policy as policies
from .errors import BadInput

MANIFEST, SIGNATURE, DEFAULT = "manifest.json", "manifest.sig", "default.txt"
UNSIGNED, SIGNED = "unsigned: digest only", "hmac-sha256"
SHORTEST_KEY = 16  # bytes
_FIELDS = ("scheme", "digest", "manifest", "signature", "check")


class Problem(NamedTuple):
    """What is wrong with one file of a release."""

    file: str
    what: str

    def __str__(self) -> str:
        return f"{self.file}: {self.what}"


def sha256(content: bytes) -> str:
    """The hexadecimal SHA-256 of some bytes."""
    return hashlib.sha256(content).hexdigest()


def tree_digest(files: Mapping[str, bytes]) -> str:
    """One SHA-256 over names and contents of some files, in order of name."""
    return _digest({name: sha256(content) for name, content in files.items()})


def _digest(sums: Mapping[str, str], package: str = "") -> str:
    lines = "".join(f"{digest}  {name}\n" for name, digest in sorted(sums.items()))
    return sha256(f"{lines}{package}".encode())


def manifest_of(files: Mapping[str, bytes], name: str, version: str, package: str) -> bytes:
    """The manifest of a release's files; `package` is the digest of the code that it ships with."""
    sums = {file: sha256(content) for file, content in sorted(files.items())}
    table = {"format": 1, "name": name, "version": version, "files": sums, "package": package, "digest": _digest(sums, package)}
    return (json.dumps(table, indent=1) + "\n").encode()


def signature_of(manifest: bytes, key: bytes | None = None) -> bytes:
    """The signature file of a manifest: an HMAC under `key`, or a digest labelled as unsigned. BadInput for a short key."""
    if key is not None and len(key) < SHORTEST_KEY:
        raise BadInput("the signing key is too short", value=f"{len(key)} bytes", allowed=f"at least {SHORTEST_KEY} bytes")
    made = "none" if key is None else hmac.new(key, manifest, hashlib.sha256).hexdigest()
    scheme = UNSIGNED if key is None else SIGNED
    values = (scheme, json.loads(manifest)["digest"], sha256(manifest), made)
    text = "".join(f"{field} = {value}\n" for field, value in zip(_FIELDS, values, strict=False))
    return f"{text}check = {sha256(text.encode())}\n".encode()


def read_signature(content: bytes) -> dict[str, str] | None:
    """The fields of a signature file, or None when any byte of it was changed."""
    head, found, _ = content.rpartition(b"check = ")
    if not found or content != head + f"check = {sha256(head)}\n".encode():
        return None
    return dict(line.split(" = ", 1) for line in head.decode().splitlines())


def release_problems(files: Mapping[str, bytes], key: bytes | None = None) -> list[Problem]:
    """What is altered, missing or extra in a release, and whether its signature fits; empty when all is well.

    `files` are contents by name, the manifest and its signature among them. With `key` the release must be signed by it.
    """
    if MANIFEST not in files:
        return [Problem(MANIFEST, "missing")]
    signature = _signature_problems(files, key)
    try:
        table = json.loads(files[MANIFEST])
        sums, told, package = dict(table["files"]), table["digest"], table["package"]
    except (ValueError, KeyError, TypeError):
        return [Problem(MANIFEST, "altered: it cannot be read"), *signature]
    found = [Problem(MANIFEST, "altered: its digest is not that of its files")] if told != _digest(sums, package) else []
    for name in sorted(sums):
        if name not in files:
            found.append(Problem(name, "missing"))
        elif sha256(files[name]) != sums[name]:
            found.append(Problem(name, "altered: its SHA-256 is not the manifest's"))
    extra = sorted(set(files) - set(sums) - {MANIFEST, SIGNATURE})
    return [*found, *(Problem(name, "extra: the manifest does not list it") for name in extra), *signature]


def _signature_problems(files: Mapping[str, bytes], key: bytes | None) -> list[Problem]:
    if SIGNATURE not in files:
        return [Problem(SIGNATURE, "missing")]
    fields = read_signature(files[SIGNATURE])
    if fields is None:
        return [Problem(SIGNATURE, "altered: it does not fit itself")]
    manifest = files[MANIFEST]
    if fields["manifest"] != sha256(manifest):
        return [Problem(MANIFEST, "altered: its SHA-256 is not the signature's")]
    if key is None:
        return []
    if fields["scheme"] != SIGNED:
        return [Problem(SIGNATURE, "not signed, but a key was given")]
    if not hmac.compare_digest(fields["signature"], hmac.new(key, manifest, hashlib.sha256).hexdigest()):
        return [Problem(SIGNATURE, "signature wrong: not made with this key")]
    return []


def folder_files(folder: str | os.PathLike[str]) -> dict[str, bytes]:
    """Every file under a folder by its name relative to it, with `/`; BadInput when one cannot be read."""
    found = {}
    for base, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(base, name)
            try:
                with open(path, "rb") as file:
                    found[os.path.relpath(path, folder).replace(os.sep, "/")] = file.read()
            except OSError as error:
                raise BadInput(f"cannot read ({error.strerror})", where=path) from error
    return found


def require_whole(folder: str | os.PathLike[str]) -> None:
    """Raise BadInput, naming the first file that is wrong, unless a release folder is as it was shipped."""
    problems = release_problems(folder_files(folder))
    if problems:
        raise BadInput(
            f"the release is damaged: {problems[0]}", where=os.fspath(folder), allowed="the files as they were shipped"
        )


def default_release() -> str | None:
    """Name of the release that this distribution loads by default, None for the baseline, `?` when its name was lost."""
    try:
        with open(os.path.join(policies.RELEASES, DEFAULT), encoding="utf-8") as file:
            return file.read().strip() or "?"
    except FileNotFoundError:
        return "?" if policies.release_names() else None
    except (OSError, UnicodeDecodeError):
        return "?"


def load_default() -> "policies.Policy":
    """The bundled release, or with a RuntimeWarning the baseline, named so, when the release is damaged.

    Where warnings are made errors (`python -W error`), a damaged release therefore stops the program.
    """
    name = default_release()
    if name is None:
        return policies.baseline()
    policy, problem = _tried(name)
    if policy is not None:
        return policy
    warnings.warn(f"release {name} is damaged ({problem}); the baseline is in force", RuntimeWarning, stacklevel=3)
    return policies.baseline()._replace(name=f"baseline (release {name} is damaged)")


def _tried(name: str) -> tuple["policies.Policy | None", str]:
    from .decisions import policy_named

    folder = os.path.join(policies.RELEASES, os.path.basename(name))
    try:
        if not os.path.isfile(os.path.join(folder, MANIFEST)):
            return None, f"{MANIFEST}: missing"
        policy = policies.load(folder)
        policy_named(policy.notification.name, policy.notification.parameters, folder)
        return policy, ""
    except BadInput as error:
        return None, str(error)


def health(key: bytes | None = None) -> dict[str, object]:
    """What a backend's health check shows: `ok`, the `release` meant and `loaded`, its `signature`, and `problems` in words.

    Unlike loading, it also reads the package's own code and data and compares them with what the release was shipped with.
    With `key` the signature is checked against it; without, `signature` says that it was not.
    """
    name = default_release()
    if name is None:
        return {"ok": True, "release": None, "loaded": "baseline", "signature": "none", "problems": []}
    policy, problem = _tried(name)
    folder = os.path.join(policies.RELEASES, os.path.basename(name))
    files = folder_files(folder)
    problems = [str(p) for p in release_problems(files, key)] or ([problem] if problem else [])
    problems += [] if problems else _code_problems(name, files)
    loaded = policy.name if policy is not None else "baseline"
    state = signature_state(files, key)
    return {"ok": not problems, "release": name, "loaded": loaded, "signature": state, "problems": problems}


def _code_problems(name: str, files: Mapping[str, bytes]) -> list[str]:
    installed = folder_files(os.path.dirname(__file__))
    code = {n: c for n, c in installed.items() if "__pycache__" not in n and not n.startswith((f"releases/{name}/", "."))}
    if json.loads(files[MANIFEST])["package"] == tree_digest(code):
        return []
    return ["hourglass_policy: altered: the installed code or data are not what the release was shipped with"]


def signature_state(files: Mapping[str, bytes], key: bytes | None = None) -> str:
    """In words: valid, wrong, not checked for want of a key, or unsigned."""
    fields = read_signature(files.get(SIGNATURE, b""))
    if fields is None or MANIFEST not in files or _signature_problems(files, key):
        return "wrong"
    if fields["scheme"] != SIGNED:
        return UNSIGNED
    return f"{SIGNED}: valid" if key is not None else f"{SIGNED}: not checked, no key given"
