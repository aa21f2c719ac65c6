"""The catalogue: what is shipped is sound, and faulty content is refused with its place and a remedy."""

import copy
import tomllib

import hourglass_policy as hp
import pytest
from hourglass_policy import BadInput
from hourglass_policy.catalogue import (
    COUNTERS,
    RARITIES,
    economy_catalogue,
    keyword_table,
    limits_of,
    read_achievements,
    read_challenges,
    read_events,
    read_goals,
    read_keywords,
    read_levels,
)
from hourglass_policy.parameter_files import data_file

POLICY = hp.load()
CATALOGUE = POLICY.catalogue


def shipped(name):
    with open(data_file("hourglass", name), "rb") as file:
        return tomllib.load(file)


def test_there_are_60_levels_from_apprentice_to_master_of_time():
    assert [level.level for level in CATALOGUE.levels] == list(range(1, 61))
    assert CATALOGUE.level_title(1, "fr").startswith("Apprenti")
    assert CATALOGUE.level_title(6, "fr").startswith("Alchimiste")
    assert CATALOGUE.level_title(60, "fr").startswith("Maître du Temps")
    assert len({level.en for level in CATALOGUE.levels}) == 60


def test_more_levels_extend_the_last_band():
    assert economy_catalogue("hourglass", 70).level_title(70, "en") == "Master of Time XV"


def test_the_61_goals_cover_every_category_and_both_kinds_of_victory():
    goals = CATALOGUE.goals
    assert len(goals.goals) == 61
    assert {goal.category for goal in goals.goals} == set(goals.categories)
    for language in ("en", "fr"):
        facts = goals.facts(language, POLICY.rules)
        assert 10 <= sum(fact.is_micro_victory for fact in facts) <= 25
        assert min(fact.value for fact in facts) == 1.0
        assert max(fact.value for fact in facts) == 3.5


def test_the_given_achievements_are_as_the_rule_book_says():
    named = {a.id: a for a in CATALOGUE.achievements}
    assert len(named) >= 120
    week = named["perfect_week"]
    assert (week.rarity, week.conditions, week.reward) == (
        "epic",
        (("perfect_days_streak", 7),),
        (1000, 5000, "phoenix_protection", ""),
    )
    assert named["first_steps"].reward == (100, 500, "", "")
    assert named["phoenix_master"].reward == (2000, 10000, "", "phoenix_aura")
    assert {a.rarity for a in CATALOGUE.achievements} == set(RARITIES)


def test_every_counter_is_tested_by_some_achievement():
    assert {c.counter for a in CATALOGUE.achievements for c in a.conditions} == set(COUNTERS)


def test_thresholds_are_in_stored_units():
    named = {a.id: a for a in CATALOGUE.achievements}
    assert named["golden_hundred"].conditions[0].threshold == 10_000
    assert (named["ratio_60"].conditions, named["ratio_60"].requires) == ((("ratio", 6000),), ("hundred_goals",))
    assert named["one_month"].conditions == (("days_on_app", 30), ("goals_completed", 30))


def test_the_given_challenge_and_event_are_as_the_rule_book_says():
    challenge, event = CATALOGUE.challenges[0], {e.id: e for e in CATALOGUE.events}["phoenix_rising"]
    assert (challenge.id, challenge.target, challenge.population) == ("millennium_challenge", 1_000_000, 100_000)
    assert [(p.to, p.places, p.reward.xp) for p in challenge.prizes] == [("all", 0, 500), ("top", 100, 1000)]
    assert (event.id, event.start, event.mechanics[0].multiplier_hundredths) == ("phoenix_rising", (3, 1), 200)


def test_the_english_table_is_the_deployed_one_and_the_french_has_at_least_as_many_words():
    assert len(keyword_table("en").values) == 44
    assert len(keyword_table("fr").values) >= 44
    assert len(keyword_table("fr").micro_victories) >= len(keyword_table("en").micro_victories)


