"""Sign-ups as one cohort, a flow by name, or a file: they add up, stay in proportion, and a year of them makes sense."""

from datetime import date, timedelta

import numpy as np
import pytest
from hourglass_policy.errors import BadInput

from hourglass_sim.arrivals import arrival_counts, seasonal_factor
from hourglass_sim.cli import run as hourglass
from hourglass_sim.compare import compare
from hourglass_sim.metrics.growth import daily
from hourglass_sim.run import simulate
from hourglass_sim.scenario import Scenario

START = date(2026, 1, 5)  # a Monday


@pytest.mark.parametrize("flow", ["constant", "growing", "growing:0.05", "growing:-0.1", "seasonal", "seasonal:0.01"])
@pytest.mark.parametrize(("users", "days"), [(1, 1), (1, 365), (7, 30), (100_000, 365), (20_000_000, 3_660)])
def test_a_flow_adds_up_exactly_on_any_size(flow, users, days):
    counts = arrival_counts(flow, users, days, START)
    assert (len(counts), sum(counts), min(counts) >= 0) == (days, users, True)


def test_a_constant_flow_is_even_to_one_user():
    counts = arrival_counts("constant", 1_000, 365, START)
    assert set(counts) == {2, 3}


def test_counts_may_be_an_array_and_a_file_a_path(tmp_path):
    listed = Scenario(users=60, days=10, arrivals=(30, 0, 30)).arrival_counts
    assert Scenario(users=60, days=10, arrivals=np.array([30, 0, 30])).arrival_counts == listed
    file = tmp_path / "counts.csv"
    file.write_text("day,count\n0,30\n2,30\n")
    assert Scenario(users=60, days=10, arrivals=file).arrival_counts[:3] == listed


def test_a_growing_flow_grows_by_its_rate_a_week():
    weeks = np.array(arrival_counts("growing:0.1", 1_000_000, 70, START)).reshape(10, 7).sum(axis=1)
    np.testing.assert_allclose(weeks[1:] / weeks[:-1], 1.1, rtol=1e-3)
    assert arrival_counts("growing", 5_000, 60, START) == arrival_counts("growing:0.02", 5_000, 60, START)


def test_a_seasonal_flow_follows_weekday_and_month():
    counts = np.array(arrival_counts("seasonal", 10_000_000, 364, START))
    factors = np.array([seasonal_factor()(START + timedelta(days=d)) for d in range(364)])
    np.testing.assert_allclose(counts / counts.sum(), factors / factors.sum(), rtol=1e-3)
    assert counts[0] / counts[1] == pytest.approx(1.10, abs=0.01)  # Monday on Tuesday: 10 % more
    months = [counts[[(START + timedelta(days=d)).month == m for d in range(364)]].mean() for m in range(1, 13)]
    assert int(np.argmax(months)) == 0


def test_a_file_gives_counts_by_date_or_day_in_any_order(tmp_path):
    dated, numbered = tmp_path / "dated.csv", tmp_path / "numbered.csv"
    dated.write_text("date,count\n2026-01-07,5\n2026-01-05,3\n", encoding="utf-8")
    numbered.write_text("note,day,count\nx,2,5\n,0,3\n", encoding="utf-8")
    for file in (dated, numbered):
        scenario = Scenario(users=8, days=4, arrivals=str(file))
        assert scenario.arrival_counts == (3, 0, 5, 0)
        assert scenario.digest() == Scenario(users=8, days=4, arrivals=(3, 0, 5, 0)).digest()
    assert Scenario(users=16, days=4, arrivals=f"scaled:{dated}").arrival_counts == (6, 0, 10, 0)


def test_a_written_scenario_holds_the_flow_or_the_counts_of_its_file(tmp_path):
    file = tmp_path / "flow.csv"
    file.write_text("day,count\n0,3\n1,5\n", encoding="utf-8")
    for arrivals in ("seasonal:0.01", str(file), (3, 5), ()):
        scenario = Scenario(users=8, days=9, arrivals=arrivals)
        kept = tmp_path / "scenario.toml"
        kept.write_text(scenario.to_toml(), encoding="utf-8")
        file.touch()
        again = Scenario.from_toml(kept)
        assert again.digest() == scenario.digest()
        assert (again.arrivals == arrivals) == (arrivals != str(file))


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("date,count\n2026-01-05,-3\n", "count is out of range; in FILE, line 2; got -3"),
        ("date,count\n2026-01-05,many\n", "count is not a whole number; in FILE, line 2; got 'many'"),
        ("date,count\n\n05/01/2026,3\n", "date cannot be read; in FILE, line 3; got '05/01/2026'; allowed: YYYY-MM-DD"),
        ("date,count\n2026-01-04,3\n", "a day outside the run; in FILE, line 2; got -1; allowed: day 0 to 9 (2026-01-05 to 2026-01-14)"),
        ("day,count\n1,3\n1,4\n", "a day that line 2 has already; in FILE, line 3; got 1"),
        ("day,count\n0,3\n1,4\n", "arrivals must add up to users, 8; in FILE; got 7; allowed: users = 7"),
        ("day,counts\n0,8\n", "no column count; in FILE; got 'day, counts'; allowed: date,count or day,count; did you mean 'count'?"),
        ("when,count\n0,8\n", "no column date or day; in FILE; got 'when, count'"),
        ("day,count\n", "no rows"),
        ("day,count\n0,0\n", "nobody signs up"),
        ("", "no rows"),
    ],
)  # fmt: skip
def test_a_faulty_file_is_one_clear_line(tmp_path, text, line):
    file = tmp_path / "flow.csv"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(BadInput) as told:
        Scenario(users=8, days=10, arrivals=str(file))
    assert line.replace("FILE", str(file)) in str(told.value)


