"""A block's totals are what NumPy counts."""

import ctypes

import numpy as np
import pytest

from hourglass_sim.engine.counting import counting_loop
from hourglass_sim.engine.layout import BLOCK, Column, Layout
from hourglass_sim.engine.machine_code import Code, assembled
from hourglass_sim.engine.tally import Count

WIDTHS = ("i1", "i2", "i4", "i8")


@pytest.mark.parametrize("extreme", ["random", "lowest", "highest"])
def test_sums_and_numbers_over_those_who_are_here(extreme):
    columns = [Column("present", "i1", "", kind="scratch")]
    columns += [Column(f"{kind}_{dtype}", dtype, "", kind=kind) for kind in ("state", "scratch") for dtype in WIDTHS]
    layout = Layout(columns)
    counts = [Count(c.name, c.name) for c in columns]
    counts += [Count(f"some {c.name}", c.name, "some") for c in columns]
    counts += [Count(f"equal {c.name}", c.name, "equal", 1) for c in columns]
    symbol = f"test_counting_{extreme}"
    code = Code(symbol, assembled(counting_loop(dict(enumerate(counts)), symbol, layout), unrolls=True))
    random, state, scratch = np.random.default_rng(5), layout.allocate(1), layout.allocate(1, scratch=True)
    for c in columns[1:]:
        held = np.iinfo(c.dtype)
        low, high = (max(int(held.min), -(2**50)), min(int(held.max), 2**50))  # sums of 512 fit 64 bits
        drawn = random.integers(low, high, BLOCK, endpoint=True) * random.integers(0, 2, BLOCK)
        values = {"random": drawn, "lowest": np.full(BLOCK, low), "highest": np.full(BLOCK, high)}[extreme]
        layout.view(scratch if c.kind == "scratch" else state, c.name)[0] = values
    present = random.integers(0, 2, BLOCK).astype("i1")
    layout.view(scratch, "present")[0] = present
    ctypes.CFUNCTYPE(None, *[ctypes.c_int64] * 4)(code.address)(state.ctypes.data, scratch.ctypes.data, 0, 0)
    found = scratch[0, layout.totals_at :][: 8 * len(counts)].view(np.int64)
    for count, total in zip(counts, found.tolist(), strict=True):
        values = layout.view(scratch if layout.is_scratch(count.column) else state, count.column)[0][present != 0].astype(object)
        expected = {"sum": sum(values), "some": int((values != 0).sum()), "equal": int((values == 1).sum())}[count.how]
        assert total == expected, count.name
