"""Columns and inputs as loops by Numba read and write them (`loops`; those for many users at once do it in `fusing`).

Reading and writing are Numba intrinsics that load from and store to constant offsets, so a stage's function exists once. A compiled loop,
however made, has the signature (block, scratch, today, inputs) -> None, four addresses; the driver calls it by address. So when a user
replaces a stage, that one and the runs beside it are compiled, and the others stay as they were.
"""

from collections.abc import Callable, Iterator
from functools import reduce
from typing import Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from hourglass_sim.engine.compiled_tables import TABLES
from hourglass_sim.engine.declaring import literal_of, places
from hourglass_sim.engine.draws import TO_UNIT
from hourglass_sim.engine.inputs import Inputs
from hourglass_sim.engine.layout import BLOCK, Layout
from hourglass_sim.engine.regions import noted, scopes_of
from hourglass_sim.engine.several import Several, several_value

I8, I64, F64 = ir.IntType(8), ir.IntType(64), ir.DoubleType()
STORED = {
    "i1": I8, "u1": I8, "i2": ir.IntType(16), "u2": ir.IntType(16), "i4": ir.IntType(32), "u4": ir.IntType(32),
    "i8": I64, "u8": I64, "f4": ir.FloatType(), "f8": F64, "draw": ir.IntType(32),
}  # fmt: skip


class Place:
    """Where a read or write name lives: "column", "indexed" column (`ring[today.slot]`), "today", "group", "value" or "table".

    `feed[today.slot_yesterday]@partner[0]` is another user's column: of the row that `partner[0]` holds, 0 where that is -1. Written,
    it is added to, so that several users may write to one.

    `a|b` ("several") are two columns that the function indexes, `a[*]` all slots of one, which it may also set.

    `packed` says where a section keeps its columns without gaps.
    """

    def __init__(self, name: str, layout: Layout, inputs: Inputs, packed: dict[str, int] | None = None):
        self.name, self.index_offset = name, None
        if "|" in name or name.endswith("[*]"):
            self.kind, self.numba_type = "several", Several(tuple(_several_places(name, layout)))
            return
        name, _, row = name.partition("@")
        self.row = Place(row, layout, inputs) if row else None
        base, _, index = name.partition("[")
        if packed is not None and base in layout:
            self.kind, self.column, self.region, self.offset = "column", layout[base], "packed", packed[name]
            self.numba_type = types.float64 if self.column.is_float else types.int64
        elif base in layout:
            self.kind, self.column = "column", layout[base]
            self.region = "scratch" if self.column.kind == "scratch" else "block"
            self.offset = layout.offset[base]
            if index:
                index = index.rstrip("]")
                if index.isdigit():
                    self.offset += int(index) * self.column.width * BLOCK
                else:
                    self.index_offset = inputs.today_offset(index.removeprefix("today."))
            self.numba_type = types.float64 if self.column.is_float else types.int64
        elif name.startswith("today."):
            self.kind = "today"
            self.offset = inputs.today_offset(name.removeprefix("today."))
            self.numba_type = types.float64 if inputs.today_is_float(name.removeprefix("today.")) else types.int64
        elif isinstance(literal := literal_of(name), (int, float)):
            self.kind, self.literal = "literal", literal
            self.numba_type = types.float64 if isinstance(literal, float) else types.int64
        else:
            self.kind, self.offset, self.example = "input", *inputs.find(name)
            self.numba_type = numba_type_of(self.example)


def _several_places(name: str, layout: Layout) -> Iterator[tuple[bool, int, int]]:
    for part in places(name):
        base, _, index = part.partition("[")
        column = layout[base]
        slots = range(column.size) if name.endswith("[*]") else [int(index.rstrip("]") or 0)]
        for k in slots:
            yield column.kind == "scratch", layout.offset[base] + k * column.width * BLOCK, column.width


