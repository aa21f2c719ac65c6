"""The compiled driver of the columnar engine: the days of some blocks, their totals, and hashes of what they did when asked for."""

from collections.abc import Callable

import numpy as np
from numba import njit

from hourglass_sim.engine.adding import MASK_WORDS, adder, counter, who_is_here
from hourglass_sim.engine.compiling import kept_on_disk
from hourglass_sim.engine.kernels import call_loop
from hourglass_sim.engine.layout import BLOCK
from hourglass_sim.engine.tally import FOLD

DTYPES = ("i1", "i2", "i4", "i8", "f8")
_FOLD = np.uint64(FOLD)


def _tally_of(width: int) -> Callable:
    """Sum, number of non-zeros or number of equals in one column of a block, over the users who are here."""
    total, equal = adder(width), counter(width)

    @njit(nogil=True)
    def tally(column, here, words, how, value):
        if how == 0:
            return total(column, words)
        return equal(column, words, value) if how == 2 else here - equal(column, words, 0)

    return tally


_tally_1, _tally_2, _tally_4, _tally_8 = (_tally_of(width) for width in (1, 2, 4, 8))


@njit(nogil=True, error_model="numpy")
def _fold_integers(digests, values, present):
    for i in range(BLOCK):
        mixed = (digests[i] ^ np.uint64(np.int64(values[i]))) * _FOLD
        mixed = mixed ^ (mixed >> np.uint64(29))
        digests[i] = mixed if present[i] != 0 else digests[i]


@njit(nogil=True, error_model="numpy")
def _bytes_of(state, scratch, spec):
    width = 1 << min(spec[2], 3)
    start = spec[1]
    return scratch[start : start + BLOCK * width] if spec[0] == 1 else state[start : start + BLOCK * width]


@njit(nogil=True, error_model="numpy")
def _count_day(state, scratch, present, words, specs, row):
    """Add a block's counts of one day: addresses of the state, the scratch, the flags of presence and room for them as bits;
    columns and ways to count; totals."""
    here = who_is_here(present, words)
    for k in range(specs.shape[0]):
        column = (scratch if specs[k, 0] == 1 else state) + specs[k, 1]
        how, value = specs[k, 3], specs[k, 4]
        if specs[k, 2] == 0:
            row[k] += _tally_1(column, here, words, how, value)
        elif specs[k, 2] == 1:
            row[k] += _tally_2(column, here, words, how, value)
        elif specs[k, 2] == 2:
            row[k] += _tally_4(column, here, words, how, value)
        else:
            row[k] += _tally_8(column, here, words, how, value)


@njit(nogil=True, error_model="numpy")
def _fold_day(state, scratch, present, specs, digests):
    for k in range(specs.shape[0]):
        spec = specs[k]
        raw = _bytes_of(state, scratch, spec)
        if spec[2] == 0:
            _fold_integers(digests, raw.view(np.int8), present)
        elif spec[2] == 1:
            _fold_integers(digests, raw.view(np.int16), present)
        elif spec[2] == 2:
            _fold_integers(digests, raw.view(np.int32), present)
        else:
            _fold_integers(digests, raw.view(np.int64), present)


@njit(nogil=True, error_model="numpy")
def run_blocks(
    first_block, last_block, first_day, last_day, state, scratch, own_scratch, loops, on_arrival, todays, inputs, counts, folds,
    present_at, first_arrival, last_arrival, totals, digests, finished,
):  # fmt: skip
    words = np.empty(MASK_WORDS, dtype=np.int64)
    for b in range(first_block, last_block):
        s = b if own_scratch else 0
        block, spare = state[b], scratch[s]
        here = spare[present_at : present_at + BLOCK].view(np.int8)
        for day in range(first_day, last_day):
            if day < first_arrival[b] or finished[b]:
                if own_scratch:
                    here[:] = 0
                continue
            today = todays.ctypes.data + day * todays.shape[1] * 8
            someone_new = day <= last_arrival[b]
            for k in range(loops.shape[0]):
                if on_arrival[k] and not someone_new:
                    continue
                call_loop(loops[k], block.ctypes.data, spare.ctypes.data, today, inputs.ctypes.data)
            before = totals[day, 0]
            _count_day(
                block.ctypes.data, spare.ctypes.data, spare.ctypes.data + present_at, words.ctypes.data, counts, totals[day]
            )  # fmt: skip
            if folds.shape[0] > 0:
                _fold_day(block, spare, here, folds, digests[b])
            if day >= last_arrival[b] and totals[day, 0] == before:
                finished[b] = True


kept_on_disk(run_blocks)
