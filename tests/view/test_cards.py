"""Cards hold their numbers and one picture, ask the network for nothing, and read in two languages."""

import re

import pytest

import hourglass_sim as hg
from hourglass_sim.view import cards
from hourglass_sim.view.words import words

OUTSIDE = re.compile(r"""(?:src|href)\s*=|url\(|@import|https?://(?!www\.w3\.org)""")


def release(study):
    return {"name": "spring", "version": "1.2.0", "digest": "ab" * 32, "signature": "unsigned: digest only",
            "changed": study["best"]["values"], "confirmed": study["confirmed"], "wheel": "hourglass_policy-1.2.0.whl"}  # fmt: skip


@pytest.fixture
def all_cards(baseline_run, comparison, study, calibration):
    def make(language):
        return {
            "run": cards.run_card(baseline_run, language),
            "comparison": cards.comparison_card(comparison, language),
            "study": cards.study_card(study, language),
            "release": cards.release_card(release(study), language),
            "calibration": cards.calibration_card(calibration, language),
        }

    return make


def test_every_card_has_one_picture_and_nothing_from_outside(all_cards):
    for language in ("en", "fr"):
        for name, html in all_cards(language).items():
            assert html.count('class="hg-picture"') == 1, name
            assert not OUTSIDE.search(html.replace("xmlns", "")), name


def test_a_run_shows_its_own_numbers(baseline_run):
    html = baseline_run._repr_html_()
    for name in ("d30", "completion", "minted"):
        assert words("en").kpi(name, baseline_run.kpis[name]) in html


def test_a_comparison_shows_differences_with_intervals(comparison):
    html, row = comparison._repr_html_(), comparison.row("minted")
    assert words("en").kpi_change("minted", row["difference"]) in html
    assert words("en").interval("minted", row["low"], row["high"], short=True) in html


def test_an_unconfirmed_study_says_so(study):
    assert words("en")("not_confirmed") in cards.study_card({**study, "confirmed": None})
    assert words("en")("not_confirmed") not in cards.study_card(study)


def test_a_moment_outside_its_interval_is_told_in_words_and_shape(calibration):
    html = cards.calibration_card(calibration)
    assert html.count("✕ outside") == 1
    assert html.count("hg-hollow") - html.count(".hg-hollow") == 1


def test_names_from_files_cannot_write_markup(calibration):
    html = cards.calibration_card(calibration)
    assert "<log>" not in html
    assert "&lt;log&gt;" in html


def test_a_run_of_one_day_still_has_a_card():
    import hourglass_sim as hg

    html = cards.run_card(hg.simulate(hg.Scenario(users=5, days=1), engine="agents", digest=False))
    assert "Day-30 retention" in html
    assert "nan" not in html.lower()


def test_cards_name_the_preset_and_the_values_that_differ():
    small = hg.Scenario(users=40, days=3)
    dearer = small.with_values({"levels.base": 120})
    html = hg.simulate(dearer, preset="as_deployed", threads=1)._repr_html_()
    assert words("en")("preset.as_deployed") in html
    assert "levels.base = 120" in html
    assert "levels.base = 120 against levels.base = 100.0" in hg.compare(small, dearer, replicates=2, threads=1)._repr_html_()