def numba_type_of(example: Any) -> types.Type:
    """The compiled type of a parameter value: int, float, a table (numpy array) or a NamedTuple of these."""
    if isinstance(example, np.ndarray):
        return TABLES[example.dtype.kind]
    if isinstance(example, float):
        return types.float64
    if isinstance(example, (int, bool)):
        return types.int64
    return types.NamedTuple([numba_type_of(v) for v in example], type(example))


def _use_whole_registers(function: ir.Function) -> None:
    """Let LLVM use the processor's widest vectors: it prefers 256 bits on some that have 512, which costs these loops a third.

    llvmlite knows only attributes without a value, so the pair is put into its set of attributes past its check. The loop stays a
    function of its own, because what it is inlined into would lose the wish.
    """
    set.update(function.attributes, ('"prefer-vector-width"="512"', "noinline"))


class Access:
    """Emits loads and stores with the facts that let LLVM vectorise: the regions never overlap, inputs never change."""

    def __init__(self, context, builder, addresses):
        _use_whole_registers(builder.function)
        self.context, self.builder, self.module = context, builder, builder.module
        self.address = dict(zip(("block", "scratch", "today", "inputs"), addresses, strict=True))
        self.address["packed"] = self.address["scratch"]
        self.scopes = scopes_of(self.module)
        self.never = self.module.add_metadata([])

    def pointer(self, base, offset, llvm_type, extra=None):
        address = self.builder.add(base, ir.Constant(I64, offset))
        if extra is not None:
            address = self.builder.add(address, extra)
        return self.builder.inttoptr(address, llvm_type.as_pointer())

    def constant_load(self, region, offset, llvm_type):
        load = self.builder.load(self.pointer(self.address[region], offset, llvm_type))
        load.set_metadata("invariant.load", self.never)
        return self.note(load, "inputs")

    def column_pointer(self, place, i):
        column = place.column
        extra = None
        if place.index_offset is not None:
            index = self.constant_load("today", place.index_offset, I64)
            extra = self.builder.mul(index, ir.Constant(I64, column.width * BLOCK))
        start = self.pointer(self.address[place.region], place.offset, STORED[column.dtype], extra)
        return self.builder.gep(start, [i])

    def note(self, instruction, region):
        return noted(self.module, instruction, region)

    def other_user(self, place, i):
        """The row of another user, and whether there is one."""
        row = self.load_column(place.row, i)
        exists = self.builder.icmp_signed(">=", row, ir.Constant(I64, 0))
        return self.builder.select(exists, row, ir.Constant(I64, 0)), exists

    def load_other(self, place, i):
        row, exists = self.other_user(place, i)
        value = self.load_own(place, row)
        return self.builder.select(exists, value, ir.Constant(value.type, 0))

    def load_column(self, place, i):
        return self.load_own(place, i) if place.row is None else self.load_other(place, i)

    def load_own(self, place, i):
        value = self.note(self.builder.load(self.column_pointer(place, i)), place.region)
        dtype = place.column.dtype
        if dtype == "f4":
            return self.builder.fpext(value, F64)
        if dtype == "draw":
            return self.builder.fmul(
                self.builder.fadd(self.builder.uitofp(value, F64), ir.Constant(F64, 0.5)), ir.Constant(F64, TO_UNIT)
            )
        if dtype in ("f8", "i8", "u8"):
            return value
        return self.builder.zext(value, I64) if dtype.startswith("u") else self.builder.sext(value, I64)

    def add_to_other(self, place, i, value, numba_type, is_here=None):
        row, exists = self.other_user(place, i)
        exists = exists if is_here is None else self.builder.and_(exists, is_here)
        value = self.context.cast(self.builder, value, numba_type, types.int64)
        value = self.builder.select(exists, value, ir.Constant(I64, 0))
        self.store_own(place, row, self.builder.add(self.load_own(place, row), value), types.int64)

    def store_column(self, place, i, value, numba_type, is_here=None):
        if place.row is None:
            self.store_own(place, i, value, numba_type, is_here)
        else:
            self.add_to_other(place, i, value, numba_type, is_here)

    def store_own(self, place, i, value, numba_type, is_here=None):
        stored, pointer = STORED[place.column.dtype], self.column_pointer(place, i)
        if place.column.is_float:
            if isinstance(numba_type, (types.Integer, types.Boolean)):
                value = self.builder.sitofp(self.context.cast(self.builder, value, numba_type, types.int64), F64)
            elif numba_type is not types.float64:
                value = self.context.cast(self.builder, value, numba_type, types.float64)
            if place.column.dtype == "f4":
                value = self.builder.fptrunc(value, stored)
            if place.column.is_draw:
                value = self.builder.fptoui(self.builder.fmul(value, ir.Constant(F64, 1 / TO_UNIT)), stored)
        else:
            value = self.context.cast(self.builder, value, numba_type, types.int64)
            if stored is not I64:
                value = self.builder.trunc(value, stored)
        if is_here is not None:
            before = self.note(self.builder.load(pointer), place.region)
            value = self.builder.select(is_here, value, before if place.region == "block" else ir.Constant(stored, None))
        self.note(self.builder.store(value, pointer), place.region)

    def is_outside(self, value, numba_type, low, high):
        """Whether a result is no number from `low` to `high`."""
        if isinstance(numba_type, (types.Integer, types.Boolean)):
            whole = self.context.cast(self.builder, value, numba_type, types.int64)
            low, high = (int(max(-(2**63), min(2**63 - 1, bound))) for bound in (low, high))
            below = self.builder.icmp_signed("<", whole, ir.Constant(I64, low))
            return self.builder.or_(below, self.builder.icmp_signed(">", whole, ir.Constant(I64, high)))
        real = self.context.cast(self.builder, value, numba_type, types.float64)
        above = self.builder.fcmp_ordered(">", real, ir.Constant(F64, float(low) if isinstance(low, float) else low - 1.0))
        below = self.builder.fcmp_ordered("<", real, ir.Constant(F64, float(high) if isinstance(high, float) else high + 1.0))
        return self.builder.not_(self.builder.and_(above, below))

    def load_input(self, numba_type, example, offset):
        if isinstance(example, np.ndarray):
            table = cgutils.create_struct_proxy(numba_type)(self.context, self.builder)
            table.data = self.constant_load("inputs", offset, I64)
            table.length = self.constant_load("inputs", offset + 8, I64)
            return table._getvalue()
        if isinstance(example, (int, float)):
            return self.constant_load("inputs", offset, F64 if isinstance(example, float) else I64)
        values = []
        for part, part_type in zip(example, numba_type.types, strict=True):
            values.append(self.load_input(part_type, part, offset))
            offset += Inputs.size_of(part)
        return self.context.make_tuple(self.builder, numba_type, values)

    def load(self, place, i):
        if place.kind == "column":
            return self.load_column(place, i)
        if place.kind == "today":
            return self.constant_load("today", place.offset, F64 if place.numba_type is types.float64 else I64)
        if place.kind == "several":
            addresses = self.address["block"], self.address["scratch"]
            return several_value(self.context, self.builder, place.numba_type, *addresses, i)
        if place.kind == "literal":
            return ir.Constant(F64 if place.numba_type is types.float64 else I64, place.literal)
        return self.load_input(place.numba_type, place.example, place.offset)


