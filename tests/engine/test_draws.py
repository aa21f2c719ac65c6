"""Draws: the published generator, the same for plain and compiled code, and independent of everybody else."""

import numpy as np
from numba import njit

from hourglass_sim.engine import lift
from hourglass_sim.engine.draws import four_draws, philox, unit

# Known answers of Philox4x32 with 7 rounds, from the authors' Random123 distribution (kat_vectors).
VECTORS = (
    ((0, 0, 0, 0), (0, 0), (0x5F6FB709, 0x0D893F64, 0x4F121F81, 0x4F730A48)),
    ((0xFFFFFFFF,) * 4, (0xFFFFFFFF,) * 2, (0x5207DDC2, 0x45165E59, 0x4D8EE751, 0x8C52F662)),
    (
        (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
        (0xA4093822, 0x299F31D0),
        (0x4DFCCABA, 0x190A87F0, 0xC47362BA, 0xB6B5242A),
    ),
)


def test_philox_gives_the_published_answers():
    for counter, key, expected in VECTORS:
        assert philox(*counter, *key) == expected


def test_compiled_philox_gives_the_same_words():
    lift.lift(())
    compiled = njit(lambda a, b, c, d, e, f: philox(a, b, c, d, e, f))
    for counter, key, expected in VECTORS:
        assert tuple(compiled(*counter, *key)) == expected


def test_draws_lie_strictly_inside_the_unit_interval():
    assert 0.0 < unit(0) < unit(0xFFFFFFFF) < 1.0


def test_draws_are_uniform_and_uncorrelated_between_purposes():
    draws = np.array([four_draws(user, 3, 1, 7, 0) for user in range(20_000)])
    assert np.abs(draws.mean(axis=0) - 0.5).max() < 0.01
    assert np.abs(np.quantile(draws, [0.1, 0.5, 0.9]) - [0.1, 0.5, 0.9]).max() < 0.01
    off_diagonal = np.corrcoef(draws.T) - np.eye(4)
    assert np.abs(off_diagonal).max() < 0.025


def test_each_of_seed_user_day_and_purpose_changes_the_draw():
    base = four_draws(5, 3, 1, 7, 0)
    for other in ((6, 3, 1, 7, 0), (5, 4, 1, 7, 0), (5, 3, 2, 7, 0), (5, 3, 1, 8, 0), (5, 3, 1, 7, 1)):
        assert not set(base) & set(four_draws(*other))
