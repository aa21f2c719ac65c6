"""What a stage from outside may write: numbers that its columns hold. Anything else is refused by both engines, never cut or wrapped."""

import zlib
from collections.abc import Iterable

import numpy as np
from hourglass_policy.errors import BadInput

from hourglass_sim.engine.bounds import FLAGS
from hourglass_sim.engine.declaring import Stage, base_of
from hourglass_sim.engine.layout import Column, Layout

MOST_SINGLE, MOST_DOUBLE = 3.4e38, 1.7e308
_HOURS = {"hour_1": (-1, 23), "hour_2": (-1, 23)}
_FLAGS = frozenset(FLAGS.split())
_PLACE_BITS = 8


def range_of(column: Column) -> tuple[float, float]:
    """The least and the largest number that a stage from outside may write."""
    if column.is_float:
        most = MOST_SINGLE if column.dtype == "f4" else MOST_DOUBLE
        return -most, most
    return (0, 1) if column.name in _FLAGS else _HOURS.get(column.name, column.range)


def word_of(stage: Stage, place: int) -> int:
    """The word by which a compiled loop tells that a stage wrote in its `place`-th column what that does not hold."""
    return zlib.crc32(stage.name.encode()) << _PLACE_BITS | place + 1


def require_held(scratch: np.ndarray, stages: Iterable[Stage], layout: Layout) -> None:
    """Raise BadInput when a loop has noted a word in scratch memory, uint8[blocks, bytes]."""
    words = scratch[:, layout.noted_at :][:, :8].view(np.int64)
    if words.any():
        word = int(words[words != 0][0])
        stage = next(s for s in stages if s.is_from_outside and word >> _PLACE_BITS == zlib.crc32(s.name.encode()))
        place = stage.writes[(word & (1 << _PLACE_BITS) - 1) - 1]
        raise cannot_hold(stage, place, layout[base_of(place)])


def cannot_hold(stage: Stage, place: str, column: Column, **value: object) -> BadInput:
    """The error for a number that a column does not hold; `value=` where it is known."""
    low, high = range_of(column)
    allowed = "finite numbers" if column.is_float else f"{low} to {high}"
    what = f"{getattr(stage.function, '__name__', 'a function')}() writes what {place!r} does not hold"
    return BadInput(what, where=f"stage {stage.name!r}", allowed=allowed, **value)
