"""The backend tells which messages to send, and why, from facts that it can keep itself."""

from datetime import date

import hourglass_policy as hp
import pytest
from hourglass_policy.backend import decide_notifications, history_after_day, initial_history, initial_state, notification_facts
from hourglass_policy.decisions import FACTS, NAMES, policy_named
from hourglass_policy.errors import BadInput

FACTS_OF_ANA = {
    "usual_hour": 17.6, "openings": 12, "days_since_open": 1, "streak": 4, "ignored": 0, "in_phoenix": 0, "age_days": 13, "u": 0.5,
}  # fmt: skip


def told(policy, parameters=None, day="2026-01-05", **facts):
    chosen = hp.load("baseline").with_notification(policy, parameters)
    return decide_notifications({**FACTS_OF_ANA, **facts}, day, chosen)


def test_everyone_hears_twice_as_deployed():
    assert told("deployed")["messages"] == [
        {"hour": 8, "template": "morning", "channel": "push"},
        {"hour": 20, "template": "evening", "channel": "push"},
    ]


def test_a_learned_hour_and_a_streak_at_stake_are_said():
    decided = told("considerate")
    assert [(m["hour"], m["template"]) for m in decided["messages"]] == [(18, "morning"), (19, "evening")]
    assert decided["reasons"] == ["usual hour 18 learned from 12 openings", "a streak of 4 days is at stake"]


def test_a_tired_person_rests_and_the_next_message_comes_when_it_is_said():
    decided = told("considerate", ignored=6)
    assert decided["messages"] == []
    assert decided["reasons"] == ["silent today: 6 messages ignored, next in 2 days", "no nudge: 6 messages ignored"]
    assert told("considerate", ignored=6, age_days=14)["messages"] == []
    assert len(told("considerate", ignored=6, age_days=15)["messages"]) == 1


def test_too_few_openings_are_said():
    assert told("personal_hour", openings=1)["reasons"] == ["hour 8 while only 1 opening of 3 are known"]
    assert told("personal_hour", {"lead_hours": 2})["reasons"] == ["usual hour 18 learned from 12 openings, sent 2 hours before"]
    assert told("personal_hour", {"lead_hours": 2})["messages"][0]["hour"] == 16


def test_who_opted_out_hears_nothing():
    assert told("deployed", opted_out=True) == {"messages": [], "reasons": ["silent: notifications are switched off"]}


@pytest.mark.parametrize("name", NAMES)
def test_every_policy_gives_a_reason_for_every_message_and_for_silence(name):
    for ignored in (0, 9):
        decided = told(name, ignored=ignored)
        assert len(decided["reasons"]) >= max(1, len(decided["messages"]))
        assert all(reason and "\n" not in reason for reason in decided["reasons"])
    assert policy_named(name).reasons is not None


def test_the_weekday_follows_from_the_day():
    chosen = hp.load("baseline")
    assert decide_notifications({**FACTS_OF_ANA, "weekday": 0}, date(2026, 1, 5), chosen)["messages"]
    with pytest.raises(BadInput, match="weekday is not the day's"):
        decide_notifications({**FACTS_OF_ANA, "weekday": 1}, "2026-01-05", chosen)


@pytest.mark.parametrize(
    ("change", "day", "says"),
    [
        ({"ignord": 2}, "2026-01-05", "did you mean 'ignored'?"),
        ({"streak": None}, "2026-01-05", "fact streak has the wrong type"),
        ({"streak": -1}, "2026-01-05", "fact streak is out of range"),
        ({"openings": 2.5}, "2026-01-05", "fact openings has the wrong type"),
        ({"usual_hour": float("nan")}, "2026-01-05", "fact usual_hour is out of range"),
        ({"usual_hour": 25}, "2026-01-05", "fact usual_hour is out of range"),
        ({"u": 1.5}, "2026-01-05", "fact u is out of range"),
        ({}, "5 January", "day is not a date"),
        ({}, None, "day is not a date"),
    ],
)
def test_a_wrong_fact_is_refused_by_name(change, day, says):
    with pytest.raises(BadInput) as refused:
        decide_notifications({**FACTS_OF_ANA, **change}, day)
    assert says in str(refused.value)


@pytest.mark.parametrize("name", [name for name in FACTS if name != "weekday"])
def test_a_missing_fact_is_refused_by_name(name):
    facts = {n: v for n, v in FACTS_OF_ANA.items() if n != name}
    with pytest.raises(BadInput, match=f"fact {name} is missing"):
        decide_notifications(facts, "2026-01-05")


def test_openings_move_the_usual_hour_around_the_clock():
    history = history_after_day(initial_history(), 12, delivered=2)
    assert history == {"usual_hour": 8.0 + 0.15 * 4, "openings": 1, "days_since_open": 1, "ignored": 0}
    assert history_after_day({**history, "usual_hour": 23.9}, 1)["usual_hour"] == pytest.approx(0.065)
    assert history_after_day({**history, "usual_hour": 0.1}, 22)["usual_hour"] == pytest.approx(23.785)


def test_a_day_without_opening_counts_what_was_delivered():
    history = history_after_day(history_after_day(initial_history(), None, delivered=2), None, delivered=1)
    assert history == {"usual_hour": 8.0, "openings": 0, "days_since_open": 2, "ignored": 3}


def test_a_new_user_can_be_decided_about():
    facts = notification_facts(initial_state(), initial_history(), u=0.3)
    assert set(facts) - {"opted_out"} == set(FACTS) - {"weekday"}
    assert decide_notifications(facts, "2026-01-05", hp.load("baseline"))["messages"]


@pytest.mark.parametrize(("hour", "delivered"), [(24, 0), (-1, 0), (7.5, 0), (True, 0), (8, -1), (8, "2")])
def test_a_wrong_hour_or_count_is_refused(hour, delivered):
    with pytest.raises(BadInput):
        history_after_day(initial_history(), hour, delivered)


def test_a_history_with_a_wrong_key_is_refused():
    with pytest.raises(BadInput, match="did you mean 'openings'"):
        history_after_day({**initial_history(), "opening": 1}, 8)
