"""Charts say what their data say, keep their parts while data change, and draw what was counted."""

from itertools import pairwise

import numpy as np
import pytest

from hourglass_sim.metrics.retention import retention
from hourglass_sim.view import charts, evidence
from hourglass_sim.view.curves import active_curve, flows_per_active_day, paired_rows, retention_curve
from hourglass_sim.view.drawing import Drawing, apart, difference_title
from hourglass_sim.view.palette import palette
from hourglass_sim.view.render import redraw
from hourglass_sim.view.words import words

W = words("en")


@pytest.fixture
def curves(baseline_run, candidate_run):
    return [retention_curve(baseline_run, "Baseline", "baseline"), retention_curve(candidate_run, "Candidate", "candidate")]


def test_the_retention_curve_is_the_metric_with_its_wilson_band(baseline_run, curves):
    share = retention(baseline_run.activity, [7]).classic[7]
    k = int(np.flatnonzero(curves[0].days == 7)[0])
    assert (curves[0].value[k], curves[0].low[k], curves[0].high[k]) == (share.value, share.low, share.high)
    assert curves[0].at(30) == baseline_run.kpis["d30"]
    assert curves[0].at(400) is None


def test_the_title_follows_the_difference():
    row = {"difference": 0.031, "low": 0.022, "high": 0.040}
    assert (
        difference_title(row, W, "Tuned policy", 30)
        == "Tuned policy keeps 3.1 points more at day 30, 95\u00a0% interval 2.2 to 4.0"
    )
    row = {"difference": -0.031, "low": -0.040, "high": -0.022}
    assert difference_title(row, W, "Tuned", 30) == "Tuned keeps 3.1 points fewer at day 30, 95\u00a0% interval 2.2 to 4.0"
    assert difference_title({"difference": 0.01, "low": -0.01, "high": 0.03}, W, "Tuned", 30).startswith("No clear difference")
    assert difference_title({"difference": 0.0, "low": 0.0, "high": 0.0}, W, "Tuned", 30).startswith("Nothing differs")


def test_flows_add_up_to_the_runs_totals(baseline_run):
    flows = flows_per_active_day(baseline_run)
    week = baseline_run.totals.iloc[10:17]
    assert flows["earned"][16] == pytest.approx(week["earned"].sum() / week["active"].sum())
    assert flows["evaporated"][16] == pytest.approx(-week["evaporated"].sum() / week["active"].sum())
    assert (flows["evaporated"] <= 0).all()


def test_season_shares_never_exceed_everybody(baseline_run):
    total = sum(charts.season_shares(baseline_run).values())
    assert (total <= 1 + 1e-12).all()
    assert total[-1] == pytest.approx(1.0)


def test_a_difference_over_users_has_the_interval_of_paired_users(baseline_run, candidate_run):
    rows = paired_rows(baseline_run, candidate_run, ("d7", "minted"))
    assert rows["d7"]["low"] <= rows["d7"]["difference"] <= rows["d7"]["high"]
    assert rows["minted"]["low"] is None  # no share of users: its interval needs seeds
    same = paired_rows(baseline_run, baseline_run, ("d7",))["d7"]
    assert (same["difference"], same["low"], same["high"]) == (0.0, 0.0, 0.0)


def test_a_redrawn_figure_holds_the_new_data_in_the_same_objects(curves, baseline_run, candidate_run):
    row = {"difference": 0.1, "low": 0.05, "high": 0.15}
    figure = charts.retention_chart(curves[:1] * 2, W).figure()
    sources, title = list(figure.tags), figure.title.text
    assert redraw(figure, charts.retention_chart(curves, W, row=row))
    assert figure.tags == sources
    assert figure.title.text != title
    lines = [s.data["y"] for s in figure.tags if s.name == "line" and len(s.data["x"]) == len(curves[1].days)]
    assert np.array_equal(lines[-1], 100 * curves[1].value)


def test_the_targets_name_gives_way_to_the_names_at_the_lines_ends():
    def name_of_target(last):
        d = Drawing("t", "s", W, palette("light"), x=(0.0, last), y=(0.0, 100.0), name="n")
        d.target(0.0, 30.0, 60.0, "Target")
        return d.parts[-1].data

    assert name_of_target(35.0)["text_align"] == ["right"]
    assert name_of_target(35.0)["y"][0] < 60.0
    assert name_of_target(90.0)["text_align"] == ["left"]
    assert name_of_target(90.0)["y"] == [60.0]


def test_names_at_the_lines_ends_stay_apart_and_inside():
    assert apart([1.0, 1.1], 2.0, 0.0, 20.0) == pytest.approx([1.0, 3.0])
    assert apart([19.9, 19.8, 3.0], 2.0, 0.0, 20.0) == pytest.approx([19.0, 17.0, 3.0])


