"""Functions worked out for many users at once give each user what Python gives."""

import ctypes
import math
import textwrap
from typing import NamedTuple

import numpy as np
import pytest
from hourglass_policy.numeric import exp_
from hourglass_policy.rules.rounding import hundredths
from hypothesis import given, settings
from hypothesis import strategies as st

from hourglass_sim.engine import fusing, machine_code, reading
from hourglass_sim.engine.declaring import Stage
from hourglass_sim.engine.dividing import has_a_reciprocal
from hourglass_sim.engine.draws import WORD, four_draws, unit
from hourglass_sim.engine.inputs import Inputs
from hourglass_sim.engine.intervals import Refused
from hourglass_sim.engine.layout import BLOCK, Column, Layout
from hourglass_sim.engine.machine_code import Code, assembled

made = iter(range(10**9))


class Facts(NamedTuple):
    day: int


class Some(NamedTuple):
    number: int
    other: int
    part: float
    table: tuple[int, ...]


def worked_out(
    function, columns: dict[str, np.ndarray], results: tuple[str, ...], some: Some | None = None, when: str | None = None
):
    """The results (by storage type) of a function of columns [at most 512] (and of a group of parameters), by the compiled loop."""
    places = [Column(name, values.dtype.str[1:], "") for name, values in columns.items()]
    places += [Column(f"result_{k}", dtype, "") for k, dtype in enumerate(results)]
    layout = Layout(places)
    inputs = Inputs({"rules.some": some or Some(1, 2, 0.5, (1,))}, Facts)
    reads = (*columns, *(["rules.some"] if some else []))
    stage = Stage("one", "arrive", function, reads, tuple(f"result_{k}" for k in range(len(results))), when)
    symbol = f"test_lanes_{next(made)}"
    code = Code(symbol, assembled(fusing.loop_of(fusing.Run("one", (stage,), None, stage.writes, when), symbol, layout, inputs)))
    block, scratch = layout.allocate(1), layout.allocate(1, scratch=True)
    today = inputs.pack_days([Facts(3)])
    for name, values in columns.items():
        layout.view(block, name)[0, : len(values)] = values
    ctypes.CFUNCTYPE(None, *[ctypes.c_int64] * 4)(code.address)(*(a.ctypes.data for a in (block, scratch, today, inputs.memory)))
    count = len(next(iter(columns.values())))
    return [layout.view(block, name)[0, :count].copy() for name in stage.writes]


def whole(dtype: str):
    held = np.iinfo(dtype)
    near = [held.min, held.min + 1, -1, 0, 1, 2, 99, 100, held.max - 1, held.max]
    return st.lists(st.sampled_from(near) | st.integers(held.min, held.max), min_size=1, max_size=40)


def paired(a, b, first, second):
    n = max(len(a), len(b))
    grown = [(x * n)[:n] for x in (a, b)]
    return {"a": np.array(grown[0], dtype=first), "b": np.array(grown[1], dtype=second)}


def plus(a, b):
    return a + b


def minus(a, b):
    return a - b


def times(a, b):
    return a * b


def bits(a, b):
    return (a & b) ^ (a | 5)


def shifted(a, b):
    return (a << (b & 7)) - (a >> (b & 15))


def compared(a, b):
    return (a < b) + 2 * (a <= b) + 4 * (a == b) + 8 * (a > b) + 16 * (a >= b) + 32 * (a != b) + 64 * (3 < a <= b)


def extremes(a, b):
    return max(a, b, 3) - min(a, b) + abs(b)


def divided(a, b):
    by = b if b != 0 else 7
    return a // by * 3 + a % by


def by_constants(a, b):
    return a // 7 + a % 7 + b // 100 + b % 100 + a // 86_400


def chosen(a, b):
    if a > b:
        return a - b
    low = 1 if a < 0 else 2
    if b == 0 or (a < 5 and not b < 3):
        low += 10
    else:
        low = low * 2 if b else 0
    return low


def halved(a, b):
    turns = 0
    left = a if a > 0 else 0
    while left > 2 and turns < (b & 7):
        left = left // 2
        turns += 1
    return left * 100 + turns


def several(*values):
    total = values[0]
    for k in range(1, len(values)):
        total += values[k] * (1 if k == 1 else 0)
    return total


WHOLE = (plus, minus, times, bits, shifted, compared, extremes, divided, by_constants, chosen, halved, several)


