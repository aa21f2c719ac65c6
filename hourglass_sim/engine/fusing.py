"""Runs of stages as one loop over 32 users at a time: what one stage hands to the next stays in registers.

A loop of its own for each stage would write every value to memory, in the width of its column, and read it back. Here only what
stages outside the run, records or totals ask for is stored. The loops are written for LLVM directly (`lanes`, `reading`), from the same
functions that the agents call; stages that visit few users, read others' columns or come from a notebook stay with Numba (`loops`).
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import numpy as np
from llvmlite import ir

from hourglass_sim.engine.counted import Counted, Counting, first_rows
from hourglass_sim.engine.declaring import HERE, Stage, base_of, read_beside
from hourglass_sim.engine.drawing import draw
from hourglass_sim.engine.inputs import Inputs, bounds_held
from hourglass_sim.engine.intervals import FLOATS, Number, Refused, Table, bits_for
from hourglass_sim.engine.kernels import STORED, Place
from hourglass_sim.engine.lanes import F64, I16, I32, I64, Lanes
from hourglass_sim.engine.layout import BLOCK, Layout
from hourglass_sim.engine.machine_code import new_loop
from hourglass_sim.engine.precision import single
from hourglass_sim.engine.reading import Reading
from hourglass_sim.engine.sections import Section, kept_of
from hourglass_sim.engine.singles import in_singles
from hourglass_sim.engine.tally import COUNTS

ARRIVING = "is_new"
MASKED = (ARRIVING, HERE, "victories", "has_gifts")  # users whom a block has all at once, or so many that listing them costs more
MOST_TOGETHER, AT_ONCE = 8, 32  # stages in one loop, and users: what the registers hold, measured


unreadable: set[Callable] = set()  # functions of ours that turned out to use what `reading` does not know


@dataclass(frozen=True)
class Run:
    """Consecutive stages that one loop works out, for everybody or in a section; `stored`: the places that others read afterwards.

    Of a run with `when`, only what it makes of users whose column is not 0 is kept; scratch columns of all others become 0.
    `counts`: which of `tally.COUNTS` it counts.
    """

    name: str
    stages: tuple[Stage, ...]
    section: Section | None
    stored: tuple[str, ...]
    when: str | None = None
    counts: tuple[int, ...] = ()


def can_be_fused(stage: Stage) -> bool:
    """Whether a stage concerns everybody (or stands in a section), with columns of the user's own and a function of ours."""
    if stage.function in unreadable:
        return False
    names = (*stage.reads, *stage.writes)
    return not stage.is_from_outside and not any("@" in n or "|" in n or n.endswith("[*]") for n in names)


def runs_of(
    stages: Iterable[Stage], day: tuple[Stage, ...], layout: Layout, is_recorded: bool, section: Section | None, counted: Counted
) -> Iterator[Stage | Run]:
    """Stages in order, those that can be fused as runs. `day`: all stages of the day; `counted`: which of its totals runs count."""
    for when, group in groupby(stages, key=lambda s: _kind_of_run(s, section)):
        listed = list(group)
        if when is _ALONE:
            yield from listed
            continue
        for start in range(0, len(listed), MOST_TOGETHER):
            yield _run(listed[start : start + MOST_TOGETHER], day, layout, is_recorded, section, when, counted)


_ALONE = "alone"


def _kind_of_run(stage: Stage, section: Section | None) -> str | None:
    """The `when` of a run that a stage can stand in, _ALONE when it can stand in none."""
    when = None if section else stage.when
    return when if can_be_fused(stage) and (when in (None, *MASKED) or in_singles(stage)) else _ALONE


def _run(
    waiting: list[Stage], day: tuple[Stage, ...], layout: Layout, is_recorded: bool, section: Section | None, when: str | None,
    counted: Counted,
) -> Run:  # fmt: skip
    written = dict.fromkeys(name for stage in waiting for name in stage.writes)
    if section is not None:
        kept = read_beside(waiting, section.stages) | set(section.returned)
        stored = tuple(name for name in written if name in kept)
    else:
        stored = kept_of(written, read_beside(waiting, day), layout, is_recorded, counted)
    name = waiting[0].name if len(waiting) == 1 else f"{waiting[0].name} to {waiting[-1].name}"
    return Run(name, tuple(waiting), section, stored, when, counted.of(waiting))


def countable(run: Run, layout: Layout) -> frozenset[str]:
    """The columns that a run can count if it makes them last: of all users, or 0 of those whom it does not concern."""
    written = {name for stage in run.stages for name in stage.writes}
    if run.when is None and run.section is None:
        return frozenset(written)
    return frozenset(() if run.when == ARRIVING else filter(layout.is_scratch, filter(layout.__contains__, written)))


