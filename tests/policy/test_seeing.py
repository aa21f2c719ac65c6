"""What users see of one another: 24 hours of victories without scores, privacy kept, statistics only with the perk."""

import pytest
from hourglass_policy import BadInput, load
from hourglass_policy.backend import feed_items, initial_state, open_contract, seen_of, settle_day

CONTRACT = open_contract(["Run", "Read a book"], state=initial_state())


def test_a_victory_is_in_the_feed_for_24_hours_and_shows_no_score():
    assert feed_items("anna", CONTRACT, [" RUN"], 0) == [{"goal": "Run", "user": "anna", "hours_left": 24}]
    assert feed_items("anna", CONTRACT, ["Run"], 23.5)[0]["hours_left"] == 0.5
    for hours in (24, -0.5):
        assert feed_items("anna", CONTRACT, ["Run"], hours) == []
    assert feed_items("anna", None, [], 1) == []
    week = load().with_values({"day.feed_hours": 168})
    assert len(feed_items("anna", CONTRACT, ["Run"], 100, policy=week)) == 1


def test_an_anonymous_victory_has_no_name_and_a_hidden_user_no_victory():
    assert feed_items("anna", CONTRACT, ["Run"], 1, "anonymous")[0]["user"] is None
    assert feed_items("anna", CONTRACT, ["Run"], 1, "hidden") == []


def test_only_vision_unlock_shows_statistics_and_privacy_comes_first():
    other = settle_day(initial_state(), CONTRACT, ["Run"])["state"]
    plain, sees = initial_state(), initial_state() | {"perks": ["vision_unlock"]}
    assert seen_of(plain, other)["statistics"] is None
    assert seen_of(plain, other)["title"]["fr"] == "Apprenti II"
    statistics = seen_of(sees, other)["statistics"]
    assert (statistics["heritage"], statistics["ratio"], statistics["goals_completed"]) == (5.56, 55.6, 1)
    for privacy in ("anonymous", "hidden"):
        assert seen_of(sees, other, privacy) == {}


@pytest.mark.parametrize(
    "call",
    [
        lambda: feed_items("anna", CONTRACT, ["Run"], 1, "secret"),
        lambda: feed_items("anna", CONTRACT, "Run", 1),
        lambda: feed_items("anna", CONTRACT, ["Run"], None),
        lambda: feed_items("anna", 5, ["Run"], 1),
        lambda: seen_of(initial_state(), {}, "shown"),
        lambda: seen_of(initial_state(), initial_state(), "hiden"),
    ],
)
def test_what_cannot_be_shown_is_refused(call):
    with pytest.raises(BadInput):
        call()
