"""Bringing a section's users side by side and taking back what it wrote, on processors with AVX-512.

First it is worked out which users a section has: a mask, how many stand before every sixteen, and the places of the chosen among every
32. Then, some columns at a time, a column is loaded, moved together or apart by one instruction, whatever the share of the chosen, and
stored: 64 users at a time where they take a byte each, 32 of two bytes or four, 16 of eight. A processor that cannot do that with bytes
does it with four bytes for each. Elsewhere users are moved one by one (`loops`).
"""

import contextlib
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from typing import Any

from llvmlite import ir

from hourglass_sim.engine.inputs import Inputs
from hourglass_sim.engine.kernels import STORED, Place
from hourglass_sim.engine.layout import BLOCK, Layout
from hourglass_sim.engine.machine_code import can, new_loop
from hourglass_sim.engine.repeating import Repeated
from hourglass_sim.engine.sections import Section

FEW = 16  # users whose mask and number are kept together
COLUMNS_AT_ONCE = 12  # most that one loop moves: more of them wait for lines of the cache, measured
I1, I16, I32, I64 = (ir.IntType(bits) for bits in (1, 16, 32, 64))


def bringing_loop(section: Section, symbol: str, layout: Layout, inputs: Inputs, mask_offset: int) -> str:
    """LLVM's text of `symbol`(block, scratch, today, inputs): packs the section's users and keeps which they are."""
    moves = _Moves(symbol, mask_offset)
    count = moves.choose(Place(section.when, layout, inputs))
    moves.builder.store(count, moves.address_of(moves.address["scratch"], section.count, I64))
    for part in batched([Place(name, layout, inputs) for name in section.brought]):
        width = part[0].column.width
        is_compressed = width == 8 or (width < 4 and can("avx512vbmi2"))
        with moves.some_at_a_time({1: 64, 2: 32, 8: 16}[width] if is_compressed else 32):
            moved = [(place, Place(place.name, layout, inputs, section.offsets)) for place in part]
            if is_compressed:
                moves.bring_compressed(moved)
            else:
                moves.bring_by_places(moved)
    return moves.ended()


def returning_loop(section: Section, symbol: str, layout: Layout, inputs: Inputs, mask_offset: int) -> str:
    """LLVM's text of `symbol`(block, scratch, today, inputs): what the section wrote back to its users; scratch of others becomes 0."""
    moves = _Moves(symbol, mask_offset)
    moves.recall()
    for part in batched([Place(name, layout, inputs) for name in section.returned]):
        width = part[0].column.width
        with moves.some_at_a_time({1: 64, 2: 32}.get(width, 16) if can("avx512vbmi2") else 16):
            for place in part:
                moves.take_back(place, Place(place.name, layout, inputs, section.offsets))
    return moves.ended()


