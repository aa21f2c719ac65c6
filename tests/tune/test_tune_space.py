"""The search space: ranges, orders between parameters and locks hold for whatever is drawn; bad files are named."""

import pytest
from hourglass_policy.errors import BadInput
from hypothesis import given, settings
from hypothesis import strategies as st

from hourglass_sim import Scenario
from hourglass_sim.tune.candidates import candidate
from hourglass_sim.tune.records import Record
from hourglass_sim.tune.space import POLICY
from hourglass_sim.tune.space_files import make_space

SCENARIO = Scenario(users=10, days=31)
SPACE = make_space(SCENARIO)
MULTIPLIERS = tuple(f"devaluation.multiplier_{k}" for k in (1, 2, 3, 4))
OVERLAPPING = """
[devaluation]
phase_1_days = { low = 10, high = 200 }
phase_2_days = { low = 10, high = 300 }
phase_3_days = { low = 10, high = 400 }
multiplier_2 = { low = 0.1, high = 1.0 }
multiplier_3 = { low = 0.1, high = 1.0 }
multiplier_4 = { low = 0.1, high = 1.0 }
[phoenix]
low_grains = { low = 1.0, high = 9.0 }
exit_grains = { low = 1.0, high = 9.0 }
"""


def drawn(space, data) -> dict:
    """Raw numbers as a trial could draw them."""
    raw = {
        d.name: data.draw(st.integers(int(d.low), int(d.high)) if d.kind == "int" else st.floats(d.low, d.high))
        for d in space.free
    }
    return raw | ({POLICY: data.draw(st.sampled_from(space.policies))} if len(space.policies) > 1 else {})


def whole(space, values, policy):
    """Every economy value of a candidate."""
    return candidate(space.scenario, values, policy).resolved_policy.parameters.values_by_name()


def test_the_default_space_has_eight_economy_and_three_notification_parameters_each_with_a_reason():
    economy = [d for d in SPACE.dimensions if d.name in SCENARIO.resolved_policy.parameters]
    assert len(economy) >= 8
    assert len(SPACE.dimensions) - len(economy) >= 3
    assert all(d.reason for d in SPACE.dimensions)
    for d in economy:
        legal = SCENARIO.resolved_policy.parameters[d.name]
        assert legal.low <= d.low < d.high <= legal.high
        assert (d.low, d.high) != (legal.low, legal.high)


@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_whatever_is_drawn_stays_in_its_range_and_makes_a_valid_candidate(data):
    values, policy = SPACE.decoded(drawn(SPACE, data))
    by_name = {d.name: d for d in SPACE.dimensions}
    assert all(by_name[n].low <= v <= by_name[n].high for n, v in values.items())
    changed = candidate(SCENARIO, values, policy)
    assert changed.notification.name == policy
    found = whole(SPACE, values, policy)
    assert all(found[n] == v for n, v in values.items() if n in found)


@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_orders_between_parameters_hold_even_where_ranges_overlap(data, tmp_path_factory):
    file = tmp_path_factory.mktemp("space") / "overlapping.toml"
    file.write_text(OVERLAPPING)
    space = make_space(SCENARIO, file)
    found = whole(space, *space.decoded(drawn(space, data)))
    multipliers = [found[n] for n in MULTIPLIERS]
    assert multipliers == sorted(multipliers, reverse=True)
    days = [found[f"devaluation.phase_{k}_days"] for k in (1, 2, 3)]
    assert days[0] < days[1] < days[2]
    assert found["phoenix.low_grains"] <= found["phoenix.exit_grains"]


@given(data=st.data())
@settings(max_examples=30, deadline=None)
def test_a_locked_parameter_never_moves_and_the_others_do(data):
    space = make_space(SCENARIO, None, ("levels.base", "considerate.patience"))
    values, policy = space.decoded(drawn(space, data))
    assert "levels.base" not in values
    assert "levels.base" not in {d.name for d in space.free}
    assert policy != "considerate" or values["considerate.patience"] == 4


