"""Parameters and presets from TOML files, with errors that name the file, the key and the nearest valid one."""

import os
import tomllib
from functools import cache

from .errors import BadInput, unknown
from .parameters import Parameter, Parameters

ECONOMIES = os.path.join(os.path.dirname(__file__), "economies")
_FIELDS = {"value", "unit", "low", "high", "source", "description", "kind", "choices"}
_KINDS = {bool: "bool", int: "int", float: "float", str: "choice"}


def read_toml(path: str | os.PathLike[str]) -> dict:
    """The file as a dict; BadInput when it is missing, unreadable or not TOML."""
    try:
        with open(path, "rb") as file:
            return tomllib.load(file)
    except OSError as error:
        raise BadInput(f"cannot read ({error.strerror})", where=str(path), allowed="a TOML file") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadInput(f"not valid TOML ({error})", where=str(path)) from error


@cache
def _bundled() -> frozenset[str]:
    return frozenset(os.listdir(ECONOMIES))


def is_folder(economy: str) -> bool:
    """Whether an economy is given as a folder of its own files instead of by name."""
    return economy not in _bundled() and os.path.isdir(economy)


def economy_stamp(economy: str) -> tuple[tuple[str, int], ...]:
    """Names and times of a folder's files, so that an edited economy is read again; () for a bundled one."""
    if not is_folder(economy):
        return ()
    return tuple(sorted((file.name, file.stat().st_mtime_ns) for file in os.scandir(economy) if file.name.endswith(".toml")))


def data_file(economy: str, name: str) -> str:
    """Path of one of an economy's data files, the economy a bundled one's name or a folder; BadInput for an unknown one."""
    if is_folder(economy):
        path = os.path.join(economy, name)
        if not os.path.isfile(path):
            raise BadInput(f"an economy without {name}", where=economy, allowed="a folder made by `hourglass new economy`")
        return path
    path = os.path.join(ECONOMIES, economy, name)
    if not os.path.isfile(path):
        raise unknown("economy", economy, [n for n in os.listdir(ECONOMIES) if os.path.isfile(os.path.join(ECONOMIES, n, name))])
    return path


def file_named(economy: str, path: str) -> str:
    """How errors name one of an economy's files: the whole path of a folder's, the name of a bundled one."""
    return path if is_folder(economy) else os.path.basename(path)


def economy_parameters(economy: str = "hourglass") -> Parameters:
    """The economy's own parameters; BadInput for an unknown economy or a malformed definition."""
    return _economy_parameters(economy, economy_stamp(economy))


@cache
def _economy_parameters(economy: str, stamp: tuple) -> Parameters:
    known = os.listdir(os.path.join(ECONOMIES, "hourglass"))
    for name, _ in stamp:
        if name not in known:
            raise unknown("file of an economy", name, known, where=economy)
    path = data_file(economy, "parameters.toml")
    where = file_named(economy, path)
    members = {}
    for group, table in read_toml(path).items():
        for field, row in table.items():
            members[f"{group}.{field}"] = _definition(f"{group}.{field}", row, where)
    return Parameters(_as_bundled(members, where) if is_folder(economy) else members, where=where)


def _as_bundled(members: dict[str, Parameter], where: str) -> dict[str, Parameter]:
    """A folder's parameters, when they are exactly the bundled economy's names, kinds and choices; BadInput otherwise."""
    bundled = economy_parameters()
    for name, p in members.items():
        if name not in bundled:
            raise unknown("parameter", name, bundled, where)
        if (p.kind, p.choices) != (bundled[name].kind, bundled[name].choices):
            allowed = " | ".join(bundled[name].choices) or bundled[name].kind
            raise BadInput(f"{name} is of another kind", where=where, value=p.value, allowed=allowed)
    for name in bundled:
        if name not in members:
            raise BadInput(f"{name} is missing", where=where, allowed="a line for it, as `hourglass new economy` writes")
    return members


def _definition(name: str, row: object, where: str) -> Parameter:
    if not isinstance(row, dict):
        raise BadInput(
            f"{name} is not a definition", where=where, value=row, allowed="a table with value, unit, source, description"
        )
    for key in row:
        if key not in _FIELDS:
            raise unknown(f"key of {name}", key, _FIELDS, where)
    for key in ("value", "unit", "source", "description"):
        if key not in row:
            raise BadInput(f"{name} has no {key}", where=where)
    kind = row.get("kind", _KINDS.get(type(row["value"]), "?"))
    if kind in ("int", "float") and not ("low" in row and "high" in row):
        raise BadInput(f"{name} has no range", where=where, allowed="low and high")
    choices = tuple(row.get("choices", ()))
    blank = Parameter(
        name, row["value"], row["unit"], row.get("low"), row.get("high"), row["source"], row["description"], kind, choices
    )
    return blank.checked(row["value"], where)


def flat(table: dict, where: str) -> dict[str, object]:
    """Nested or dotted TOML keys as `group.name`; a definition's table stands for its value."""
    found: dict[str, object] = {}
    for key, value in table.items():
        if not isinstance(value, dict):
            found[key] = value
            continue
        for field, inner in value.items():
            if isinstance(inner, dict) and "value" not in inner:
                raise BadInput(f"{key}.{field} is a table without a value", where=where)
            found[f"{key}.{field}"] = inner["value"] if isinstance(inner, dict) else inner
    return found


def load_parameters(path: str | os.PathLike[str], economy: str = "hourglass") -> Parameters:
    """The economy's parameters with a file's values; BadInput for a key that does not exist, naming the nearest."""
    values = flat(read_toml(path), str(path))
    return economy_parameters(economy).with_values(values, where=str(path))


def preset_values(name: str, economy: str = "hourglass") -> dict[str, object]:
    """What a preset changes, by dotted name: one of the economy's, or a TOML file; BadInput for an unknown one."""
    if name.endswith(".toml"):
        return flat(read_toml(name), name)
    presets = read_toml(data_file(economy, "presets.toml"))
    if name not in presets:
        raise unknown("preset", name, presets)
    return presets[name]


def preset_names(economy: str = "hourglass") -> tuple[str, ...]:
    """The economy's presets."""
    return tuple(read_toml(data_file(economy, "presets.toml")))
