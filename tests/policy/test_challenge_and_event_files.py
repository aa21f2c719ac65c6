"""Challenges and seasonal events: what is shipped covers the year, and faulty files are refused by name."""

import copy
import tomllib

import hourglass_policy as hp
import pytest
from hourglass_policy import BadInput
from hourglass_policy.catalogue import COUNTERS, read_challenges, read_events
from hourglass_policy.catalogue.dates import in_period, longest_days
from hourglass_policy.parameter_files import data_file

CATALOGUE = hp.load().catalogue


def shipped(name):
    with open(data_file("hourglass", name), "rb") as file:
        return tomllib.load(file)


def refusal(read, name, harm):
    table = copy.deepcopy(shipped(f"{name}.toml"))
    harm({row["id"]: row for row in table[name]})
    with pytest.raises(BadInput) as refused:
        read(table, f"{name}.toml")
    assert "\n" not in str(refused.value)
    assert f"{name}.toml" in str(refused.value)
    return str(refused.value)


def test_there_are_eight_of_each_beside_the_given_ones_with_texts_in_both_languages():
    kinds = [c.kind for c in CATALOGUE.challenges if c.id != "millennium_challenge"]
    assert min(kinds.count("collective"), kinds.count("competitive")) >= 8
    assert len(CATALOGUE.events) >= 9
    for item in (*CATALOGUE.challenges, *CATALOGUE.events):
        assert all((item.fr, item.en, item.description_fr, item.description_en)), item.id


def test_challenges_are_of_both_kinds_on_different_counters_in_every_season():
    assert {c.kind for c in CATALOGUE.challenges} == {"collective", "competitive"}
    assert len({c.counter for c in CATALOGUE.challenges}) >= 8
    assert {(c.start[0] - 1) // 3 for c in CATALOGUE.challenges} == {0, 1, 2, 3}
    assert {p.to for c in CATALOGUE.challenges for p in c.prizes} == {"all", "top", "threshold"}


def test_events_have_double_xp_eggs_and_a_reward_of_their_own():
    mechanics = [m for e in CATALOGUE.events for m in e.mechanics]
    assert sum(m.multiplier_hundredths == 200 for m in mechanics) >= 3
    assert sum(m.type == "eggs" for m in mechanics) >= 3
    cosmetics = [r.cosmetic for e in CATALOGUE.events for r in e.rewards]
    assert len(set(cosmetics)) == len(CATALOGUE.events)
    assert len({e.theme for e in CATALOGUE.events}) == len(CATALOGUE.events)


def test_a_challenge_may_only_count_what_never_falls():
    for challenge in CATALOGUE.challenges:
        assert not COUNTERS[challenge.counter].falls
    assert "streak can fall" in refusal(
        read_challenges, "challenges", lambda rows: rows["winter_marathon"].update({"counter": "streak"})
    )


def test_an_end_before_the_start_is_refused_and_new_year_takes_two_entries():
    for read, name, which in ((read_events, "events", "harvest"), (read_challenges, "challenges", "calm_october")):
        said = refusal(read, name, lambda rows, w=which: rows[w].update({"start": "12-28", "end": "01-03"}))
        assert "the end precedes the start" in said
        assert "one entry to 12-31 and one from 01-01" in said


def test_overlapping_events_are_refused_with_the_first_free_day():
    said = refusal(read_events, "events", lambda rows: rows["spring_hunt"].update({"start": "03-31"}))
    assert "'phoenix_rising' and 'spring_hunt' overlap" in said
    assert "a start after 03-31" in said


CHALLENGE_FAULTS = [
    ({"kind": "competitve"}, "did you mean 'competitive'?"),
    ({"target": 1000}, "a competitive challenge has no target"),
    ({"minimum": 0}, "minimum is out of range"),
    ({"counter": "goal_completed"}, "did you mean 'goals_completed'?"),
    ({"kind": "collective"}, "target is missing"),
    ({"rewards": []}, "no reward"),
    ({"rewards": [{"to": "everybody", "xp": 5}]}, "unknown recipient"),
    ({"rewards": [{"to": "all"}]}, "the reward gives nothing"),
    ({"rewards": [{"to": "threshold", "share": 0.5, "xp": 5}]}, "a threshold needs a shared total"),
    ({"start": "02-30"}, "not a date"),
    ({"prize": 3}, "unknown key"),
    ({"fr": ""}, "fr is empty"),
]


@pytest.mark.parametrize(("change", "says"), CHALLENGE_FAULTS, ids=[says for _, says in CHALLENGE_FAULTS])
def test_a_faulty_challenge_is_refused(change, says):
    said = refusal(read_challenges, "challenges", lambda rows: rows["winter_marathon"].update(change))
    assert says in said
    assert "winter_marathon" in said


EVENT_FAULTS = [
    ({"mechanics": []}, "no mechanic"),
    ({"mechanics": [{"type": "egg", "p_per_day": 0.1, "xp": 3}]}, "did you mean 'eggs'?"),
    ({"mechanics": [{"type": "eggs", "p_per_day": 1.5, "xp": 3}]}, "p_per_day is out of range"),
    ({"mechanics": [{"type": "eggs", "p_per_day": 0.5}]}, "the reward gives nothing"),
    ({"mechanics": [{"type": "xp_multiplier", "multiplier": 0}]}, "multiplier is out of range"),
    ({"mechanics": [{"type": "xp_multiplier", "multiplier": 2}] * 2}, "mechanic stands twice"),
    ({"days_needed": 40}, "days_needed is out of range"),
    ({"rewards": [{}]}, "the reward gives nothing"),
    ({"them": "autumn"}, "did you mean 'theme'?"),
    ({"end": 1005}, "end is not a text"),
]


@pytest.mark.parametrize(("change", "says"), EVENT_FAULTS, ids=[says for _, says in EVENT_FAULTS])
def test_a_faulty_event_is_refused(change, says):
    said = refusal(read_events, "events", lambda rows: rows["harvest"].update(change))
    assert says in said
    assert "harvest" in said


def test_a_period_holds_its_first_and_last_day():
    assert in_period((2, 10), (3, 1), 2, 10)
    assert in_period((2, 10), (3, 1), 3, 1)
    assert not in_period((2, 10), (3, 1), 3, 2)
    assert longest_days((2, 28), (3, 1)) == 3
    assert longest_days((1, 1), (12, 31)) == 366
