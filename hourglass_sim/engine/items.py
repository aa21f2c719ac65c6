"""Reading tables for many users at a time (`lanes`)."""

from typing import Any

from llvmlite import ir

from hourglass_sim.engine.intervals import Number, Table, bits_for, bounds_of
from hourglass_sim.engine.lanes import F64, I32, I64, Lanes, are_one, own_load
from hourglass_sim.engine.precision import single


def item(lanes: Lanes, table: Table, index: Any, mask: Any) -> Number:
    """`table[index]` where `mask` holds (a vector of bits, None: everywhere)."""
    if are_one(index):
        return _item_for_all(lanes, table, index)
    bits = bits_for(*bounds_of(index))
    where = lanes.of(index, "int", bits)
    if mask is not None:
        where = lanes.builder.select(mask, where, lanes.of(0, "int", bits))
    value = _gathered(lanes, lanes.before.inttoptr(table.address, F64.as_pointer()), where)
    value = value if table.is_float else lanes.builder.bitcast(value, lanes.many(I64))
    if table.is_float:
        return single(lanes, Number("float", value)) if table.is_single else Number("float", value)
    low, high = min(table.low, 0), max(table.high, 0)
    return lanes.narrowed(value, low, high)


def _item_for_all(lanes: Lanes, table: Table, index: Any) -> Number:
    """An item that is the same for everybody, loaded once; the first one behind the table's ends, where nobody uses what is found."""
    before, first = lanes.before, ir.Constant(I64, 0)
    length, place = lanes.one(table.length, "int"), lanes.one(index, "int")
    if not isinstance(index, Number) and index < 0:  # from the end, as Python counts
        place = before.add(length, place)
    place = before.select(before.icmp_unsigned("<", place, length), place, first)
    start = before.inttoptr(table.address, (F64 if table.is_float else I64).as_pointer())
    value = before.load(before.gep(start, [place]))
    if table.is_float:
        found = Number("float", value, is_one=True)
        return single(lanes, found) if table.is_single else found
    return Number("int", value, min(table.low, 0), max(table.high, 0), is_one=True)


def _gathered(lanes: Lanes, start: Any, where: Any) -> Any:
    """Items of eight bytes, loaded one by one: on many processors much faster than their instruction for it.

    The places go by way of memory, which is nearer to a load than a vector register is.
    """
    element, builder = where.type.element, lanes.builder
    spare = lanes.before.alloca(where.type)
    builder.store(where, spare)
    first = builder.bitcast(spare, element.as_pointer())
    value = ir.Constant(lanes.many(F64), ir.Undefined)
    for k in range(lanes.width):
        place = own_load(builder, builder.gep(first, [ir.Constant(I32, k)]))
        value = builder.insert_element(value, builder.load(builder.gep(start, [place])), ir.Constant(I32, k))
    return value
