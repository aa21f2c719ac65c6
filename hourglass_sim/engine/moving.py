"""Bringing a section's users side by side and taking back what it wrote, sixteen users at a time, on processors with AVX-512.

A mask of sixteen users gives one permutation that moves the chosen ones together, and one that moves them apart again. It is worked
out once; then, some columns at a time, each column is loaded, permuted in one instruction or two, whatever the share of the chosen, and
stored. Elsewhere users are moved one by one (`loops`).
"""

import contextlib
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from llvmlite import ir

from hourglass_sim.engine.inputs import Inputs
from hourglass_sim.engine.kernels import STORED, Place
from hourglass_sim.engine.layout import BLOCK, Layout
from hourglass_sim.engine.machine_code import new_loop
from hourglass_sim.engine.repeating import Repeated
from hourglass_sim.engine.sections import Section

AT_ONCE = 16  # users
STEPS = BLOCK // AT_ONCE
COLUMNS_AT_ONCE = 12  # that one loop moves: more of them wait for lines of the cache, measured
I1, I8, I16, I32, I64 = (ir.IntType(bits) for bits in (1, 8, 16, 32, 64))
_PERMUTE = {1: "llvm.x86.ssse3.pshuf.b.128", 2: "llvm.x86.avx512.permvar.hi.256", 4: "llvm.x86.avx512.permvar.si.512"}
_PERMUTE_TWO = "llvm.x86.avx512.vpermi2var.q.512"
NOWHERE = 0x80  # as a byte's place: that byte becomes 0