@pytest.mark.parametrize("function", WHOLE, ids=lambda f: f.__name__)
@pytest.mark.parametrize(("first", "second"), [("i1", "i1"), ("i2", "i1"), ("i4", "i2"), ("i4", "i4"), ("i8", "i2")])
@settings(max_examples=8, deadline=None)
@given(data=st.data())
def test_whole_numbers_are_those_of_python(function, first, second, data):
    columns = paired(data.draw(whole(first)), data.draw(whole(second)), first, second)
    if first == "i8":
        columns["a"] //= 2**17  # what leaves 64 bits is refused before a run begins
    (found,) = worked_out(function, columns, ("i8",))
    assert found.tolist() == [int(function(int(a), int(b))) for a, b in zip(columns["a"], columns["b"], strict=True)]


def mixed(a, b):
    x = a / 100.0 + b * 0.25
    y = (a + 0.5) / (abs(b) + 3.0) if b > 0 else -x
    return x, y, int(x) if -1e6 < x < 1e6 else 0


@settings(max_examples=25, deadline=None)
@given(a=whole("i8"), b=whole("i4"))
def test_floats_are_those_of_python_to_the_bit(a, b):
    columns = paired(a, b, "i8", "i4")
    found = worked_out(mixed, columns, ("f8", "f8", "i4"))
    expected = [mixed(int(x), int(y)) for x, y in zip(columns["a"], columns["b"], strict=True)]
    for k, values in enumerate(found):
        assert values.tolist() == [row[k] for row in expected]


def hundredth(a):
    return a / 100.0


def test_a_division_by_a_constant_without_a_division_gives_the_same_double():
    assert has_a_reciprocal(100.0) or not fusing_machine_fuses()
    random = np.random.default_rng(3)
    for power in (8, 20, 31, 45, 53, 62):
        values = random.integers(-(2**power), 2**power, BLOCK)
        (found,) = worked_out(hundredth, {"a": values.astype("i8")}, ("f8",))
        np.testing.assert_array_equal(found, values / 100.0)


def part_of_a_hundred(a):
    return (a * 1.0) / 100.0


def test_floats_next_to_0_are_divided():
    values = np.array([-1, 0, 1, 5], dtype="i2")
    (found,) = worked_out(part_of_a_hundred, {"a": values}, ("f8",))
    assert found.tolist() == [part_of_a_hundred(int(a)) for a in values]

    def smaller(a):
        return (a * 5e-324) / 100.0, -(a * 0.0) / 100.0

    found, zeros = worked_out(smaller, {"a": np.array([150, 250, -350], dtype="i2")}, ("f8", "f8"))
    assert found.tolist() == [150 * 5e-324 / 100.0, 250 * 5e-324 / 100.0, -350 * 5e-324 / 100.0]
    assert np.signbit(zeros).tolist() == [True, True, False]


def fusing_machine_fuses() -> bool:
    from hourglass_sim.engine.machine_code import can

    return can("fma")


def test_reciprocals_are_used_only_where_they_are_near_enough():
    assert not has_a_reciprocal(10_000.0)
    assert not has_a_reciprocal(1e-300)


def looked_up(a, s):
    return s.table[a if a < len(s.table) else len(s.table) - 1] * s.number + s.other, s.part * a


@pytest.mark.parametrize("number", [0, -1, 32_767, 32_768, -(2**31), 2**31, 2**40])
def test_parameters_of_any_size_give_what_python_gives(number):
    some = Some(number, -number, 0.1, (5, -7, 40_000, 2**20))
    values = np.arange(40, dtype="i2")
    found, parts = worked_out(looked_up, {"a": values}, ("i8", "f8"), some)
    expected = [looked_up(int(a), some) for a in values]
    assert found.tolist() == [e[0] for e in expected]
    assert parts.tolist() == [e[1] for e in expected]


def only_inside(a, s):
    return s.table[a - 100] if a >= 100 else -1


def same_for_all(a, s):
    return a + s.table[0] + s.table[-1] + s.table[s.number], s.table[s.other] if s.other < len(s.table) else -1


def test_an_item_that_is_the_same_for_everybody():
    for some in (Some(1, 2, 1.0, (5, 70_000, -9)), Some(0, 3, 1.0, (8, 6, 7))):
        values = np.arange(40, dtype="i2")
        found = worked_out(same_for_all, {"a": values}, ("i8", "i4"), some)
        assert list(zip(*(column.tolist() for column in found), strict=True)) == [same_for_all(int(a), some) for a in values]


def test_a_table_is_read_only_where_the_index_is_used():
    some = Some(1, 1, 1.0, (8, 9))
    (found,) = worked_out(only_inside, {"a": np.array([0, 101, -30_000, 100], dtype="i2")}, ("i4",), some)
    assert found.tolist() == [-1, 9, -1, 8]


def test_narrow_results_are_cut_as_memory_cuts_them():
    (found,) = worked_out(times, paired([100, -100, 127], [100, 3, 2], "i2", "i2"), ("i1",))
    assert found.tolist() == np.array([10_000, -300, 254]).astype("i1").tolist()


