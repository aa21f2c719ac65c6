"""The product page in a browser: Voilà renders it without code, its slider reaches Python, nothing leaves the machine."""

from playwright.sync_api import expect

SMALL = "users=500&days=40&voila-theme=light"


def settled(page):
    page.wait_for_selector("[data-kpi=d30]", state="attached")
    page.wait_for_selector("[data-busy='0']", state="attached")
    page.wait_for_selector(".hg-frame canvas", state="attached")


def test_the_page_renders_and_its_slider_reaches_python(open_page, serve):
    page = open_page(f"{serve('page')}?{SMALL}")
    settled(page)
    expect(page.locator("[data-verdict]")).to_contain_text("candidate is the baseline")
    expect(page.locator(".jp-InputArea-editor")).to_have_count(0)
    assert page.locator("[data-grains=gold] circle").count() > 0
    number = page.locator("[data-kpi=minted] .hg-value").inner_text()
    before = page.locator(".hg-frame").nth(1).screenshot()
    page.locator(".control-potential .noUi-handle").focus()
    for _ in range(8):
        page.keyboard.press("ArrowRight")
    expect(page.locator("[data-kpi=minted] .hg-value")).not_to_have_text(number)
    settled(page)
    expect(page.locator("[data-verdict]")).not_to_contain_text("candidate is the baseline")
    for _ in range(40):  # a loaded machine paints late
        page.wait_for_timeout(250)
        if (after := page.locator(".hg-frame").nth(1).screenshot()) != before:
            break
    assert after != before


def test_the_page_speaks_french_and_says_what_it_cannot_use(open_page, serve):
    page = open_page(f"{serve('page')}?{SMALL}&lang=fr&policy=silencieuse")
    settled(page)
    expect(page.locator("[role=alert]")).to_contain_text("silencieuse")
    expect(page.locator("[data-kpi=d30]")).to_contain_text("Rétention au jour 30")
