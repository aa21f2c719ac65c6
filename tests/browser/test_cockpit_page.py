"""The cockpit in a browser: a moved slider redraws, the address holds the view, bad addresses are told, nothing leaves the machine."""

import re

from playwright.sync_api import expect

SMALL = "users=500&days=40"
SLIDER = ".control-grains-daily_potential .noUi-handle"


def settled(page):
    """Wait until the last seed is in."""
    page.wait_for_selector("[data-kpi=d30]", state="attached")
    page.wait_for_selector("[data-busy='0']", state="attached")


def value(page, kpi):
    return page.locator(f"[data-kpi={kpi}] .hg-value")


def picture(page, name):
    return page.locator(f".picture-{name}")


def test_a_moved_slider_changes_numbers_picture_and_address(open_page, serve):
    page = open_page(f"{serve('app')}?{SMALL}&theme=light")
    settled(page)
    number, pixels = value(page, "minted").inner_text(), picture(page, "flows").screenshot()
    expect(page.locator("[data-verdict]")).to_contain_text("candidate is the baseline")
    handle = page.locator(SLIDER)
    handle.focus()
    for _ in range(10):
        page.keyboard.press("ArrowRight")
    expect(value(page, "minted")).not_to_have_text(number)
    page.wait_for_url(re.compile(r"grains\.daily_potential=1\d"))
    settled(page)
    expect(page.locator("[data-verdict]")).not_to_contain_text("candidate is the baseline")
    expect(page.locator("[data-kpi=minted]")).to_contain_text("95 % interval")
    assert picture(page, "flows").screenshot() != pixels
    expect(page.locator(".control-grains-daily_potential")).to_contain_text("● White grains a day")
    page.locator(".reset-grains-daily_potential button").click()
    expect(page.locator("[data-kpi=minted]")).to_contain_text("unchanged")
    page.wait_for_url(lambda url: "daily_potential" not in url)


PAINTED = """
(() => {  // what each canvas shows: texts since it was last cleared
  const shown = (window.painted = new Map())
  const pen = CanvasRenderingContext2D.prototype
  const { clearRect, fillText } = pen
  pen.clearRect = function (...box) { shown.set(this.canvas, []); return clearRect.apply(this, box) }
  pen.fillText = function (text, ...at) {
    const where = this.getTransform()
    shown.get(this.canvas)?.push({ text, right: (where.a * at[0] + where.e + this.measureText(text).width * where.a), font: this.font })
    return fillText.apply(this, [text, ...at])
  }
})()
"""
FIGURES = """
() => Bokeh.documents.flatMap(doc => [...doc._all_models.values()]).filter(m => m.type === "Figure").map(fig => {
  const canvas = Bokeh.index.find_one(fig).canvas_view.primary.el
  const texts = window.painted.get(canvas) ?? []
  return { name: fig.name, title: fig.title.tags[0], painted: texts.map(t => t.text).join(" "),
           right: Math.max(...texts.map(t => t.right)), width: canvas.width }
})
"""


def figures(page):
    """By name: each picture's title, the texts that its canvas shows, where the rightmost ends, and the canvas' width, in pixels."""
    for _ in range(40):  # the last frame: a loaded machine paints late
        page.wait_for_timeout(250)
        found = page.evaluate(FIGURES)
        if all(f["title"] in f["painted"] for f in found):
            break
    return {f["name"]: f for f in found}


def test_every_picture_shows_the_conclusion_of_the_state_it_draws(open_page, serve):
    page = open_page()
    page.add_init_script(PAINTED)
    page.goto(f"{serve('app')}?{SMALL}&theme=light")
    settled(page)
    first = figures(page)
    assert len(first) == 5
    page.locator(SLIDER).focus()
    for _ in range(10):
        page.keyboard.press("ArrowRight")
    page.wait_for_url(re.compile(r"grains\.daily_potential=1\d"))
    expect(page.locator("[data-verdict]")).not_to_contain_text("candidate is the baseline")
    settled(page)
    second = figures(page)
    for name, found in second.items():
        assert found["title"] in found["painted"], name
        assert "Simulating" not in found["painted"], name
        assert found["right"] <= found["width"], f"{name}: a text leaves the picture"
        if name != "retention":  # its conclusion may stay
            assert found["title"] != first[name]["title"], name


