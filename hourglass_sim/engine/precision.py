"""What depends on the precision of a float, for many users at a time (`lanes`): taking it in singles, and the bits of either."""

from dataclasses import replace
from typing import Any

import numpy as np
from hourglass_policy import numeric
from llvmlite import ir

from hourglass_sim.engine.drawing import single_unit
from hourglass_sim.engine.intervals import Number, Refused, Table, kind_of
from hourglass_sim.engine.lanes import F32, I32, I64, Lanes, element_of
from hourglass_sim.engine.lift import OF_SQRT_HALF

OF_SQRT_HALF_SINGLE = 0x3F3504F3  # as a float of 32 bits


def range_of(lanes: Lanes, x: Any) -> tuple[Any, Any]:
    """`numeric.range_of`."""
    if kind_of(x) != "single":
        return numeric.range_of(0.0)
    if x.is_mixed:
        raise Refused("an exponential of what may be a double")
    return tuple(Number("single", ir.Constant(F32, float(value)), is_one=True) for value in numeric.range_of(np.float32(0.0)))


def scaled(lanes: Lanes, x: Any, rounded: Any) -> Number:
    """`numeric.scaled`: the whole number in the last bits of `rounded` is added to the exponent of x."""
    kind = kind_of(x)
    whole, place = (I32, 23) if kind == "single" else (I64, 52)
    bits, by = (lanes.builder.bitcast(lanes.of(value, kind), lanes.many(whole)) for value in (x, rounded))
    moved = lanes.builder.shl(by, ir.Constant(lanes.many(whole), [place] * lanes.width))
    return Number(kind, lanes.builder.bitcast(lanes.builder.add(bits, moved), lanes.many(element_of(kind, 64))))


def parted(lanes: Lanes, x: Any) -> tuple[Number, Number]:
    """`numeric.parted`: what is above the bits of `SQRT_HALF` begins with the whole number."""
    kind, builder = kind_of(x), lanes.builder
    whole, place, least = (I32, 23, OF_SQRT_HALF_SINGLE) if kind == "single" else (I64, 52, OF_SQRT_HALF)
    kept, moved, low = (ir.Constant(lanes.many(whole), [n] * lanes.width) for n in ((1 << place) - 1, place, least))
    above = builder.sub(builder.bitcast(lanes.of(x, kind), lanes.many(whole)), low)
    made = builder.bitcast(builder.add(builder.and_(above, kept), low), lanes.many(element_of(kind, 64)))
    return Number(kind, made), Number(kind, builder.sitofp(builder.ashr(above, moved), made.type))


def like(lanes: Lanes, x: Any, n: Any) -> Any:
    """`numeric.like`."""
    kind = kind_of(x)
    if kind == "single" and not x.is_mixed:
        return Number(kind, lanes.of(n, kind))
    if lanes.in_singles:
        raise Refused("the precision of what may be a double")
    return lanes.floating(n)


def single(lanes: Lanes, x: Any) -> Any:
    """A float, a draw, a table or a group of them as it is in single precision (`singles.singled`); whole numbers stay."""
    if isinstance(x, Table):
        return replace(x, is_single=x.is_float)
    if isinstance(x, tuple):
        parts = [single(lanes, part) for part in x]
        return type(x)(*parts) if hasattr(x, "_fields") else tuple(parts)
    if isinstance(x, float):
        return Number("single", ir.Constant(F32, x), is_one=True)
    if kind_of(x) != "float":
        return x
    if x.word is not None:
        return single_unit(lanes, x.word)
    return Number("single", lanes.one(x, "single") if x.is_one else lanes.of(x, "single"), x.low, x.high, x.is_one)
