"""A card says first what stands behind the release, and needs nothing from outside."""

import re

import pytest

from hourglass_sim.ship import ship

COST = {"objective": {"difference": 0.001, "low": -0.002, "high": 0.004}, "optimism": 0.02, "guardrails": [], "seeds": [1]}


def cards(write_study, table, tmp_path, **options):
    made = ship(write_study(table), "1.0", tmp_path / "out", **options)
    return [(made.release / name).read_text(encoding="utf-8") for name in ("card.md", "card.html")]


def test_a_confirmed_release_shows_lift_interval_optimism_guardrails_and_changes(shipped):
    text = (shipped.release / "card.md").read_text(encoding="utf-8")
    assert text.splitlines()[0].startswith("**Confirmed on seeds and people the search never saw")
    for part in (
        "+0.012 (95 % interval +0.006 to +0.018)",
        "Optimism of the search: +0.004",
        "| minted per active user-day | holds |",
        "| grains.daily_potential | 10 | 12.5 | grains/day | 5 to 20 | RULES 1.2 |",
        "| considerate.patience | – | 3 |",
        "Known limits",
    ):
        assert part in text
    assert "Suspicious" not in text


def test_an_unconfirmed_release_says_so_first(write_study, study_table, tmp_path):
    study_table["confirmed"] = None
    markdown, page = cards(write_study, study_table, tmp_path, unconfirmed=True)
    assert markdown.startswith("**UNCONFIRMED")
    assert '<p class="verdict warning">UNCONFIRMED' in page


@pytest.mark.parametrize(
    ("change", "first"),
    [
        (lambda s: s.update(confirmed=COST), "**NO LIFT SHOWN"),
        (lambda s: s["confirmed"]["guardrails"][0].update(ok=False), "**CONFIRMED WITH A BROKEN GUARDRAIL (minted"),
    ],
)
def test_a_result_without_a_lift_or_with_a_broken_guardrail_is_not_celebrated(write_study, study_table, tmp_path, change, first):
    change(study_table)
    assert cards(write_study, study_table, tmp_path)[0].startswith(first)


def test_a_lift_beyond_anything_published_is_called_suspicious(write_study, study_table, tmp_path):
    study_table["confirmed"]["objective"] = {"difference": 0.05, "low": 0.04, "high": 0.06}
    assert "Suspicious: +8.2 %" in cards(write_study, study_table, tmp_path)[0]


def test_the_page_asks_nothing_from_outside_and_runs_nothing(write_study, study_table, tmp_path):
    study_table["confirmed"]["guardrails"][0]["name"] = "<script>alert(1)</script> a|b"
    markdown, page = cards(write_study, study_table, tmp_path)
    assert not re.search(r"<script|src=|href=|url\(|@import|https?:", page)
    assert "<script" not in markdown
    assert r"a\|b" in markdown
