"""The readable and the fast engine give the same run, bit for bit, for any scenario, thread count and record."""

import contextlib
import math
import os
import time
from dataclasses import replace

import numpy as np
import pytest
from hourglass_policy import load
from hourglass_policy.decisions import NAMES, policy_named
from hourglass_policy.errors import BadInput
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from hourglass_sim.engine import compiling, machine_code
from hourglass_sim.engine.columns import Columns
from hourglass_sim.engine.declaring import base_of
from hourglass_sim.engine.world import make_world
from hourglass_sim.extending import notification_policy
from hourglass_sim.people.people import definitions, preset_names
from hourglass_sim.run import simulate
from hourglass_sim.scenario import Scenario

LONG = os.environ.get("HOURGLASS_LONG") == "1"  # the longer search, on demand
USER_DAYS = 20_000 if LONG else 500
PARAMETERS = {**load(preset="documented").parameters, **definitions()}
PARAMETERS |= {f"{name}.{key}": p for name in NAMES for key, p in policy_named(name).parameters.items()}


def values_of(parameter):
    """Any legal value of a parameter."""
    if parameter.kind == "bool":
        return st.booleans()
    if parameter.kind == "choice":
        return st.sampled_from(parameter.choices)
    if parameter.kind == "int":
        return st.integers(int(parameter.low), int(parameter.high))
    return st.floats(parameter.low, parameter.high, allow_nan=False)


