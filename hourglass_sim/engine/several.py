"""Several columns of one user as one thing that a function indexes: `counters[c]`, `next_threshold[c] = 5`.

For stages that visit few users and need, of many columns, only those that a number worked out on the way names.
"""

import hashlib
import operator
from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.core.imputils import lower_builtin
from numba.core.typing.templates import AbstractTemplate, infer_global, signature
from numba.extending import models, register_model

I64 = ir.IntType(64)
BITS = {1: 56, 2: 48, 4: 32, 8: 0}  # bytes of a value -> by how much eight bytes are shifted to be left with it


class Several(types.Type):
    """Integer columns as compiled code sees them: for each its place, (in the scratch block?, offset of user 0, bytes of a value)."""

    def __init__(self, places: tuple[tuple[bool, int, int], ...]):
        self.places = places
        super().__init__(name=f"Several({hashlib.sha256(repr(places).encode()).hexdigest()[:16]})")


@register_model(Several)
class _SeveralModel(models.StructModel):
    def __init__(self, manager, kind):
        super().__init__(manager, kind, [("block", types.intp), ("scratch", types.intp), ("row", types.intp)])


def several_value(context: Any, builder: Any, kind: Several, block: Any, scratch: Any, row: Any) -> Any:
    """A user's columns, from the addresses of the blocks and the user's row."""
    proxy = cgutils.create_struct_proxy(kind)(context, builder)
    proxy.block, proxy.scratch, proxy.row = block, scratch, row
    return proxy._getvalue()


@infer_global(operator.getitem)
class _ItemOfSeveral(AbstractTemplate):
    def generic(self, args, kws):
        if len(args) == 2 and isinstance(args[0], Several) and isinstance(args[1], types.Integer):
            return signature(types.int64, args[0], types.int64)
        return None


@infer_global(operator.setitem)
class _SetItemOfSeveral(AbstractTemplate):
    def generic(self, args, kws):
        if len(args) == 3 and isinstance(args[0], Several) and isinstance(args[1], types.Integer):
            return signature(types.none, args[0], types.int64, types.int64)
        return None


@lower_builtin(operator.getitem, Several, types.Integer)
def _item(context, builder, sig, args):
    kind = sig.args[0]
    pointer, number = _pointer(context, builder, kind, *args)
    shift = _of_table(builder, kind, "shift", [BITS[width] for _, _, width in kind.places], number)
    return builder.ashr(builder.shl(builder.load(pointer, align=1), shift), shift)


@lower_builtin(operator.setitem, Several, types.Integer, types.Integer)
def _set_item(context, builder, sig, args):
    kind = sig.args[0]
    (width,) = {width for _, _, width in kind.places}  # only columns of one type can be written
    stored = ir.IntType(8 * width)
    pointer, _ = _pointer(context, builder, kind, *args[:2])
    value = builder.trunc(args[2], stored) if width < 8 else args[2]
    builder.store(value, builder.bitcast(pointer, stored.as_pointer()), align=1)
    return context.get_dummy_value()


def _pointer(context: Any, builder: Any, kind: Several, columns: Any, number: Any) -> tuple[Any, Any]:
    proxy = cgutils.create_struct_proxy(kind)(context, builder, columns)
    offset = _of_table(builder, kind, "offset", [offset for _, offset, _ in kind.places], number)
    width = _of_table(builder, kind, "width", [width for _, _, width in kind.places], number)
    is_scratch = _of_table(builder, kind, "scratch", [int(is_scratch) for is_scratch, _, _ in kind.places], number)
    base = builder.select(builder.icmp_signed("!=", is_scratch, ir.Constant(I64, 0)), proxy.scratch, proxy.block)
    address = builder.add(builder.add(base, offset), builder.mul(proxy.row, width))
    return builder.inttoptr(address, I64.as_pointer()), number


def _of_table(builder: Any, kind: Several, what: str, values: list[int], number: Any) -> Any:
    """One of a list of constants; the list is written into the compiled module once."""
    if len(set(values)) == 1:
        return ir.Constant(I64, values[0])
    name, table = f"hourglass.{kind.name}.{what}", ir.ArrayType(I64, len(values))
    held = builder.module.globals.get(name)
    if held is None:
        held = ir.GlobalVariable(builder.module, table, name)
        held.linkage, held.global_constant, held.initializer = "internal", True, ir.Constant(table, values)
    return builder.load(builder.gep(held, [ir.Constant(I64, 0), number]))
