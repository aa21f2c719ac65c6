"""Seasons as a person meets them: names, messages and colours are data, checked on load, and told on entering."""

import copy
import re

import hourglass_policy as hp
import pytest
from hourglass_policy import BadInput
from hourglass_policy.backend import initial_state, open_contract, settle_day
from hourglass_policy.catalogue import read_seasons
from hourglass_policy.parameter_files import data_file, read_toml
from hourglass_policy.rules.seasons import SEASONS

from hourglass_sim.view import palette

TABLE = read_toml(data_file("hourglass", "seasons.toml"))


def test_the_four_seasons_have_the_documented_colours_and_words_in_both_languages():
    shown = hp.load().catalogue.seasons
    assert [one.id for one in shown.seasons] == list(SEASONS)
    assert {one.id: one.colour for one in shown.seasons} == palette.SEASON_COLOURS
    documented = {"winter": "#4A90E2", "spring": "#7CB342", "summer": "#FFD54F", "autumn": "#FF8A65"}
    assert documented == palette.SEASON_COLOURS
    assert shown.colours == {"golden": "#FFD700", "white": "#FFFAFA", "phoenix": "#FF6B35", "dark": "#1A1A1A"}
    assert tuple(shown.colours.values()) == (palette.GOLD, palette.SNOW, palette.PHOENIX, palette.DARK)
    words = [text for one in shown.seasons for text in (one.name("fr"), one.name("en"), one.message("fr"), one.message("en"))]
    assert len(set(words)) == 16
    assert all(re.search(r"[.!]$", one.message(lang)) for one in shown.seasons for lang in ("fr", "en"))


def test_entering_a_season_tells_its_message_once():
    state, told = initial_state(), []
    for _ in range(12):
        result = settle_day(state, open_contract(["Run"], state=state), ["Run"])
        state = result["state"]
        told.append(result["season"])
    assert [one["season"] for one in told] == [None] * 8 + ["summer"] * 4
    assert told[8]["message"] == {lang: hp.load().catalogue.seasons.named("summer").message(lang) for lang in ("fr", "en")}
    assert [one["message"] is None for one in told] == [True] * 8 + [False] + [True] * 3
    assert told[11]["colour"] == "#FFD54F"


def changed(path, value):
    table = copy.deepcopy(TABLE)
    place = table
    for key in path[:-1]:
        place = place[key]
    if value is None:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return table


@pytest.mark.parametrize(
    ("path", "value", "says"),
    [
        (("seasons", 0, "colour"), "blue", "not a colour"),
        (("colours", "golden"), "#FFF", "not a colour"),
        (("colours", "golden"), None, "golden is missing"),
        (("seasons", 0, "id"), "wintr", "did you mean 'winter'?"),
        (("seasons", 0, "id"), "spring", "a season stands twice"),
        (("seasons", 0), None, "season winter is missing"),
        (("seasons", 1, "message_fr"), None, "message_fr is missing"),
        (("seasons", 1, "message_en"), "", "message_en is empty"),
        (("seasons", 1, "mesage_en"), "x", "did you mean 'message_en'?"),
    ],
)
def test_a_faulty_season_is_refused_by_name(path, value, says):
    with pytest.raises(BadInput, match=r"seasons\.toml") as refused:
        read_seasons(changed(path, value), "seasons.toml")
    assert says in str(refused.value)


def test_an_unknown_season_or_language_is_refused():
    shown = hp.load().catalogue.seasons
    with pytest.raises(BadInput, match="did you mean 'winter'"):
        shown.named("wintre")
    with pytest.raises(BadInput, match="unknown language"):
        shown.named("winter").name("de")