def reader(places):
    result = types.Tuple([place.numba_type for place in places])

    @intrinsic
    def read(typingctx, block, scratch, today, inputs, i):
        def generate(context, builder, signature, arguments):
            access = Access(context, builder, arguments[:4])
            return context.make_tuple(builder, result, [access.load(place, arguments[4]) for place in places])

        return result(types.intp, types.intp, types.intp, types.intp, types.intp), generate

    return read


def writer(places, name, here=None, ranges=()):
    """`write(block, scratch, today, inputs, i, values)`; where the column `here` is 0, state stays as it is and scratch becomes 0.

    With `ranges`, the least and the largest number for each place, it returns 1 + the last place whose value lies outside, or 0.
    """

    @intrinsic
    def write(typingctx, block, scratch, today, inputs, i, values):
        several = isinstance(values, types.BaseTuple)
        kinds = list(values.types) if several else [values]
        if len(kinds) != len(places):
            raise TypeError(f"stage {name} returns {len(kinds)} values but writes {len(places)} columns")

        def generate(context, builder, signature, arguments):
            access = Access(context, builder, arguments[:4])
            parts = cgutils.unpack_tuple(builder, arguments[5]) if several else [arguments[5]]
            is_here = here and is_not_zero(builder, access.load_own(here, arguments[4]))
            outside = ir.Constant(I64, 0)
            for k, (place, part, kind) in enumerate(zip(places, parts, kinds, strict=True)):
                access.store_column(place, arguments[4], part, kind, is_here)
                if ranges:
                    wrong = access.is_outside(part, kind, *ranges[k])
                    wrong = builder.and_(wrong, is_here) if is_here else wrong
                    outside = builder.select(wrong, ir.Constant(I64, k + 1), outside)
            return outside

        return types.intp(types.intp, types.intp, types.intp, types.intp, types.intp, values), generate

    return write