@st.composite
def scenarios(draw, max_goals):
    """Any small scenario: users, days, seed, presets, people, policy, arrivals, start, and up to eight changed parameters."""
    days = draw(st.integers(1, 35))
    users = draw(st.integers(1, min(40, max(1, USER_DAYS // days))))
    policy = draw(st.sampled_from(NAMES))
    names = [n for n in PARAMETERS if n.partition(".")[0] not in NAMES or n.startswith(f"{policy}.")]
    chosen = draw(st.lists(st.sampled_from(names), max_size=8, unique=True))
    values = {name: draw(values_of(PARAMETERS[name])) for name in chosen}
    values["grains.max_goals"] = draw(st.sampled_from(max_goals))
    first = draw(st.integers(0, users)) if days > 2 else users
    rest = draw(st.integers(0, users - first))
    arrivals = draw(st.sampled_from(((), (first, 0, users - first) if days > 2 else (users,), (users - rest, rest)[:days])))
    try:
        return Scenario(
            users=users,
            days=days,
            seed=draw(st.integers(0, 2**64 - 1)),
            preset=draw(st.sampled_from(("documented", "as_deployed"))),
            people=draw(st.sampled_from(preset_names())),
            policy=policy,
            values=values,
            start=draw(st.dates(min_value=Scenario().start)),
            arrivals=arrivals if sum(arrivals) == users else (),
        )
    except BadInput:  # parameters that contradict each other, a calendar that ends
        assume(False)


@settings(max_examples=250 if LONG else 18, deadline=None, suppress_health_check=list(HealthCheck))
@given(scenario=scenarios(max_goals=(3, 1, 2)), record=st.sampled_from(("totals", "days")))
def test_both_engines_give_the_same_run(scenario, record):
    require_same_run(scenario, record)


@settings(max_examples=100 if LONG else 7, deadline=None, suppress_health_check=list(HealthCheck))
@given(scenario=scenarios(max_goals=(5, 4)), record=st.sampled_from(("totals", "days")))
def test_both_engines_give_the_same_run_with_contracts_of_four_and_five_goals(scenario, record):
    require_same_run(scenario, record)


def require_same_run(scenario, record):
    """Digest, totals, activity, hashes, final state, days and KPIs are equal, or both engines refuse the scenario."""
    try:
        columns = simulate(scenario, record=record, threads=1)
    except BadInput as refused:  # numbers that could overflow are refused, by both
        with pytest.raises(BadInput, match=refused.what[:20]):
            simulate(scenario, engine="agents", record=record)
        return
    agents = simulate(scenario, engine="agents", record=record)
    assert columns.digest == agents.digest
    np.testing.assert_array_equal(columns.outcome.totals, agents.outcome.totals)
    np.testing.assert_array_equal(columns.outcome.bits, agents.outcome.bits)
    np.testing.assert_array_equal(columns.outcome.digests, agents.outcome.digests)
    assert columns.outcome.state.keys() == agents.outcome.state.keys()
    for name, values in columns.outcome.state.items():
        if name in columns.users:  # what stays as it was when a user leaves
            np.testing.assert_array_equal(values, agents.outcome.state[name], err_msg=name)
    for name, values in columns.outcome.days.items():
        np.testing.assert_array_equal(values, agents.outcome.days[name], err_msg=name)
    assert columns.kpis == agents.kpis


@pytest.mark.parametrize("preset", ["documented", "as_deployed"])
def test_whoever_signs_up_late_begins_with_nothing_that_the_days_before_left(preset):
    """In the columns stages concern also rows of people who are not there yet: what they leave there is set anew at sign-up."""
    parameters = load(preset=preset).parameters
    tried = [{name: value} for name, p in parameters.items() if p.kind == "int" for value in (p.low, 1, p.high)]
    tried += [{name: value} for name, p in parameters.items() if p.kind == "float" for value in (p.low, p.high)]
    checked = 0
    for values in [{}, *tried]:
        with contextlib.suppress(BadInput):  # outside its range, or against another parameter
            world = make_world(Scenario(users=600, days=9, preset=preset, values=values, arrivals=(100, *[0] * 7, 500)))
            columns = Columns(world, digest=False, record_days=False, threads=1)
            columns.advance(8)
            at_sign_up = {base_of(place) for stage in world.stages if stage.when == "is_new" for place in stage.writes}
            for column in world.layout:
                if column.kind != "scratch" and column.name not in (*at_sign_up, "user", "arrival_day", "partner", "pact_size"):
                    left = [columns._take(column.name, k)[100:].any() for k in range(column.size)]
                    assert not any(left), (values, column.name)
            checked += 1
    assert checked > 100


def test_both_engines_give_the_same_run_over_months_in_which_most_people_leave():
    leaving = {"shift.leave": 12.0, "leaving.habit_protection": 0.0}
    arrivals = (60, *[0] * 30, 10, *[0] * 34, 10)
    scenario = Scenario(users=80, days=75, seed=6, values=leaving, arrivals=arrivals)
    require_same_run(scenario, "days")
    run = simulate(scenario, record="days", threads=1)
    assert run.kpis["left"] > 0.8
    assert run.days["day"].max() == 74


def test_the_digest_sees_another_seed_another_value_and_another_person():
    base = Scenario(users=30, days=10)
    others = [base.with_seed(8), base.with_values({"xp.goal_completed": 101}), base.with_values({"feeling.fade": 0.0501})]
    digests = {simulate(s, threads=1).digest for s in (base, *others)}
    assert len(digests) == 4


@pytest.mark.parametrize("record", ["totals", "days"])
def test_any_number_of_threads_gives_the_same_run(record):
    scenario = Scenario(users=9 * 512 + 17, days=6, seed=3, arrivals=(3_000, 1_000, 0, 625))
    one, two, three = (simulate(scenario, threads=n, digest=True, record=record) for n in (1, 2, 3))
    assert one.digest == two.digest == three.digest
    np.testing.assert_array_equal(one.outcome.totals, two.outcome.totals)
    np.testing.assert_array_equal(one.outcome.totals, three.outcome.totals)
    assert one.kpis == two.kpis == three.kpis


def test_after_an_error_no_thread_goes_on(monkeypatch):
    model = Columns(make_world(Scenario(users=40 * 512, days=2)), digest=False, record_days=False, threads=2)
    begun, work = [], Columns._blocks

    def fails_once(self, start, *rest):
        begun.append(start)
        if len(begun) == 2:
            raise OSError("as of a full disk")
        work(self, start, *rest)
        time.sleep(0.02)  # longer than it takes to hear of the error

    monkeypatch.setattr(Columns, "_blocks", fails_once)
    with pytest.raises(OSError, match="full disk"):
        model.advance(1)
    left = len(begun)
    time.sleep(0.2)
    assert len(begun) == left < 20


def _run_for(processor, scenario, monkeypatch):
    monkeypatch.setattr(compiling, "_days_in_memory", {})
    monkeypatch.setattr(machine_code, "processor", lambda: processor)
    return simulate(scenario, threads=1, digest=True)


def test_any_processor_gives_the_same_run(monkeypatch):
    """Without permutations, fused multiplications and wide registers, and the plainest of the family."""
    scenario = Scenario(users=2 * 512 + 3, days=12, seed=9, policy="considerate")
    own = simulate(scenario, threads=1, digest=True)
    triple, name, features = machine_code.processor()
    fewer = ",".join(f for f in features.split(",") if "avx512" not in f and "fma" not in f)
    for processor in ((triple, name, fewer), (triple, "x86-64" if triple.startswith("x86_64") else name, "")):
        other = _run_for(processor, scenario, monkeypatch)
        assert other.digest == own.digest
        np.testing.assert_array_equal(other.outcome.totals, own.outcome.totals)


def test_a_function_that_cannot_be_read_for_many_users_is_compiled_user_by_user():
    def hours(weekday, usual_hour, openings, days_since_open, streak, ignored, in_phoenix, age_days, u, p):
        found = [7, 9]
        return found[weekday % 2], math.floor(12.0 + 6.0 * u)

    hours.__module__ = "hourglass_policy.decisions.hers"  # as a file of ours would have it
    scenario = Scenario(users=40, days=10, seed=2, policy=notification_policy("hers", hours))
    both = [simulate(scenario, engine=engine, digest=True, threads=1) for engine in ("columns", "agents")]
    assert both[0].digest == both[1].digest
    assert both[0].digest != simulate(replace(scenario, policy="deployed"), threads=1).digest


@pytest.mark.parametrize("engine", ["columns", "agents"])
def test_what_is_recorded_never_changes_a_run(engine):
    scenario = Scenario(users=12, days=20, seed=5, policy="considerate")
    runs = [simulate(scenario, engine=engine, record=record, threads=1) for record in ("totals", "days", "events")]
    assert len({run.digest for run in runs}) == 1
    assert runs[0].kpis == runs[1].kpis == runs[2].kpis


def test_a_run_reported_on_as_it_goes_is_the_same_run():
    heard = []
    scenario = Scenario(users=20, days=19, seed=11)
    told = simulate(scenario, threads=1, note=lambda *what: heard.append(what))
    assert told.digest == simulate(scenario, threads=1).digest
    assert heard[-1] == ("simulating", 19, 19)
