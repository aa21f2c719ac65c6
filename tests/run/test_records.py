"""The recorded days account for everything else: the digest, heritage, daily totals and KPIs."""

import numpy as np
import pytest

from hourglass_sim.engine.tally import COUNTS, fold_arrays, run_digest
from hourglass_sim.run import simulate
from hourglass_sim.scenario import Scenario


@pytest.fixture(scope="module", params=["documented", "as_deployed"])
def run(request):
    scenario = Scenario(users=700, days=75, seed=21, preset=request.param, policy="considerate", arrivals=(500, 0, 150, 50))
    return simulate(scenario, record="days", threads=1)


@pytest.fixture(scope="module")
def days(run):
    return run.days.sort_values(["user", "day"], ignore_index=True)


def before(days, name, at_first=0):
    """A column on the evening before; `at_first` on the day of sign-up."""
    return days.groupby("user")[name].shift(fill_value=at_first)


def test_the_digest_follows_from_the_days_alone(run):
    columns = [values for name, values in run.outcome.days.items() if name not in ("day", "user")]
    digests = np.zeros(run.scenario.users, dtype=np.uint64)
    for day in range(run.scenario.days):
        rows = np.flatnonzero(run.outcome.days["day"] == day)
        users = run.outcome.days["user"][rows]
        for values in columns:
            digests[users] = fold_arrays(digests[users], values[rows])
    assert run_digest(digests) == run.digest


def test_heritage_is_the_sum_of_the_rows_that_count_every_day(run, days):
    debits = run.scenario.resolved_policy.rules.grains.evaporation_debits_heritage
    counted = days["earned"] + days["topped_up"] + days["rewarded"] - debits * days["evaporated"]
    counted += days["boost_in"] + days["transfusion_in"] - days["transfusion_out"]
    assert (days[["boost_in", "transfusion_in", "transfusion_out"]].sum() > 0).all()
    assert days["evaporated"].sum() > 0
    assert days["rewarded"].sum() > 0
    assert days["topped_up"].sum() > 0
    assert (days["heritage"] - before(days, "heritage") == counted).all()
    if not debits:
        assert (days["heritage"] >= 0).all()


def test_what_goals_pay_and_xp_bring_adds_up(run, days):
    paid = [f"paid_{k}" for k in (1, 2, 3)]
    assert (days[paid].sum(axis=1) == days["earned"]).all()
    assert (days["victories"] == days[["done_1", "done_2", "done_3"]].sum(axis=1)).all()
    assert (days["goals"] >= days["victories"]).all()
    assert (days["xp"] - before(days, "xp") >= days["xp_today"]).all()
    assert (days["level"] >= before(days, "level", 1)).all()


def test_a_user_is_recorded_from_sign_up_to_leaving_and_no_day_more(run, days):
    ends = days.groupby("user").agg(first=("day", "min"), last=("day", "max"), rows=("day", "size"), left=("left", "sum"))
    assert (ends["first"] == run.users["arrival_day"]).all()
    assert (ends["rows"] == ends["last"] - ends["first"] + 1).all()
    assert (ends["last"][ends["left"] == 0] == run.scenario.days - 1).all()
    assert (ends["left"] == run.users["gone"]).all()
    assert 0 < ends["left"].sum() < run.scenario.users


def test_totals_are_sums_over_days(run, days):
    derived = days.assign(
        is_new=(days["day"] == days["user"].map(run.users["arrival_day"])).astype(int),
        contract=(days["goals"] > 0).astype(int),
        boosts_today=np.bitwise_count(days["boosted"].astype(np.uint8)),
        comments_today=np.bitwise_count(days["commented"].astype(np.uint8)),
        transfusions_today=np.bitwise_count(days["given"].astype(np.uint8)),
        honest_refused=sum((days[f"proof_{k}"] == 2).astype(int) for k in (1, 2, 3)),
        fakes_accepted=sum((days[f"proof_{k}"] == 3).astype(int) for k in (1, 2, 3)),
        levels_today=days["level"] - before(days, "level", 1),
        phoenix_opened=days["phoenix"] * days["opened"],
        potential_opened=days["potential"] * days["opened"],
    )
    checked = 0
    for k, count in enumerate(COUNTS):
        if count.column not in derived:
            continue
        values = derived[count.column].astype(np.int64)
        counted = values if count.how == "sum" else (values != 0 if count.how == "some" else values == count.value)
        by_day = np.bincount(derived["day"], counted, run.scenario.days).astype(np.int64)
        np.testing.assert_array_equal(run.outcome.totals[:, k], by_day, err_msg=count.name)
        checked += 1
    assert checked == len(COUNTS) - 1  # all but spells of absence, which no record shows


