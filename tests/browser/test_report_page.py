"""The report opens without a network, shows its verdict and pictures, and follows the reader's theme."""

import pytest
from playwright.sync_api import expect

import hourglass_sim as hg


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    from hourglass_sim.view.report import write_report

    a = hg.Scenario(users=60, days=40, seed=3)
    runs = [hg.simulate(s, engine="agents", digest=False) for s in (a, a.with_values({"grains.daily_potential": 14.0}))]
    best = {"values": {"grains.daily_potential": 14.0}, "policy": "deployed", "objective": 0.42, "kpis": dict(runs[1].kpis)}
    history = [{"trial": k, "objective": 0.4 + 0.003 * k, "feasible": k != 3, "users": 60} for k in range(8)]
    study = {"economy": "hourglass", "scenario": a.describe(), "space": [], "trials": 8, "history": history, "confirmed": None,
             "baseline": {"objective": 0.41, "kpis": dict(runs[0].kpis)}, "best": best}  # fmt: skip
    path = tmp_path_factory.mktemp("report") / "report.html"
    return write_report(path, study=study, calibration=None, baseline=runs[0], tuned=runs[1]).as_uri()


def brightness(png):
    """Mean grey of a picture, 0 to 255."""
    from io import BytesIO

    from PIL import Image, ImageStat

    return ImageStat.Stat(Image.open(BytesIO(png)).convert("L")).mean[0]


def drawn(page):
    page.wait_for_function("document.querySelectorAll('[data-picture]').length >= 6")
    page.wait_for_function(
        "[...document.querySelectorAll('[data-picture]')].every(p => { const seen = n => n.querySelector && "
        "(n.querySelector('canvas') || [...n.querySelectorAll('*')].some(e => e.shadowRoot && seen(e.shadowRoot))); return seen(p) })"
    )
    page.wait_for_timeout(500)


def shot_when(page, name, is_right):
    """A screenshot of a picture, taken again until it is right, at most ten seconds: a loaded machine paints late."""
    for _ in range(40):
        shot = page.locator(f"[data-picture={name}]").screenshot()
        if is_right(shot):
            break
        page.wait_for_timeout(250)
    return shot


def test_it_opens_offline_with_verdict_and_pictures(open_page, report):
    page = open_page(report, offline=True)
    drawn(page)
    expect(page.locator(".verdict")).to_contain_text("retention")
    expect(page.locator(".hg-tile")).to_have_count(5)
    expect(page.locator(".hg-guard")).to_have_count(5)
    assert len(shot_when(page, "retention", lambda shot: len(shot) > 8_000)) > 8_000  # a blank picture compresses to less


def test_its_pictures_follow_the_readers_theme(open_page, report):
    page = open_page(report, offline=True)
    drawn(page)
    for scheme, low, high in (("light", 225, 256), ("dark", 0, 60), ("light", 225, 256)):
        page.emulate_media(color_scheme=scheme)
        shot = shot_when(page, "flows", lambda shot, low=low, high=high: low <= brightness(shot) < high)
        assert low <= brightness(shot) < high, scheme


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_colours_that_arrive_after_the_first_painting_leave_no_blank_picture(open_page, report, scheme):
    page = open_page(offline=True, color_scheme=scheme)
    late = "const soon = window.setTimeout.bind(window); window.setTimeout = (f, ms, ...rest) => soon(f, ms === 30 ? 3000 : ms, ...rest)"
    page.add_init_script(late)  # what a loaded machine does: the pictures stand before the theme is asked for
    page.goto(report)
    drawn(page)
    assert len(shot_when(page, "retention", lambda shot: len(shot) > 8_000)) > 8_000
    page.wait_for_timeout(3500)
    assert len(shot_when(page, "retention", lambda shot: len(shot) > 8_000)) > 8_000


def test_nothing_is_wider_than_a_narrow_page(open_page, report):
    page = open_page(report, offline=True, width=420)
    drawn(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 420
