"""The hourglass draws as many grains as it is told, and stands still for a reader who asked for less motion."""

import json
from pathlib import Path

import pytest

import hourglass_sim.view as view

SCRIPT = (Path(view.__file__).parent / "hourglass.js").read_text(encoding="utf-8")
PAGE = """<body><div id="place"></div><script type="module">
SCRIPT_HERE
const state = STATE_HERE
const listeners = {}
window.model = { get: (name) => state[name], on: (event, call) => { listeners[event] = call },
  set: (name, value) => { state[name] = value; listeners["change:" + name]() } }
render({ model: window.model, el: document.getElementById("place") })
window.ready = true
</script></body>"""


def shown(page, **state):
    told = {
        "white": 0,
        "gold": 0,
        "mist": 0,
        "phoenix": 0.0,
        "theme": "light",
        "labels": {},
        "alt": "An hourglass",
        "animate": True,
    }
    script = SCRIPT.replace("export default { render }", "")
    page.set_content(PAGE.replace("SCRIPT_HERE", script).replace("STATE_HERE", json.dumps({**told, **state})))
    page.wait_for_function("window.ready")
    return page


def count(page, name):
    return page.locator(f"[data-grains={name}] circle").count()


@pytest.mark.parametrize("grains", [0, 1, 7, 60, 500])
def test_the_count_drawn_is_the_count(open_page, grains):
    page = shown(open_page(), white=grains, gold=grains, mist=min(grains, 20))
    assert (count(page, "white"), count(page, "gold")) == (grains, grains)
    assert page.locator("[data-mist]").count() == min(grains, 20)


def test_no_grain_touches_the_glass_or_falls_out(open_page):
    page = shown(open_page(), white=120, gold=120)
    for name, low, high in (("white", 18, 130), ("gold", 130, 242)):
        ys = [float(c.get_attribute("cy")) for c in page.locator(f"[data-grains={name}] circle").all()]
        assert low < min(ys) <= max(ys) < high


def test_a_change_redraws(open_page):
    page = shown(open_page(), gold=3)
    page.evaluate("model.set('gold', 9)")
    assert count(page, "gold") == 9


def test_reduced_motion_is_respected(open_page):
    assert shown(open_page(), mist=3, phoenix=0.5).locator("animate").count() == 4
    assert shown(open_page(reduced_motion="reduce"), mist=3, phoenix=0.5).locator("animate").count() == 0
