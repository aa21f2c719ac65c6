"""A run's event log: the same from both engines, faithful to the days, and measured again as the run itself."""

from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from hourglass_policy.errors import BadInput

from hourglass_sim.metrics.report import activity_report, log_report
from hourglass_sim.people.people import load_people
from hourglass_sim.run import simulate
from hourglass_sim.scenario import Scenario
from hourglass_sim.store.day_facts import DayFacts
from hourglass_sim.store.from_run import NOBODY, event_parts, events_of
from hourglass_sim.store.importer import read_log
from hourglass_sim.store.log import EventLog
from hourglass_sim.store.schema import EVENT_TYPES

PARIS = ZoneInfo("Europe/Paris")
ACROSS_SPRING = Scenario(users=40, days=34, seed=13, start="2026-03-10", policy="considerate", arrivals=(25, 0, 15))
DEVALUED = {"devaluation.phase_1_days": 2, "devaluation.phase_2_days": 5, "devaluation.phase_3_days": 9, "levels.base": 20.0}


@pytest.fixture(scope="module", params=["columns", "agents"])
def run(request):
    return simulate(ACROSS_SPRING, engine=request.param, record="events", threads=1)


@pytest.fixture(scope="module")
def long_run():
    scenario = Scenario(users=250, days=60, seed=5, preset="as_deployed", values=DEVALUED | {"prompting.p_opt_out": 0.02})
    return simulate(scenario, record="events", threads=1)


@pytest.fixture(scope="module")
def events(long_run):
    return long_run.events.to_pandas()


def amounts(events, names, long_run):
    """Sum of the amounts of some events, by user and day, in hundredths, on the rows of the days."""
    chosen = events[events["event"].isin(names)]
    sums = (100 * chosen["amount"]).round().astype(int).groupby([chosen["user"], chosen["day"]]).sum()
    return sums.reindex(pd.MultiIndex.from_frame(long_run.days[["user", "day"]]), fill_value=0).to_numpy()


def test_both_engines_write_the_same_log(tmp_path):
    digests = []
    for engine in ("columns", "agents"):
        with EventLog.create(tmp_path / engine) as log:
            log.append(simulate(ACROSS_SPRING, engine=engine, record="events", threads=1).events)
            digests.append(log.digest())
    assert digests[0] == digests[1]


@pytest.mark.parametrize("form", ["parts", "log.duckdb", "log.csv", "log.csv.gz", "log.parquet"])
def test_a_log_of_a_run_measures_as_the_run_itself(run, tmp_path, form):
    path = tmp_path / form
    exported = "." in form and not form.endswith(".duckdb")
    with EventLog.create(tmp_path / "whole" if exported else path) as log:
        log.append(run.events)
        if exported:
            log.export(path)
    report = log_report(read_log(path, tz="Europe/Paris"))
    expected = activity_report(run.activity)
    assert {k: report[k] for k in expected if k != "intervals"} == {k: v for k, v in expected.items() if k != "intervals"}
    assert {k: report["intervals"][k] for k in expected["intervals"]} == expected["intervals"]
    opened = run.days[run.days["opened"] == 1]
    hour = opened["hour"].where((opened["day"] != 19) | (opened["hour"] != 2), 3)  # 29 March 2026 has no second hour
    np.testing.assert_allclose(report["hours"], np.bincount(hour, minlength=24) / len(hour))
    assert report["rows"] == len(opened)


def test_the_logs_span_is_the_runs_even_when_everybody_left_early(tmp_path):
    leaving = {"shift.leave": 50.0, "leaving.habit_protection": 0.0, "leaving.motivation_protection": 0.0}
    leaving |= {f"personas.{name}.leave_sd": 0.0 for name in load_people("habit").persona_names}
    run = simulate(
        Scenario(users=30, days=50, policy="silent", values=leaving, arrivals=(0, 0, 30), seed=8), record="events", threads=1
    )
    assert run.days["day"].max() < 49
    with EventLog.create(tmp_path / "log") as log:
        log.append(run.events)
    report = log_report(read_log(tmp_path / "log", tz="Europe/Paris"))
    assert (report["start"], report["end"], report["days"]) == ("2026-01-05", "2026-02-23", 50)
    assert report["retention"] == activity_report(run.activity)["retention"]
    assert report["retention"]["d30"] is not None


def test_rows_stand_in_order_of_time_and_no_user_has_two_at_once(events):
    assert set(events["event"]) <= set(EVENT_TYPES)
    assert events["time"].is_monotonic_increasing
    assert not events.duplicated(["user", "time"]).any()


def test_the_day_is_the_local_day_and_the_hour_the_local_hour(run):
    events = run.events.to_pandas()
    local = events["time"].dt.tz_localize("UTC").dt.tz_convert(PARIS)
    day = (local.dt.tz_localize(None).dt.normalize() - pd.Timestamp(ACROSS_SPRING.start)).dt.days
    assert (day == events["day"]).all()
    sent = events["event"] == "contract.synced"
    assert (local[sent].dt.hour >= 20).all()
    assert {str(t.utcoffset()) for t in local[sent]} == {"1:00:00", "2:00:00"}


def test_an_account_is_created_once_before_anything_else_and_deleted_after_everything(events, long_run):
    own = events[events["user"] != NOBODY]
    first, last = own.groupby("user").head(1), own.groupby("user").tail(1)
    assert (first["event"] == "user.created").all()
    assert (events["event"] == "user.created").sum() == long_run.scenario.users
    gone = set(long_run.users.query("gone == 1")["user"])
    assert set(last[last["event"] == "user.deleted"]["user"]) == gone
    assert set(events[events["event"] == "user.deleted"]["user"]) == gone
    assert gone


