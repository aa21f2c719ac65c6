"""A view and its address say the same; what cannot be used is named and never harms the rest."""

import pytest
from hourglass_policy.errors import BadInput
from hypothesis import given, settings
from hypothesis import strategies as st

from hourglass_sim.view.controls import step_of
from hourglass_sim.view.state import CONTROLLED, USERS, ViewState, preset_parameters, read_query, tidy


def parsed(query):
    from urllib.parse import parse_qsl

    return read_query(dict(parse_qsl(query)))


views = st.builds(
    ViewState,
    users=st.sampled_from(USERS),
    days=st.integers(1, 365),
    seed=st.integers(0, 2**31 - 1),
    people=st.just("habit"),
    preset=st.sampled_from(["documented", "as_deployed"]),
    policy=st.sampled_from(["deployed", "silent", "considerate"]),
    lang=st.sampled_from(["en", "fr"]),
    theme=st.sampled_from(["light", "dark"]),
)


@settings(max_examples=40, deadline=None)
@given(views, st.floats(5, 20), st.integers(1, 5))
def test_an_address_brings_back_its_view(view, potential, goals):
    view = view.with_value("grains.daily_potential", round(potential, 2)).with_value("grains.max_goals", goals)
    assert parsed(view.query()) == (view, [])


def test_the_default_view_needs_no_address():
    assert ViewState().query() == ""
    assert parsed("") == (ViewState(), [])


def test_any_parameter_of_the_economy_may_stand_in_an_address():
    view, problems = parsed("social.boosts_per_day=3")
    assert (dict(view.values), problems) == ({"social.boosts_per_day": 3}, [])
    assert view.candidate().resolved_policy.parameters["social.boosts_per_day"].value == 3


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("users=-5", "users"),
        ("users=many", "whole number"),
        ("days=100000", "1 to 365"),
        ("policy=considerat", "'considerate'"),
        ("preset=deployed", "as_deployed"),
        ("grains.daily_potentail=3", "'grains.daily_potential'"),
        ("grains.daily_potential=1000", "5.0 to 20.0"),
        ("devaluation.multiplier_2=0.3", "devaluation.multiplier_3"),
        ("colour=red", "setting in the address"),
    ],
)
def test_what_cannot_be_used_is_named_and_the_rest_kept(query, told):
    view, problems = parsed(f"seed=11&{query}")
    assert view == ViewState(seed=11)
    assert len(problems) == 1
    assert told in problems[0]
    assert "\n" not in problems[0]
    assert len(problems[0]) < 240


def test_a_parameter_set_back_to_its_default_leaves_the_view():
    view = ViewState().with_value("grains.daily_potential", 12.0)
    assert not view.is_baseline
    assert view.with_value("grains.daily_potential", 10) == ViewState()


def test_a_slider_step_that_carries_dust_is_the_number_it_means():
    assert tidy(1.9999999999999998) == 2.0
    assert ViewState().with_value("levels.exponent", 1.5000000000000002) == ViewState()


def test_a_value_out_of_range_is_refused():
    with pytest.raises(BadInput, match="grains/day"):
        ViewState().with_value("grains.daily_potential", 50.0)


def test_every_controlled_parameter_can_reach_its_default_by_steps():
    for name in CONTROLLED:
        p = preset_parameters("documented")[name]
        if p.kind == "float":
            steps = (p.value - p.low) / step_of(p)
            assert abs(steps - round(steps)) < 1e-9, name
            assert (p.high - p.low) / step_of(p) >= 20, name
