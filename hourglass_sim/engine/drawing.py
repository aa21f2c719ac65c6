"""Draws for many users at a time (`lanes`): a round of their generator, and its words as numbers between 0 and 1."""

from dataclasses import replace
from typing import Any

from llvmlite import ir

from hourglass_sim.engine.draws import MULTIPLIER_0, MULTIPLIER_1, TO_UNIT, WORD
from hourglass_sim.engine.intervals import Number
from hourglass_sim.engine.lanes import F32, F64, I32, I64, Lanes, own_load
from hourglass_sim.engine.machine_code import can
from hourglass_sim.engine.singles import BELOW_1


def single_unit(lanes: Lanes, word: Any) -> Number:
    """`singles.unit_single`."""
    odd = lanes.builder.or_(word, lanes.of(1, "int", 32))
    made = lanes.builder.fmul(lanes.builder.uitofp(odd, lanes.many(F32)), lanes.of(TO_UNIT, "single"))
    most = lanes.of(float(BELOW_1), "single")
    return Number("single", lanes.builder.select(lanes.builder.fcmp_ordered("<", made, most), made, most), 0, 1)


def unit(lanes: Lanes, word: Any) -> Number:
    """A word of 32 bits as a number between 0 and 1 (`draws.unit`).

    The word stands in the last bits of a double of 2**20 and more, whose last place is worth 2**-32; what is above the word is taken
    away with half a place less. Every step is exact, so it is the same double that a conversion and a product give.
    """
    at_2_to_20 = lanes.builder.or_(lanes.of(word, "int", 64), lanes.of(0x413 << 52, "int", 64))
    made = lanes.builder.fsub(lanes.builder.bitcast(at_2_to_20, lanes.many(F64)), lanes.of(2.0**20 - TO_UNIT / 2, "float"))
    return Number("float", made, 0, 1, word=lanes.of(word, "int", 32))


def draw(lanes: Lanes, word: Any) -> Number:
    """The same from 32 bits in memory."""
    wide = lanes.builder.zext(word, lanes.many(I64))
    return replace(unit(lanes, Number("int", wide, 0, 2**32 - 1)), word=word)


class Philox:
    """Philox4x32 over the registers of some lanes."""

    def __init__(self, lanes: Lanes):
        self.lanes = lanes
        self._upper: Any = None

    def round(self, c0: Any, c1: Any, c2: Any, c3: Any, k0: Any, k1: Any) -> tuple[Number, Number, Number, Number]:
        """One round of the generator of draws (`draws.philox_round`), all of them words of 32 bits."""
        builder, of = self.lanes.builder, self.lanes.of
        first, second = (
            builder.mul(of(by, "int", 64), of(word, "int", 64)) for by, word in ((MULTIPLIER_0, c0), (MULTIPLIER_1, c2))
        )
        mixed = [
            builder.xor(builder.xor(self._moved_down(product, product is first), of(word, "int", 64)), of(key, "int", 64))
            for product, word, key in ((second, c1, k0), (first, c3, k1))
        ]
        lower = [builder.and_(value, of(WORD, "int", 64)) for value in (mixed[0], second, mixed[1], first)]
        c0, c1, c2, c3 = (Number("int", word, 0, WORD) for word in lower)
        return c0, c1, c2, c3

    def _moved_down(self, product: Any, by_permutation: bool) -> Any:
        """The upper half of 64 bits in the place of the lower, what is above it left open.

        A shift waits for the port on which products are made; a permutation takes another, so half of them are moved by one.
        """
        if not (by_permutation and can("avx512f")):
            return self.lanes.builder.lshr(product, self.lanes.of(32, "int", 64))
        part, builder = ir.VectorType(I32, 16), self.lanes.builder
        if self._upper is None:  # from memory: of places that LLVM knows it would make a shift again
            places = self.lanes.before.alloca(part)
            self.lanes.before.store(ir.Constant(part, [k | 1 for k in range(16)]), places)
            self._upper = own_load(self.lanes.before, places)
        moved = []
        for start in range(0, self.lanes.width, 8):
            which = ir.Constant(ir.VectorType(I32, 8), list(range(start, start + 8)))
            eight = builder.bitcast(builder.shuffle_vector(product, ir.Constant(product.type, ir.Undefined), which), part)
            eight = self.lanes.intrinsic("llvm.x86.avx512.permvar.si.512", part, [eight, self._upper])
            moved.append(builder.bitcast(eight, ir.VectorType(I64, 8)))
        return _joined(self.lanes.builder, moved)


def _joined(builder: ir.IRBuilder, parts: list) -> Any:
    """Vectors of one length, one after the other as one."""
    while len(parts) > 1:
        count = parts[0].type.count
        which = ir.Constant(ir.VectorType(I32, 2 * count), list(range(2 * count)))
        parts = [builder.shuffle_vector(a, b, which) for a, b in zip(parts[::2], parts[1::2], strict=True)]
    return parts[0]
