"""Guardrails are told in words, shape and number; the verdict says what the numbers say, and doubts what is too good."""

import pytest

from hourglass_sim.view.guardrails import guardrails, guardrails_html
from hourglass_sim.view.tiles import suspicions, tiles_html, verdict
from hourglass_sim.view.words import words

W = words("en")
BASE = {"minted": 7.0, "opt_outs": 0.10, "negative_heritage": 0.0, "past_level_25": 0.0, "d30.steady": 0.5, "d30.struggler": 0.3}


def state_of(name, **changes):
    return next(g["passed"] for g in guardrails(BASE, {**BASE, **changes}) if g["name"] == name)


def test_the_baseline_keeps_every_guardrail():
    assert [g["passed"] for g in guardrails(BASE, BASE)] == [True] * 5


@pytest.mark.parametrize(
    ("name", "inside", "outside"),
    [
        ("minted", {"minted": 7.69}, {"minted": 7.71}),
        ("minted", {"minted": 6.31}, {"minted": 6.29}),
        ("opt_outs", {"opt_outs": 0.10}, {"opt_outs": 0.1001}),
        ("heritage", {"negative_heritage": 0.0}, {"negative_heritage": 0.0001}),
        ("personas", {"d30.struggler": 0.2901}, {"d30.struggler": 0.2899}),
        ("level", {"past_level_25": 0.0499}, {"past_level_25": 0.05}),
    ],
)
def test_each_guardrail_breaks_just_past_its_bound(name, inside, outside):
    assert state_of(name, **inside) is True
    assert state_of(name, **outside) is False


def test_an_unknown_value_is_neither_kept_nor_broken():
    rows = guardrails({**BASE, "minted": None}, BASE)
    assert next(g for g in rows if g["name"] == "minted")["passed"] is None
    assert "not known" in guardrails_html(rows, W)


def test_the_state_is_told_by_word_and_shape():
    html = guardrails_html(guardrails(BASE, {**BASE, "minted": 9.0}), W)
    assert html.count("✕</b> fails") == 1
    assert html.count("✓</b> passes") == 4
    assert html.count("<svg") == 5


def test_a_value_measured_on_several_seeds_stands_with_its_interval():
    rows = [{**g, "value_low": 0.0912, "value_high": 0.1094} if g["name"] == "opt_outs" else g for g in guardrails(BASE, BASE)]
    html = guardrails_html(rows, W)
    assert "10.0 % [9.1 %, 10.9 %]" in html.replace("\u202f", " ").replace("\xa0", " ")
    assert html.count("hg-whisker") == 1


def d30(difference, low, high):
    return {"d30": {"a": 0.4, "b": 0.4 + difference, "difference": difference, "low": low, "high": high}}


def test_the_verdict_says_what_the_interval_allows():
    guards = guardrails(BASE, BASE)
    assert "keeps more people: +2.0 points" in verdict(d30(0.02, 0.01, 0.03), guards, W)
    assert "loses people" in verdict(d30(-0.02, -0.03, -0.01), guards, W)
    assert verdict(d30(0.02, -0.01, 0.05), guards, W).startswith("No clear effect")
    assert verdict(d30(0.02, 0.01, 0.03), guards, W).endswith("All 5 guardrails hold.")


def test_the_verdict_names_a_broken_guardrail():
    guards = guardrails(BASE, {**BASE, "minted": 9.0})
    assert "1 of 5 guardrails broken: grains minted" in verdict(d30(0.02, 0.01, 0.03), guards, W)


def test_an_effect_larger_than_anything_published_is_doubted():
    assert suspicions(d30(0.4 * 0.031, 0, 0.1), W)[0].startswith("Suspicious: Day-30 retention +3.1\u00a0% of the baseline")
    assert "−3.1" in suspicions(d30(-0.4 * 0.031, -0.1, 0), W)[0]
    assert suspicions(d30(0.4 * 0.029, 0, 0.1), W) == []
    assert suspicions({"completion": {"a": 0.5, "b": 0.9, "difference": 0.4}}, W) == []


def test_a_tile_has_value_change_interval_and_target():
    html = tiles_html(d30(0.02, 0.01, 0.03), W, ["d30"])
    for part in (
        "42.0\u00a0%",
        "▲ +2.0 points",
        "95\u00a0% interval +1.0 to +3.0",
        "target 60\u00a0%: missed",
        "exactly 30 days",
    ):
        assert part in html