@pytest.mark.parametrize(
    ("arrivals", "line"),
    [
        ("seasnal", "did you mean 'seasonal'?"),
        ("growing:fast", "weekly growth is not a number"),
        ("growing:9", "weekly growth is out of range"),
        ("constant:0.1", "a constant flow has no rate"),
        ("nowhere.csv", "cannot read"),
        ("scaled:nowhere.csv", "cannot read"),
        ((5, -5, 8), "none negative"),
        ((1,) * 11, "up to 10 counts"),
        ((1, 2), "arrivals must add up to users"),
        (3, "arrivals are not counts"),
    ],
)
def test_what_is_no_flow_is_refused(arrivals, line):
    with pytest.raises(BadInput) as told:
        Scenario(users=8, days=10, arrivals=arrivals)
    assert line in str(told.value)


def test_pairs_need_the_same_sign_ups_however_they_are_said():
    flow = Scenario(users=30, days=10, arrivals="constant")
    same = Scenario(users=30, days=10, arrivals=(3,) * 10)
    assert compare(flow, same, replicates=2, threads=1).row("dau")["difference"] == 0.0
    with pytest.raises(BadInput, match="same users, days, start and arrivals"):
        compare(flow, Scenario(users=30, days=10))


@pytest.fixture(scope="module", params=["constant", "growing:0.02", "seasonal"])
def year(request):
    """A year with people signing up all the time."""
    return simulate(Scenario(users=900, days=365, arrivals=request.param, seed=3), threads=1)


def test_sign_ups_of_a_year_come_on_their_days(year):
    np.testing.assert_array_equal(year.totals["arrivals"], year.scenario.arrival_counts)
    assert (year.totals["present"].to_numpy() <= np.cumsum(year.scenario.arrival_counts)).all()


def test_growth_states_of_a_year_add_up_to_daily_actives(year):
    growth = daily(year.activity)
    np.testing.assert_array_equal(growth["active"], year.totals["active"])
    np.testing.assert_array_equal(growth[["new", "current", "reactivated", "resurrected"]].sum(axis=1), growth["active"])
    assert growth["new"].sum() == (year.activity.first_day >= 0).sum()
    quarters = growth["new"].groupby(growth["day"] // 92).sum()
    assert (quarters > 0.1 * growth["new"].sum()).all()  # new people all year, not only at the start
    assert growth["reactivated"].sum() > growth["resurrected"].sum() > 0


def test_daily_actives_of_a_constant_flow_rise_and_settle(year):
    active = year.totals["active"].to_numpy()
    if year.scenario.arrivals == "constant":
        assert active[60:90].mean() > 1.5 * active[:14].mean()
        assert 0.7 < active[300:330].mean() / active[335:365].mean() < 1.3
    assert year.kpis["dau"] == pytest.approx(active[-28:].mean())


def test_challenges_of_a_year_take_in_those_who_came_before_or_meanwhile(year):
    ended = year.challenges
    assert len(ended) >= 6
    signed_up = np.cumsum(year.scenario.arrival_counts)
    for row in ended.itertuples():
        assert 0 < row.participants <= signed_up[row.last_day]
    late = year.users[(year.users["arrival_day"] > ended["first_day"].max()) & (year.users["challenges_joined"] > 0)]
    assert len(late) > 0


def test_the_command_line_takes_a_flow_or_a_file(tmp_path, capsys):
    import json

    file = tmp_path / "flow.csv"
    file.write_text("day,count\n0,30\n2,12\n", encoding="utf-8")
    assert hourglass(["simulate", "--days", "4", "--arrivals", str(file), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)["scenario"]
    assert (told["users"], told["arrivals"]) == (42, [30, 0, 12, 0])
    assert hourglass(["simulate", "--users", "40", "--days", "4", "--arrivals", "constant", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["scenario"]["arrivals"] == "constant"
    assert hourglass(["simulate", "--users", "40", "--days", "4", "--arrivals", "monthly"]) == 2
    assert "unknown arrivals" in capsys.readouterr().err
    assert hourglass(["simulate", "--users", "40", "--days", "4", "--arrivals", str(file)]) == 2
    assert "allowed: users = 42" in capsys.readouterr().err
