"""Events written while a run goes on: the same log as from its days, whole parts at every moment, an earlier run's kept."""

import os
import signal
import subprocess
import sys
import time

import duckdb
import numpy as np
import pyarrow as pa
import pytest
from hourglass_policy.errors import BadInput

from hourglass_sim.engine import telling
from hourglass_sim.engine.moments import MOMENTS, microseconds
from hourglass_sim.metrics.report import activity_report, log_report
from hourglass_sim.run import simulate
from hourglass_sim.scenario import Scenario
from hourglass_sim.store import streaming
from hourglass_sim.store.importer import read_log
from hourglass_sim.store.schema import EVENT_TYPES

HURRIED = {"devaluation.phase_1_days": 2, "devaluation.phase_2_days": 5, "devaluation.phase_3_days": 9, "levels.base": 20.0}
SCENARIOS = {
    "spring": Scenario(users=700, days=34, seed=13, start="2026-03-10", policy="considerate", arrivals=(400, 0, 300)),
    "autumn": Scenario(users=600, days=21, seed=4, start="2026-10-12", preset="as_deployed"),
    "five goals": Scenario(users=300, days=40, seed=8, values=HURRIED | {"grains.max_goals": 5, "valuation.value_cap": 9.5}),
    "leaving": Scenario(users=1_300, days=75, seed=5, values={"shift.leave": 2.0, "prompting.p_opt_out": 0.02}),
    "median_app": Scenario(users=900, days=50, seed=77, people="median_app", values={"devaluation.clock": "last_use"}),
}


def parts(folder):
    return sorted(p for p in folder.iterdir() if p.name.startswith("part-"))


@pytest.fixture(scope="module", params=SCENARIOS)
def scenario(request):
    return SCENARIOS[request.param]


