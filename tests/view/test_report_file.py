"""The report is one file that holds everything, says what changed and how sure it is, and survives a failed rewrite."""

import re

import pytest
from hourglass_policy.errors import BadInput

from hourglass_sim.view import document
from hourglass_sim.view import report as report_module
from hourglass_sim.view.report import write_report
from hourglass_sim.view.words import words


@pytest.fixture(scope="module")
def page(tmp_path_factory, study, calibration, baseline_run, candidate_run):
    path = tmp_path_factory.mktemp("report") / "report.html"
    write_report(path, study=study, calibration=calibration, baseline=baseline_run, tuned=candidate_run)
    return path.read_text(encoding="utf-8")


def body(page):
    return re.sub(r"<script.*?</script>", "", page[page.index("<body") :], flags=re.DOTALL)


def test_nothing_is_linked_from_outside(page):
    head_and_body = re.sub(r"<script.*?</script>", "", page, flags=re.DOTALL)
    links = re.findall(r'(?:src|href)="([^"]*)"', head_and_body)
    assert [link for link in links if not link.startswith("data:")] == []
    assert re.findall(r"<script[^>]+src=", page) == []
    assert "@import" not in head_and_body


def test_it_reads_from_the_top(page):
    text = body(page)
    order = ['class="verdict"', "hg-tiles", 'data-picture="retention"', 'data-picture="differences"', "hg-guards", "From</th>",
             'data-picture="moments"', 'data-picture="history"', "How it was made"]  # fmt: skip
    assert [text.index(mark) for mark in order] == sorted(text.index(mark) for mark in order)


def test_what_changed_has_unit_both_values_range_and_source(page):
    text = body(page)
    for part in (
        "grains.daily_potential",
        "grains/day",
        ">10<",
        "<b>14</b>",
        "5\u00a0–\u00a020",
        "RULES 1.2",
        "considerate.patience",
    ):
        assert part in text


def test_every_picture_has_its_conclusion_as_alternative_text(page):
    assert page.count('role="img" aria-label="') - page.count('<svg role="img"') >= 8


def test_seeds_optimism_and_the_moment_outside_are_told(page):
    text = body(page)
    assert "101, 102, 103" in text
    assert "+0.0050" in text
    assert text.count("✕ outside") == 1


def test_a_study_without_confirmation_calibration_or_history_still_reports(tmp_path, study, baseline_run, candidate_run):
    bare = {**study, "confirmed": None, "history": []}
    path = write_report(
        tmp_path / "r.html", study=bare, calibration=None, baseline=baseline_run, tuned=candidate_run, language="fr"
    )
    text = body(path.read_text(encoding="utf-8"))
    assert "Pas encore confirmé" in text
    assert 'data-picture="moments"' not in text


def test_a_failed_rewrite_leaves_the_previous_report(tmp_path, study, baseline_run, candidate_run, monkeypatch):
    path = tmp_path / "r.html"
    path.write_text("before")
    monkeypatch.setattr(report_module, "page", lambda *_: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(OSError, match="disk full"):
        write_report(path, study=study, calibration=None, baseline=baseline_run, tuned=candidate_run)
    assert path.read_text() == "before"


def test_an_unknown_language_is_refused_before_anything_is_written(tmp_path, study, baseline_run, candidate_run):
    with pytest.raises(BadInput):
        write_report(
            tmp_path / "r.html", study=study, calibration=None, baseline=baseline_run, tuned=candidate_run, language="de"
        )
    assert list(tmp_path.iterdir()) == []


def test_a_page_asks_for_no_file_even_where_a_widget_of_panels_is_in_use():
    import panel.custom  # from now on Panel names files of its own beside Bokeh's

    assert panel.custom.AnyWidgetComponent
    whole = document.page("A page", "<p>text</p>", "<script>1</script>", words("en"))
    assert "Bokeh" in whole
    assert "static/extensions" not in whole
    assert re.findall(r"<script[^>]+src=", whole) == []
