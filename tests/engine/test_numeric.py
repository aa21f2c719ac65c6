"""One exponential and one logarithm, accurate, and the same to the bit in plain and compiled code."""

import math
import struct

import numpy as np
import pytest
from hourglass_policy.numeric import exp_, happens, log_, logistic
from numba import njit
from scipy.stats import norm

from hourglass_sim.engine import lift
from hourglass_sim.people.birth import normal_of

POINTS = np.concatenate([np.linspace(-40, 40, 4001), [-1000.0, -700.0, 0.0, 700.0, 1000.0]])
POSITIVE = np.geomspace(1e-12, 1e12, 4001)


def bits(x: float) -> int:
    return struct.unpack("<q", struct.pack("<d", x))[0]


def test_exponential_is_accurate():
    assert max(abs(exp_(x) / math.exp(x) - 1) for x in np.linspace(-40, 40, 4001)) < 1e-8


def test_logarithm_is_accurate():
    assert max(abs(log_(x) - math.log(x)) / max(1.0, abs(math.log(x))) for x in POSITIVE) < 1e-12


def test_normal_quantile_is_accurate():
    places = np.linspace(1e-9, 1 - 1e-9, 4001)
    assert max(abs(normal_of(u) - norm.ppf(u)) for u in places) < 1e-8


@pytest.mark.parametrize(("function", "points"), [(exp_, POINTS), (logistic, POINTS), (log_, POSITIVE)])
def test_plain_and_compiled_agree_to_the_bit(function, points):
    lift.lift(())
    compiled = njit(lambda x: function(x))
    assert [x for x in points if bits(function(float(x))) != bits(compiled(float(x)))] == []


def test_an_event_happens_with_its_probability():
    places = (np.arange(20_000) + 0.5) / 20_000
    for log_odds in (-3.0, -0.4, 0.0, 2.2):
        share = np.mean([happens(u, log_odds) for u in places])
        assert share == pytest.approx(1 / (1 + math.exp(-log_odds)), abs=1e-4)


def test_impossible_and_certain_events_are_exact():
    assert happens(2.0**-33, -700.0) == 0
    assert happens(1 - 2.0**-33, 700.0) == 1
