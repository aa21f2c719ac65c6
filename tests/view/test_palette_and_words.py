"""Colours reach WCAG AA in both themes; words exist in both languages; numbers carry the reader's separators."""

import re
import string
import tomllib
from dataclasses import fields
from pathlib import Path

import pytest
from hourglass_policy.errors import BadInput

import hourglass_sim.view as view
from hourglass_sim.view.palette import GOLD, LIGHT, NIGHT, THEMES, contrast, light_to_dark, palette
from hourglass_sim.view.words import HEADLINES, words

FOLDER = Path(view.__file__).parent
TEXT = ("text", "muted", "baseline_text", "candidate_text", "deployed_text", "phoenix_text", "mist_text", "reward_text", "bad_text",
        "target", "good")  # fmt: skip
MARKS = ("baseline", "candidate", "deployed", "phoenix", "mist", "reward", "good", "bad", "zero")


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("role", TEXT)
def test_text_reaches_wcag_aa_on_page_and_surface(theme, role):
    p = palette(theme)
    assert min(contrast(getattr(p, role), ground) for ground in (p.page, p.surface)) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("role", MARKS)
def test_lines_and_marks_reach_three_to_one(theme, role):
    p = palette(theme)
    assert contrast(getattr(p, role), p.surface) >= 3.0


def test_contrast_is_wcags():
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21.0)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)  # the known near miss
    assert contrast(GOLD, "#FFFFFF") < 1.5  # why the product's gold is never text on white


def test_every_light_colour_has_one_dark_counterpart():
    light = [getattr(LIGHT, f.name).lower() for f in fields(LIGHT) if f.name != "name"]
    assert len(set(light)) == len(light), "a colour used for two roles cannot be swapped"
    assert light_to_dark()[LIGHT.candidate.lower()] == NIGHT.candidate


def test_a_theme_that_does_not_exist_is_refused_with_the_nearest():
    with pytest.raises(BadInput, match="'dark'"):
        palette("drak")


def entries():
    found = {}
    for path in sorted(FOLDER.glob("words*.toml")):
        more = tomllib.loads(path.read_text(encoding="utf-8"))
        assert not found.keys() & more.keys(), "a phrase is in two files"
        found |= more
    return found


def test_every_phrase_is_in_both_languages_with_the_same_places():
    for key, entry in entries().items():
        assert set(entry) == {"en", "fr"}, key
        places = [{name for _, name, _, _ in string.Formatter().parse(text) if name} for text in entry.values()]
        assert places[0] == places[1], key


def test_every_phrase_the_code_asks_for_exists():
    known = entries()
    asked = {
        key
        for place in (FOLDER, FOLDER.parent / "economy")
        for file in place.glob("*.py")
        for key in re.findall(r'\bw\("([a-z_0-9.]+)"', file.read_text(encoding="utf-8"))
    }
    assert asked - set(known) - {"key"} == set()  # "key" stands in a docstring


def test_numbers_in_french_and_english():
    en, fr = words("en"), words("fr")
    assert en.number(-1234.5, 1) == "−1,234.5"
    assert fr.number(-1234.5, 1) == "−1\u202f234,5"
    assert fr.percent(0.461) == "46,1\u202f%"
    assert en.percent(None) == "–"


def test_a_change_that_rounds_to_nothing_has_no_sign():
    assert words("en").number(-0.0001, 2, signed=True) == "0.00"
    assert words("en").kpi_change("d30", 0.0312) == "+3.1 points"


def test_the_five_headlines_have_french_names_and_meanings():
    fr = words("fr")
    for name in HEADLINES:
        assert fr.kpi_title(name) != words("en").kpi_title(name)
        assert fr.kpi_meaning(name)


def test_an_unknown_language_and_phrase_are_refused():
    with pytest.raises(BadInput, match="en, fr"):
        words("de")
    with pytest.raises(BadInput, match="'guardrails'"):
        words("en")("gardrails")