def batched(places: Sequence[Place]) -> Iterator[list[Place]]:
    """Columns that one loop moves: of one width."""
    for _, group in groupby(sorted(places, key=lambda place: place.column.width), key=lambda place: place.column.width):
        same = list(group)
        loops = -(-len(same) // COLUMNS_AT_ONCE)
        for k in range(loops):
            yield same[k * len(same) // loops : (k + 1) * len(same) // loops]


class _Moves:
    """Loops over a block, some users at a time (`i` is the first of them, `filled` of the chosen stand before), and what is done there.

    The chosen are a bit each from `mask_offset` of the scratch block on.
    """

    def __init__(self, symbol: str, mask_offset: int):
        self.module, function = new_loop(symbol)
        self.builder = ir.IRBuilder(function.append_basic_block("entry"))
        block, scratch = function.args[:2]
        self.address = {"block": block, "scratch": scratch, "packed": scratch}
        self.masks = self.address_of(scratch, mask_offset, I16)
        self.fills = self.builder.alloca(I64, BLOCK // FEW + 1)
        self.places = self.builder.alloca(I32, BLOCK + FEW)

    def choose(self, test: Place) -> Any:
        """Note whose column `test` is not 0; how many they are."""
        builder, kind = self.builder, ir.VectorType(I32, FEW)
        numbers = [ir.Constant(kind, [first + k for k in range(FEW)]) for first in (0, FEW)]

        def note(step: Any, filled: Any) -> Any:
            flags = self.load(test, self.i, FEW)
            chosen = builder.icmp_signed("!=", flags, ir.Constant(flags.type, None))
            mask = builder.bitcast(chosen, I16)
            builder.store(mask, builder.gep(self.masks, [step]))
            is_second = builder.trunc(step, I1)
            listed = self.call(
                f"llvm.x86.avx512.mask.compress.v{FEW}i32",
                kind,
                [builder.select(is_second, *reversed(numbers)), ir.Constant(kind, None), chosen],
            )
            before = builder.load(builder.gep(self.fills, [builder.and_(step, ir.Constant(I64, -2))]))
            at = builder.add(builder.and_(self.i, ir.Constant(I64, -2 * FEW)), builder.sub(filled, before))
            builder.store(listed, builder.bitcast(builder.gep(self.places, [at]), kind.as_pointer()), align=4)
            return mask

        return self._note_fills(note)

    def recall(self) -> None:
        """Note once more where those stand who were chosen."""
        self._note_fills(lambda step, _: self.builder.load(self.builder.gep(self.masks, [step])))

    def _note_fills(self, mask_of: Callable[[Any, Any], Any]) -> Any:
        """Keep how many of the chosen stand before every sixteen users; how many they are."""
        builder = self.builder
        with Repeated(builder, BLOCK // FEW, [ir.Constant(I64, 0)]) as (step, (filled,), following):
            self.i = builder.mul(step, ir.Constant(I64, FEW))
            builder.store(filled, builder.gep(self.fills, [step]))
            following.append(builder.add(filled, self.number(mask_of(step, filled))))
        builder.store(following.ended[0], builder.gep(self.fills, [ir.Constant(I64, BLOCK // FEW)]))
        return following.ended[0]

    def number(self, mask: Any) -> Any:
        """How many bits are set."""
        bits = self.builder.ctpop(mask)
        return bits if bits.type == I64 else self.builder.zext(bits, I64)

    @contextlib.contextmanager
    def some_at_a_time(self, users: int) -> Iterator[None]:
        """What is done with every so many users."""
        with Repeated(self.builder, BLOCK // users, []) as (step, _, _):
            self.users = users
            self.i = self.builder.mul(step, ir.Constant(I64, users))
            self.filled = self._filled(0)
            yield

    def _filled(self, further: int) -> Any:
        sixteenth = self.builder.udiv(self.i, ir.Constant(I64, FEW))
        return self.builder.load(self.builder.gep(self.fills, [self.builder.add(sixteenth, ir.Constant(I64, further))]))

    def ended(self) -> str:
        """The text of the whole."""
        self.builder.ret_void()
        return str(self.module)

    def address_of(self, start: Any, offset: int, kind: Any) -> Any:
        """A pointer to something some bytes after an address."""
        return self.builder.inttoptr(self.builder.add(start, ir.Constant(I64, offset)), kind.as_pointer())

    def pointer(self, place: Place, first: Any, kind: Any) -> Any:
        start = self.address_of(self.address[place.region], place.offset, STORED[place.column.dtype])
        return self.builder.bitcast(self.builder.gep(start, [first]), kind.as_pointer())

    def load(self, place: Place, first: Any, users: int) -> Any:
        """A column of some users, as integers of its width."""
        kind = ir.VectorType(ir.IntType(8 * place.column.width), users)
        return self.builder.load(self.pointer(place, first, kind), align=place.column.width)

    def store(self, place: Place, first: Any, value: Any) -> None:
        self.builder.store(value, self.pointer(place, first, value.type), align=place.column.width)

    def store_where(self, place: Place, first: Any, value: Any, mask: Any) -> None:
        name = f"llvm.masked.store.v{value.type.count}i{value.type.element.width}.p0"
        self.call(
            name, ir.VoidType(), [value, self.pointer(place, first, value.type), ir.Constant(I32, place.column.width), mask]
        )

    def call(self, name: str, result: Any, arguments: list) -> Any:
        kind = ir.FunctionType(result, [argument.type for argument in arguments])
        return self.builder.call(self.module.globals.get(name) or ir.Function(self.module, kind, name), arguments)

    def masks_of(self, users: int) -> list[tuple[Any, Any, Any]]:
        """Of every `users` of those at hand: the first, how many of the chosen stand before, a bit for each of the chosen."""
        builder, kind = self.builder, ir.IntType(self.users)
        at = builder.bitcast(builder.gep(self.masks, [builder.udiv(self.i, ir.Constant(I64, FEW))]), kind.as_pointer())
        whole = builder.load(at, align=2)
        found, filled = [], self.filled
        for first in range(0, self.users, users):
            bits = (
                builder.trunc(builder.lshr(whole, ir.Constant(kind, first)), ir.IntType(users)) if users < self.users else whole
            )
            mask = builder.bitcast(bits, ir.VectorType(I1, users))
            found.append((builder.add(self.i, ir.Constant(I64, first)), filled, mask))
            filled = builder.add(filled, self.number(bits))
        return found

    def bring_compressed(self, moved: list[tuple[Place, Place]]) -> None:
        """Pack the chosen of some columns of one width, 64 bytes at a time."""
        width = moved[0][0].column.width
        parts = self.masks_of(64 // width)
        for place, packed in moved:
            for first, filled, mask in parts:
                value = self.load(place, first, 64 // width)
                name = f"llvm.x86.avx512.mask.compress.v{64 // width}i{8 * width}"
                self.store(packed, filled, self.call(name, value.type, [value, ir.Constant(value.type, None), mask]))

    def bring_by_places(self, moved: list[tuple[Place, Place]]) -> None:
        """Pack the chosen of 32 users of some columns by their places: sixteen, and seldom what is more."""
        builder, kind, half = self.builder, ir.VectorType(I32, FEW), ir.Constant(I64, FEW)
        second = builder.add(self.i, half)

        def move(k: int, filled: Any) -> None:
            first_place = builder.add(self.i, ir.Constant(I64, k * FEW))
            order = builder.load(builder.bitcast(builder.gep(self.places, [first_place]), kind.as_pointer()), align=4)
            for place, packed in moved:
                parts = [self.load(place, first, FEW) for first in (self.i, second)]
                stored = parts[0].type
                parts = [part if stored == kind else builder.zext(part, kind) for part in parts]
                value = self.call("llvm.x86.avx512.vpermi2var.d.512", kind, [parts[0], order, parts[1]])
                self.store(packed, filled, value if stored == kind else builder.trunc(value, stored))

        move(0, self.filled)
        with builder.if_then(builder.icmp_unsigned(">", builder.sub(self._filled(2), self.filled), half), likely=False):
            move(1, builder.add(self.filled, half))

    def take_back(self, place: Place, packed: Place) -> None:
        """Spread a column's packed values over the chosen; scratch of the others becomes 0."""
        width = place.column.width
        users = min(self.users, 64 // width)
        for first, filled, mask in self.masks_of(users):
            value = self.load(packed, filled, users)
            stored = value.type
            kind = ir.VectorType(I32, FEW) if users == FEW and width < 4 else stored
            value = value if kind == stored else self.builder.zext(value, kind)
            name = f"llvm.x86.avx512.mask.expand.v{users}i{kind.element.width}"
            value = self.call(name, kind, [value, ir.Constant(kind, None), mask])
            value = value if kind == stored else self.builder.trunc(value, stored)
            if place.region == "scratch":
                self.store(place, first, value)
            else:
                self.store_where(place, first, value, mask)
