"""Memory of a large run serves the next one, cleared; what somebody still looks at is never given away."""

import gc

import numpy as np
import pytest

from hourglass_sim.engine import layout
from hourglass_sim.engine.layout import Column, Layout


@pytest.fixture
def some(monkeypatch):
    monkeypatch.setattr(layout, "MUCH", 1 << 22)
    monkeypatch.setattr(layout, "_spare", [])
    return Layout([Column("a", "i8", "", size=4)])


def address(memory):
    return memory.ctypes.data


def test_what_nobody_looks_at_any_more_is_given_again_cleared(some):
    first = some.allocate(400)
    first[:] = 7
    where = address(first)
    del first
    gc.collect()
    again = some.allocate(390, threads=2)
    assert address(again) == where
    assert not again.any()


def test_what_a_view_still_shows_stays_as_it_is(some):
    first = some.allocate(400)
    first[:] = 7
    seen = some.view(first, "a", 2)
    del first
    gc.collect()
    other = some.allocate(400)
    other[:] = 1
    assert (seen.view(np.uint8) == 7).all()


@pytest.mark.parametrize("blocks", [100, 900])
def test_much_less_or_more_comes_from_the_system(some, blocks):
    first = some.allocate(400)
    first[:] = 7
    del first
    gc.collect()
    assert len(layout._spare) == 1
    other = some.allocate(blocks)
    assert not other.any()
    assert len(layout._spare) <= 1


def test_more_than_is_kept_goes_back(some, monkeypatch):
    monkeypatch.setattr(layout, "MOST_KEPT", 1 << 20)
    first = some.allocate(400)
    del first
    gc.collect()
    assert layout._spare == []


def test_a_little_less_than_before_is_cleared_too(some):
    first = some.allocate(400)
    first[:] = 7
    held = len(layout._spare)
    del first
    gc.collect()
    assert len(layout._spare) == held + 1
    assert not some.allocate((layout.MUCH - 1) // some.block_bytes).any()
