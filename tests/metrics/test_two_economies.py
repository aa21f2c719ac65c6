"""Heritage below zero and the ratio's meaning, against the run's own days and a hand-made population."""

import numpy as np
import pytest

from hourglass_sim import Scenario, simulate
from hourglass_sim.metrics.two_economies import Seeded, measured, people_over_seeds
from hourglass_sim.view import two_economies as pictures

DEBITED = Scenario(users=300, days=20, seed=5, values={"grains.evaporation_debits_heritage": True})


def test_an_interval_over_seeds_by_hand():
    """Values 1, 2, 3: mean 2, sd 1, t(2) at 97.5 % = 4.3027: half = 4.3027 / √3 = 2.4841."""
    mean, low, high = Seeded(np.array([1.0, 2.0, 3.0])).interval()
    assert (float(mean), float(low), float(high)) == pytest.approx((2.0, -0.4841, 4.4841), abs=1e-4)


def test_shares_below_zero_are_the_runs_own():
    run = simulate(DEBITED, record="days")
    found, days = measured(run), run.days
    here = days[days["day"] == 7]
    assert found["below_zero"][7] == (here["heritage"] < 0).mean()
    assert found["below_zero_ever"] == (days.groupby("user")["heritage"].min() < 0).mean()
    by_persona = (run.users["heritage"] < 0).groupby(run.users["persona"]).mean()
    names = run.scenario.resolved_people.persona_names
    assert dict(zip(names, found["below_zero_by_persona"], strict=True)) == by_persona.to_dict()
    counted = here[here["ratio"] != 0]
    assert found["ratio_median"][7] == np.median(counted["ratio"] / 100)


def test_only_the_deployed_rule_puts_people_below_zero():
    documented = DEBITED.with_values({"grains.evaporation_debits_heritage": False})
    one, two = (people_over_seeds(s, 2) for s in (documented, DEBITED))
    assert (one.below_zero.values == 0).all()
    assert (two.below_zero.values[:, 0] > 0.1).all()
    sides = {"documented": one, "deployed": two}
    drawn = [
        pictures.below_zero_chart(sides),
        pictures.persona_chart(two),
        pictures.ratio_chart(sides),
        pictures.presence_chart(sides),
    ]
    assert "below zero on day" in drawn[0].title
    assert all(d.figure() is not None for d in drawn)


def test_calendar_days_make_the_ratio_follow_presence():
    active, calendar = (
        people_over_seeds(Scenario(users=400, days=30, values={"ratio.ratio_days": clock}), 2) for clock in ("active_days", "calendar_days")
    )  # fmt: skip
    assert (calendar.ratio_rank.values > active.ratio_rank.values).all()
    assert calendar.ratio_median.values[0, -1] < active.ratio_median.values[0, -1]
