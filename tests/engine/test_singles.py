"""Single precision: the columns' registers and the agents' `numpy.float32` give the same, and what could differ is refused."""

import ctypes
import functools
import math
from dataclasses import replace

import numpy as np
import pytest
from hourglass_policy.numeric import exp_, happens, like, log_, log_of_whole, parted

from hourglass_sim import Scenario, extending, simulate
from hourglass_sim.engine import fusing, loops, singles, steps
from hourglass_sim.engine.agents import bound_step
from hourglass_sim.engine.declaring import base_of, stage
from hourglass_sim.engine.draws import WORD, unit
from hourglass_sim.engine.intervals import Refused
from hourglass_sim.engine.layout import BLOCK, Column, Layout
from hourglass_sim.engine.machine_code import Code, assembled
from hourglass_sim.engine.world import make_world
from hourglass_sim.people import feeling

EVERY_BITS = np.concatenate([np.geomspace(1e-12, 1e12, 2001), np.linspace(-30, 30, 2001), [0.0, 87.0, -87.0, 1000.0, -1000.0]])


class Person:
    """The columns of one user as attributes."""


@pytest.fixture(scope="module")
def world():
    return make_world(Scenario(users=600, days=40))


@pytest.fixture
def as_single(monkeypatch):
    """Let a test's own function work in single precision."""

    def admit(function):
        monkeypatch.setattr(singles, "IN_SINGLES", singles.IN_SINGLES | {function})
        return function

    return admit


def by_columns(one, world, block, scratch, today):
    symbol = f"test_singles_{one.name}"
    run = fusing.Run(one.name, (one,), None, one.writes, None)
    code = Code(symbol, assembled(fusing.loop_of(run, symbol, world.layout, world.inputs)))
    memory = (block, scratch, today, world.inputs.memory)
    ctypes.CFUNCTYPE(None, *[ctypes.c_int64] * 4)(code.address)(*(part.ctypes.data for part in memory))


def random_values(column: Column, draw: np.random.Generator) -> np.ndarray:
    if column.is_draw:
        return draw.integers(0, WORD, BLOCK, dtype=np.uint32, endpoint=True)
    if column.is_float:
        return (draw.normal(0, 2, BLOCK) * 10.0 ** draw.integers(-3, 2, BLOCK)).astype(column.dtype)
    if column.name in ("openings", "days_without_victory", "streak", "run", "absent_days", "broken_streak"):
        return draw.integers(0, 3_000, BLOCK).astype(column.dtype)
    high = {"earned": 2_000, "evaporated": 2_000, "xp_today": 50_000, "hour_1": 24, "hour_2": 24, "hour": 24, "chronotype": 8}
    return draw.integers(-1 if column.name in ("hour_1", "hour_2") else 0, high.get(column.name, 2), BLOCK).astype(column.dtype)


def test_each_behaviour_gives_the_same_in_registers_and_one_by_one(world):
    draw, today = np.random.default_rng(5), world.inputs.pack_days(world.todays)
    chosen = [s for s in world.stages if singles.in_singles(s)]
    assert {s.function for s in chosen} == singles.IN_SINGLES
    for one in (replace(s, when=None) for s in chosen):
        block, scratch = world.layout.allocate(1), world.layout.allocate(1, scratch=True)
        for column in world.layout:
            memory = scratch if column.kind == "scratch" else block
            for k in range(column.size):
                world.layout.view(memory, column.name, k)[0] = random_values(column, draw)
        before, day = (block.copy(), scratch.copy()), 17
        by_columns(one, world, block, scratch, today[day : day + 1])
        step = bound_step(one, world)
        for i in range(0, BLOCK, 7):
            person = Person()
            for column in world.layout:
                memory = before[column.kind == "scratch"]
                slots = [world.layout.view(memory, column.name, k)[0, i].item() for k in range(column.size)]
                slots = [unit(value) for value in slots] if column.is_draw else slots
                setattr(person, column.name, slots[0] if column.size == 1 else slots)
            step(person, world.todays[day])
            for name in one.writes:
                column, k = world.layout[base_of(name)], int(name.partition("[")[2].rstrip("]") or 0)
                found = world.layout.view((block, scratch)[column.kind == "scratch"], column.name, k)[0, i].item()
                own = getattr(person, column.name)
                assert found == (own if column.size == 1 else own[k]), (one.name, name, i)


def worked_out(function, values, results=("f4",)):
    layout = Layout([Column("a", "f4", ""), *(Column(f"r{k}", dtype, "") for k, dtype in enumerate(results))])
    inputs = make_world(Scenario(users=1, days=1)).inputs
    one = stage("feel", "one", function, "a", " ".join(f"r{k}" for k in range(len(results))))
    one = replace(one, is_from_outside=False)
    block = layout.allocate(1)
    layout.view(block, "a")[0, : len(values)] = values
    symbol = f"test_singles_{function.__name__}_{len(values)}_{hash(values.tobytes()) & 0xFFFFFFFF}"
    run = fusing.Run("one", (one,), None, one.writes)
    code = Code(symbol, assembled(fusing.loop_of(run, symbol, layout, inputs)))
    scratch = layout.allocate(1, scratch=True)
    today = np.zeros(64, dtype=np.int64)
    ctypes.CFUNCTYPE(None, *[ctypes.c_int64] * 4)(code.address)(*(p.ctypes.data for p in (block, scratch, today, inputs.memory)))
    return [layout.view(block, f"r{k}")[0, : len(values)].copy() for k in range(len(results))]