def bringing_loop(section: Section, symbol: str, layout: Layout, inputs: Inputs, mask_offset: int) -> str:
    """LLVM's text of `symbol`(block, scratch, today, inputs): packs the section's users and keeps which they are."""
    moves = _Moves(symbol)
    test = Place(section.when, layout, inputs)

    def choose() -> Any:
        flags = moves.load(test, moves.i)
        chosen = moves.builder.icmp_signed("!=", flags, ir.Constant(flags.type, None))
        moves.builder.store(moves.builder.bitcast(chosen, I16), moves.mask_pointer(mask_offset), align=2)
        return chosen

    count = moves.note_orders("compress", choose, 0)
    moves.builder.store(count, moves.address_of(moves.address["scratch"], section.count, I64))
    places = [(Place(name, layout, inputs), Place(name, layout, inputs, section.offsets)) for name in section.brought]
    for part in batched(places):
        with moves.sixteen_at_a_time() as order:
            for place, packed in part:
                moves.bring(place, packed, order, 0)
            wide = [(place, packed) for place, packed in part if _halves(place) == 2]
            if wide:  # a register holds eight of eight bytes; more are chosen seldom
                with moves.builder.if_then(
                    moves.builder.icmp_unsigned(">", moves.count(), ir.Constant(I64, AT_ONCE // 2)), likely=False
                ):
                    for place, packed in wide:
                        moves.bring(place, packed, order, 1)
    return moves.ended()


def returning_loop(section: Section, symbol: str, layout: Layout, inputs: Inputs, mask_offset: int) -> str:
    """LLVM's text of `symbol`(block, scratch, today, inputs): what the section wrote back to its users; scratch of others becomes 0."""
    moves = _Moves(symbol)

    def chosen() -> Any:
        return moves.builder.bitcast(moves.builder.load(moves.mask_pointer(mask_offset), align=2), _many(I1))

    moves.note_orders("expand", chosen, NOWHERE)
    for part in batched(section.returned):
        with moves.sixteen_at_a_time() as order:
            mine = chosen()
            for name in part:
                moves.take_back(Place(name, layout, inputs), Place(name, layout, inputs, section.offsets), order, mine)
    return moves.ended()


def batched(items: Sequence) -> list[Sequence]:
    """Columns that one loop moves."""
    return [items[first : first + COLUMNS_AT_ONCE] for first in range(0, len(items), COLUMNS_AT_ONCE)]


def _halves(place: Place) -> int:
    return 2 if place.column.width == 8 else 1


def _many(kind: Any, count: int = AT_ONCE) -> ir.VectorType:
    return ir.VectorType(kind, count)


def _kept_as(place: Place) -> ir.VectorType:
    """Integers of a column's width: sixteen, or eight of eight bytes."""
    return _many(ir.IntType(8 * place.column.width), AT_ONCE // _halves(place))


class _Moves:
    """Loops over a block, sixteen users at a time (`i` is the first of them), and what is done with them."""

    def __init__(self, symbol: str):
        self.module, function = new_loop(symbol)
        self.builder = ir.IRBuilder(function.append_basic_block("entry"))
        block, scratch = function.args[:2]
        self.address = {"block": block, "scratch": scratch, "packed": scratch}
        self.orders = self.builder.alloca(_many(I32), STEPS)
        self.fills = self.builder.alloca(I64, STEPS + 1)

    def note_orders(self, what: str, chosen: Callable[[], Any], other: int) -> Any:
        """Work out once, for every sixteen users, where each takes its place, and how many stand before them; the number of all."""
        builder = self.builder
        numbers = ir.Constant(_many(I32), list(range(AT_ONCE)))
        with Repeated(builder, STEPS, [ir.Constant(I64, 0)]) as (step, (filled,), following):
            self.i = builder.mul(step, ir.Constant(I64, AT_ONCE))
            mine = chosen()
            arguments = [numbers, ir.Constant(_many(I32), [other] * AT_ONCE), mine]
            builder.store(
                self.call(f"llvm.x86.avx512.mask.{what}.v16i32", _many(I32), arguments), builder.gep(self.orders, [step])
            )
            builder.store(filled, builder.gep(self.fills, [step]))
            count = builder.zext(builder.ctpop(builder.bitcast(mine, I16)), I64)
            following.append(builder.add(filled, count))
        builder.store(following.ended[0], builder.gep(self.fills, [ir.Constant(I64, STEPS)]))
        return following.ended[0]

    @contextlib.contextmanager
    def sixteen_at_a_time(self) -> Iterator[dict[int, list]]:
        """What is done with every sixteen users; gives the permutation, by width."""
        with Repeated(self.builder, STEPS, []) as (self.step, _, _):
            self.i = self.builder.mul(self.step, ir.Constant(I64, AT_ONCE))
            self.filled = self.builder.load(self.builder.gep(self.fills, [self.step]))
            order = self.builder.load(self.builder.gep(self.orders, [self.step]))
            wide = self.builder.zext(order, _many(I64))
            yield {
                1: [self.builder.trunc(order, _many(I8))],
                2: [self.builder.trunc(order, _many(I16))],
                4: [order],
                8: [self.half_of(wide, 0), self.half_of(wide, 1)],
            }

    def count(self) -> Any:
        """How many of the sixteen are chosen."""
        following = self.builder.gep(self.fills, [self.builder.add(self.step, ir.Constant(I64, 1))])
        return self.builder.sub(self.builder.load(following), self.filled)

    def ended(self) -> str:
        """The text of the whole."""
        self.builder.ret_void()
        return str(self.module)

    def address_of(self, start: Any, offset: int, kind: Any) -> Any:
        """A pointer to something some bytes after an address."""
        return self.builder.inttoptr(self.builder.add(start, ir.Constant(I64, offset)), kind.as_pointer())

    def mask_pointer(self, offset: int) -> Any:
        word = self.builder.udiv(self.i, ir.Constant(I64, AT_ONCE))
        return self.builder.gep(self.address_of(self.address["scratch"], offset, I16), [word])

    def pointer(self, place: Place, first: Any, half: int, kind: Any) -> Any:
        start = self.address_of(self.address[place.region], place.offset + 64 * half, STORED[place.column.dtype])
        return self.builder.bitcast(self.builder.gep(start, [first]), kind.as_pointer())

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

    def take_back(self, place: Place, packed: Place, order: dict[int, list], chosen: Any) -> None:
        """Spread a column's packed values over the chosen of sixteen users; scratch of the others becomes 0."""
        parts = [self.load(packed, self.filled, half) for half in range(_halves(place))]
        for half in range(_halves(place)):
            value = self.permuted(place, parts, order, half)
            mask = self.half_of(chosen, half) if _halves(place) == 2 else chosen
            if place.region == "scratch":
                zero = ir.Constant(value.type, None)
                self.store(place, self.i, value if place.column.width == 1 else self.builder.select(mask, value, zero), half)
            else:
                self.store_where(place, self.i, value, half, mask)
