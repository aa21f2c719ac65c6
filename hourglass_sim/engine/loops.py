"""From a scalar stage function to a vector loop over one block of users, and a section's bringing and returning.

A loop is `for each user: writes = function(*reads)`, over everybody, over those whom `when` lists, or over a section's rows.
"""

from collections.abc import Callable
from typing import Any

from llvmlite import ir
from numba import njit, types
from numba.extending import intrinsic

from hourglass_sim.engine import packing
from hourglass_sim.engine.achieving import lowest_bit
from hourglass_sim.engine.inputs import Inputs
from hourglass_sim.engine.kernels import I64, STORED, Access, Place, eraser, reader, writer
from hourglass_sim.engine.layout import BLOCK, Layout
from hourglass_sim.engine.lift import INLINED
from hourglass_sim.engine.packing import FLAGS, bring_sixteen, flags_of_sixty_four, list_sixteen, take_back_sixteen
from hourglass_sim.engine.packing import LANES as AT_ONCE
from hourglass_sim.engine.sections import LANES, Section

CHOSEN = "chosen"  # the scratch column that holds a sparse loop's list


def _listed(layout: Layout) -> Callable:
    """Reading the list of chosen users that a sparse loop keeps in the scratch block."""
    column, offset = layout[CHOSEN], layout.offset[CHOSEN]

    @intrinsic
    def get(typingctx, scratch, position):
        def generate(context, builder, signature, arguments):
            scratch, position = arguments
            base = builder.inttoptr(builder.add(scratch, ir.Constant(I64, offset)), STORED[column.dtype].as_pointer())
            return builder.sext(builder.load(builder.gep(base, [position])), I64)

        return types.intp(types.intp, types.intp), generate

    return get


def loop_function(stage: Any, layout: Layout, inputs: Inputs, section: Section | None = None) -> Callable:
    """The loop over one block as a Python function ready to be compiled: (block, scratch, today, inputs) -> None.

    With `when`, the users concerned are listed first and only they are visited: cheap when they are few. In a section they stand
    side by side already.
    """
    packed = section.offsets if section else None
    written = [Place(w, layout, inputs, packed) for w in stage.writes]
    read = reader([Place(r, layout, inputs, packed) for r in stage.reads])
    write = writer(written, stage.name)
    call = njit(**INLINED)(stage.function)

    if section:
        rows = _rows(section)

        def packed_loop(block, scratch, today, inputs):
            for i in range(rows(scratch)):
                write(block, scratch, today, inputs, i, call(*read(block, scratch, today, inputs, i)))

        return packed_loop

    if stage.when is None:

        def loop(block, scratch, today, inputs):
            for i in range(BLOCK):
                write(block, scratch, today, inputs, i, call(*read(block, scratch, today, inputs, i)))

        return loop

    if any(place.region == "scratch" and place.name in stage.reads for place in written):
        raise ValueError(f"stage {stage.name} with `when` reads a scratch column that it writes")
    erase = eraser([place for place in written if place.region == "scratch"])
    flags_of = flags_of_sixty_four(Access, Place(stage.when, layout, inputs))

    def sparse_loop(block, scratch, today, inputs):
        for i in range(BLOCK):
            erase(block, scratch, today, inputs, i)
        for word in range(BLOCK // FLAGS):
            flags = flags_of(block, scratch, today, inputs, word * FLAGS)
            while flags != 0:
                i = word * FLAGS + lowest_bit(flags)
                flags = flags & (flags - 1)
                write(block, scratch, today, inputs, i, call(*read(block, scratch, today, inputs, i)))

    return sparse_loop


def bringing_function(section: Section, layout: Layout, inputs: Inputs) -> Callable:
    """The loop that lists a section's users and brings their columns side by side."""
    test, set_rows = Place(section.when, layout, inputs), _rows(section, is_setter=True)
    dense = [Place(name, layout, inputs) for name in section.brought]
    packed = [Place(name, layout, inputs, section.offsets) for name in section.brought]
    if packing.can_compress():
        bring_some = bring_sixteen(Access, test, dense, packed, layout.offset[CHOSEN])

        def bring_lanes(block, scratch, today, inputs):
            rows = 0
            for lanes in range(BLOCK // AT_ONCE):
                rows += bring_some(block, scratch, today, inputs, lanes * AT_ONCE, rows)
            set_rows(scratch, rows)

        return bring_lanes

    read, write = reader(dense), writer(packed, section.name)
    list_some, get = list_sixteen(Access, test, Place(CHOSEN, layout, inputs)), _listed(layout)

    def bring(block, scratch, today, inputs):
        chosen = 0
        for lanes in range(BLOCK // AT_ONCE):
            chosen += list_some(block, scratch, today, inputs, lanes * AT_ONCE, chosen)
        set_rows(scratch, chosen)
        for position in range(chosen):
            write(block, scratch, today, inputs, position, read(block, scratch, today, inputs, get(scratch, position)))

    return bring


def returning_function(section: Section, layout: Layout, inputs: Inputs) -> Callable:
    """The loop that takes what a section wrote back to its users; scratch columns of all others become 0."""
    places = [Place(name, layout, inputs) for name in section.returned]
    packed = [Place(name, layout, inputs, section.offsets) for name in section.returned]
    if packing.can_compress():
        take_back_some = take_back_sixteen(Access, packed, places, layout.offset[CHOSEN])

        def take_back_lanes(block, scratch, today, inputs):
            rows = 0
            for lanes in range(BLOCK // AT_ONCE):
                rows += take_back_some(block, scratch, today, inputs, lanes * AT_ONCE, rows)

        return take_back_lanes

    read, write = reader(packed), writer(places, section.name)
    erase = eraser([place for place in places if place.region == "scratch"])
    get = _listed(layout)
    count = _rows(section, is_exact=True)

    def take_back(block, scratch, today, inputs):
        for i in range(BLOCK):
            erase(block, scratch, today, inputs, i)
        for position in range(count(scratch)):
            write(block, scratch, today, inputs, get(scratch, position), read(block, scratch, today, inputs, position))

    return take_back


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
