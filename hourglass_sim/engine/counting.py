"""Those of a block's totals of a day that no run counts (`counted`), as one compiled loop.

For each, a column's sum or how many have a value in it, 64 bytes of it at a time. Those who are here are a bit each. Narrow values are
added in the narrowest registers that hold 512 of them, so sums are exact.
"""

from collections.abc import Mapping
from typing import Any

from llvmlite import ir

from hourglass_sim.engine.layout import BLOCK, Layout
from hourglass_sim.engine.machine_code import new_loop
from hourglass_sim.engine.repeating import Repeated
from hourglass_sim.engine.tally import Count

AT_ONCE = 64  # bytes of a column
I1, I32, I64 = ir.IntType(1), ir.IntType(32), ir.IntType(64)


def counting_loop(counts: Mapping[int, Count], symbol: str, layout: Layout) -> str:
    """LLVM's text of `symbol`(block, scratch, today, inputs): total k is the k-th int64 from `layout.totals_at` on."""
    module, function = new_loop(symbol)
    builder = ir.IRBuilder(function.append_basic_block("entry"))
    tally = _Tally(layout, function, builder)
    here = tally.who_is_here()
    for k, count in counts.items():
        found = tally.sum(count.column, here) if count.how == "sum" else tally.number(count, here)
        builder.store(found, tally.pointer("scratch", layout.totals_at + 8 * k, None, I64))
    builder.ret_void()
    return str(module)


class _Tally:
    def __init__(self, layout: Layout, function: ir.Function, builder: ir.IRBuilder):
        self.layout, self.builder = layout, builder
        self.address = {"block": function.args[0], "scratch": function.args[1]}

    def pointer(self, region: str, offset: int, moved: Any, kind: Any) -> Any:
        address = self.builder.add(self.address[region], ir.Constant(I64, offset))
        address = address if moved is None else self.builder.add(address, moved)
        return self.builder.inttoptr(address, kind.as_pointer())

    def part(self, column: str, k: Any, kind: ir.VectorType) -> Any:
        """The k-th 64 bytes of a column."""
        region = "scratch" if self.layout.is_scratch(column) else "block"
        pointer = self.pointer(region, self.layout.offset[column], self.builder.mul(k, ir.Constant(I64, AT_ONCE)), kind)
        return self.builder.load(pointer, align=self.layout[column].width)

    def mask(self, k: Any, lanes: int) -> Any:
        """Who of the k-th `lanes` users is here, a bit each."""
        bits = ir.IntType(lanes)
        pointer = self.pointer("scratch", self.bits_at, self.builder.mul(k, ir.Constant(I64, lanes // 8)), bits)
        return self.builder.bitcast(self.builder.load(pointer, align=lanes // 8), ir.VectorType(I1, lanes))

    def who_is_here(self) -> Any:
        """Keep a bit for each user who is here in the scratch block; how many there are."""
        self.bits_at = self.layout.totals_at + self.layout.TOTALS_BYTES - BLOCK // 8
        kind, total = ir.VectorType(ir.IntType(8), AT_ONCE), ir.Constant(I64, 0)
        with Repeated(self.builder, BLOCK // AT_ONCE, [total]) as (k, (total,), following):
            present = self.part("present", k, kind)
            bits = self.builder.bitcast(self.builder.icmp_signed("!=", present, ir.Constant(kind, None)), I64)
            self.builder.store(bits, self.pointer("scratch", self.bits_at, self.builder.mul(k, ir.Constant(I64, 8)), I64))
            following.append(self.builder.add(total, self.builder.ctpop(bits)))
        return following.ended[0]

    def number(self, count: Count, here: Any) -> Any:
        """How many of those who are here have a value, or (`some`) one that is not 0."""
        kind, builder = self.kind(count.column), self.builder
        wanted = ir.Constant(kind, [count.value if count.how == "equal" else 0] * kind.count)
        with Repeated(builder, BLOCK // kind.count, [ir.Constant(I64, 0)]) as (k, (total,), following):
            same = builder.icmp_signed("==", self.part(count.column, k, kind), wanted)
            bits = builder.bitcast(builder.and_(same, self.mask(k, kind.count)), ir.IntType(kind.count))
            found = builder.ctpop(bits if kind.count == 64 else builder.zext(bits, I64))
            following.append(builder.add(total, found))
        return following.ended[0] if count.how == "equal" else builder.sub(here, following.ended[0])

    def sum(self, column: str, here: Any) -> Any:
        """The sum of a column over those who are here: of the lower and the upper halves of pairs of values, or of a value's."""
        kind, builder = self.kind(column), self.builder
        width = kind.element.width
        pairs = ir.VectorType(ir.IntType(max(2 * width, 16)), kind.count // 2) if width < 32 else kind
        zero = ir.Constant(pairs, None)
        half = ir.Constant(pairs, [pairs.element.width // 2] * pairs.count)
        lower = ir.Constant(pairs, [2 ** (pairs.element.width // 2) - 1] * pairs.count)
        with Repeated(builder, BLOCK // kind.count, [zero, zero]) as (k, (low, high), following):
            value = self.part(column, k, kind)
            if width < 32:  # above 0, so that halves of a pair are told apart by cutting
                value = builder.xor(value, ir.Constant(kind, [-(2 ** (width - 1))] * kind.count))
            value = builder.select(self.mask(k, kind.count), value, ir.Constant(kind, None))
            value = builder.bitcast(value, pairs)
            if width == 64:
                following += [builder.add(low, value), high]
            else:
                upper = builder.ashr(value, half) if width == 32 else builder.lshr(value, half)
                following += [builder.add(low, builder.and_(value, lower)), builder.add(high, upper)]
        low, high = following.ended
        if width == 64:
            return self.across(low)
        if width == 32:
            return builder.add(self.across(low), builder.shl(self.across(high), ir.Constant(I64, 16)))
        sums = builder.add(low, high)  # of 512 bytes, a sixteenth in each: far from what 16 bits hold
        return builder.sub(self.across(self.in_pairs(sums)), builder.mul(here, ir.Constant(I64, 2 ** (width - 1))))

    def kind(self, column: str) -> ir.VectorType:
        width = self.layout[column].width
        return ir.VectorType(ir.IntType(8 * width), AT_ONCE // width)

    def in_pairs(self, sums: Any) -> Any:
        """Sums above 0 of 16 bits as half as many of 32."""
        if sums.type.element.width == 32:
            return sums
        pairs = ir.VectorType(I32, sums.type.count // 2)
        both = self.builder.bitcast(sums, pairs)
        lower = self.builder.and_(both, ir.Constant(pairs, [0xFFFF] * pairs.count))
        return self.builder.add(lower, self.builder.lshr(both, ir.Constant(pairs, [16] * pairs.count)))

    def across(self, sums: Any) -> Any:
        """The sum of all lanes, as i64; of 32 bits: what 512 values of 16 bits give fits them."""
        module, kind = self.builder.module, sums.type.element
        name = f"llvm.vector.reduce.add.v{sums.type.count}i{kind.width}"
        function = module.globals.get(name) or ir.Function(module, ir.FunctionType(kind, [sums.type]), name)
        found = self.builder.call(function, [sums])
        return found if kind == I64 else self.builder.sext(found, I64)
