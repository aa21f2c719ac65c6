"""Reading content files: every fault is one line with the file, the key, the value and the remedy."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from ..errors import BadInput, require_between, unknown

_WORDS = {str: "a text", int: "a whole number", float: "a number", list: "a list", dict: "a table", bool: "true or false"}


class Key(NamedTuple):
    """One key of a table: its type and whether it may be absent."""

    kind: type
    required: bool = True


def checked(table: object, keys: Mapping[str, Key], where: str) -> dict:
    """The table when every key is known, present if required and of its type; whole numbers pass as numbers."""
    if not isinstance(table, dict):
        raise BadInput("not a table", where=where, value=table, allowed=", ".join(keys))
    for name, value in table.items():
        if name not in keys:
            raise unknown("key", name, keys, where)
        kind = keys[name].kind
        is_number = kind is float and isinstance(value, int)
        if not (isinstance(value, kind) or is_number) or (isinstance(value, bool) and kind is not bool):
            raise BadInput(f"{name} is not {_WORDS[kind]}", where=where, value=value, allowed=_WORDS[kind])
        if kind is str and not value.strip():
            raise BadInput(f"{name} is empty", where=where, value=value, allowed="a text")
    for name, key in keys.items():
        if key.required and name not in table:
            raise BadInput(f"{name} is missing", where=where, allowed=f"add `{name} = …` ({_WORDS[key.kind]})")
    return table


def between(table: Mapping, name: str, low: float, high: float, where: str) -> None:
    """Check a number's range when it is there."""
    if name in table:
        require_between(name, table[name], low, high, where)


def require_unique(names: Iterable[str], what: str, where: str) -> None:
    """Raise BadInput for the first name that stands twice."""
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise BadInput(f"{what} stands twice", where=where, value=name, allowed="each once: rename or remove one")
        seen.add(name)
