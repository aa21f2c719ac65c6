"""Lifting plain Python functions into compiled code from outside, so that a rule file never mentions Numba.

`lift` registers a function with Numba as it is. Six primitives get a compiled twin here; everything else
has one definition. Integers are int64 in code that Numba compiles, floats float64; nothing is fused or reordered (no fast math), which
is why both give the same bits.
"""

from collections.abc import Callable, Iterable

from hourglass_policy import numeric
from llvmlite import ir
from numba.core import types
from numba.extending import intrinsic, overload, register_jitable

from hourglass_sim.engine import achieving, draws

_lifted: set[Callable] = set()
OF_SQRT_HALF = 0x3FE6A09E667F3BCD  # the bits of `numeric.SQRT_HALF`: what is above them begins with x's steps of two
INLINED = {  # a call left in a loop keeps LLVM from vectorising it; wrappers for Python or C callers would never be called
    "forceinline": True,
    "error_model": "numpy",
    "no_cpython_wrapper": True,
    "no_cfunc_wrapper": True,
}


@intrinsic
def _float_of_bits(typingctx, bits):
    return types.float64(types.int64), lambda context, builder, sig, args: builder.bitcast(args[0], ir.DoubleType())


@intrinsic
def bits_of_float(typingctx, x):
    """The 64 bits of a double as an int64."""
    return types.int64(types.float64), lambda context, builder, sig, args: builder.bitcast(args[0], ir.IntType(64))


@intrinsic
def _high_word(typingctx, product_of, by):
    def generate(context, builder, sig, args):
        return builder.lshr(builder.mul(*args), ir.Constant(ir.IntType(64), 32))

    return types.int64(types.int64, types.int64), generate


@intrinsic
def _zeros_below(typingctx, n):
    def generate(context, builder, sig, args):
        return builder.cttz(args[0], ir.Constant(ir.IntType(1), 1))

    return types.int64(types.int64), generate


def _compiled_primitives() -> None:
    @overload(numeric.range_of, jit_options=INLINED)
    def range_of(x):
        limits = numeric.range_of(0.0)
        return lambda x: limits

    @overload(numeric.scaled, jit_options=INLINED)
    def scaled(x, rounded):
        return lambda x, rounded: _float_of_bits(bits_of_float(x) + (bits_of_float(rounded) << 52))

    @overload(numeric.parted, jit_options=INLINED)
    def parted(x):
        def work_out(x):
            above = bits_of_float(x) - OF_SQRT_HALF
            return _float_of_bits((above & ((1 << 52) - 1)) + OF_SQRT_HALF), float(above >> 52)

        return work_out

    @overload(numeric.like, jit_options=INLINED)
    def like(x, n):
        return lambda x, n: float(n)

    @overload(draws.high_word, jit_options=INLINED)
    def high_word(a, b):
        return lambda a, b: _high_word(a, b)

    @overload(achieving.lowest_bit, jit_options=INLINED)
    def lowest_bit(n):
        return lambda n: _zeros_below(n)

    _lifted.update((achieving.lowest_bit, numeric.range_of, numeric.scaled, numeric.parted, numeric.like, draws.high_word))


_compiled_primitives()


def lift(functions: Iterable[Callable]) -> None:
    """Make plain functions callable from compiled code; lifting twice is harmless."""
    for function in functions:
        if function not in _lifted:
            _lifted.add(function)
            register_jitable(**INLINED)(function)


lift(numeric.CORES)
lift(draws.CORES)