BREAKS = [
    ("levels.toml", lambda t: t["bands"][1].update({"from": 5}), "overlaps the one before"),
    ("levels.toml", lambda t: t["bands"][1].update({"from": 7}), "no band holds level 6"),
    ("levels.toml", lambda t: t["bands"][1].update({"to": 3}), "ends before it begins"),
    ("levels.toml", lambda t: t["bands"][1].pop("fr"), "fr is missing"),
    ("levels.toml", lambda t: t["bands"][1].update({"fr": "Apprenti"}), "stands twice"),
    ("goals.toml", lambda t: t["goals"].pop(), "is not prime"),
    ("goals.toml", lambda t: t["goals"][3].update({"category": "helth"}), "did you mean 'health'?"),
    ("goals.toml", lambda t: t["goals"][3].update({"difficulty": 1.2}), "difficulty is out of range"),
    ("goals.toml", lambda t: t["goals"][3].update({"usual_hours": [20, 8]}), "usual_hours are not two hours"),
    ("goals.toml", lambda t: t["goals"][3].update({"en": t["goals"][2]["en"].upper()}), "stands twice"),
    (
        "achievements.toml",
        lambda t: t["achievements"][0]["conditions"][0].update({"type": "goal_completed"}),
        "'goals_completed'?",
    ),
    ("achievements.toml", lambda t: t["achievements"][0]["conditions"][0].update({"value": "1"}), "value is not a number"),
    ("achievements.toml", lambda t: t["achievements"][0].update({"conditions": []}), "no condition"),
    ("achievements.toml", lambda t: t["achievements"][1].update({"id": "first_steps"}), "achievement id stands twice"),
    ("achievements.toml", lambda t: t["achievements"][0].update({"reward": {}}), "the reward gives nothing"),
    ("achievements.toml", lambda t: t["achievements"][0].update({"reward": {"gold": 3}}), "unknown key"),
    ("achievements.toml", lambda t: t["achievements"][0].update({"reward": {"perk": "extra_grain"}}), "'extra_daily_grain'?"),
    ("achievements.toml", lambda t: t["achievements"][0].update({"rarity": "epik"}), "did you mean 'epic'?"),
    (
        "achievements.toml",
        lambda t: t["achievements"][0].update({"conditions": [{"type": "level", "value": 61}]}),
        "can never reach",
    ),
    (
        "achievements.toml",
        lambda t: t["achievements"][0].update({"conditions": [{"type": "seasons_seen", "value": 5}]}),
        "at most 4",
    ),
    ("challenges.toml", lambda t: t["challenges"][0].update({"end": "12-32"}), "not a date"),
    ("challenges.toml", lambda t: t["challenges"][0].update({"kind": "colective"}), "did you mean 'collective'?"),
    ("challenges.toml", lambda t: t["challenges"][0]["rewards"][0].update({"places": 3}), "places belongs to"),
    ("events.toml", lambda t: t["events"][0].update({"start": "02-01"}), "the end precedes the start"),
    ("events.toml", lambda t: t["events"][0]["mechanics"][0].update({"type": "xp_multiplyer"}), "did you mean 'xp_multiplier'?"),
    ("keywords_en.toml", lambda t: t["values"]["2.0"].append("run"), "keyword 'run' stands twice"),
    ("keywords_fr.toml", lambda t: t["values"]["1.5"].append("Méditer"), "keyword 'mediter' stands twice"),
    ("keywords_en.toml", lambda t: t["values"].update({"many": ["x"]}), "not an amount of grains"),
    ("keywords_en.toml", lambda t: t.pop("micro_victories"), "micro_victories is missing"),
]

LIMITS = limits_of(POLICY.rules, 60, CATALOGUE.challenges, CATALOGUE.events, len(CATALOGUE.achievements))
READERS = {
    "levels.toml": lambda table, where: read_levels(table, 60, where),
    "goals.toml": read_goals,
    "achievements.toml": lambda table, where: read_achievements(table, LIMITS, where),
    "challenges.toml": read_challenges,
    "events.toml": read_events,
    "keywords_en.toml": read_keywords,
    "keywords_fr.toml": read_keywords,
}


@pytest.mark.parametrize(("name", "harm", "says"), BREAKS, ids=[f"{name}: {says}" for name, _, says in BREAKS])
def test_faulty_content_is_refused_with_file_and_remedy(name, harm, says):
    table = copy.deepcopy(shipped(name))
    READERS[name](table, name)  # sound before
    harm(table)
    with pytest.raises(BadInput) as refused:
        READERS[name](table, name)
    assert says in str(refused.value)
    assert name in str(refused.value)
    assert "\n" not in str(refused.value)
