"""Long runs, great fortunes and certain people: exact in both engines, or refused in one line; nothing ever wraps."""

from dataclasses import replace

import numpy as np
import pytest
from hourglass_policy.catalogue import Reward
from hourglass_policy.errors import BadInput

import hourglass_sim as hg
from hourglass_sim.engine.bounds import ALWAYS_BETWEEN, FLAGS, most_of
from hourglass_sim.engine.steps import MOST_RATIO, ratio_today
from hourglass_sim.engine.world import make_world
from hourglass_sim.extending import added
from hourglass_sim.people.people import definitions
from hourglass_sim.run import simulate
from hourglass_sim.scenario import MOST_DAYS, Scenario

TEN_MILLION = 1_000_000_000  # grains in centigrains


def agree(scenario, **changes):
    """The run in both engines: equal digests, totals and final state."""
    columns, agents = (simulate(scenario, engine=e, threads=1, **changes) for e in ("columns", "agents"))
    assert columns.digest == agents.digest
    np.testing.assert_array_equal(columns.outcome.totals, agents.outcome.totals)
    for name, values in columns.outcome.state.items():
        if name in columns.users:
            np.testing.assert_array_equal(values, agents.outcome.state[name], err_msg=name)
    return columns


def at_the_top(slots):
    """The deployed economy with every parameter that only makes numbers larger at the top of its range."""
    base = Scenario().resolved_policy
    names = [
        n for n in base.parameters if n.startswith(("grains.", "xp.", "perks.extra", "levels.max")) or n.endswith("multiplier")
    ]
    top = {n: base.parameters[n].high for n in names if base.parameters[n].kind in ("int", "float") and n != "grains.max_goals"}
    return base.with_values(top | {"grains.max_goals": slots, "phoenix.daily_minimum": 10.0, "ratio.potential_grains": 1.0})


@pytest.mark.parametrize("slots", [3, 5])
def test_no_column_can_overflow_with_every_amount_at_the_top_of_its_range(slots):
    policy = at_the_top(slots)
    layout = make_world(Scenario(users=20, days=2, policy=policy)).layout
    most = most_of(policy, slots) | {"user": 20_000_000 - 1}
    whole = {c.name for c in layout if not c.is_float}
    assert whole == set(most), "every whole-number column has its bound in engine/bounds.py"
    for name in whole:
        assert 0 <= most[name] <= layout[name].largest, name
    for name, (low, high) in ALWAYS_BETWEEN.items():  # what registers are chosen for is never narrower
        assert high >= most[name], name
        assert layout[name].range[0] <= low <= (0 if name in FLAGS.split() else high), name
        assert layout.range_of(layout[name]) == (low, high)


def beyond_any_run(ignored, victory_run):
    return 32_000, 30_000 + victory_run % 2


def streak_beyond_any_run(victories, streak):
    return 32_767 if victories == 0 else (streak if streak < 3_000 else 0)


def test_what_a_notebook_writes_into_a_column_is_taken_as_it_is():
    """Registers are chosen for what a run can hold; a stage from outside may write what the storage holds."""
    agree(
        Scenario(
            users=40,
            days=25,
            behaviours={"x": added(streak_beyond_any_run, after="sums", reads="victories streak", writes="streak")},
        )
    )
    own = added(beyond_any_run, after="streaks", reads="ignored victory_run", writes="ignored victory_run")
    scenario = Scenario(users=40, days=12, behaviours={"beyond": own})
    layout = make_world(scenario).layout
    assert layout.range_of(layout["ignored"]) == layout["ignored"].range != ALWAYS_BETWEEN["ignored"]
    run = agree(scenario)
    assert (run.outcome.state["ignored"] >= 31_000).all()


def test_no_bound_is_too_low_for_a_run_with_every_amount_at_the_top():
    policy = at_the_top(3)
    scenario = Scenario(users=60, days=120, policy=policy, start="2026-02-01")
    most = most_of(policy, 3) | {"persona": len(scenario.resolved_people.personas), "user": 59}
    run = simulate(scenario, record="days", threads=1)
    for table in (run.outcome.days, run.outcome.state):
        for label, values in table.items():
            stem, _, k = label.rpartition("_")
            name = label if label in most else stem if k.isdigit() else label
            if values.dtype.kind == "i" and name in most:
                assert np.abs(values.astype(np.int64)).max(initial=0) <= most[name], label