def test_what_happens_in_a_day_happens_in_order(events):
    order = ["user.logged_in", "contract.created", "goal.completed", "contract.synced", "grain.earned"]
    at_sync = events[~events["detail"].isin(["rewards"])]
    times = at_sync[at_sync["event"].isin(order)].groupby(["user", "day", "event"])["time"].agg(["min", "max"]).unstack()
    for earlier, later in pairwise(order):
        both = times["max"][earlier].notna() & times["min"][later].notna()
        assert both.sum() > 500
        assert (times["max"][earlier][both] < times["min"][later][both]).all(), (earlier, later)


def test_only_those_who_opened_logged_in_and_a_followed_message_was_delivered_before(events, long_run):
    opened = long_run.days.query("opened == 1")
    logged = events[events["event"] == "user.logged_in"]
    assert sorted(zip(logged["user"], logged["day"], strict=True)) == sorted(zip(opened["user"], opened["day"], strict=True))
    followed = events[events["event"] == "notification.opened"]
    assert len(followed) == (opened["followed"] > 0).sum() > 0
    delivered = events[events["event"] == "notification.delivered"]
    both = followed.merge(delivered, on=["user", "day", "detail"], suffixes=("", "_delivered"))
    assert len(both) == len(followed)
    assert (both["time_delivered"] < both["time"]).all()
    assert len(delivered) == (events["event"] == "notification.send").sum() == long_run.days["sent"].sum()


def test_each_missed_goal_lost_its_own_share(long_run):
    facts = DayFacts(long_run)
    days = long_run.outcome.days
    np.testing.assert_array_equal(sum(facts.lost), days["evaporated"])
    several = sum((lost > 0).astype(int) for lost in facts.lost) > 1
    assert several.sum() > 100
    for k, lost in enumerate(facts.lost):
        assert ((lost > 0) <= ((days[f"picked_{k + 1}"] == 1) & (days[f"done_{k + 1}"] == 0))).all()


@pytest.mark.parametrize("values", [{}, {"devaluation.clock": "last_use"}, {"grains.max_goals": 5, "valuation.value_cap": 9.5}])
def test_losses_are_found_under_either_clock_and_for_five_goals(values):
    run = simulate(Scenario(users=120, days=50, seed=8, values=DEVALUED | values), record="days", threads=1)
    np.testing.assert_array_equal(sum(DayFacts(run).lost), run.outcome.days["evaporated"])
    assert run.outcome.days["evaporated"].sum() > 0


def test_heritage_is_what_the_log_earned_less_what_evaporated(events, long_run):
    earned, gone = amounts(events, ["grain.earned"], long_run), amounts(events, ["grain.evaporated"], long_run)
    moved = pd.Series(earned - gone + amounts(events, ["grain.transferred"], long_run)).groupby(long_run.days["user"]).cumsum()
    np.testing.assert_array_equal(moved, long_run.days["heritage"])  # as_deployed: evaporation counts


def test_goals_say_what_they_paid_and_lost_and_which_they_were(events, long_run):
    days = long_run.days
    np.testing.assert_array_equal(amounts(events, ["goal.completed"], long_run), days["earned"])
    np.testing.assert_array_equal(amounts(events, ["goal.failed"], long_run), days["evaporated"])
    outcomes = events[events["event"].isin(["goal.completed", "goal.failed"])]
    assert len(outcomes) == days["goals"].sum()
    assert not outcomes.duplicated(["user", "day", "goal"]).any()
    assert set(outcomes["goal"]) <= {g.id for g in long_run.scenario.resolved_policy.catalogue.goals.goals}


def test_xp_levels_seasons_phoenix_and_achievements_are_those_of_the_users(events, long_run):
    users, days = long_run.users, long_run.days
    xp = events[events["event"] == "user.xp_gained"].groupby("user")["amount"].sum()
    np.testing.assert_array_equal(xp.reindex(users["user"], fill_value=0), users["xp"])
    levels = events[events["event"] == "user.level_up"].groupby("user")["detail"].last().astype(int)
    np.testing.assert_array_equal(levels.reindex(users["user"], fill_value=1), users["level"])
    unlocked = events[events["event"] == "achievement.unlocked"]
    assert not unlocked.duplicated(["user", "detail"]).any()
    np.testing.assert_array_equal(unlocked.groupby("user").size().reindex(users["user"], fill_value=0), users["achievements"])
    assert (events["event"] == "phoenix.entered").sum() == (days["phoenix_entered"] > 0).sum() > 0
    assert set(events[events["event"] == "phoenix.entered"]["detail"]) <= {"low_grains", "ratio_drop", "no_victory"}
    season = events[events["event"] == "season.changed"].groupby("user")["detail"].last()
    last = days.groupby("user")["season"].last().map({0: "winter", 1: "spring", 2: "summer", 3: "autumn"}).dropna()
    assert season.to_dict() == last.to_dict()


def test_parts_of_days_make_the_whole(long_run):
    import pyarrow as pa

    parts = list(event_parts(long_run, part_rows=1_000))
    assert len(parts) > 10
    assert all(len(set(a["day"].to_pylist()) & set(b["day"].to_pylist())) == 0 for a, b in pairwise(parts))
    assert pa.concat_tables(parts).equals(events_of(long_run))


def test_a_run_without_recorded_events_says_so():
    run = simulate(Scenario(users=3, days=2), record="days", threads=1)
    with pytest.raises(BadInput, match="events were not recorded"):
        _ = run.events
