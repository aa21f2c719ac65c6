"""Any text is valued, in both languages, however it is written; what it is worth is explained."""

import unicodedata
from pathlib import Path

import pytest
from hourglass_policy import BadInput
from hourglass_policy.backend import LONGEST_TITLE, goal_key, open_contract, value_goal
from hourglass_policy.catalogue import keyword_table
from hourglass_policy.rules import evaluate_goal, explain_goal_value, is_micro_victory
from hypothesis import given, settings
from hypothesis import strategies as st

DEPLOYED_TABLE = Path(__file__).parents[2].parent / "shared" / "facts" / "valuation_keywords.toml"
TEXT = st.text(st.characters(), max_size=80)
ODD = {
    "empty": "",
    "blank": "  \n\t ",
    "ten thousand letters": "x" * 10_000,
    "ten thousand words": "run " * 2_500,
    "Arabic": "أركض كل صباح",
    "Chinese": "每天跑步三十分钟",
    "Japanese": "水を飲む",
    "emoji": "🏃‍♀️💧🧘🏽",
    "lone accents": "\u0301\u0301\u0301",
    "a zero byte": "run\u0000fast",
    "lone surrogate": "\ud800 run",
    "right to left mark": "\u200frun\u200f",
}


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("title", ODD.values(), ids=ODD)
def test_any_title_is_valued_and_explained(title, language):
    told = value_goal(title, language)
    assert 0.5 <= told["value"] <= 4.0
    assert told["reason"]
    assert goal_key(title) == goal_key(goal_key(title))


@settings(max_examples=300, deadline=None)
@given(TEXT, st.sampled_from(["en", "fr"]))
def test_the_way_accents_case_and_outer_spaces_are_written_changes_nothing(title, language):
    nfc, nfd = unicodedata.normalize("NFC", title), unicodedata.normalize("NFD", title)
    assert evaluate_goal(nfc, language=language) == evaluate_goal(nfd, language=language)
    assert is_micro_victory(nfc, language=language) == is_micro_victory(nfd, language=language)
    assert goal_key(nfc) == goal_key(nfd) == goal_key(f" {nfd}\n")
    assert goal_key(goal_key(title)) == goal_key(title)


def test_an_accent_written_apart_is_part_of_its_letter():
    assert evaluate_goal("ru\u0144") == evaluate_goal("run\u0301") == 1.5


def test_newlines_and_tabs_part_words_as_spaces_do():
    assert evaluate_goal("go\nfor\ta run\nin\tpark") == evaluate_goal("go for a run in park") == 3.0


@pytest.mark.parametrize(("accented", "plain"), [("Méditer", "mediter"), ("VÉLO", "velo"), ("bénévolat", "BENEVOLAT")])
def test_accents_are_optional_in_french(accented, plain):
    assert evaluate_goal(accented, language="fr") == evaluate_goal(plain, language="fr") != 1.5


@pytest.mark.parametrize("title", ["la salle  de sport", "salle de\u00a0sport", "Salle\tde\u202fsport"])
def test_a_french_keyword_of_several_words_is_found_whatever_parts_them(title):
    assert evaluate_goal(title, language="fr") == evaluate_goal("salle de sport", language="fr") == 2.5


@pytest.mark.parametrize("hyphen", ["-", "\u2010", "\u2011"])
def test_a_french_hyphen_may_be_any(hyphen):
    assert [match["keyword"] for match in explain_goal_value(f"prendre rendez{hyphen}vous", "fr")["keywords"]] == ["rendez-vous"]


@pytest.mark.parametrize(
    ("title", "value"), [("préparer un bon cœur", 1.5), ("l’eau", 1.0), ("aujourd'hui", 1.5), ("rendez-vous", 1.5)]
)
def test_french_apostrophes_and_hyphens_part_words(title, value):
    assert evaluate_goal(title, language="fr") == value


def test_the_french_table_has_at_least_as_many_keywords_as_the_english_one_at_every_value():
    def counts(language):
        values = [value for _, value in keyword_table(language).values]
        return {value: values.count(value) for value in set(values)}

    english, french = counts("en"), counts("fr")
    assert set(english) == set(french)
    assert all(french[value] >= number for value, number in english.items())
    assert len(keyword_table("fr").micro_victories) >= len(keyword_table("en").micro_victories)


@pytest.mark.skipif(not DEPLOYED_TABLE.is_file(), reason="the deployed table is not beside this tree")
def test_the_english_table_is_the_deployed_one():
    import tomllib

    deployed = tomllib.loads(DEPLOYED_TABLE.read_text(encoding="utf-8"))["values"]
    assert dict(keyword_table("en").values) == {word: float(value) for value, words in deployed.items() for word in words}


def test_an_explanation_names_keyword_bonus_and_cap():
    assert explain_goal_value("go for a run in the park")["reason"] == "'run' 2.5, +0.5 for a long title"
    assert explain_goal_value("tidy the garage")["reason"] == "no keyword 1.5"
    from hourglass_policy import load

    dear = load().with_values({"valuation.long_title_bonus": 2.0}).rules
    told = explain_goal_value("volunteer at the food bank today", params=dear)
    assert told["reason"] == "'volunteer' 3, +2 for a long title, capped at 4"
    assert told["reason_fr"] == "« volunteer » 3, +2 pour un titre long, plafonné à 4"
    assert told["value"] == 4.0
    french = explain_goal_value("courir le long du canal ce soir", "fr")
    assert french["reason_fr"] == "« courir » 2,5, +0,5 pour un titre long"
    assert explain_goal_value("ranger la cave", "fr")["reason_fr"] == "« ranger » 1,5"
    assert explain_goal_value("rien", "fr")["reason_fr"] == "aucun mot clé 1,5"


@pytest.mark.parametrize("title", [None, 5, ["run"], b"run"])
def test_what_is_no_text_is_refused(title):
    with pytest.raises(BadInput, match="a goal title is a text"):
        value_goal(title)


def test_a_contract_refuses_a_very_long_title_politely_though_the_rule_values_it():
    assert open_contract(["x" * LONGEST_TITLE])["goals"][0]["value"] == 1.5
    with pytest.raises(BadInput, match="a goal title is too long") as refused:
        open_contract(["x" * (LONGEST_TITLE + 1)])
    assert len(str(refused.value)) < 200


def test_two_ways_of_writing_one_title_are_one_goal():
    with pytest.raises(BadInput, match="the same title twice"):
        open_contract(["Caf\u00e9 ", " CAFE\u0301"])