def exponential(a):
    return exp_(a)


def parts(a):
    return parted(a)


def logarithms(a):
    return log_(a), log_of_whole(int(a * 1000.0) + 1, a)


@pytest.mark.parametrize("function", [exponential, parts, logarithms], ids=lambda f: f.__name__)
def test_exponentials_and_logarithms_are_those_of_numpys_singles_to_the_bit(function, as_single):
    values = EVERY_BITS if function is exponential else EVERY_BITS[(EVERY_BITS > 0) & (EVERY_BITS < 4_000)]
    results = ("f4",) if function is exponential else ("f4", "f4")
    for part in np.array_split(values.astype("f4"), 12):
        found = worked_out(as_single(function), part, results)
        own = [np.atleast_1d(np.array(function(value), dtype="f4")) for value in part]
        for k, column in enumerate(found):
            np.testing.assert_array_equal(column.view("i4"), np.array([row[k] for row in own], dtype="f4").view("i4"))


def test_single_exponentials_and_logarithms_are_accurate():
    few = [np.float32(x) for x in np.linspace(-20, 20, 2001)]
    assert max(abs(float(exp_(x)) / math.exp(x) - 1) for x in few) < 1e-5
    whole = [1, 2, 3, 7, *range(90, 4_000, 13)]
    assert log_of_whole(1, 1.0) == log_of_whole(1, np.float32(1.0)) == 0.0
    for precision in (1.0, np.float32(1.0)):
        assert type(log_of_whole(3, precision)) is type(precision) is type(like(precision, 3))
        assert max(abs(float(log_of_whole(n, precision)) - math.log(n)) for n in whole) < 4e-6


def test_a_single_draw_lies_between_0_and_1_and_keeps_small_hazards_apart():
    words = [0, 1, 2, 255, 2**31, WORD - 300, WORD - 1, WORD]
    found = [singles.unit_single(unit(word)) for word in words]
    assert all(type(u) is np.float32 and 0.0 < u < 1.0 for u in found)
    assert found == sorted(found)
    assert all(
        abs(float(u) - unit(word)) <= 2.0**-24 * unit(word) + 2.0**-33
        for u, word in zip(found, words, strict=True)
        if word < 2**31
    )
    assert happens(found[0], np.float32(-87.0)) == 0
    assert happens(found[-1], np.float32(87.0)) == 1


def of_whole_numbers(a):
    return int(a) * 0.1


def of_quotients(a):
    return int(a) / 3


def of_what_may_be_a_double(a):
    part = 0.3 if a > 1.0 else a
    return part * 0.1


def exponential_of_what_may_be_a_double(a):
    return exp_(0.3 if a > 1.0 else a)


@pytest.mark.parametrize(
    "function",
    [of_whole_numbers, of_quotients, of_what_may_be_a_double, exponential_of_what_may_be_a_double],
    ids=lambda f: f.__name__,
)
def test_what_python_would_work_out_in_doubles_is_refused(function, as_single):
    with pytest.raises(Refused, match=r"'one'.*(single precision|a double)"):
        worked_out(as_single(function), np.ones(3, dtype="f4"))


def test_a_behaviour_in_single_precision_is_never_left_to_numba(world):
    one = next(s for s in world.stages if s.name == "motivation")
    with pytest.raises(TypeError, match="single precision"):
        loops.loop_function(one, world.layout, world.inputs)


@functools.wraps(feeling.motivation_next)
def wrapped(motivation, opened, joy, pain, f):
    return motivation * 0.9 + opened * 0.1


@functools.wraps(steps.occasions)
def wrapped_occasions(hour, absent_days, openings, comebacks, early_bird, night_owl, d):
    return 1 if absent_days > 7 else 0, comebacks, 32_000, 32_767 if hour > 12 else night_owl


@pytest.mark.parametrize("own", [{"motivation": wrapped}, {"occasions": wrapped_occasions}], ids=lambda own: next(iter(own)))
def test_what_is_wrapped_around_one_of_ours_is_from_outside(own):
    scenario = Scenario(users=40, days=25, seed=11, behaviours=own)
    both = [simulate(scenario, engine=engine, digest=True, threads=1) for engine in ("columns", "agents")]
    assert both[0].digest == both[1].digest


def test_behaviours_of_single_precision_alone_in_their_section_are_still_worked_out_together():
    """A stage of one's own cuts the section of those who opened into pieces too short to be packed."""
    own = {
        f"cut_{k}": extending.added(nothing_much, after=after, reads="streak unseen", writes="unseen")
        for k, after in enumerate(("followed", "contract", "wanted_1", "done_0", "done_2", "goal_habit_1"))
    }
    scenario = replace(Scenario(users=30, days=12, seed=3), behaviours=own)
    both = [simulate(scenario, engine=engine, digest=True, threads=1) for engine in ("columns", "agents")]
    assert both[0].digest == both[1].digest


def nothing_much(streak, unseen):
    return 1 if unseen > streak else unseen