def test_a_change_that_rounds_to_nothing_is_told_as_none(baseline_run):
    assert charts.flows_chart(baseline_run, W, baseline=baseline_run).title.endswith("as in the baseline")
    curve = active_curve(baseline_run, "Baseline", "baseline")
    assert charts.actives_chart([curve, curve], 60, W).title.endswith("as in the baseline")
    assert charts.season_chart(baseline_run, W, baseline=baseline_run).title.endswith("as in the baseline")


def test_a_figure_with_other_parts_is_not_redrawn(curves):
    figure = charts.retention_chart(curves, W).figure()
    before = figure.title.text
    assert not redraw(figure, charts.retention_chart(curves[:1], W))
    assert figure.title.text == before


def test_every_chart_renders_in_both_themes_and_languages(curves, baseline_run, candidate_run, comparison, study, calibration):
    rows = {name: comparison.row(name) for name in comparison.values}
    actives = [active_curve(baseline_run, "Baseline", "baseline"), active_curve(candidate_run, "Candidate", "deployed")]
    for theme, language in (("light", "fr"), ("dark", "en")):
        w = words(language)
        drawings = [
            charts.retention_chart(curves, w, theme, rows["d30"]),
            charts.actives_chart(actives, 60, w, theme),
            charts.flows_chart(candidate_run, w, theme, baseline_run),
            charts.season_chart(candidate_run, w, theme, baseline_run),
            evidence.differences_chart(rows, w, theme, 3),
            evidence.history_chart(study, w, theme),
            evidence.moments_chart(calibration, w, theme),
            evidence.hours_chart(calibration, w, theme),
        ]
        for drawing in drawings:
            assert drawing.title
            assert drawing.subtitle
            assert drawing.figure().title.text.replace("\n", " ") == " ".join(drawing.title.split(" "))


def test_measures_that_are_not_clear_are_hollow():
    rows = {
        "d30": {"a": 0.4, "b": 0.44, "difference": 0.04, "low": 0.02, "high": 0.06},
        "d7": {"a": 0.5, "b": 0.51, "difference": 0.01, "low": -0.01, "high": 0.03},
    }
    drawing = evidence.differences_chart(rows, W)
    dots = next(part for part in drawing.parts if part.kind == "scatter")
    fills = dict(zip(dots.data["y"], dots.data["fill_color"], strict=True))
    assert fills["Day-30 retention"] == drawing.p.candidate
    assert fills["Day-7 retention"] == drawing.p.surface
    assert drawing.title == "1 of 2 measures change clearly; most: Day-30 retention, +4.0 points"


def test_a_history_without_a_feasible_trial_says_so(study):
    broken = [{**h, "feasible": False} for h in study["history"]]
    assert evidence.history_chart({**study, "history": broken}, W).title == W("history_none")
    assert evidence.history_chart({**study, "history": []}, W).figure() is not None


def test_labels_move_apart_and_keep_their_order():
    placed = apart([5.0, 5.0, 5.2, 40.0], 2.0)
    order = sorted(placed[:3])
    assert min(b - a for a, b in pairwise(order)) >= 2.0 - 1e-6
    assert placed[3] == 40.0
    assert placed[2] == max(placed[:3])


def test_what_a_live_page_shows_keeps_its_parts_whatever_is_known(baseline_run, candidate_run):
    """A figure that is replaced while its page is live can lose updates that are under way."""
    import hourglass_sim as hg

    short = hg.simulate(hg.Scenario(users=20, days=12), engine="agents", digest=False)
    few = {n: {"a": a, "b": a, "difference": None, "low": None, "high": None} for n, a in baseline_run.kpis.items()}
    many = {n: {"a": 1.0, "b": 1.1, "difference": 0.1, "low": 0.0, "high": 0.2} for n in baseline_run.kpis}
    assert redraw(evidence.differences_chart(few, W).figure(), evidence.differences_chart(many, W, seeds=3))
    long_curve, short_curve = (retention_curve(run, "Candidate", "candidate") for run in (baseline_run, short))
    assert redraw(charts.retention_chart([long_curve], W).figure(), charts.retention_chart([short_curve], W))
    assert redraw(charts.flows_chart(candidate_run, W).figure(), charts.flows_chart(short, W))
    assert evidence.differences_chart(few, W).height == evidence.differences_chart(many, W).height


def test_an_empty_picture_becomes_the_real_one_in_place(baseline_run, candidate_run):
    from hourglass_sim.view.cockpit_parts import drawings, waiting_drawings
    from hourglass_sim.view.simulations import Shown
    from hourglass_sim.view.state import ViewState

    rows = paired_rows(baseline_run, candidate_run, tuple(baseline_run.kpis))
    for state in (ViewState(), ViewState(preset="as_deployed", theme="dark", lang="fr")):
        w = words(state.lang)
        real = drawings(Shown(baseline_run, candidate_run, rows, 1, 6, 0.1), state, w)
        for name, waiting in waiting_drawings(state, w).items():
            figure = waiting.figure()
            assert all(len(column) == 0 for source in figure.tags for column in source.data.values())
            assert redraw(figure, real[name]), name
            assert waiting.height == real[name].height
