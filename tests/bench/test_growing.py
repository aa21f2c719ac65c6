"""Memory of a user is a slope between two sizes, and told only where there is one."""

import pytest

from hourglass_sim.bench import growing
from hourglass_sim.bench.sizes import Sizes

SIZES = Sizes(growth=(1_000, 10_000, 40_000))


def figures(*peaks):
    found = {n: {"peak_bytes": peak, "user_days_per_second": [1e6]} for n, peak in zip(SIZES.growth, peaks, strict=True)}
    return {figure.name: figure for figure in growing.figures(SIZES, found)}


def test_what_a_user_takes_is_told_apart_from_what_nobody_takes():
    found = figures(200e6, 206e6, 224e6)
    assert found["memory of a user"].value == pytest.approx(600)
    assert found["memory beside the users"].value == pytest.approx(200)


def test_peaks_that_do_not_grow_tell_nothing():
    found = figures(285e6, 285e6, 285e6)
    assert [found[name].value for name in ("memory of a user", "memory beside the users")] == [None, None]
    assert "too few users to tell" in found["memory of a user"].note