@pytest.fixture(scope="module")
def streamed(scenario, tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(streaming, "PART_EVENTS", 40_000)
        return simulate(scenario, record="events", threads=2, out=tmp_path_factory.mktemp("run") / "events")


def test_the_log_is_that_of_the_days_row_by_row(scenario, streamed):
    told = simulate(scenario, record="events", threads=1)
    assert len(parts(streamed.events_at)) > 2
    assert streamed.events.equals(told.events)
    assert streamed.digest == told.digest
    assert dict(streamed.kpis) == dict(told.kpis)


def test_the_log_measures_as_counters_and_bitmaps(scenario, streamed):
    report, expected = log_report(read_log(streamed.events_at, tz="Europe/Paris")), activity_report(streamed.activity)
    assert {name: report[name] for name in expected if name != "intervals"} | {"intervals": expected["intervals"]} == expected
    assert {name: report["intervals"][name] for name in expected["intervals"]} == expected["intervals"]
    assert None not in (expected["retention"]["d14"], expected["next_day"]["current"])


FLOWS = {  # daily total -> what it sums or counts in the log
    "active": "count(*) FILTER (event = 'user.logged_in')",
    "earned": "sum(amount) FILTER (event = 'goal.completed')",
    "evaporated": "sum(amount) FILTER (event = 'grain.evaporated')",
    "topped_up": "sum(amount) FILTER (detail = 'phoenix_minimum')",
    "rewarded": "sum(amount) FILTER (event = 'grain.earned' AND detail = 'rewards')",
    "boost_out": "sum(amount) FILTER (event = 'social.boost_sent')",
    "comment_cost": "sum(amount) FILTER (event = 'social.comment_posted')",
    "transfusion_out": "-sum(amount) FILTER (detail = 'transfusion_out')",
    "boost_in": "sum(amount) FILTER (detail = 'boost_in')",
    "xp": "sum(amount) FILTER (event = 'user.xp_gained' AND detail IS NULL)",
    "achievements": "count(*) FILTER (event = 'achievement.unlocked')",
    "phoenix_entries": "count(*) FILTER (event = 'phoenix.entered')",
    "left": "count(*) FILTER (event = 'user.deleted')",
    "messages": "count(*) FILTER (event = 'notification.delivered')",
}


def test_daily_totals_of_the_economy_follow_from_the_log(streamed):
    asked = ", ".join(f"{sql} AS {name}" for name, sql in FLOWS.items())
    source = f"read_parquet('{streamed.events_at}/part-*.parquet')"
    log = duckdb.sql(f"SELECT day, {asked} FROM {source} GROUP BY day").df().set_index("day")
    log = log.reindex(range(streamed.scenario.days)).fillna(0)
    for name in FLOWS:
        np.testing.assert_allclose(log[name], streamed.totals[name], atol=1e-6, err_msg=name)
    assert (log[["earned", "evaporated", "boost_out", "xp", "achievements"]].sum() > 0).all()


def test_parts_hold_whole_days_in_order_of_time_and_user(streamed):
    last = -1
    for part in parts(streamed.events_at):
        table = duckdb.sql(f"SELECT * FROM '{part}'").df()
        assert table["day"].min() == last + 1
        assert (np.diff(table["time"].to_numpy()) >= np.timedelta64(0)).all()
        assert not table.duplicated(["time", "user"]).any()
        last = table["day"].max()
    assert last == streamed.scenario.days - 1


def test_the_number_of_threads_leaves_the_log_alone(tmp_path):
    scenario = Scenario(users=9_000, days=6, seed=2)
    one, three = (simulate(scenario, record="events", digest=False, threads=n, out=tmp_path / str(n)) for n in (1, 3))
    assert one.events.equals(three.events)


def test_both_engines_write_the_same_events(tmp_path):
    scenario = Scenario(users=40, days=30, seed=13)
    runs = [simulate(scenario, engine=e, record="events", threads=1, out=tmp_path / e) for e in ("columns", "agents")]
    assert runs[0].events.equals(runs[1].events)


def test_moments_rise_and_every_event_told_is_known():
    assert len(microseconds()) == MOMENTS
    assert (np.diff(microseconds()) > 0).all()
    assert set(telling.TOLD) <= set(EVENT_TYPES)


LONG = """
from pathlib import Path
from hourglass_sim.run import simulate
from hourglass_sim.scenario import Scenario
from hourglass_sim.store import streaming
streaming.PART_EVENTS = 5_000
simulate(Scenario(users=2_000, days=3_000, seed=3), record="events", threads=2, digest=False, out=Path({out!r}))
"""


@pytest.mark.parametrize("earlier", [False, True])
def test_a_kill_leaves_whole_parts_of_whole_days_and_an_earlier_run_as_it_was(tmp_path, earlier):
    events = tmp_path / "events"
    before = simulate(Scenario(users=50, days=5), record="events", out=events).events if earlier else None
    place = tmp_path / "events.new" if earlier else events
    running = subprocess.Popen([sys.executable, "-c", LONG.format(out=str(events))], start_new_session=True)
    try:
        while not place.is_dir() or len(parts(place)) < 3:
            assert running.poll() is None, "the run ended before it was killed"
            time.sleep(0.05)
        during = duckdb.sql(f"SELECT max(day), count(*) FROM read_parquet('{place}/part-*.parquet')").fetchall()[0]
    finally:
        os.killpg(running.pid, signal.SIGKILL)
        running.wait()
    last, rows = duckdb.sql(f"SELECT max(day), count(*) FROM read_parquet('{place}/part-*.parquet')").fetchall()[0]
    assert last >= during[0] >= 2
    assert rows >= during[1]
    whole = simulate(Scenario(users=2_000, days=last + 2, seed=3), record="events", digest=False, out=tmp_path / "whole").events
    kept = pa.compute.and_(
        pa.compute.less_equal(whole["day"], last), pa.compute.not_equal(whole["detail"].fill_null(""), "run_ended")
    )
    assert streaming.read_parts(place).equals(whole.filter(kept))
    if earlier:
        assert streaming.read_parts(events).equals(before)
        again = simulate(Scenario(users=60, days=4), record="events", out=events)
        assert set(again.events["user"].to_pylist()) == {-1, *range(60)}
        assert not place.exists()


def test_a_part_that_cannot_be_written_stops_the_run_and_leaves_the_earlier_one(tmp_path, monkeypatch):
    before = simulate(Scenario(users=50, days=5), record="events", out=tmp_path / "events").events
    monkeypatch.setattr(streaming, "PART_EVENTS", 500)

    def full(table, path):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(streaming, "write_part", full)
    with pytest.raises(BadInput, match="No space left on device"):
        simulate(Scenario(users=60, days=30), record="events", out=tmp_path / "events")
    assert streaming.read_parts(tmp_path / "events").equals(before)
    assert [p.name for p in tmp_path.iterdir()] == ["events"]


def test_what_is_not_a_log_is_not_replaced_and_other_records_have_no_folder(tmp_path):
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(BadInput, match="something else is in the events' place"):
        simulate(Scenario(users=5, days=2), record="events", out=tmp_path)
    with pytest.raises(BadInput, match="only events are written"):
        simulate(Scenario(users=5, days=2), record="days", out=tmp_path / "days")
    run = simulate(Scenario(users=5, days=2), record="events", out=tmp_path / "new")
    with pytest.raises(BadInput, match="only the events were kept"):
        _ = run.days
