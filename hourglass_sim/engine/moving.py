"""Bringing a section's users side by side and taking back what it wrote, sixteen users at a time, on processors with AVX-512.

A mask of sixteen users gives one permutation that moves the chosen ones together, and one that moves them apart again. It is worked out
once; then each column is loaded, permuted in one instruction or two, whatever the share of the chosen, and stored. Elsewhere users are
moved one by one (`loops`).
"""

from typing import Any

from llvmlite import ir

from hourglass_sim.engine.inputs import Inputs
from hourglass_sim.engine.kernels import STORED, Place
from hourglass_sim.engine.layout import BLOCK, Layout
from hourglass_sim.engine.machine_code import new_loop
from hourglass_sim.engine.sections import Section

AT_ONCE = 16  # users
I1, I8, I16, I32, I64 = (ir.IntType(bits) for bits in (1, 8, 16, 32, 64))
_PERMUTE = {1: "llvm.x86.ssse3.pshuf.b.128", 2: "llvm.x86.avx512.permvar.hi.256", 4: "llvm.x86.avx512.permvar.si.512"}
_PERMUTE_TWO = "llvm.x86.avx512.vpermi2var.q.512"
NOWHERE = 0x80  # as a byte's place: that byte becomes 0


def bringing_loop(section: Section, symbol: str, layout: Layout, inputs: Inputs, mask_offset: int) -> str:
    """LLVM's text of `symbol`(block, scratch, today, inputs): packs the section's users and keeps which they are."""
    moves = _Moves(symbol)
    test = Place(section.when, layout, inputs)
    flags = moves.load(test, moves.i)
    chosen = moves.builder.icmp_signed("!=", flags, ir.Constant(flags.type, None))
    moves.builder.store(moves.builder.bitcast(chosen, I16), moves.mask_pointer(mask_offset), align=2)
    order = moves.order("compress", chosen, 0)
    places = [(Place(name, layout, inputs), Place(name, layout, inputs, section.offsets)) for name in section.brought]
    for place, packed in places:
        moves.bring(place, packed, order, 0)
    with moves.builder.if_then(
        moves.builder.icmp_unsigned(">", moves.count(chosen), ir.Constant(I64, AT_ONCE // 2)), likely=False
    ):
        for place, packed in places:  # a register holds eight of eight bytes; more are chosen seldom
            if _halves(place) == 2:
                moves.bring(place, packed, order, 1)
    return moves.ended(chosen, section.count)


def returning_loop(section: Section, symbol: str, layout: Layout, inputs: Inputs, mask_offset: int) -> str:
    """LLVM's text of `symbol`(block, scratch, today, inputs): what the section wrote back to its users; scratch of others becomes 0."""
    moves = _Moves(symbol)
    chosen = moves.builder.bitcast(moves.builder.load(moves.mask_pointer(mask_offset), align=2), _many(I1))
    order = moves.order("expand", chosen, NOWHERE)
    for name in section.returned:
        place, packed = Place(name, layout, inputs), Place(name, layout, inputs, section.offsets)
        parts = [moves.load(packed, moves.filled, half) for half in range(_halves(place))]
        for half in range(_halves(place)):
            value = moves.permuted(place, parts, order, half)
            mask = moves.half_of(chosen, half) if _halves(place) == 2 else chosen
            if place.region == "scratch":
                zero = ir.Constant(value.type, None)
                moves.store(place, moves.i, value if place.column.width == 1 else moves.builder.select(mask, value, zero), half)
            else:
                moves.store_where(place, moves.i, value, half, mask)
    return moves.ended(chosen, None)


def _halves(place: Place) -> int:
    return 2 if place.column.width == 8 else 1


def _many(kind: Any, count: int = AT_ONCE) -> ir.VectorType:
    return ir.VectorType(kind, count)


def _kept_as(place: Place) -> ir.VectorType:
    """Integers of a column's width: sixteen, or eight of eight bytes."""
    return _many(ir.IntType(8 * place.column.width), AT_ONCE // _halves(place))


class _Moves:
    """A loop over a block, sixteen users at a time, and what it does with them."""

    def __init__(self, symbol: str):
        self.module, self.function = new_loop(symbol)
        self.entry, self.body, self.done = (self.function.append_basic_block(name) for name in ("entry", "body", "done"))
        self.before, self.builder = ir.IRBuilder(self.entry), ir.IRBuilder(self.body)
        self.i, self.filled = self.builder.phi(I64), self.builder.phi(I64)
        block, scratch = self.function.args[:2]
        self.address = {"block": block, "scratch": scratch, "packed": scratch}

    def ended(self, chosen: Any, count: int | None) -> str:
        """The text of the whole; the number of the chosen is kept at `count` in the scratch block."""
        filled, following = self.builder.add(self.filled, self.count(chosen)), self.builder.add(self.i, ir.Constant(I64, AT_ONCE))
        for phi, now in ((self.i, following), (self.filled, filled)):
            phi.add_incoming(ir.Constant(I64, 0), self.entry)
            phi.add_incoming(now, self.builder.block)
        self.builder.cbranch(self.builder.icmp_signed("<", following, ir.Constant(I64, BLOCK)), self.body, self.done)
        self.before.branch(self.body)
        end = ir.IRBuilder(self.done)
        if count is not None:
            at = end.add(self.address["scratch"], ir.Constant(I64, count))
            end.store(filled, end.inttoptr(at, I64.as_pointer()))
        end.ret_void()
        return str(self.module)

    def mask_pointer(self, offset: int) -> Any:
        start = self.before.add(self.address["scratch"], ir.Constant(I64, offset))
        word = self.builder.udiv(self.i, ir.Constant(I64, AT_ONCE))
        return self.builder.gep(self.before.inttoptr(start, I16.as_pointer()), [word])

    def pointer(self, place: Place, first: Any, half: int, kind: Any) -> Any:
        start = self.before.add(self.address[place.region], ir.Constant(I64, place.offset + 64 * half))
        at = self.builder.gep(self.before.inttoptr(start, STORED[place.column.dtype].as_pointer()), [first])
        return self.builder.bitcast(at, kind.as_pointer())

    def load(self, place: Place, first: Any, half: int = 0) -> Any:
        kind = _kept_as(place)
        return self.builder.load(self.pointer(place, first, half, kind), align=place.column.width)

    def store(self, place: Place, first: Any, value: Any, half: int) -> None:
        self.builder.store(value, self.pointer(place, first, half, value.type), align=place.column.width)

    def store_where(self, place: Place, first: Any, value: Any, half: int, mask: Any) -> None:
        pointer = self.pointer(place, first, half, value.type)
        name = f"llvm.masked.store.v{value.type.count}i{value.type.element.width}.p0"
        self.call(name, ir.VoidType(), [value, pointer, ir.Constant(I32, place.column.width), mask])

    def call(self, name: str, result: Any, arguments: list) -> Any:
        kind = ir.FunctionType(result, [argument.type for argument in arguments])
        return self.builder.call(self.module.globals.get(name) or ir.Function(self.module, kind, name), arguments)

    def half_of(self, lanes: Any, half: int) -> Any:
        which = ir.Constant(_many(I32, 8), [8 * half + k for k in range(8)])
        return self.builder.shuffle_vector(lanes, ir.Constant(lanes.type, ir.Undefined), which)

    def order(self, what: str, chosen: Any, other: int) -> dict[int, list]:
        """Where each of sixteen places takes its value from, by width: the permutation that packs the chosen, or spreads them."""
        numbers = ir.Constant(_many(I32), list(range(AT_ONCE)))
        name = f"llvm.x86.avx512.mask.{what}.v16i32"
        order = self.call(name, _many(I32), [numbers, ir.Constant(_many(I32), [other] * AT_ONCE), chosen])
        wide = self.builder.zext(order, _many(I64))
        return {
            1: [self.builder.trunc(order, _many(I8))],
            2: [self.builder.trunc(order, _many(I16))],
            4: [order],
            8: [self.half_of(wide, 0), self.half_of(wide, 1)],
        }

    def permuted(self, place: Place, parts: list, order: dict[int, list], half: int) -> Any:
        """A column's sixteen values in another order, or eight of them."""
        width = place.column.width
        if width == 8:
            return self.call(_PERMUTE_TWO, _many(I64, 8), [parts[0], order[8][half], parts[1]])
        return self.call(_PERMUTE[width], _many(ir.IntType(8 * width)), [parts[0], order[width][0]])

    def bring(self, place: Place, packed: Place, order: dict[int, list], half: int) -> None:
        """Pack the chosen of sixteen users of a column, or eight of them."""
        parts = [self.load(place, self.i, k) for k in range(_halves(place))]
        self.store(packed, self.filled, self.permuted(place, parts, order, half), half)

    def count(self, chosen: Any) -> Any:
        """How many are chosen."""
        return self.builder.zext(self.builder.ctpop(self.builder.bitcast(chosen, I16)), I64)