@pytest.mark.parametrize(
    "changes", [{"grains.boost_cost": 0.3}, {"grains.max_goals": 5}, {"shift.leave": 12.0, "leaving.habit_protection": 0.0}]
)
def test_totals_do_not_depend_on_what_is_kept_of_each_user(changes):
    scenario = Scenario(users=1_300, days=45, seed=4, values=changes, arrivals=(700, *[0] * 20, 600), policy="considerate")
    hashed, bare = (simulate(scenario, digest=digest, threads=1).outcome for digest in (True, False))
    np.testing.assert_array_equal(hashed.totals, bare.totals)
    nothing = {c.name for c, total in zip(COUNTS, bare.totals.sum(axis=0), strict=True) if total == 0}
    assert nothing == {"boost_subsidy" if "grains.boost_cost" in changes else "boost_burn"}  # they exclude each other
    for name, values in hashed.state.items():
        np.testing.assert_array_equal(values, bare.state[name], err_msg=name)


def test_the_kpis_are_those_of_the_full_table_of_days(run, days):
    active, k = days["opened"].sum(), run.kpis
    minted = days[["earned", "topped_up", "rewarded", "boost_out", "boost_subsidy"]].to_numpy().sum() / 100
    weekly = days[(days["opened"] == 1) & (days["day"] < 70)]
    acts = sum(np.bitwise_count(days.loc[days["day"] < 70, n].astype(np.uint8)).sum() for n in ("boosted", "commented", "given"))
    expected = {
        "interactions_per_user_week": acts / len(weekly.groupby([weekly["user"], weekly["day"] // 7])),
        "stickiness": active / len(days),
        "dau": np.bincount(days["day"], days["opened"])[-28:].mean(),
        "completion": days["victories"].sum() / days["goals"].sum(),
        "minted": minted / active,
        "earned": days["earned"].sum() / 100 / active,
        "evaporated": days["evaporated"].sum() / 100 / active,
        "rewarded": days["rewarded"].sum() / 100 / active,
        "phoenix_share": days["phoenix"].mean(),
        "phoenix_active": days.loc[days["opened"] == 1, "phoenix"].mean(),
        "messages": days["sent"].mean(),
        "xp_per_day": days["xp_today"].sum() / active,
        "left": days["left"].sum() / run.scenario.users,
        "opt_outs": days.groupby("user")["opted_out"].last().mean(),
        "level_mean": days.groupby("user")["level"].last().mean(),
        "past_level_25": (days.groupby("user")["level"].last() > 25).mean(),
        "heritage_median": days.groupby("user")["heritage"].last().median() / 100,
        "negative_heritage": (days.groupby("user")["heritage"].last() < 0).mean(),
    }
    assert {name: k[name] for name in expected} == pytest.approx(expected, rel=1e-12)


def test_retention_is_that_of_the_full_table_of_days(run, days):
    opened = days[days["opened"] == 1]
    arrival = run.users["arrival_day"]
    age = opened["day"] - opened["user"].map(arrival)
    for n in (1, 7, 14, 30, 60):
        eligible = int((arrival + n <= run.scenario.days - 1).sum())
        assert run.kpis[f"d{n}"] == pytest.approx((age == n).sum() / eligible, rel=1e-12)
    steady = run.users["persona"] == "steady"
    of_steady = (age == 30) & opened["user"].map(steady)
    assert run.kpis["d30.steady"] == pytest.approx(of_steady.sum() / steady.sum(), rel=1e-12)
    assert run.kpis["d90"] is None


def test_the_default_notification_policy_of_both_presets_is_the_deployed_one(run):
    assert Scenario(preset=run.scenario.preset).notification.name == "deployed"