def loop_of(run: Run, symbol: str, layout: Layout, inputs: Inputs) -> str:
    """A run's loop as LLVM's text: a function `symbol` of (block, scratch, today, inputs)."""
    module, function = new_loop(symbol)
    entry, body, done = (function.append_basic_block(name) for name in ("entry", "body", "done"))
    before, builder = ir.IRBuilder(entry), ir.IRBuilder(body)
    i, rows, scratch = builder.phi(I64), ir.Constant(I64, BLOCK), function.args[1]
    if run.section is not None:
        rows = before.load(before.inttoptr(before.add(scratch, ir.Constant(I64, run.section.count)), I64.as_pointer()))
    counting = _Body(run, layout, inputs, function.args, before, builder, i, rows).emit()
    if run.section is None:
        before.branch(body)
    else:
        before.cbranch(before.icmp_signed(">", rows, ir.Constant(I64, 0)), body, done)
    following = builder.add(i, ir.Constant(I64, AT_ONCE))
    i.add_incoming(ir.Constant(I64, 0), entry)
    i.add_incoming(following, builder.block)
    builder.cbranch(builder.icmp_signed("<", following, rows), body, done)
    after = ir.IRBuilder(done)
    counting.tell(after, after.add(scratch, ir.Constant(I64, layout.totals_at)))
    after.ret_void()
    return str(module)