def test_ten_years_of_one_person_are_the_same_in_both_engines():
    stays = {"leaving.habit_protection": 0.0, "shift.leave": 0.0}
    run = agree(Scenario(users=1, days=MOST_DAYS, seed=5, values=stays))
    assert run.user_days == MOST_DAYS
    assert run.users["openings"][0] > 300


def test_one_person_for_one_day():
    run = agree(Scenario(users=1, days=1))
    assert (run.user_days, run.kpis["d1"]) == (1, None)


@pytest.mark.parametrize("end", ["low", "high"])
def test_people_of_whom_nothing_or_everything_is_certain(end):
    chances = {n: getattr(p, end) for n, p in definitions().items() if p.unit in ("share", "per day") and p.kind == "float"}
    certain = {n: v for n, v in chances.items() if (end == "low" and v == 0.0) or (end == "high" and v == 1.0)}
    assert len(certain) >= 5
    agree(Scenario(users=30, days=40, seed=3, values=certain))


def rich(is_new, heritage):
    """Ten million grains at sign-up."""
    return heritage + TEN_MILLION if is_new == 1 else heritage


def owing(is_new, heritage):
    """Ten million grains of debt."""
    return heritage - TEN_MILLION if is_new == 1 else heritage


@pytest.mark.parametrize(("function", "sign"), [(rich, 1), (owing, -1)])
def test_ten_million_grains_are_kept_to_the_centigrain(function, sign):
    fortune = hg.added(function, after="settling_in", reads="is_new heritage", writes="heritage")
    scenario = Scenario(users=6, days=30, seed=4)
    run = agree(scenario, behaviours={"fortune": fortune}, record="days")
    table = run.days
    poor = simulate(scenario, record="days", threads=1).days
    first = table[table["day"] == 0]
    assert (first["heritage"].to_numpy() - poor[poor["day"] == 0]["heritage"].to_numpy() == sign * TEN_MILLION).all()
    assert table[table["day"] == 0]["ratio"].abs().max() == MOST_RATIO  # its record ends there; it never turns round
    assert (sign * table["ratio"] >= 0).all()  # 0 before the first day that counts


def test_the_ratio_ends_at_what_its_record_holds():
    rules = Scenario().resolved_policy.rules
    assert ratio_today(TEN_MILLION * 1_000, 1, 0, rules.ratio, rules.grains) == MOST_RATIO
    assert ratio_today(-TEN_MILLION * 1_000, 1, 0, rules.ratio, rules.grains) == -MOST_RATIO
    assert ratio_today(539, 1, 0, rules.ratio, rules.grains) == 5_390


@pytest.mark.parametrize("preset", ["documented", "as_deployed"])
def test_the_last_level_is_the_last(preset):
    quick = {"levels.base": 20.0, "levels.exponent": 1.0, "xp.goal_completed": 1000, "levels.max_level": 50, "shift.leave": 0.0}
    run = agree(Scenario(users=20, days=200, preset=preset, values=quick))
    assert run.users["level"].max() == 50


@pytest.mark.parametrize("engine", ["columns", "agents"])
def test_what_could_overflow_is_refused_before_the_first_day(monkeypatch, engine):
    scenario = Scenario(users=5, days=5)
    catalogue = scenario.resolved_policy.catalogue
    lavish = catalogue.achievements[0]._replace(reward=Reward(0, 2**31, "", ""))
    many = catalogue._replace(achievements=(lavish, *catalogue.achievements[1:]))
    monkeypatch.setattr("hourglass_policy.catalogue.economy_catalogue", lambda *names: many)
    with pytest.raises(BadInput, match="could exceed what its record holds"):
        simulate(scenario, engine=engine)


def test_runs_beyond_the_calendar_are_refused():
    with pytest.raises(BadInput, match="outlasts the calendar"):
        Scenario(start="9999-12-30", days=10)
    last = Scenario(users=3, start="9999-12-01", days=30)
    assert agree(last).user_days > 0
    for days, users in ((0, 1), (MOST_DAYS + 1, 1), (1, 0), (1, 20_000_001)):
        with pytest.raises(BadInput, match="out of range"):
            replace(last, start="2026-01-01", days=days, users=users)
