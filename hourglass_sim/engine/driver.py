"""The compiled driver of the columnar engine: the days of some blocks, their totals, and hashes of what they did when asked for."""

import numpy as np
from numba import njit

from hourglass_sim.engine.compiling import kept_on_disk
from hourglass_sim.engine.kernels import call_loop
from hourglass_sim.engine.layout import BLOCK
from hourglass_sim.engine.lift import bits_of_float
from hourglass_sim.engine.tally import FOLD

DTYPES = ("i1", "i2", "i4", "i8", "f8", "f4")
_FOLD = np.uint64(FOLD)


@njit(nogil=True, error_model="numpy")
def _fold_integers(digests, values, present):
    for i in range(BLOCK):
        mixed = (digests[i] ^ np.uint64(np.int64(values[i]))) * _FOLD
        mixed = mixed ^ (mixed >> np.uint64(29))
        digests[i] = mixed if present[i] != 0 else digests[i]


@njit(nogil=True, error_model="numpy")
def _fold_singles(digests, values, present):
    for i in range(BLOCK):
        mixed = (digests[i] ^ np.uint64(bits_of_float(np.float64(values[i])))) * _FOLD
        mixed = mixed ^ (mixed >> np.uint64(29))
        digests[i] = mixed if present[i] != 0 else digests[i]


@njit(nogil=True, error_model="numpy")
def _bytes_of(state, scratch, spec):
    width = 4 if spec[2] == 5 else 1 << min(spec[2], 3)
    start = spec[1]
    return scratch[start : start + BLOCK * width] if spec[0] == 1 else state[start : start + BLOCK * width]


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
        elif spec[2] == 5:
            _fold_singles(digests, raw.view(np.float32), present)
        else:
            _fold_integers(digests, raw.view(np.int64), present)


@njit(nogil=True, error_model="numpy")
def run_blocks(
    first_block, last_block, first_day, last_day, state, scratch, own_scratch, loops, on_arrival, todays, inputs, totals_at, folds,
    present_at, first_arrival, last_arrival, totals, digests, finished,
):  # fmt: skip
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
            found = spare[totals_at : totals_at + 8 * totals.shape[1]].view(np.int64)
            for k in range(totals.shape[1]):
                totals[day, k] += found[k]
            if folds.shape[0] > 0:
                _fold_day(block, spare, here, folds, digests[b])
            if day >= last_arrival[b] and totals[day, 0] == before:
                finished[b] = True


kept_on_disk(run_blocks)
