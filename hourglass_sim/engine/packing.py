"""Bringing a section's users side by side and taking back what it wrote: sixteen users at a time where the processor can compress.

With AVX-512 a mask of sixteen users moves the chosen ones of a column together in one instruction, and apart again in one, whatever
their share; their rows are listed the same way. Elsewhere users are listed and moved one by one (`loops`).
"""

from collections.abc import Callable
from typing import Any

from llvmlite import ir
from numba import types
from numba.core.registry import cpu_target
from numba.extending import intrinsic

LANES = 16  # users moved together
FLAGS = 64  # users whose flags are looked at together
I16, I32, I64 = ir.IntType(16), ir.IntType(32), ir.IntType(64)
FOUR, EIGHT = ir.VectorType(I32, 16), ir.VectorType(I64, 8)  # what the instructions move: sixteen of four bytes, eight of eight

_FIRST, _NO_ROW = ir.Constant(I32, 0), ir.Constant(ir.VectorType(I32, 1), ir.Undefined)


def can_compress() -> bool:
    """Whether code is compiled for a processor that moves masked lanes together."""
    return "+avx512f" in cpu_target.target_context.codegen().magic_tuple()[2]


def can_permute() -> bool:
    """Whether that processor also permutes numbers of one and two bytes."""
    features = cpu_target.target_context.codegen().magic_tuple()[2].split(",")
    return {"+avx512f", "+avx512bw", "+avx512vl"} <= set(features)


class _Lanes:
    """Emits moves of sixteen users between a column and its packed place."""

    def __init__(self, access: Any, mask: Any):
        self.access, self.builder = access, access.builder
        self.mask = mask  # <16 x i1>

    def half(self, k: int) -> Any:
        """Eight of the sixteen users' mask bits."""
        lanes = ir.Constant(ir.VectorType(I32, 8), [8 * k + j for j in range(8)])
        return self.builder.shuffle_vector(self.mask, ir.Constant(self.mask.type, ir.Undefined), lanes)

    def count(self, mask: Any) -> Any:
        """How many bits are set, as i64."""
        word = self.builder.bitcast(mask, ir.IntType(mask.type.count))
        return self.builder.ctpop(self.builder.zext(word, I64))

    def load(self, place: Any, i: Any, lanes: int) -> Any:
        """`lanes` values from the i-th on as integers of four or eight bytes."""
        stored, moved = _types_of(place, lanes)
        value = self.builder.load(self._pointer(place, i, stored), align=1)
        self.access.note(value, place.region)
        return self.builder.sext(value, moved) if stored != moved else value

    def store(self, place: Any, i: Any, value: Any, lanes: int) -> None:
        stored, moved = _types_of(place, lanes)
        narrow = self.builder.trunc(value, stored) if stored != moved else value
        self.access.note(self.builder.store(narrow, self._pointer(place, i, stored), align=1), place.region)

    def _pointer(self, place: Any, i: Any, stored: Any) -> Any:
        base = self.builder.ptrtoint(self.access.column_pointer(place, i), I64)
        return self.builder.inttoptr(base, stored.as_pointer())

    def call(self, what: str, value: Any, passed: Any, mask: Any) -> Any:
        """LLVM's compress or expand of lanes under a mask."""
        name = f"llvm.x86.avx512.mask.{what}.v{value.type.count}i{value.type.element.width}"
        kind = ir.FunctionType(value.type, [value.type, value.type, mask.type])
        function = self.access.module.globals.get(name) or ir.Function(self.access.module, kind, name)
        return self.builder.call(function, [value, passed, mask])


def _types_of(place: Any, lanes: int) -> tuple[ir.VectorType, ir.VectorType]:
    width = 8 * place.column.width
    return ir.VectorType(ir.IntType(width), lanes), ir.VectorType(ir.IntType(max(width, 32)), lanes)


def _steps(lanes: _Lanes, place: Any) -> list[tuple[int, int, Any]]:
    """(first user, users, mask) of the moves that sixteen users of a column need."""
    if place.column.width < 8:
        return [(0, 16, lanes.mask)]
    return [(0, 8, lanes.half(0)), (8, 8, lanes.half(1))]


