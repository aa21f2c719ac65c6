"""Users are brought side by side and taken back by every way that a processor may have, whatever the share of the chosen."""

import ctypes

import numpy as np
import pytest

from hourglass_sim.engine import machine_code
from hourglass_sim.engine.declaring import stage
from hourglass_sim.engine.inputs import Inputs
from hourglass_sim.engine.layout import APART, BLOCK, Column, Layout
from hourglass_sim.engine.loops import CHOSEN
from hourglass_sim.engine.machine_code import Code, assembled
from hourglass_sim.engine.moving import bringing_loop, returning_loop
from hourglass_sim.engine.sections import LANES, Section
from hourglass_sim.engine.today import Today

pytestmark = pytest.mark.skipif(
    not machine_code.can_permute(), reason="this processor moves users one by one: nothing is made here"
)
WIDTHS = ("i1", "i2", "i4", "i8", "f4", "f8")
COLUMNS = [
    Column(CHOSEN, "i2", "", kind="scratch"), Column("opened", "i1", "", kind="scratch"),
    *(Column(f"{kind}_{dtype}", dtype, "", kind=kind, size=14) for kind in ("state", "scratch") for dtype in WIDTHS),
]  # fmt: skip


@pytest.fixture(scope="module")
def layout():
    return Layout(COLUMNS)


@pytest.fixture(scope="module")
def section(layout):
    places = [f"{c.name}[{k}]" for c in COLUMNS[2:] for k in range(c.size)]
    offsets, position = {}, layout.scratch_columns_bytes + 64
    for name in places:
        offsets[name] = position
        position += layout[name.partition("[")[0]].width * BLOCK + APART
    layout.reserve_scratch(position)
    same = stage("act", "same", lambda x: x, "opened", "opened", "opened")
    return Section("some", "opened", (same,), offsets, tuple(places), tuple(places), layout.scratch_columns_bytes)


@pytest.fixture(scope="module", params=["what this processor can", "without moving bytes"])
def loops(request, layout, section):
    triple, name, features = machine_code.processor()
    if request.param != "what this processor can":
        features = features.replace("+avx512vbmi2", "-avx512vbmi2")
    patch = pytest.MonkeyPatch()
    patch.setattr(machine_code, "processor", lambda: (triple, name, features))
    inputs, found = Inputs({}, Today), []
    try:
        for kind, made in (("bring", bringing_loop), ("return", returning_loop)):
            symbol = f"test_{kind}_{request.param.replace(' ', '_')}"
            text = made(section, symbol, layout, inputs, layout.offset[CHOSEN])
            found.append(Code(symbol, assembled(text)))
    finally:
        patch.undo()
    return found


def called(code, state, scratch):
    ctypes.CFUNCTYPE(None, *[ctypes.c_int64] * 4)(code.address)(state.ctypes.data, scratch.ctypes.data, 0, 0)


@pytest.mark.parametrize("share", [0.0, 0.01, 0.4, 0.9, 1.0])
def test_the_chosen_stand_without_gaps_and_come_back_to_their_places(loops, layout, section, share):
    random = np.random.default_rng(round(100 * share))
    state, scratch = layout.allocate(1), layout.allocate(1, scratch=True)
    for memory in (state, scratch):
        memory[:] = random.integers(0, 256, memory.shape, dtype=np.uint8)
    chosen = random.random(BLOCK) < share
    layout.view(scratch, "opened")[0] = chosen
    number, before = int(chosen.sum()), (state.copy(), scratch.copy())
    called(loops[0], state, scratch)
    assert scratch[0, section.count :][:8].view(np.int64)[0] == number
    assert (state == before[0]).all()
    packed = {}
    for name in section.brought:
        base, _, slot = name.rstrip("]").partition("[")
        column, start = layout[base], section.offsets[name]
        of = int(layout.is_scratch(base))
        mine = layout.view(before[of], base, int(slot))[0].view(f"u{column.width}")
        packed[name] = scratch[0, start : start + column.width * BLOCK].view(f"u{column.width}")
        np.testing.assert_array_equal(packed[name][:number], mine[chosen], err_msg=name)
        packed[name][: -(-number // LANES) * LANES] += 3  # what a section does, in whole vectors
    called(loops[1], state, scratch)
    for name in section.returned:
        base, _, slot = name.rstrip("]").partition("[")
        of = int(layout.is_scratch(base))
        old, new = (layout.view((state, scratch)[of] if now else before[of], base, int(slot))[0] for now in (False, True))
        old, new = (values.view(f"u{values.dtype.itemsize}") for values in (old, new))
        np.testing.assert_array_equal(new[chosen], old[chosen] + 3, err_msg=name)
        np.testing.assert_array_equal(new[~chosen], 0 if of else old[~chosen], err_msg=name)
