"""What an achievement file may not say: each fault is refused with file, key, value and remedy."""

import copy
import tomllib

import hourglass_policy as hp
import pytest
from hourglass_policy import BadInput
from hourglass_policy.catalogue import COUNTERS, limits_of, read_achievements, unlock_order
from hourglass_policy.parameter_files import data_file

POLICY = hp.load()
CATALOGUE = POLICY.catalogue
LIMITS = limits_of(POLICY.rules, 60, CATALOGUE.challenges, CATALOGUE.events, len(CATALOGUE.achievements))
with open(data_file("hourglass", "achievements.toml"), "rb") as shipped:
    TABLE = tomllib.load(shipped)


def refusal(harm):
    """What is said of the shipped file once `harm` was done to it."""
    table = copy.deepcopy(TABLE)
    harm({row["id"]: row for row in table["achievements"]})
    with pytest.raises(BadInput) as refused:
        read_achievements(table, LIMITS, "achievements.toml")
    assert "\n" not in str(refused.value)
    assert "achievements.toml" in str(refused.value)
    assert "allowed: " in str(refused.value) or "did you mean" in str(refused.value)
    return str(refused.value)


def asks(*conditions, **more):
    """Harm: the first achievement asks for these instead."""
    wanted = [{"type": name, "value": value} for name, value in conditions]
    return lambda rows: rows["ten_goals"].update({"conditions": wanted, **more})


UNREACHABLE = [
    ("level", 61, "at most 60 levels"),
    ("seasons_seen", 5, "four seasons"),
    ("ratio", 1001, "1,000 %"),
    ("goals_completed", 10_981, "3 goals a day for 3,660 days"),
    ("goals_sport", 10_981, "3 goals a day"),
    ("proofs", 10_981, "3 goals a day"),
    ("streak", 3_661, "one a day for 3,660 days"),
    ("perfect_days_streak", 3_661, "one a day"),
    ("early_bird", 3_661, "one a day"),
    ("night_owl", 4_000, "one a day"),
    ("days_on_app", 3_660, "a run has at most 3,660 days"),
    ("comebacks", 458, "8 days away"),
    ("phoenix_exits", 245, "14 days of an exit"),
    ("grains_earned", 200_000, "grains a day"),
    ("heritage", 10_000_000, "gifts and rewards"),
    ("achievements_unlocked", len(CATALOGUE.achievements), "the other"),
    ("boosts_sent", 11_000, "3 a day"),
    ("comments", 22_000, "6 a day"),
    ("transfusions_sent", 3_661, "1 a day"),
    ("boosts_received", 3_000_000, "199 others"),
    ("transfusions_received", 800_000, "199 others"),
    ("challenges_joined", 11 * len(CATALOGUE.challenges) + 1, "11 calendar years"),
    ("challenges_won", 11 * len(CATALOGUE.challenges) + 1, "11 calendar years"),
    ("seasonal_events", 11 * len(CATALOGUE.events) + 1, "11 events in a year"),
    ("eggs_found", 11 * 366, "days on which an egg may appear"),
]


@pytest.mark.parametrize(("counter", "value", "because"), UNREACHABLE, ids=[row[0] for row in UNREACHABLE])
def test_a_value_that_nobody_could_reach_is_refused_with_the_proof(counter, value, because):
    if counter not in COUNTERS:
        assert counter in LIMITS.of  # proved as soon as the engines keep it
        return
    said = refusal(asks((counter, value)))
    assert f"{counter} can never reach its value" in said
    assert because in said


def test_every_counter_has_a_limit_and_the_limit_itself_is_accepted():
    for name, counter in COUNTERS.items():
        table = {"achievements": [copy.deepcopy(TABLE["achievements"][1])]}
        value = LIMITS.of[name].most / counter.scale
        table["achievements"][0]["conditions"] = [{"type": name, "value": int(value) if counter.scale == 1 else value}]
        read_achievements(table, LIMITS, "achievements.toml")