class _Body:
    """What happens to 32 users in a run."""

    def __init__(
        self,
        run: Run,
        layout: Layout,
        inputs: Inputs,
        addresses: Any,
        before: ir.IRBuilder,
        builder: ir.IRBuilder,
        i: Any,
        rows: Any,
    ):
        self.run, self.layout, self.inputs, self.before, self.builder, self.i = run, layout, inputs, before, builder, i
        self.rows = rows
        self.address = dict(zip(("block", "scratch", "today", "inputs"), addresses, strict=True))
        self.address["packed"] = self.address["scratch"]
        self.lanes = Lanes(builder, before, AT_ONCE)
        self.reading = Reading(self.lanes)
        self.known: dict[str, Number] = {}  # what places hold now
        self.unsaved: dict[str, Place] = {}
        names = [name for stage in run.stages for name in (*stage.reads, *stage.writes)]
        self.moving = {base_of(name) for name in names if "[today." in name}  # columns of which the day says the slot
        self.packed = run.section.offsets if run.section else None
        self.mask = self.lanes.of(self.lanes.truth(self.read(run.when)), "bool") if run.when else None

    def emit(self) -> Counting:
        """Everything; what counts is to tell it after the loop."""
        for stage in self.run.stages:
            try:
                self.work_out(stage)
            except Refused as error:
                raise Refused(f"stage {stage.name!r}: {error}", stage.function) from error
        for name, place in self.unsaved.items():
            if name in self.run.stored:
                self.store(place, self.known[name])
        counting = Counting(self.lanes, self.before, BLOCK // AT_ONCE)
        if self.run.counts:
            mine = self.who_counts()
            for k in self.run.counts:
                counting.add(k, self.known[COUNTS[k].column], mine)
        return counting

    def who_counts(self) -> Any:
        """Whose values count: of a section its users, otherwise those who are here, and whom the run concerns."""
        if self.run.section is not None:
            return first_rows(self.lanes, self.i, self.rows)
        here = self.lanes.of(self.lanes.truth(self.read("present")), "bool")
        return here if self.mask is None else self.builder.and_(here, self.mask)

    def work_out(self, stage: Stage) -> None:
        self.lanes.in_singles = in_singles(stage)
        given = [single(self.lanes, self.read(name)) if self.lanes.in_singles else self.read(name) for name in stage.reads]
        result = self.reading.call(stage.function, given, self.mask)
        values = result if isinstance(result, tuple) else (result,)
        if len(values) != len(stage.writes):
            raise Refused(f"{len(values)} results for {len(stage.writes)} columns")
        for name, value in zip(stage.writes, values, strict=True):
            self.write(name, value)

    def read(self, name: str) -> Any:
        if name in self.known:
            return self.known[name]
        place = Place(name, self.layout, self.inputs, self.packed)
        if place.kind == "column":
            value = self.load(place)
            if base_of(name) not in self.moving:
                self.known[name] = value
            return value
        if place.kind == "literal":
            return place.literal
        if place.kind == "today":
            field = name.removeprefix("today.")
            bounds = None if self.inputs.today_is_float(field) else self.inputs.today_bounds(field)
            return self.one("today", place.offset, bounds)
        self.known[name] = self.group(place.example, place.offset)
        return self.known[name]

    def write(self, name: str, value: Any) -> None:
        place = Place(name, self.layout, self.inputs, self.packed)
        value = self.as_stored(place.column, value)
        if base_of(name) in self.moving:
            self.store(place, value)
        else:
            self.known[name], self.unsaved[name] = value, place

    def as_stored(self, column: Any, value: Any) -> Number:
        """A result as it will be read again from its column."""
        if column.is_draw:
            if not (isinstance(value, Number) and value.word is not None):
                raise Refused("a draw that is not drawn")
            return value
        if column.is_float:
            if column.dtype == "f4":
                value = Number("single", self.lanes.of(value, "single"))
            return Number("float", self.lanes.of(value, "float"))
        if isinstance(value, Number) and value.kind in FLOATS:
            value = self.lanes.whole(value)
        low, high = column.range
        if not isinstance(value, Number):
            return Number("int", self.lanes.of(int(value), "int", bits_for(int(value), int(value))), int(value), int(value))
        if value.kind == "bool" or (low <= value.low and value.high <= high):
            return value
        stored = self.lanes.many(STORED[column.dtype])
        narrow = self.builder.trunc(self.lanes.of(value, "int", 64), stored)
        return Number("int", narrow if column.width > 1 else self.builder.sext(narrow, self.lanes.many(I16)), low, high)

    # memory

    def pointer(self, place: Place, stored: Any) -> Any:
        start = self.before.add(self.address[place.region], ir.Constant(I64, place.offset))
        if place.index_offset is not None:
            slot = self.before.load(self.input_pointer("today", place.index_offset, I64))
            start = self.before.add(start, self.before.mul(slot, ir.Constant(I64, place.column.width * BLOCK)))
        at = self.builder.gep(self.before.inttoptr(start, STORED[place.column.dtype].as_pointer()), [self.i])
        return self.builder.bitcast(at, stored.as_pointer())

    def load(self, place: Place) -> Number:
        dtype = place.column.dtype
        stored = self.lanes.many(STORED[dtype])
        value = self.builder.load(self.pointer(place, stored), align=place.column.width)
        if place.column.is_draw:
            return draw(self.lanes, value)
        if place.column.is_float:
            return Number("float", self.builder.fpext(value, self.lanes.many(F64)) if dtype == "f4" else value)
        low, high = self.layout.range_of(place.column)
        bits = bits_for(low, high)
        if bits > 8 * place.column.width:
            value = (self.builder.zext if dtype.startswith("u") else self.builder.sext)(value, self.lanes.many(ir.IntType(bits)))
        elif bits < 8 * place.column.width:
            value = self.builder.trunc(value, self.lanes.many(ir.IntType(bits)))
        return Number("int", value, low, high)

    def store(self, place: Place, value: Number) -> None:
        dtype = place.column.dtype
        stored = self.lanes.many(STORED[dtype])
        if place.column.is_draw:
            held = value.word
        elif place.column.is_float:
            held = self.lanes.of(value, "float")
            held = self.builder.fptrunc(held, stored) if dtype == "f4" else held
        elif value.kind == "bool":
            held = self.builder.zext(self.lanes.of(value, "bool"), stored)
        else:
            held = self.lanes.of(value, "int", max(16, 8 * place.column.width))
            held = self.builder.trunc(held, stored) if place.column.width == 1 else held
        pointer = self.pointer(place, stored)
        if self.mask is None or place.region == "scratch":
            held = held if self.mask is None else self.builder.select(self.mask, held, ir.Constant(stored, None))
            self.builder.store(held, pointer, align=place.column.width)
            return
        name = f"llvm.masked.store.v{stored.count}{_NAMES.get(dtype) or f'i{8 * place.column.width}'}.p0"
        width = ir.Constant(I32, place.column.width)
        self.lanes.intrinsic(name, ir.VoidType(), [held, pointer, width, self.mask])

    def input_pointer(self, region: str, offset: int, kind: Any) -> Any:
        return self.before.inttoptr(self.before.add(self.address[region], ir.Constant(I64, offset)), kind.as_pointer())

    def one(self, region: str, offset: int, bounds: tuple[int, int] | None) -> Number:
        """A number that is the same for everybody: a whole number between bounds, or a float."""
        value = self.before.load(self.input_pointer(region, offset, I64 if bounds else F64))
        if bounds is None:
            return Number("float", value, is_one=True)
        if bounds == (0, 2**32 - 1):  # said so that LLVM sees it
            value = self.before.and_(value, ir.Constant(I64, 2**32 - 1))
        return Number("int", value, *bounds, is_one=True)

    def group(self, example: Any, offset: int) -> Any:
        """A parameter, a table or a group of them, from where the inputs hold it."""
        if isinstance(example, np.ndarray):
            address = self.before.load(self.input_pointer("inputs", offset, I64))
            length = self.one("inputs", offset + 8, bounds_held(len(example)))
            return Table(address, length, example.dtype.kind == "f", *bounds_held(example))
        if isinstance(example, (int, float)):
            return self.one("inputs", offset, None if isinstance(example, float) else bounds_held(example))
        found = []
        for part in example:
            found.append(self.group(part, offset))
            offset += Inputs.size_of(part)
        return type(example)(*found)


_NAMES = {"f4": "f32", "f8": "f64"}
