"""A day's totals where the values still stand in registers: most are counted by the run that makes them, so they need no way to memory.

Each lane adds up on its own over a block's sixteen turns, in the narrowest registers that hold the sum; the lanes are added at the end.
What is 0 or 1 is counted as bits. Totals of what no run makes last are counted afterwards (`counting`).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from llvmlite import ir

from hourglass_sim.engine.declaring import Stage
from hourglass_sim.engine.intervals import Number, bits_for
from hourglass_sim.engine.lanes import I16, I32, I64, Lanes, own_load
from hourglass_sim.engine.tally import COUNTS, Count


@dataclass(frozen=True)
class Counted:
    """Where a day's totals are counted: `columns` by the stages that make them last, named `makers`; all others afterwards."""

    makers: tuple[tuple[str, str], ...] = ()

    @property
    def columns(self) -> frozenset[str]:
        """The columns that runs count."""
        return frozenset(column for column, _ in self.makers)

    def of(self, stages: Iterable[Stage]) -> tuple[int, ...]:
        """Which of `COUNTS` a run of these stages counts."""
        names = {stage.name for stage in stages}
        made = {column for column, maker in self.makers if maker in names}
        return tuple(k for k, count in enumerate(COUNTS) if count.column in made)

    @property
    def rest(self) -> tuple[int, ...]:
        """Which of `COUNTS` are counted afterwards."""
        return tuple(k for k, count in enumerate(COUNTS) if count.column not in self.columns)


NOT_COUNTED = Counted()


def last_makers(day: Iterable[Stage]) -> dict[str, str]:
    """The stage that makes each counted column last."""
    return {place: stage.name for stage in day for place in stage.writes if place in _COLUMNS}


_COLUMNS = frozenset(count.column for count in COUNTS)


class Counting:
    """Adds up some totals in a loop: sums kept before the loop, grown in each turn, told after it."""

    def __init__(self, lanes: Lanes, before: ir.IRBuilder, turns: int):
        self.lanes, self.before, self.turns = lanes, before, turns
        self.sums: list[tuple[int, Any]] = []

    def add(self, k: int, value: Number, mine: Any) -> None:
        """Count `value` of those whose lane of `mine` is set in the k-th of `COUNTS`."""
        lanes, builder, count = self.lanes, self.lanes.builder, COUNTS[k]
        if is_one_bit(count, value):
            chosen = builder.and_(self._flags(count, value), mine)
            found = builder.zext(builder.ctpop(builder.bitcast(chosen, ir.IntType(lanes.width))), I64)
        else:
            most = self.turns * max(-value.low, value.high)
            bits = bits_for(-most, most)
            kind = lanes.many(ir.IntType(bits))
            found = builder.select(mine, lanes.of(value, "int", bits), ir.Constant(kind, None))
        sum_at = self.before.alloca(found.type)
        self.before.store(ir.Constant(found.type, None), sum_at)
        so_far = own_load(builder, sum_at)  # in memory: registers are for the rules
        builder.store(builder.add(so_far, found), sum_at)
        self.sums.append((k, sum_at))

    def _flags(self, count: Count, value: Number) -> Any:
        if count.how != "equal":
            return self.lanes.of(self.lanes.truth(value), "bool")
        return self.lanes.of(self.lanes.compared("==", value, count.value), "bool")

    def tell(self, builder: ir.IRBuilder, totals: Any) -> None:
        """Store what was counted from the address `totals` on, an int64 for each of `COUNTS`."""
        for k, sum_at in self.sums:
            at = builder.inttoptr(builder.add(totals, ir.Constant(I64, 8 * k)), I64.as_pointer())
            builder.store(self._across(builder, builder.load(sum_at)), at)

    def _across(self, builder: ir.IRBuilder, lanes: Any) -> Any:
        if lanes.type == I64:
            return lanes
        kind = ir.VectorType(I32 if lanes.type.element == I16 else I64, lanes.type.count)
        wide = builder.sext(lanes, kind) if lanes.type != kind else lanes
        name = f"llvm.vector.reduce.add.v{kind.count}i{kind.element.width}"
        module = builder.module
        function = module.globals.get(name) or ir.Function(module, ir.FunctionType(kind.element, [kind]), name)
        found = builder.call(function, [wide])
        return found if kind.element == I64 else builder.sext(found, I64)


def is_one_bit(count: Count, value: Number) -> bool:
    """Whether a user adds 0 or 1 to a total."""
    return count.how != "sum" or value.kind == "bool" or (value.low >= 0 and value.high <= 1)


def first_rows(lanes: Lanes, i: Any, rows: Any) -> Any:
    """Which of the lanes that begin with row `i` stand among the first `rows` (both i64)."""
    numbers = ir.Constant(lanes.many(I16), list(range(lanes.width)))
    spread, kind = lanes.builder.trunc(lanes.builder.sub(rows, i), I16), lanes.many(I16)
    spread = lanes.builder.insert_element(ir.Constant(kind, ir.Undefined), spread, ir.Constant(I32, 0))
    spread = lanes.builder.shuffle_vector(
        spread, ir.Constant(kind, ir.Undefined), ir.Constant(lanes.many(I32), [0] * lanes.width)
    )
    return lanes.builder.icmp_signed("<", numbers, spread)
