"""From a scalar stage function to a loop over one block of users by Numba, and a section's bringing and returning user by user.

A loop is `for each user: writes = function(*reads)`, over everybody, over those whom `when` marks, or over a section's rows. Most of a
day's loops are made otherwise, see `fusing` and `moving`; these are for functions from notebooks, for what few users do, and for
columns of others.
"""

from collections.abc import Callable, Sequence
from functools import reduce
from typing import Any

from llvmlite import ir
from numba import njit, types
from numba.extending import intrinsic

from hourglass_sim.engine.achieving import lowest_bit
from hourglass_sim.engine.declaring import HERE
from hourglass_sim.engine.inputs import Inputs
from hourglass_sim.engine.kernels import I64, STORED, Access, Place, eraser, is_not_zero, loader, reader, storer, writer
from hourglass_sim.engine.layout import BLOCK, Layout
from hourglass_sim.engine.lift import INLINED
from hourglass_sim.engine.sections import LANES, Section
from hourglass_sim.engine.singles import in_singles
from hourglass_sim.engine.written import range_of, word_of

CHOSEN = "chosen"  # the scratch column that says which users a section holds: a bit for each, or their rows
FLAGS = 64  # users whose flags are looked at together


def loop_function(stage: Any, layout: Layout, inputs: Inputs, section: Section | None = None) -> Callable:
    """The loop over one block as a Python function ready to be compiled: (block, scratch, today, inputs) -> None.

    With `when`, only the users concerned are visited: cheap when they are few. In a section they stand side by side already.
    A function from outside knows nothing of users who are not here yet or have left: nothing of theirs is changed by it.
    """
    if in_singles(stage):
        raise TypeError(f"stage {stage.name!r} works in single precision, which loops by Numba do not")
    packed = section.offsets if section else None
    written = [Place(w, layout, inputs, packed) for w in stage.writes]
    read = reader([Place(r, layout, inputs, packed) for r in stage.reads])
    is_checked = stage.is_from_outside
    here = Place(HERE, layout, inputs) if is_checked and not section else None
    write = writer(written, stage.name, here, [range_of(place.column) for place in written] if is_checked else ())
    call = njit(**INLINED)(stage.function)
    tell = _teller([word_of(stage, k) for k in range(len(written))], layout.noted_at) if is_checked else _silent

    if section:
        rows = _rows(section, is_exact=is_checked)

        def packed_loop(block, scratch, today, inputs):
            outside = 0
            for i in range(rows(scratch)):
                outside = max(outside, write(block, scratch, today, inputs, i, call(*read(block, scratch, today, inputs, i))))
            tell(scratch, outside)

        return packed_loop

    if stage.when is None:

        def loop(block, scratch, today, inputs):
            outside = 0
            for i in range(BLOCK):
                outside = max(outside, write(block, scratch, today, inputs, i, call(*read(block, scratch, today, inputs, i))))
            tell(scratch, outside)

        return loop

    tests = [Place(stage.when, layout, inputs), *([here] if here else [])]
    erase = eraser([place for place in written if place.region == "scratch"], tests)
    flags_of = _flags(tests)

    def sparse_loop(block, scratch, today, inputs):
        outside = 0
        for i in range(BLOCK):
            erase(block, scratch, today, inputs, i)
        for word in range(BLOCK // FLAGS):
            flags = flags_of(block, scratch, today, inputs, word * FLAGS)
            while flags != 0:
                i = word * FLAGS + lowest_bit(flags)
                flags = flags & (flags - 1)
                outside = max(outside, write(block, scratch, today, inputs, i, call(*read(block, scratch, today, inputs, i))))
        tell(scratch, outside)

    return sparse_loop


@njit(**INLINED)
def _silent(scratch, outside):
    pass


def _teller(words: Sequence[int], noted_at: int) -> Callable:
    """`tell(scratch, outside)`: note the word of the place `outside` (1 for the first), if it is one, where the engine looks for it."""
    note, words = storer("i8"), tuple(words)

    @njit(**INLINED)
    def tell(scratch, outside):
        if outside > 0:
            note(scratch + noted_at, 0, words[outside - 1])

    return tell


def bringing_function(section: Section, layout: Layout, inputs: Inputs) -> Callable:
    """The loop that notes a section's users and brings their columns side by side."""
    flags_of, set_rows = _flags([Place(section.when, layout, inputs)]), _rows(section, is_setter=True)
    read = reader([Place(name, layout, inputs) for name in section.brought])
    write = writer([Place(name, layout, inputs, section.offsets) for name in section.brought], section.name)
    note, chosen_at = storer(layout[CHOSEN].dtype), layout.offset[CHOSEN]

    def bring(block, scratch, today, inputs):
        filled = 0
        for word in range(BLOCK // FLAGS):
            flags = flags_of(block, scratch, today, inputs, word * FLAGS)
            while flags != 0:
                i = word * FLAGS + lowest_bit(flags)
                flags = flags & (flags - 1)
                note(scratch + chosen_at, filled, i)
                write(block, scratch, today, inputs, filled, read(block, scratch, today, inputs, i))
                filled += 1
        set_rows(scratch, filled)

    return bring


def returning_function(section: Section, layout: Layout, inputs: Inputs) -> Callable:
    """The loop that takes what a section wrote back to its users; scratch columns of all others become 0."""
    places = [Place(name, layout, inputs) for name in section.returned]
    read = reader([Place(name, layout, inputs, section.offsets) for name in section.returned])
    write = writer(places, section.name)
    erase = eraser([place for place in places if place.region == "scratch"])
    noted, chosen_at = loader(layout[CHOSEN].dtype), layout.offset[CHOSEN]
    count = _rows(section, is_exact=True)

    def take_back(block, scratch, today, inputs):
        for i in range(BLOCK):
            erase(block, scratch, today, inputs, i)
        for position in range(count(scratch)):
            i = noted(scratch + chosen_at, position)
            write(block, scratch, today, inputs, i, read(block, scratch, today, inputs, position))

    return take_back


def _flags(tests: Sequence[Place]) -> Callable:
    """`flags(block, scratch, today, inputs, i)`: whose `tests` are all not 0 among users i to i + 63, a bit each."""

    @intrinsic
    def flags(typingctx, block, scratch, today, inputs, i):
        def generate(context, builder, signature, arguments):
            access = Access(context, builder, arguments[:4])
            found = []
            for test in tests:
                kind = ir.VectorType(STORED[test.column.dtype], FLAGS)
                pointer = builder.bitcast(access.column_pointer(test, arguments[4]), kind.as_pointer())
                value = access.note(builder.load(pointer, align=test.column.width), test.region)
                found.append(builder.bitcast(is_not_zero(builder, value), I64))
            return reduce(builder.and_, found)

        return types.int64(*[types.intp] * 5), generate

    return flags


def _rows(section: Section, is_setter: bool = False, is_exact: bool = False) -> Callable:
    """Reading a section's number of rows (rounded up to whole vectors unless exact), or setting it."""

    def pointer(builder, scratch):
        return builder.inttoptr(builder.add(scratch, ir.Constant(I64, section.count)), I64.as_pointer())

    @intrinsic
    def set_rows(typingctx, scratch, rows):
        def generate(context, builder, signature, arguments):
            builder.store(arguments[1], pointer(builder, arguments[0]))
            return context.get_dummy_value()

        return types.void(types.intp, types.intp), generate

    @intrinsic
    def get_rows(typingctx, scratch):
        def generate(context, builder, signature, arguments):
            rows = builder.load(pointer(builder, arguments[0]))
            if is_exact:
                return rows
            return builder.and_(builder.add(rows, ir.Constant(I64, LANES - 1)), ir.Constant(I64, -LANES))

        return types.intp(types.intp), generate

    return set_rows if is_setter else get_rows