def is_not_zero(builder, value):
    """Whether numbers, or each of several in a register, are not 0."""
    zero = ir.Constant(value.type, None)
    kind = value.type.element if isinstance(value.type, ir.VectorType) else value.type
    return builder.icmp_signed("!=", value, zero) if isinstance(kind, ir.IntType) else builder.fcmp_unordered("!=", value, zero)


def eraser(places, unless=()):
    """`erase(block, scratch, today, inputs, i)`: columns become 0, except where all of `unless`, if there are any, are not."""

    @intrinsic
    def erase(typingctx, block, scratch, today, inputs, i):
        def generate(context, builder, signature, arguments):
            access = Access(context, builder, arguments[:4])
            stays = [is_not_zero(builder, access.load_own(test, arguments[4])) for test in unless]
            for place in places:
                pointer = access.column_pointer(place, arguments[4])
                value = ir.Constant(STORED[place.column.dtype], None)
                if stays:
                    value = builder.select(reduce(builder.and_, stays), access.note(builder.load(pointer), place.region), value)
                access.note(builder.store(value, pointer), place.region)
            return context.get_dummy_value()

        return types.void(types.intp, types.intp, types.intp, types.intp, types.intp), generate

    return erase


@intrinsic
def call_loop(typingctx, address, block, scratch, today, inputs):
    """Call a compiled loop by its address."""

    def generate(context, builder, signature, arguments):
        kind = ir.FunctionType(ir.VoidType(), [I64, I64, I64, I64])
        builder.call(builder.inttoptr(arguments[0], kind.as_pointer()), arguments[1:])
        return context.get_dummy_value()

    return types.void(types.intp, types.intp, types.intp, types.intp, types.intp), generate


def loader(dtype: str) -> Callable:
    """`load(address, i)`: the i-th integer of a column of this storage type that starts at an address."""
    stored = STORED[dtype]

    @intrinsic
    def load(typingctx, address, i):
        def generate(context, builder, signature, arguments):
            value = builder.load(builder.gep(builder.inttoptr(arguments[0], stored.as_pointer()), [arguments[1]]))
            return value if stored is I64 else builder.sext(value, I64)

        return types.intp(types.intp, types.intp), generate

    return load


def storer(dtype: str) -> Callable:
    """`store(address, i, value)`: set the i-th integer of a column of this storage type that starts at an address."""
    stored = STORED[dtype]

    @intrinsic
    def store(typingctx, address, i, value):
        def generate(context, builder, signature, arguments):
            address, i, value = arguments
            value = value if stored is I64 else builder.trunc(value, stored)
            builder.store(value, builder.gep(builder.inttoptr(address, stored.as_pointer()), [i]))
            return context.get_dummy_value()

        return types.void(types.intp, types.intp, types.intp), generate

    return store
