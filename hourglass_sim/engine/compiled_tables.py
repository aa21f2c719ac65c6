"""Tables of numbers among the inputs, as functions compiled by Numba read them."""

import operator

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.core.imputils import lower_builtin
from numba.core.typing.templates import AbstractTemplate, infer_global, signature
from numba.extending import intrinsic, models, overload, register_model

from hourglass_sim.engine.regions import noted

F64, I64 = ir.DoubleType(), ir.IntType(64)


class Table(types.Type):
    """A table of numbers among the inputs, as compiled code sees it: read by index, never written."""

    def __init__(self, item: types.Type):
        self.item = item
        super().__init__(name=f"Table({item})")


TABLES = {"f": Table(types.float64), "i": Table(types.int64)}


@register_model(Table)
class _TableModel(models.StructModel):
    def __init__(self, manager, kind):
        super().__init__(manager, kind, [("data", types.intp), ("length", types.intp)])


@infer_global(operator.getitem)
class _ItemOfTable(AbstractTemplate):
    def generic(self, args, kws):
        if len(args) == 2 and isinstance(args[0], Table) and isinstance(args[1], (types.Integer, types.Boolean)):
            return signature(args[0].item, args[0], types.int64)
        return None


@lower_builtin(operator.getitem, Table, types.Integer)
def _item_of_table(context, builder, sig, args):
    table = cgutils.create_struct_proxy(sig.args[0])(context, builder, args[0])
    item = F64 if sig.args[0].item is types.float64 else I64
    load = builder.load(builder.gep(builder.inttoptr(table.data, item.as_pointer()), [args[1]]))
    load.set_metadata("invariant.load", builder.module.add_metadata([]))
    return noted(builder.module, load, "inputs")


@overload(len)
def _length_of_table(table):
    if isinstance(table, Table):
        return lambda table: _length(table)
    return None


@intrinsic
def _length(typingctx, table):
    def generate(context, builder, sig, args):
        return cgutils.create_struct_proxy(sig.args[0])(context, builder, args[0]).length

    return types.intp(table), generate
