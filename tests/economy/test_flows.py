"""Sources and sinks: they close to the centigrain, equal the run's totals, and burn golden grains only where the rules say so."""

import numpy as np
import pytest

from hourglass_sim.economy.flows import balance, daily_supply, flows
from hourglass_sim.run import simulate
from hourglass_sim.scenario import Scenario


def test_the_ledger_closes_to_the_centigrain_under_both_presets(report, deployed_report):
    for one in (*report.balances, *deployed_report.balances):
        assert one.difference == 0
        assert one.minted > 0
    assert all(b.burnt == 0 for b in report.balances)
    assert all(b.burnt > 0 for b in deployed_report.balances)


def test_the_ledger_is_that_of_every_recorded_day():
    run = simulate(Scenario(users=120, days=35, seed=2, preset="as_deployed"), record="days", threads=1)
    days = run.days
    found = {flow.name: flow.centigrains for flow in flows(run)}
    assert found["earn"] == days["earned"].sum()
    assert found["evaporate"] == days["evaporated"].sum()
    assert found["phoenix_minimum"] == days["topped_up"].sum()
    assert found["reward"] == days["rewarded"].sum()
    held = days.groupby("user")["heritage"].last().sum()
    assert balance(run).heritage == held == balance(run).minted - balance(run).burnt - balance(run).in_transit


def test_evaporation_is_a_sink_of_golden_grains_only_as_deployed(report, deployed_report):
    kinds = [{f.name: (f.kind, f.source) for f in flows(r.measured[0].run)} for r in (report, deployed_report)]
    assert kinds[0]["evaporate"] == ("white", "day_reserve")
    assert kinds[1]["evaporate"] == ("sink", "user_heritage")
    assert kinds[0]["earn"] == kinds[1]["earn"] == ("source", "mint")


def test_the_supply_of_the_last_evening_is_what_users_hold(report):
    run, b = report.measured[0].run, report.balances[0]
    supply = daily_supply(run)
    assert supply["held"][-1] == b.heritage + b.in_transit
    assert supply["minted"].sum() == b.minted
    assert (np.diff(supply["held"]) >= 0).all()


def test_per_active_day_and_shares_follow_from_the_totals(report):
    run = report.measured[0].run
    active = run.totals["active"].sum()
    figures = report.measured[0].figures
    assert figures["flow.earn.per_active_day"] == pytest.approx(run.totals["earned"].sum() / active)
    assert figures["flow.minted.per_active_day"] == pytest.approx(run.kpis["minted"])
    assert figures["flow.rewards_to_earned"] == pytest.approx(run.kpis["rewarded"] / run.kpis["earned"])
    assert sum(figures[f"white.{n}"] for n in ("away", "paid", "evaporated", "social", "lapsed")) == pytest.approx(1.0)
    shares = report.tables["sources_and_sinks"]
    assert shares.loc[shares["kind"] == "source", "share_of_minted"].sum() == pytest.approx(1.0)