def tried(raw, lift):
    return Record("search", raw, *SPACE.decoded(raw), 0, 100, 35, 2, lift, 0.001, True, (lift,), (True,), (), {})


def test_a_search_begins_with_the_baseline_and_looks_through_the_other_policy_one_parameter_at_a_time():
    own = [d for d in SPACE.dimensions if d.group == "considerate"]
    records, plan = [], []
    while (raw := SPACE.start(records)) is not None:
        plan.append(SPACE.decoded(raw))
        more_messages = raw[POLICY] == "considerate" and raw["considerate.rest_days"] == 1
        records.append(tried(raw, 0.001 if more_messages else 0.0))
    assert plan[0] == ({}, "deployed")
    assert candidate(SCENARIO, *plan[0]).digest() == SCENARIO.digest()
    assert plan[1] == ({d.name: d.baseline for d in own}, "considerate")
    assert len(plan) == 2 + 2 * len(own)
    at = [d.name for d in own].index("considerate.rest_days")
    seen = [values["considerate.rest_days"] for values, _ in plan[2:]]
    assert seen[2 * at : 2 * at + 2] == [1, 7]
    assert set(seen[: 2 * at]) == {3}
    assert set(seen[2 * at + 2 :]) == {1}  # what helped is kept


def test_locking_the_policy_drops_the_parameters_of_the_others():
    space = make_space(SCENARIO, None, ("policy",))
    assert space.policies == ("deployed",)
    assert not any(d.group == "considerate" for d in space.dimensions)


def test_a_range_always_reaches_the_baselines_own_value():
    space = make_space(SCENARIO.with_values({"levels.base": 500.0}))
    d = next(d for d in space.dimensions if d.name == "levels.base")
    assert d.high == 500.0
    assert d.baseline == 500.0
    assert space.decoded(space.baseline) == ({}, "deployed")


def test_a_baseline_under_the_tuned_policy_starts_from_its_own_values():
    scenario = SCENARIO.with_policy("considerate").with_values({"considerate.patience": 7})
    space = make_space(scenario)
    assert space.policies == ("considerate",)
    assert candidate(scenario, *space.decoded(space.baseline)).digest() == scenario.digest()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[levels]\nbaze = { low = 50.0, high = 60.0 }", "did you mean 'levels.base'?"),
        ("[levels]\nbase = { low = 50.0, hihg = 60.0 }", "did you mean 'high'?"),
        ("[levels]\nbase = { low = 5.0, high = 60.0 }", "20.0 to 1000.0"),
        ("[levels]\nbase = { low = 60.0, high = 60.0 }", "empty"),
        ("[levels]\nbase = { low = 50.0 }", "levels.base has no high"),
        ("[levels]\nbase = 50.0", "not a range"),
        ("[xp]\nstreak_3 = { low = 50, high = 90, kind = 'float' }", "another kind"),
        ("[xp]\nstreak_3 = { low = 50, high = 90, step = 0.5 }", "step"),
        ("[ratio]\nfollows_potential = { low = 0, high = 1 }", "a bool"),
        ("[feeling]\nfade = { low = 0.01, high = 0.1 }", "people are fitted, not tuned"),
        ("[considerate]\npatiense = { low = 2, high = 4 }", "did you mean 'patience'?"),
        ("", "empty search space"),
        ("[levels", "not valid TOML"),
    ],
)
def test_a_bad_space_file_is_told_in_one_line(tmp_path, text, told):
    file = tmp_path / "space.toml"
    file.write_text(text)
    with pytest.raises(BadInput) as error:
        make_space(SCENARIO, file)
    assert told in str(error.value)
    assert "\n" not in str(error.value)


def test_an_unknown_lock_names_the_nearest_and_locking_everything_is_refused():
    with pytest.raises(BadInput, match=r"did you mean 'levels\.base'"):
        make_space(SCENARIO, None, ("levels.bsae",))
    with pytest.raises(BadInput, match="nothing is left"):
        make_space(SCENARIO, None, (*[d.name for d in SPACE.dimensions], "policy"))
