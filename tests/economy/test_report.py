"""The economy report: figures with intervals over seeds, pacing, flags, and what one seed or a short run cannot tell."""

import numpy as np
import pytest
from hourglass_policy.errors import BadInput

from hourglass_sim.economy.pacing import pacing
from hourglass_sim.economy.report import economy_report
from hourglass_sim.economy.telling import notes, verdict
from hourglass_sim.run import simulate
from hourglass_sim.scenario import Scenario


def test_a_figure_is_the_mean_over_the_seeds_with_students_interval(report):
    values = report.figures["flow.minted.per_active_day"]
    mean, low, high = report.estimate("flow.minted.per_active_day")
    assert mean == pytest.approx(values.mean())
    assert high - mean == pytest.approx(4.302653 * values.std(ddof=1) / np.sqrt(3), rel=1e-6)  # t of 2 degrees of freedom
    assert mean - low == pytest.approx(high - mean)


def test_the_first_seed_is_the_scenarios_own_run(report):
    run = simulate(report.scenario, threads=1)
    assert report.measured[0].figures["kpi.d30"] == run.kpis["d30"]
    assert report.balances[0].heritage == int(run.outcome.state["heritage"].sum())
    assert report.measured[0].figures["phoenix.active"] == run.kpis["phoenix_active"]


def test_the_pacing_is_that_of_the_pacing_function(report):
    alone = pacing(report.scenario, (7, 30))
    mine = report.measured[0].pacing
    assert list(mine["id"]) == list(alone["id"])
    np.testing.assert_allclose(mine["day_30"], alone["day_30"])
    assert report.reached == (7, 30)
    assert report.figures["pacing.common"][0] == pytest.approx(alone.loc[alone["rarity"] == "common", "day_30"].median())


def test_levels_and_heritage_rise_with_the_days(report):
    table = report.tables["pace"]
    assert list(table["day"]) == [7, 30]
    assert (table["level_median"] <= table["level_p90"]).all()
    assert table["heritage_median"].is_monotonic_increasing
    assert table["level_median"].iloc[0] < table["level_median"].iloc[1]


def test_seasons_and_personas_are_shares_of_a_whole(report):
    assert report.tables["seasons"]["user_days"].sum() == pytest.approx(1.0)
    assert report.tables["seasons"]["opened_days"].sum() == pytest.approx(1.0)
    assert report.tables["personas"]["users"].sum() == pytest.approx(1.0)


def test_seasons_of_opened_days_leave_days_away_out(report):
    """A run's own record, looked at on the same days, gives the same mix; away is winter, so it has less winter."""
    from hourglass_sim import simulate

    table = report.tables["seasons"].set_index("season")
    assert table.loc["winter", "opened_days"] < table.loc["winter", "user_days"]
    shares = []
    for measured in report.measured:
        rows = simulate(measured.run.scenario, record="days").days
        last = measured.run.scenario.days - 1
        seen = rows[(rows["opened"] == 1) & (rows["season"] >= 0) & ((rows["day"] % 10 == 9) | (rows["day"] == last))]
        shares.append((seen["season"] == 0).mean())
    assert table.loc["winter", "opened_days"] == pytest.approx(sum(shares) / len(shares))


def test_an_achievement_that_nobody_or_everybody_has_is_named(report):
    last = report.pacing.set_index("id")["day_30"]
    assert set(report.nobody_or_everybody) == set(last[(last == 0) | (last == 1)].index)
    assert report.nobody_or_everybody
    assert not report.is_sound
    assert report.nobody_or_everybody[0] in verdict(report)


def test_a_broken_band_is_in_the_verdict(tmp_path):
    bands = tmp_path / "bands.toml"
    bands.write_text('[[band]]\nfigure = "flow.earn.per_active_day"\ntitle = "Pay"\nkind = "band"\nhigh = 1.0\n')
    small = Scenario(users=60, days=20)
    found = economy_report(small, replicates=2, bands=bands, threads=1)
    assert [flag.band.title for flag in found.broken] == ["Pay"]
    assert "1 of 1 bands broken: pay" in verdict(found)
    bands.write_text(bands.read_text().replace("flow.earn.", "flow.eran."))
    with pytest.raises(BadInput, match=r"did you mean 'flow\.earn\.per_active_day'"):
        economy_report(small, replicates=1, bands=bands, threads=1)


def test_one_seed_has_no_interval_but_the_ginis():
    one = economy_report(Scenario(users=80, days=12), replicates=1, days=(7,), threads=1)
    assert one.estimate("flow.minted.per_active_day")[1:] == (None, None)
    mean, low, high = one.estimate("heritage.all.gini")
    assert low < mean < high
    assert any("one seed" in line for line in notes(one))


def test_a_short_run_and_spread_arrivals_say_what_is_missing():
    short = economy_report(Scenario(users=50, days=20), replicates=2, threads=1)
    assert short.reached == (7,)
    assert not any(flag.band.figure.startswith("pacing.") for flag in short.flags)
    assert any("pacing by day 180 needs a run of 181 days" in line for line in notes(short))
    spread = economy_report(Scenario(users=50, days=20, arrivals=(25, 25)), replicates=2, threads=1)
    assert spread.pacing is None
    assert any("sign up on different days" in line for line in notes(spread))


def test_a_day_without_anybody_is_told_and_not_divided_by():
    gone = economy_report(Scenario(users=3, days=2, seed=1, values={"shift.openness": -3.0}), replicates=1, threads=1)
    assert gone.balances[0].difference == 0
    assert verdict(gone)
    assert gone.tables["sources_and_sinks"].shape[0] > 4


def test_the_report_shows_itself(report):
    assert "grains are minted" in repr(report)
    assert report._repr_html_().count("<svg") == 2


def test_unknown_figures_and_too_few_seeds_are_refused(report):
    with pytest.raises(BadInput, match=r"did you mean 'supply\.held'"):
        report.estimate("suply.held")
    with pytest.raises(BadInput, match="replicates is out of range"):
        economy_report(Scenario(users=10, days=5), replicates=0)


@pytest.mark.parametrize(("days", "is_told"), [(25, False), (30, True)])
def test_a_challenge_that_pays_much_of_all_rewards_is_named(days, is_told):
    report = economy_report(Scenario(users=300, days=days))
    assert any("one challenge, millennium_challenge, pays" in line for line in notes(report)) == is_told