def bring_sixteen(access_of: Callable, test: Any, dense: list, packed: list, mask_offset: int) -> Callable:
    """`bring(block, scratch, today, inputs, i, filled)`: pack users i to i + 15 whose `test` column is not 0 behind `filled` others.

    Keeps their mask in the scratch block and returns how many there are.
    """

    @intrinsic
    def bring(typingctx, block, scratch, today, inputs, i, filled):
        def generate(context, builder, signature, arguments):
            access = access_of(context, builder, arguments[:4])
            i, filled = arguments[4:]
            lanes = _lanes_where(access, test, i)
            builder.store(builder.bitcast(lanes.mask, I16), _mask_pointer(builder, arguments[1], mask_offset, i))
            for source, target in zip(dense, packed, strict=True):
                position = filled
                for first, users, mask in _steps(lanes, source):
                    value = lanes.load(source, builder.add(i, ir.Constant(I64, first)), users)
                    moved = lanes.call("compress", value, ir.Constant(value.type, None), mask)
                    lanes.store(target, position, moved, users)
                    position = builder.add(position, lanes.count(mask))
            return lanes.count(lanes.mask)

        return types.intp(*[types.intp] * 6), generate

    return bring


def list_sixteen(access_of: Callable, test: Any, listed: Any) -> Callable:
    """`add(block, scratch, today, inputs, i, filled)`: users i to i + 15 whose `test` column is not 0 join the list `listed`.

    Returns how many there are.
    """

    @intrinsic
    def add(typingctx, block, scratch, today, inputs, i, filled):
        def generate(context, builder, signature, arguments):
            access = access_of(context, builder, arguments[:4])
            i, filled = arguments[4:]
            lanes, rows = _lanes_where(access, test, i), _rows_from(builder, builder.trunc(i, I32))
            if can_compress():
                lanes.store(listed, filled, lanes.call("compress", rows, ir.Constant(FOUR, None), lanes.mask), LANES)
                return lanes.count(lanes.mask)
            position = filled
            for k in range(LANES):
                one = ir.Constant(I32, k)
                lanes.store(listed, position, builder.insert_element(_NO_ROW, builder.extract_element(rows, one), _FIRST), 1)
                position = builder.add(position, builder.zext(builder.extract_element(lanes.mask, one), I64))
            return builder.sub(position, filled)

        return types.intp(*[types.intp] * 6), generate

    return add


def flags_of_sixty_four(access_of: Callable, test: Any) -> Callable:
    """`flags(block, scratch, today, inputs, i)`: whose `test` column is not 0 among users i to i + 63, a bit each."""

    @intrinsic
    def flags(typingctx, block, scratch, today, inputs, i):
        def generate(context, builder, signature, arguments):
            access = access_of(context, builder, arguments[:4])
            value = _Lanes(access, None).load(test, arguments[4], FLAGS)
            return builder.bitcast(builder.icmp_signed("!=", value, ir.Constant(value.type, None)), I64)

        return types.int64(*[types.intp] * 5), generate

    return flags


def _lanes_where(access: Any, test: Any, i: Any) -> _Lanes:
    """Sixteen users from the i-th on, masked by a column that is not 0."""
    value = _Lanes(access, None).load(test, i, LANES)
    return _Lanes(access, access.builder.icmp_signed("!=", value, ir.Constant(value.type, None)))


def _rows_from(builder: Any, row: Any) -> Any:
    """Sixteen rows from one on."""
    undefined = ir.Constant(FOUR, ir.Undefined)
    same = builder.shuffle_vector(builder.insert_element(undefined, row, _FIRST), undefined, ir.Constant(FOUR, [0] * LANES))
    return builder.add(same, ir.Constant(FOUR, list(range(LANES))))


def take_back_sixteen(access_of: Callable, packed: list, dense: list, mask_offset: int) -> Callable:
    """`take_back(block, scratch, today, inputs, i, filled)`: the way back of `bring_sixteen`; scratch columns of all others become 0."""

    @intrinsic
    def take_back(typingctx, block, scratch, today, inputs, i, filled):
        def generate(context, builder, signature, arguments):
            access = access_of(context, builder, arguments[:4])
            i, filled = arguments[4:]
            word = builder.load(_mask_pointer(builder, arguments[1], mask_offset, i))
            lanes = _Lanes(access, builder.bitcast(word, ir.VectorType(ir.IntType(1), LANES)))
            for source, target in zip(packed, dense, strict=True):
                position = filled
                for first, users, mask in _steps(lanes, source):
                    at = builder.add(i, ir.Constant(I64, first))
                    value = lanes.load(source, position, users)
                    others = ir.Constant(value.type, None) if target.region == "scratch" else lanes.load(target, at, users)
                    lanes.store(target, at, lanes.call("expand", value, others, mask), users)
                    position = builder.add(position, lanes.count(mask))
            return lanes.count(lanes.mask)

        return types.intp(*[types.intp] * 6), generate

    return take_back


def _mask_pointer(builder: Any, scratch: Any, offset: int, i: Any) -> Any:
    base = builder.inttoptr(builder.add(scratch, ir.Constant(I64, offset)), I16.as_pointer())
    return builder.gep(base, [builder.sdiv(i, ir.Constant(I64, LANES))])
