"""What docs/events.md says of the log is so: its queries run, and give what a run's totals and KPIs say."""

import re
from pathlib import Path

import duckdb
import numpy as np
import pytest

from hourglass_sim.engine.telling import TOLD
from hourglass_sim.run import simulate
from hourglass_sim.scenario import Scenario

PAGE = Path(__file__).parents[2] / "docs" / "events.md"
HERITAGE, MINTED, ACTIVE, RETENTION, GRAINS = range(5)


@pytest.fixture(scope="module")
def queries():
    return re.findall(r"```sql\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.S)


@pytest.fixture(scope="module", params=["documented", "as_deployed"])
def told(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("log") / "events"
    run = simulate(Scenario(users=700, days=33, seed=5, preset=request.param), record="events", out=folder)
    log = duckdb.connect()
    log.execute(f"CREATE VIEW log AS FROM '{folder}/part-*.parquet'")
    return run, log


def test_every_query_gives_what_the_run_says(told, queries):
    run, log = told
    found = [log.sql(query).df() for query in queries]
    heritage = found[HERITAGE].set_index("user")[run.scenario.preset].reindex(run.users["user"]).fillna(0.0)
    np.testing.assert_array_equal(heritage, run.users["heritage"])
    assert found[MINTED]["minted"][0] == pytest.approx(run.kpis["minted"], abs=1e-9)
    np.testing.assert_array_equal(found[ACTIVE]["dau"], run.totals["active"])
    assert dict(zip(found[RETENTION]["n"], found[RETENTION]["retention"], strict=True)) == {
        n: run.kpis[f"d{n}"] for n in (1, 7, 30)
    }
    for name in found[GRAINS].columns:
        np.testing.assert_array_equal(found[GRAINS][name], run.totals[name], err_msg=name)


def test_the_table_names_every_event_that_a_run_writes_and_what_its_rows_add_up_to(told):
    run, log = told
    rows = re.findall(r"^\| `([a-z_]+\.[a-z_]+)` \|.*\| ([^|]*) \|$", PAGE.read_text(encoding="utf-8"), re.M)
    assert {event for event, _ in rows} == set(TOLD)
    written = dict(log.sql("SELECT event, count(*) FROM log GROUP BY event").fetchall())
    assert set(written) <= set(TOLD)
    checked = 0
    for event, adds_up in rows:
        of_totals = re.match(r"rows: `([a-z_]+)`(?! -)", adds_up)
        if of_totals:
            assert written.get(event, 0) == run.totals[of_totals[1]].sum(), event
            checked += 1
    assert checked >= 14
