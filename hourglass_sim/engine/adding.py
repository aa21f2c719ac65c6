"""A block's totals of a day: one column's sum, or how many users have a value in it, 64 bytes of the column at a time.

Written for LLVM's vectors, which any processor has in some width: those who are here are a bit each, and narrow values add up in the
narrowest registers that hold 512 of them.
"""

from collections.abc import Callable

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from hourglass_sim.engine.layout import BLOCK

AT_ONCE = 64  # bytes of a column
SUM_BITS = {1: 16, 2: 32, 4: 64, 8: 64}  # bytes of a value -> bits of a register's sum
MASK_WORDS = BLOCK // 64
I64 = ir.IntType(64)


@intrinsic
def who_is_here(typingctx, flags, words):
    """Write a bit for each user whose flag (int8, at an address) is not 0 to 64-bit words at an address; how many there are."""

    def generate(context, builder, signature, arguments):
        flags, words = arguments
        total = cgutils.alloca_once_value(builder, ir.Constant(I64, 0))
        lanes = ir.VectorType(ir.IntType(8), 64)
        with cgutils.for_range(builder, ir.Constant(I64, MASK_WORDS)) as loop:
            value = _load(builder, builder.add(flags, builder.mul(loop.index, ir.Constant(I64, 64))), lanes)
            bits = builder.bitcast(builder.icmp_signed("!=", value, ir.Constant(lanes, None)), I64)
            at = builder.add(words, builder.mul(loop.index, ir.Constant(I64, 8)))
            builder.store(bits, builder.inttoptr(at, I64.as_pointer()), align=1)
            builder.store(builder.add(builder.load(total), builder.ctpop(bits)), total)
        return builder.load(total)

    return types.int64(types.intp, types.intp), generate


def adder(width: int) -> Callable:
    """`total(column, words)`: the sum of values of `width` bytes over those who are here; addresses."""
    lanes = AT_ONCE // width
    values, sums = ir.VectorType(ir.IntType(8 * width), lanes), ir.VectorType(ir.IntType(SUM_BITS[width]), lanes)

    @intrinsic
    def total(typingctx, column, words):
        def generate(context, builder, signature, arguments):
            held = cgutils.alloca_once_value(builder, ir.Constant(sums, None))
            with cgutils.for_range(builder, ir.Constant(I64, BLOCK // lanes)) as loop:
                here, mask = _some(builder, *arguments, loop.index, values)
                kept = builder.select(mask, here, ir.Constant(values, None))
                kept = builder.sext(kept, sums) if values != sums else kept
                builder.store(builder.add(builder.load(held), kept), held)
            return _across(builder, builder.load(held))

        return types.int64(types.intp, types.intp), generate

    return total


def counter(width: int) -> Callable:
    """`equal(column, words, value)`: how many of those who are here have a value of `width` bytes; addresses."""
    lanes = AT_ONCE // width
    values, bits = ir.VectorType(ir.IntType(8 * width), lanes), ir.IntType(lanes)

    @intrinsic
    def equal(typingctx, column, words, value):
        def generate(context, builder, signature, arguments):
            held = cgutils.alloca_once_value(builder, ir.Constant(I64, 0))
            wanted = _same(builder, builder.trunc(arguments[2], values.element) if width < 8 else arguments[2], values)
            with cgutils.for_range(builder, ir.Constant(I64, BLOCK // lanes)) as loop:
                here, mask = _some(builder, *arguments[:2], loop.index, values)
                found = builder.bitcast(builder.and_(mask, builder.icmp_signed("==", here, wanted)), bits)
                found = builder.zext(found, I64) if lanes < 64 else found
                builder.store(builder.add(builder.load(held), builder.ctpop(found)), held)
            return builder.load(held)

        return types.int64(types.intp, types.intp, types.int64), generate

    return equal


def _some(builder, column, words, k, values):
    """The k-th vector of a column, and who of its users is here."""
    here = _load(builder, builder.add(column, builder.mul(k, ir.Constant(I64, AT_ONCE))), values)
    word = _load(builder, builder.add(words, builder.mul(k, ir.Constant(I64, values.count // 8))), ir.IntType(values.count))
    return here, builder.bitcast(word, ir.VectorType(ir.IntType(1), values.count))


def _load(builder, address, kind):
    return builder.load(builder.inttoptr(address, kind.as_pointer()), align=1)


def _same(builder, value, kind):
    first = builder.insert_element(ir.Constant(kind, ir.Undefined), value, ir.Constant(ir.IntType(32), 0))
    lanes = ir.Constant(ir.VectorType(ir.IntType(32), kind.count), [0] * kind.count)
    return builder.shuffle_vector(first, ir.Constant(kind, ir.Undefined), lanes)


def _across(builder, sums):
    wide = ir.VectorType(I64, sums.type.count)
    value = builder.sext(sums, wide) if sums.type != wide else sums
    name = f"llvm.vector.reduce.add.v{wide.count}i64"
    kind = ir.FunctionType(I64, [wide])
    return builder.call(builder.module.globals.get(name) or ir.Function(builder.module, kind, name), [value])
