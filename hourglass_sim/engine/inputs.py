"""Everything a stage reads that is not a user's own: parameters, tables and today's facts, laid out in flat memory.

The same objects serve the agents directly (`rules.phoenix` is a NamedTuple, a table is a tuple of numbers) and the compiled loops
through addresses. New values never compile again: only names and types are known when a loop is compiled.
"""

import contextlib
from collections.abc import Iterable
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

WORDS = ("birth", "seed_low", "seed_high")  # of today's facts: words of 32 bits for the draws


class Inputs:
    """Named inputs in flat memory.

    `groups` maps names ("rules.phoenix", "people.opening", "tables.levels") to NamedTuples of int, float and tables;
    `today_type` is a NamedTuple class whose annotations say int or float.
    Raises TypeError for a value that is neither int, float nor a sequence of one of them.
    """

    def __init__(self, groups: dict[str, NamedTuple], today_type: type):
        self.groups = dict(groups)
        self.today_type = today_type
        self._sizes: dict[str, int] = {}
        self._tables: list[np.ndarray] = []
        self._offsets: dict[str, int] = {}
        self._arrays: dict[str, Any] = {}
        position = 0
        for name, group in self.groups.items():
            held = type(group)(*[_held(name, field, value) for field, value in zip(group._fields, group, strict=True)])
            self._arrays[name] = held
            self._offsets[name] = position
            position += self.size_of(held)
        self.memory = np.zeros(position // 8, dtype=np.int64)
        for name, group in self._arrays.items():
            self._fill(self._offsets[name] // 8, group)

    def _fill(self, position: int, group: NamedTuple) -> None:
        for value in group:
            if isinstance(value, np.ndarray):
                self._tables.append(value)
                self.memory[position : position + 2] = (value.ctypes.data, len(value))
            elif isinstance(value, float):
                self.memory[position] = np.float64(value).view(np.int64)
            else:
                self.memory[position] = value
            position += self.size_of(value) // 8

    @staticmethod
    def size_of(value: Any) -> int:
        """Bytes of a value in flat memory."""
        if isinstance(value, np.ndarray):
            return 16
        if isinstance(value, (int, float)):
            return 8
        return sum(Inputs.size_of(part) for part in value)

    def find(self, name: str) -> tuple[int, Any]:
        """Offset and example value of a group ("rules.phoenix") or of one field of it ("rules.phoenix.exit_days")."""
        if name in self._arrays:
            return self._offsets[name], self._arrays[name]
        group_name, _, field = name.rpartition(".")
        if group_name in self._arrays and field in self._arrays[group_name]._fields:
            group = self._arrays[group_name]
            offset = self._offsets[group_name]
            for other, value in zip(group._fields, group, strict=True):
                if other == field:
                    return offset, value
                offset += self.size_of(value)
        raise KeyError(f"a stage reads {name!r}, which is neither a column nor an input")

    def holds(self, name: str) -> bool:
        """Whether a name is a group or a field of one."""
        group, _, field = name.rpartition(".")
        return name in self._arrays or field in getattr(self._arrays.get(group), "_fields", ())

    def plain(self, name: str) -> Any:
        """The same value as plain Python objects, as the agents read it (tables as tuples)."""
        _, value = self.find(name)
        return _plain(value)

    def today_offset(self, field: str) -> int:
        """Offset of one of today's facts."""
        return self.today_type._fields.index(field) * 8

    def today_is_float(self, field: str) -> bool:
        """Whether one of today's facts is a float."""
        return self.today_type.__annotations__[field] is float

    def note_days(self, days: list[NamedTuple]) -> None:
        """Keep how large each of today's whole numbers gets."""
        packed = self.pack_days(days)
        self.__dict__.pop("_facts", None)
        for j, field in enumerate(self.today_type._fields):
            if not self.today_is_float(field) and len(days):
                self._sizes[field] = int(max(packed[:, j].min(), packed[:, j].max(), key=abs))

    def today_bounds(self, field: str) -> tuple[int, int]:
        """Bounds of one of today's whole numbers (`WORDS`: 32 bits without sign); those of 64 bits when no days are known."""
        return (0, 2**32 - 1) if field in WORDS else bounds_held(self._sizes.get(field, -(2**63)), 12)

    def pack_days(self, days: list[NamedTuple]) -> np.ndarray:
        """Today's facts of every day as int64[days, fields] (floats by their bits)."""
        packed = np.zeros((len(days), len(self.today_type._fields)), dtype=np.int64)
        for j, field in enumerate(self.today_type._fields):
            column = [getattr(day, field) for day in days]
            packed[:, j] = np.array(column, dtype=np.float64).view(np.int64) if self.today_is_float(field) else column
        return packed

    @cached_property
    def structure(self) -> tuple:
        """Where every input lies and of which type it is, without values: all that compiled loops depend on."""
        return self.signature(self.groups)

    def signature(self, names: Iterable[str]) -> tuple:
        """What a compiled loop that reads `names` depends on: where those inputs lie and their types, without values; today's facts."""
        inputs = []
        for name in names:
            with contextlib.suppress(KeyError):  # a column or a number
                offset, example = self.find(name)
                inputs.append((name, offset, _types_of(example)))
        return (*inputs, *self._facts)

    @cached_property
    def _facts(self) -> tuple:
        return tuple((f, "float" if self.today_is_float(f) else self.today_bounds(f)) for f in self.today_type._fields)


def _held(group: str, field: str, value: Any) -> Any:
    if isinstance(value, (bool, int, np.integer)):
        return int(value)
    if isinstance(value, (float, np.floating)):
        return float(value)
    if isinstance(value, (tuple, list, np.ndarray)):
        array = np.asarray(value)
        held = np.zeros(max(len(array), 1), dtype=np.float64 if array.dtype.kind == "f" else np.int64)
        held[: len(array)] = array
        return held[: len(array)]  # behind an empty table lies an item that may be looked at, though nobody uses it
    raise TypeError(f"{group}.{field} is {type(value).__name__}; an input is an int, a float or a table of them")


def _plain(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return tuple(value.tolist())
    if isinstance(value, (int, float)):
        return value
    return type(value)(*[_plain(part) for part in value])


def bounds_held(value: Any, fewest: int = 15) -> tuple[int, int]:
    """Bounds of 16, 32 or 64 bits that hold a whole number, or every number of a table: loops are compiled for these, not for values.

    `fewest`: powers of two below 15 that will do: 12 holds the days of the longest run, and some more may be added in 16 bits.
    """
    is_table = isinstance(value, np.ndarray)
    if (is_table and (value.dtype.kind == "f" or not len(value))) or isinstance(value, float):
        return 0, 0
    low, high = (int(value.min()), int(value.max())) if is_table else (value, value)
    bits = next(bits for bits in (fewest, 15, 31, 63) if -(2**bits) <= low and high < 2**bits)
    return -(2**bits), 2**bits - 1


def _types_of(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return "table" + value.dtype.kind, bounds_held(value), bounds_held(len(value))
    if isinstance(value, (int, float)):
        return type(value).__name__, bounds_held(value)
    return tuple((field, _types_of(part)) for field, part in zip(value._fields, value, strict=True))
