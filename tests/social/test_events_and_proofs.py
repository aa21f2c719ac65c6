"""Seasonal events and proofs in a run: only on their days, only for those present, and only what the rules accept."""

import numpy as np
import pytest

from hourglass_sim.engine.proofs import proof_table
from hourglass_sim.people.proving import proof_scores
from hourglass_sim.run import simulate
from hourglass_sim.scenario import Scenario

APART = {"challenges.enabled": False}


def days_of(scenario):
    return simulate(scenario, record="days", threads=1).days


def test_double_xp_is_paid_in_phoenix_mode_only_during_phoenix_rising():
    base = Scenario(
        users=500,
        days=12,
        seed=3,
        start="2026-02-20",
        values=APART | {"phoenix.newcomer_days": 0, "phoenix.low_grains": 20.0, "phoenix.exit_grains": 20.0},
    )
    on, off = days_of(base), days_of(base.with_values({"events.enabled": False}))
    was = off.sort_values(["user", "day"]).groupby("user")["phoenix"].shift(fill_value=0).sort_index()
    first = (off["day"] == 9).to_numpy()  # 1 March; until then both runs are the same
    assert off["xp_today"][off["day"] < 9].equals(on["xp_today"][on["day"] < 9])
    inside, outside = first & (was == 1).to_numpy(), first & (was == 0).to_numpy()
    assert off["xp_today"][inside].sum() > 0
    assert off["xp_today"][outside].sum() > 0
    np.testing.assert_array_equal(on["xp_today"][inside], 2 * off["xp_today"][inside])
    np.testing.assert_array_equal(on["xp_today"][outside], off["xp_today"][outside])


def test_eggs_are_found_on_opened_days_of_the_event_and_paid_the_next_morning():
    run = simulate(Scenario(users=800, days=45, seed=3, start="2026-02-22", values=APART), record="days", threads=1)
    days = run.days.sort_values(["user", "day"], ignore_index=True)
    found = days[days["found_egg"] == 1]
    assert found["day"].between(7, 37).all()  # March
    assert (found["opened"] == 1).all()
    opened = days[days["day"].between(7, 37) & (days["opened"] == 1)]
    assert found.shape[0] / len(opened) == pytest.approx(0.1, abs=0.02)
    np.testing.assert_array_equal(days.groupby("user")["found_egg"].sum(), run.users["eggs_found"])
    after = days.groupby("user")["rewarded"].shift(-1)[found.index].dropna()
    assert (after >= 50).all()


def test_taking_part_needs_the_events_days_and_counts_once():
    run = simulate(Scenario(users=400, days=45, seed=3, start="2026-02-22", values=APART), record="days", threads=1)
    days = run.days
    event = next(e for e in run.scenario.resolved_policy.catalogue.events if e.id == "phoenix_rising")
    opened = days[days["day"].between(7, 37)].groupby("user")["opened"].sum().reindex(range(400), fill_value=0)
    parts = days.groupby("user")["took_part"].sum()
    assert set(parts) == {0, 1}
    np.testing.assert_array_equal(parts == 1, opened >= event.days_needed)
    np.testing.assert_array_equal(parts, run.users["seasonal_events"])


def test_the_same_event_counts_again_a_year_later():
    run = simulate(Scenario(users=60, days=425, seed=3, start="2026-02-22", values=APART), record="days", threads=1)
    days = run.days[(run.days["took_part"] == 1)]
    assert (days["day"].between(7, 37)).any()
    assert (days["day"].between(372, 402)).any()


def test_only_accepted_proofs_count_and_pay():
    run = simulate(Scenario(users=400, days=25, seed=8), record="days", threads=1)
    days, total = run.days, run.totals
    codes = np.stack([days[f"proof_{k}"] for k in (1, 2, 3)], axis=1)
    done = np.stack([days[f"done_{k}"] for k in (1, 2, 3)], axis=1)
    assert set(np.unique(codes)) == {0, 1, 2, 3, 4}
    np.testing.assert_array_equal((codes > 0).sum(axis=1), days["proofs_uploaded"])
    np.testing.assert_array_equal((codes % 2 == 1).sum(axis=1), days["proofs_today"])
    assert (done[codes > 0] == 1).all()
    np.testing.assert_array_equal(days.groupby("user")["proofs_today"].sum(), run.users["proofs"])
    assert total["honest_refused"].sum() == (codes == 2).sum() > 0
    assert total["fakes_accepted"].sum() == (codes == 3).sum() > 0
    assert np.isin(codes[codes > 0], (3, 4)).mean() == pytest.approx(0.08, abs=0.015)


def test_where_proofs_are_required_only_accepted_ones_make_a_victory():
    required = Scenario(users=300, days=10, seed=8, values={"proofs.required": True})
    days = days_of(required)
    codes = np.stack([days[f"proof_{k}"] for k in (1, 2, 3)], axis=1)
    done = np.stack([days[f"done_{k}"] for k in (1, 2, 3)], axis=1)
    np.testing.assert_array_equal(done == 1, codes % 2 == 1)
    first = days["day"] == 0
    free = days_of(required.with_values({"proofs.required": False}))
    assert days["earned"][first].sum() < free["earned"][free["day"] == 0].sum()
    assert days["evaporated"][first].sum() > free["evaporated"][free["day"] == 0].sum()


@pytest.mark.parametrize("fake", [0, 1])
def test_the_draws_at_which_the_verdict_flips_are_the_rules_own(fake):
    scenario = Scenario(values={"proofs.inappropriate_above": 0.2, "proofs.similarity_above": 0.6})
    v, p = scenario.resolved_policy.rules.proofs, scenario.resolved_people.groups()["people.proofs"]
    table = proof_table(p, v)
    clean, similar = table[2 * fake], table[2 * fake + 1]
    for step in (-1e-6, 1e-6):
        assert (proof_scores(fake, clean + step, 0.5, p)[0] > 0.2) == (step > 0)
        assert (proof_scores(fake, 0.5, similar + step, p)[1] > 0.6) == (step > 0)
    never = proof_table(p, v._replace(similarity_above=1.0, inappropriate_above=1.0))
    assert never == (2.0, 2.0, 2.0, 2.0)
