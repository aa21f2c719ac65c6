"""Seasonal events and challenges in the backend: XP by date, days that take part, eggs, awards paid the next day."""

import hourglass_policy as hp
import pytest
from hourglass_policy import BadInput
from hourglass_policy.backend import award_challenge, initial_state, open_contract, settle_day

POLICY = hp.load("baseline")
EVENT = next(e for e in POLICY.catalogue.events if e.id == "phoenix_rising")


def lived(day, state=None, policy=POLICY, **facts):
    """A day with one goal of which the user completed all."""
    state = state or initial_state()
    contract = open_contract(["Read a book"], state=state, policy=policy)
    return settle_day(state, contract, ["Read a book"], {"date": day, **facts}, policy)


def test_double_xp_holds_for_everybody_or_in_phoenix_mode_only():
    plain = lived("2026-03-15")["xp"]
    assert plain["gained"] == 100  # phoenix_rising doubles in Phoenix mode only
    in_phoenix = lived("2026-03-15", {**initial_state(), "in_phoenix": True})["xp"]
    assert in_phoenix["gained"] == 200
    assert {"xp": 100, "reason": "the event phoenix_rising"} in in_phoenix["reasons"]
    assert lived("2026-01-05")["xp"]["gained"] == 200  # First Sparks doubles for everybody
    assert lived("2026-01-05", policy=POLICY.with_values({"events.enabled": False}))["xp"]["gained"] == 100
    assert settle_day(initial_state(), None, [], {"opened": True}, POLICY)["event"]["id"] is None  # no date, no event


def test_taking_part_counts_once_after_the_events_days_and_the_next_year_again():
    state, parts = initial_state(), []
    for k in range(14):
        state = lived(f"2026-03-{k + 1:02d}", state)["state"]
        parts.append(state["seasonal_events"])
    assert parts == [0] * (EVENT.days_needed - 1) + [1] * (15 - EVENT.days_needed)
    later = {**state, "date": "2027-02-28", "age_days": 364, "grains_per_day": [0] * 30, "ratio_per_day": [0] * 30}
    assert lived("2027-03-01", later)["state"]["event_days"] == 1


def test_an_egg_is_due_the_next_morning_and_can_only_be_found_where_eggs_are():
    found = lived("2026-03-15", egg=True)
    held = next(m.reward for m in EVENT.mechanics if m.type == "eggs")
    assert found["state"]["eggs_found"] == 1
    assert found["event"]["rewards"][0]["reason"] == "an egg of phoenix_rising"
    with_egg, without = (lived("2026-03-16", s["state"])["state"] for s in (found, lived("2026-03-15")))
    assert with_egg["heritage_centigrains"] - without["heritage_centigrains"] == held.centigrains
    first = next(a.reward for a in hp.load().catalogue.achievements if a.id == "egg_first")
    assert with_egg["xp"] - without["xp"] == held.xp + first.xp
    for day, facts in (("2026-07-15", {}), ("2026-02-12", {}), ("2026-03-15", {"opened": False})):
        with pytest.raises(BadInput, match="an egg"):
            settle_day(initial_state(), None, [], {"date": day, "opened": True, "egg": True, **facts}, POLICY)
    with pytest.raises(BadInput, match="egg is a switch"):
        lived("2026-03-15", egg=3)


def test_a_challenges_award_is_paid_at_the_next_settlement_with_its_counters():
    state = lived("2026-06-01")["state"]
    awarded = award_challenge(state, won=True, xp=500, centigrains=2000, perk="vision_unlock")
    assert state["challenges_won"] == 0  # the given state is left alone
    assert (awarded["challenges_joined"], awarded["challenges_won"], "vision_unlock" in awarded["perks"]) == (1, 1, True)
    after, plain = (lived("2026-06-02", s)["state"] for s in (awarded, state))
    assert after["heritage_centigrains"] - plain["heritage_centigrains"] == 2000
    assert after["xp"] - plain["xp"] >= 500


@pytest.mark.parametrize("wrong", [{"xp": -1}, {"centigrains": 1.5}, {"perk": "vision"}, {"won": "yes"}])
def test_what_is_no_award_is_refused(wrong):
    with pytest.raises(BadInput):
        award_challenge(initial_state(), **wrong)