def test_with_a_mask_others_keep_what_they_had():
    columns = {"a": np.arange(50, dtype="i2"), "b": np.arange(50, dtype="i1") % 3}
    (found,) = worked_out(plus, columns, ("i2",), when="b")
    assert found.tolist() == [a + a % 3 if a % 3 else 0 for a in range(50)]


def rises_by_jump(a, s):
    if s.number == 1:
        return a
    return a * s.other // 100


@pytest.mark.parametrize("number", [1, 2])
def test_a_condition_that_is_the_same_for_all_is_a_jump(number):
    some = Some(number, 150, 0.5, (1,))
    values = np.arange(-20, 60, dtype="i4")
    (found,) = worked_out(rises_by_jump, {"a": values}, ("i4",), some)
    assert found.tolist() == [rises_by_jump(int(a), some) for a in values]


def with_a_list(a, b):
    return sorted([a, b])[0]


def endless(a, b):
    while True:
        a = a + b


@pytest.mark.parametrize("function", [with_a_list, endless], ids=lambda f: f.__name__)
def test_what_is_not_known_is_refused_with_its_line(function):
    with pytest.raises(Refused, match=rf"'one': .*{function.__name__}, line \d+"):
        worked_out(function, paired([1], [2], "i1", "i1"), ("i8",))


def test_a_function_whose_source_changed_since_is_refused(tmp_path, monkeypatch):
    file = tmp_path / "their_own.py"
    file.write_text("def own(a):\n    return a + 1\n")
    monkeypatch.syspath_prepend(tmp_path)
    import their_own

    assert reading.source_of(their_own.own).name == "own"
    reading.source_of.cache_clear()
    file.write_text(textwrap.dedent("def own(a):\n    return a + 2\n"))
    with pytest.raises(Refused, match="changed since"):
        reading.source_of(their_own.own)


def test_roots_and_bits_of_floats():
    def rooted(a):
        return math.sqrt(a * a + 2.0)

    values = np.random.default_rng(4).normal(size=100)
    (found,) = worked_out(rooted, {"a": values}, ("f8",))
    assert found.tolist() == [math.sqrt(a * a + 2.0) for a in values.tolist()]


ROUNDED = np.array(
    [2.0**-33, 0.005, 0.015, 0.025, 1.005, 2.675, 4.125, 7.999999999999999, 1e6 + 0.005, 123456.785, 0.0, -0.0, -0.015, 8.5e12]
)


def exponential(a):
    return exp_(a)


def in_hundredths(a):
    return hundredths(a)


def drawn(user, g):
    return four_draws(user, 77, 3, g.number, g.other)


def as_draw(a):
    return unit(a & WORD)


def test_exponentials_are_those_of_python_to_the_bit():
    points = np.concatenate([np.linspace(-40, 40, 500), [-1000.0, -700.0, -0.0, 0.0, 1e-300, 5e-324, 700.0, 1000.0]])
    (found,) = worked_out(exponential, {"a": points}, ("f8",))
    assert [float(x).hex() for x in found] == [exp_(float(x)).hex() for x in points]


@given(st.lists(st.floats(-8.9e12, 8.9e12) | st.sampled_from(list(ROUNDED)), min_size=1, max_size=40))
@settings(max_examples=15, deadline=None)
def test_hundredths_are_those_of_python(values):
    (found,) = worked_out(in_hundredths, {"a": np.array(values)}, ("i8",))
    assert found.tolist() == [hundredths(x) for x in values]


@pytest.mark.parametrize("features", [None, ""])
def test_draws_are_those_of_python_to_the_bit(features, monkeypatch):
    if features is not None:
        triple, name, _ = machine_code.processor()
        monkeypatch.setattr(machine_code, "processor", lambda: (triple, name, features))
    users = np.array([0, 1, 2, 31, 2**31 - 1, *range(1000, 1400)], dtype=np.int32)
    some = Some(2**32 - 1, 0xDEADBEEF, 0.5, (1,))
    found = worked_out(drawn, {"user": users}, ("f8",) * 4, some)
    wanted = [four_draws(int(user), 77, 3, some.number, some.other) for user in users]
    assert [tuple(map(float.hex, map(float, row))) for row in zip(*found, strict=True)] == [
        tuple(map(float.hex, w)) for w in wanted
    ]


def test_the_least_and_the_greatest_word_give_the_draws_of_python():
    words = np.array([0, 1, 2**31 - 1, 2**31, 2**32 - 2, 2**32 - 1], dtype=np.int64)
    (found,) = worked_out(as_draw, {"a": words}, ("f8",))
    assert [float(x).hex() for x in found] == [unit(int(word)).hex() for word in words]
