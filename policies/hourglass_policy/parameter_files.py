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


def data_file(economy: str, name: str) -> str:
    """Path of one of an economy's data files; BadInput for an unknown economy."""
    path = os.path.join(ECONOMIES, economy, name)
    if not os.path.isfile(path):
        raise unknown("economy", economy, [n for n in os.listdir(ECONOMIES) if os.path.isfile(os.path.join(ECONOMIES, n, name))])
    return path


@cache
def economy_parameters(economy: str = "hourglass") -> Parameters:
    """The economy's own parameters; BadInput for an unknown economy or a malformed definition."""
    path = data_file(economy, "parameters.toml")
    where = os.path.basename(path)
    members = {}
    for group, table in read_toml(path).items():
        for field, row in table.items():
            members[f"{group}.{field}"] = _definition(f"{group}.{field}", row, where)
    return Parameters(members, where=where)


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
    """What a preset changes, by dotted name; BadInput for an unknown preset."""
    presets = read_toml(data_file(economy, "presets.toml"))
    if name not in presets:
        raise unknown("preset", name, presets)
    return presets[name]


def preset_names(economy: str = "hourglass") -> tuple[str, ...]:
    """The economy's presets."""
    return tuple(read_toml(data_file(economy, "presets.toml")))