RETITLE = """
() => Bokeh.documents.flatMap(doc => [...doc._all_models.values()]).filter(m => m.type === "Figure").forEach(fig => {
  const text = `In ${fig.name} nothing but this title changes, and it is long enough for more than one line of a narrow picture`
  fig.title.text = text
  fig.title.tags = [text]
})
"""


def test_a_title_that_changes_alone_is_painted_in_lines_that_fit(open_page, serve):
    page = open_page()
    page.add_init_script(PAINTED)
    page.goto(f"{serve('app')}?{SMALL}&theme=light")
    settled(page)
    page.wait_for_timeout(500)
    page.evaluate(RETITLE)
    for name, found in figures(page).items():
        assert found["title"].startswith(f"In {name} nothing but")
        assert found["title"] in found["painted"], name
        assert found["right"] <= found["width"], f"{name}: a text leaves the picture"


def test_an_address_restores_its_view(open_page, serve):
    page = open_page(f"{serve('app')}?{SMALL}&lang=fr&theme=dark&grains.daily_potential=12&social.boosts_per_day=3")
    settled(page)
    slider = page.locator(".control-grains-daily_potential")
    expect(slider).to_contain_text("● Grains blancs par jour")
    expect(slider).to_contain_text("12")
    expect(page.locator(".cockpit")).to_have_attribute("data-theme", "dark")
    expect(page.locator("[data-kpi=d30]")).to_contain_text("Rétention au jour 30")
    expect(page.get_by_role("row").filter(has_text="social.boosts_per_day")).to_contain_text("● 3")
    assert re.search(r"\d,\d", value(page, "d30").inner_text())


def test_a_bad_address_is_told_and_the_page_works(open_page, serve):
    page = open_page(f"{serve('app')}?{SMALL}&theme=light&grains.daily_potentail=3&seed=-4")
    settled(page)
    alerts = page.locator("[role=alert]")
    expect(alerts).to_have_count(2)
    expect(alerts.first).to_contain_text("seed")
    expect(alerts.last).to_contain_text("did you mean 'grains.daily_potential'?")
    expect(page.get_by_text("Traceback")).to_have_count(0)


def test_values_that_do_not_fit_together_are_told_and_can_be_taken_back(open_page, serve):
    page = open_page(f"{serve('app')}?{SMALL}&theme=light&devaluation.multiplier_2=0.62")
    settled(page)
    page.locator(".control-devaluation-multiplier_2 .noUi-handle").focus()
    for _ in range(4):
        page.keyboard.press("ArrowLeft")
    expect(page.locator("[role=alert]")).to_contain_text("devaluation.multiplier_3")
    page.locator(".reset-all button").click()
    settled(page)
    expect(page.locator("[role=alert]")).to_have_count(0)


def test_a_dark_reader_gets_the_dark_page(open_page, serve):
    page = open_page(f"{serve('app')}?{SMALL}", color_scheme="dark")
    page.wait_for_url(re.compile("theme=dark"))
    settled(page)
    assert page.evaluate("getComputedStyle(document.querySelector('.cockpit')).backgroundColor") == "rgb(18, 18, 18)"


def test_the_tables_can_be_taken_along(open_page, serve):
    page = open_page(f"{serve('app')}?{SMALL}&theme=light&grains.daily_potential=12")
    settled(page)
    found = {}
    for label in ("Measures (CSV)", "Days (CSV)", "Candidate (TOML)"):
        with page.expect_download() as download:
            page.get_by_text(label).click()
        found[label] = download.value.path().read_text()
    assert found["Measures (CSV)"].startswith("kpi,a,b,difference,low,high,seeds\nd1,")
    assert found["Days (CSV)"].count("\n") == 2 * 40 + 1
    assert '"grains.daily_potential" = 12.0' in found["Candidate (TOML)"]


def test_every_control_has_a_name_and_a_reset(open_page, serve):
    page = open_page(f"{serve('app')}?{SMALL}&theme=light")
    settled(page)
    assert page.locator("[class*=control-]").count() == page.locator("[class*=reset-]:not(.reset-all)").count() == 20
