"""Every numeric rule compiles from outside and equals itself in plain Python, on random and boundary inputs."""

import inspect

import hourglass_policy as hp
import pytest
from hourglass_policy.rules import CORES, level_thresholds
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hourglass_sim.rules_check import compiled_cores

DOCUMENTED, DEPLOYED = hp.load().rules, hp.load(preset="as_deployed").rules
BOUNDARIES = [0, 1, 2, 3, 6, 7, 8, 13, 14, 29, 30, 31, 60, 90, 91, 99, 100, 180, 181, 300, 400, 1000, 4199, 4200, 12000]
WHOLE = st.one_of(st.sampled_from(BOUNDARIES), st.integers(-20_000, 1_000_000))
HUNDREDTHS = st.integers(-400_000, 4_000_000).map(lambda n: n / 100.0)
FRACTION = st.one_of(st.sampled_from([0.0, 0.5, 0.7, 1.0, 2.675, 1.005]), HUNDREDTHS, st.floats(-5000.0, 50_000.0))


@pytest.fixture(scope="module")
def compiled():
    return compiled_cores()


@st.composite
def inputs(draw, core):
    values = draw(st.sampled_from([DOCUMENTED, DEPLOYED]))
    groups = {type(group).__name__: group for group in values}
    given_values = []
    for name, parameter in inspect.signature(core).parameters.items():
        annotation = getattr(parameter.annotation, "__name__", "")
        if name == "thresholds":
            given_values.append(level_thresholds(values.levels))
        elif name in ("days", "level", "phase", "row_type") and core.__name__ != "ratio_of_grains":
            given_values.append(draw(st.integers(1, 60) if name != "row_type" else st.integers(0, 10)))
        elif annotation in groups:
            given_values.append(groups[annotation])
        elif name == "total":  # a sum of values, so never less than the one before it
            given_values.append(abs(given_values[0]) + abs(draw(FRACTION)))
        else:
            given_values.append(draw(FRACTION if parameter.annotation is float else WHOLE))
    if core.__name__.startswith("ratio_") and "potential_grains" in inspect.signature(core).parameters:
        given_values[-1] = abs(given_values[-1]) + 1.0
    return tuple(given_values)


@pytest.mark.parametrize("core", CORES, ids=lambda core: core.__name__)
def test_compiled_equals_plain(core, compiled):
    fast = getattr(compiled, core.__name__)

    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(inputs(core))
    def agrees(arguments):
        plain = core(*arguments)
        assert fast(*arguments) == plain
        assert type(fast(*arguments)) is type(plain)

    agrees()


@settings(max_examples=2000, deadline=None)
@given(st.one_of(HUNDREDTHS, st.floats(-1e6, 1e6), st.integers(-(10**7), 10**7).map(lambda n: n / 1000.0)))
def test_hundredths_are_what_python_rounds_to(x):
    from hourglass_policy.rules import hundredths

    assert hundredths(x) / 100 == round(x, 2)


@given(st.lists(st.sampled_from([0.0, 1.0, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0]), min_size=5, max_size=5), st.integers(500, 2500))
def test_shares_never_exceed_the_potential_nor_lose_more_than_a_hundredth_a_goal(values, potential):
    from hourglass_policy.rules import shares_centigrains

    shares = shares_centigrains(*values, potential)
    used = sum(value > 0 for value in values)
    assert sum(shares) <= potential
    assert sum(shares) >= potential - used if used else sum(shares) == 0
    assert all((share > 0) == (value > 0) for share, value in zip(shares, values, strict=True))


def test_cores_stand_in_dependency_order():
    names = [core.__name__ for core in CORES]
    assert len(set(names)) == len(names)
    for position, core in enumerate(CORES):
        called = set(core.__code__.co_names) & set(names)
        assert called <= set(names[:position]), core.__name__


def test_a_core_has_at_most_8_arguments_and_20_lines():
    for core in CORES:
        assert len(inspect.signature(core).parameters) <= 8, core.__name__
        assert len(inspect.getsource(core).splitlines()) <= 26, core.__name__  # 20 of body, a signature and a docstring