@pytest.mark.parametrize(
    "conditions",
    [
        [("early_bird", 2_000), ("night_owl", 1_661)],
        [("comebacks", 400), ("streak", 900)],
        [("goals_sport", 6_000), ("goals_work", 5_000)],
        [("comebacks", 457), ("goals_completed", 1_400)],
    ],
)
def test_conditions_that_leave_no_days_for_each_other_are_refused(conditions):
    assert "the conditions contradict each other" in refusal(asks(*conditions))


def test_duplicates_are_refused_by_name():
    assert "achievement id stands twice" in refusal(lambda rows: rows["ten_goals"].update({"id": "first_steps"}))
    assert "achievement fr stands twice" in refusal(lambda rows: rows["ten_goals"].update({"fr": "Premiers pas"}))
    assert "the same conditions as 'first_steps'" in refusal(asks(("goals_completed", 1)))
    assert "condition type stands twice" in refusal(asks(("streak", 3), ("streak", 4)))
    swapped = asks(("goals_mind", 18), ("goals_work", 22))
    assert "achievement balance, conditions" in refusal(swapped)


@pytest.mark.parametrize(
    ("reward", "says"),
    [
        ({}, "gives nothing"),
        ({"xp": 0}, "xp gives nothing"),
        ({"xp": 10, "grains": 0.0}, "grains gives nothing"),
        ({"perk": "extra_daily_grains"}, "'extra_daily_grain'"),
        ({"cosmetic": " "}, "cosmetic is empty"),
        ({"xp": -5}, "xp is out of range"),
        ({"xp": "10"}, "xp is not a whole number"),
        ({"gold": 3}, "unknown key"),
    ],
)
def test_a_reward_that_is_no_reward_is_refused(reward, says):
    assert says in refusal(lambda rows: rows["ten_goals"].update({"reward": reward}))


def test_missing_fields_wrong_types_and_unknown_keys_are_refused():
    assert "description_en is missing" in refusal(lambda rows: rows["ten_goals"].pop("description_en"))
    assert "rarity is not a text" in refusal(lambda rows: rows["ten_goals"].update({"rarity": 3}))
    assert "did you mean 'conditions'?" in refusal(lambda rows: rows["ten_goals"].update({"condition": []}))
    assert "did you mean 'goals_completed'?" in refusal(asks(("goal_completed", 3)))
    assert "value is not whole" in refusal(asks(("streak", 3.5)))
    assert "is out of range" in refusal(asks(("streak", 0)))


def test_a_cycle_of_unlocks_and_an_unknown_requirement_are_refused():
    def circle(rows):
        rows["ten_goals"]["requires"] = ["streak_3"]
        rows["streak_3"]["requires"] = ["perfect_day"]
        rows["perfect_day"]["requires"] = ["ten_goals"]

    assert "a cycle of unlocks" in refusal(circle)
    assert "ten_goals -> streak_3 -> perfect_day -> ten_goals" in refusal(circle)
    assert "ten_goals -> ten_goals" in refusal(lambda rows: rows["ten_goals"].update({"requires": ["ten_goals"]}))
    assert "did you mean 'streak_3'?" in refusal(lambda rows: rows["ten_goals"].update({"requires": ["streak_33"]}))
    assert "is not an id" in refusal(lambda rows: rows["ten_goals"].update({"requires": [3]}))


def test_what_is_required_beside_a_counter_that_falls_must_be_plain():
    said = refusal(lambda rows: rows["ratio_60"].update({"requires": ["perfect_week"]}))
    assert "achievement ratio_60, requires" in said
    assert "'perfect_week'" in said
    assert "two counters that may fall" in refusal(asks(("ratio", 40), ("streak", 3)))


def test_what_is_required_comes_first_in_the_order_of_unlocking():
    achievements = CATALOGUE.achievements
    place = {achievements[n].id: k for k, n in enumerate(unlock_order(achievements))}
    assert sorted(place.values()) == list(range(len(achievements)))
    requiring = [a for a in achievements if a.requires]
    assert requiring
    for a in requiring:
        assert all(place[other] < place[a.id] for other in a.requires)
