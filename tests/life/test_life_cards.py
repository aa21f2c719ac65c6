"""What a person sees of themselves, against figures worked out by hand (RULES 1.18)."""

import json

import hourglass_policy as hp
import pytest
from hourglass_policy import life
from hourglass_policy.errors import BadInput
from hourglass_policy.life.days import checked_days
from hourglass_policy.life.insights import best_moment, phoenix_warning, prediction, ratios_ahead, within_reach
from hourglass_policy.life.pictures import periods, radar, series

POLICY = hp.load(preset="documented")
PHOENIX = POLICY.rules.phoenix


def goal(category="sport", value=2.0, done=True):
    return {"category": category, "value": value, "done": done}


def day(earned=0, evaporated=0, ratio=0, hour=9, goals=(), opened=True):
    return {"earned_centigrains": earned, "evaporated_centigrains": evaporated, "ratio_hundredths": ratio, "opened": opened,
            "hour": hour if opened else None, "goals": list(goals)}  # fmt: skip


@pytest.mark.parametrize(
    ("centigrains", "bucket"),
    [(0, 0), (1, 1), (100, 1), (399, 1), (400, 2), (799, 2), (800, 3), (1000, 3), (1001, 4), (3000, 4)],
)
def test_a_day_falls_into_its_bucket(centigrains, bucket):
    assert life.bucket_of(centigrains) == bucket
    assert life.BUCKETS[bucket] == ("0", "1–3", "4–7", "8–10", "more")[bucket]


def test_the_series_holds_the_last_90_days_in_grains_and_percent():
    told = series([day(earned=k, evaporated=2 * k, ratio=5390) for k in range(100)])
    assert len(told) == 90
    assert told[0] == {"day": 10, "earned": 0.1, "evaporated": 0.2, "ratio": 53.9}
    assert told[-1]["day"] == 99


def test_the_calendar_has_a_bucket_for_each_of_the_last_90_days():
    told = life.calendar([day(earned=1200), day(earned=350), day()])
    assert [(d["day"], d["grains"], d["bucket"]) for d in told] == [(0, 12.0, 4), (1, 3.5, 1), (2, 0.0, 0)]


def test_the_radar_by_hand():
    """Sport on 3 of 4 days: 4 goals, 3 done: 3/4; 7 × 3/4 = 5.25 days a week; values 2, 3, 2, 2: 9/4 = 2.25; done on days 0, 1, then a
    miss, then a day without: longest 2. Home on 1 of 4 days, missed: 0; 1.75 days a week; 1.5; 0."""
    days = [
        day(goals=[goal(), goal(value=3.0)]), day(goals=[goal()]), day(goals=[goal(done=False), goal("home", 1.5, False)]), day()
    ]  # fmt: skip
    assert radar(days) == {
        "home": {"goals": 1, "success_rate": 0.0, "days_per_week": 1.75, "mean_value": 1.5, "longest_streak": 0},
        "sport": {"goals": 4, "success_rate": 0.75, "days_per_week": 5.25, "mean_value": 2.25, "longest_streak": 2},
    }


def test_a_streak_of_a_category_needs_days_in_a_row():
    days = [day(goals=[goal()]), day(goals=[goal("home")]), day(goals=[goal()]), day(goals=[goal()])]
    assert radar(days)["sport"]["longest_streak"] == 2


def test_the_prediction_by_hand():
    """7 days, 7 victories: (7 + 1) / (7 + 2) = .8889; Wilson: low = 7 / (7 + 1.96²) = 7 / 10.8415 = .6457, high = 1."""
    told = prediction([day(goals=[goal()])] * 7)
    assert (told["p"], told["low"], told["high"], told["confidence"]) == (0.8889, 0.6457, 1.0, 0.6457)
    """30 days, 15: 16 / 32 = .5; Wilson half = 1.96 × √(.25/30 + 1.96²/3600) / (1 + 1.96²/30)
    = 1.96 × √(.0083333 + .0010671) / 1.1280486 = 1.96 × .0969553 / 1.1280486 = .16846; .3315 to .6685; confidence .6631."""
    told = prediction([day(goals=[goal(done=k % 2 == 0)]) for k in range(60)])
    assert told["p"] == 0.5
    assert (told["low"], told["high"]) == (pytest.approx(0.3315, abs=1e-4), pytest.approx(0.6685, abs=1e-4))
    assert told["confidence"] == pytest.approx(0.6631, abs=2e-4)


def test_nothing_is_predicted_in_the_first_week():
    assert prediction([day(goals=[goal()])] * 6) is None


def test_the_best_moment_has_the_largest_share_of_success():
    """Morning 4 of 5 = 80 %, evening 5 of 5 = 100 %; night has 4 goals only, all done: too few."""
    days = [day(hour=8, goals=[goal(done=k > 0)]) for k in range(5)] + [day(hour=19, goals=[goal()])] * 5
    days += [day(hour=2, goals=[goal()])] * 4
    assert best_moment(days) == {"moment": "evening", "success_rate": 1.0, "goals": 5, "reason": "100 % of 5 goals"}
    assert best_moment(days[:4]) is None


def test_the_phoenix_warning_by_hand():
    """20 days of 10 grains, then 7 of 0. The 14-day sum is 7 × 1000 = 7000; Phoenix below 14 × 300 = 4200. Each next day of 0 takes
    1000 off: 6000, 5000, 4000 < 4200 on the third."""
    days = [day(earned=1000, goals=[goal()])] * 20 + [day()] * 7
    told = phoenix_warning(days, False, 7, PHOENIX)
    assert (told["in_days"], told["cause"]) == (3, "low_grains")
    assert phoenix_warning(days, True, 7, PHOENIX) is None


def test_a_limit_that_is_just_met_gives_no_warning():
    """3 grains a day for ever: the sum is 4200, not below it."""
    assert phoenix_warning([day(earned=300, goals=[goal()])] * 40, False, 0, PHOENIX) is None
    assert phoenix_warning([day(earned=299, goals=[goal()])] * 40, False, 0, PHOENIX)["in_days"] == 1


def test_days_without_a_victory_warn_when_grains_do_not():
    """Grains come (a Phoenix minimum, say) but no victory: 10 days without; the 14th is 4 days ahead."""
    days = [day(earned=400, goals=[goal(done=False)])] * 30
    assert phoenix_warning(days, False, 10, PHOENIX) | {"reason": ""} == {"in_days": 4, "cause": "no_victory", "reason": ""}


def test_newcomers_and_those_just_out_of_phoenix_are_not_warned_too_early():
    """None before 14 days on the app: 5 so far, day 14 is 10 ahead. An exit 3 days ago: re-entry at 14, 12 ahead."""
    assert phoenix_warning([day()] * 5, False, 5, PHOENIX)["in_days"] == 10
    assert phoenix_warning([day()] * 40, False, 3, PHOENIX, days_since_exit=3)["in_days"] == 12


def test_a_ratio_that_will_have_fallen_is_foreseen_by_hand():
    """30 days at 100 %, then 10 days of 5 grains: 30 × 10 + 10 × 5 = 350 grains on 40 days, 87.5 %. The next night makes it 355 on 41,
    86.59 %, then 360 on 42, 85.71 %; 30 days before the next night it was 100 %: 13.41 points more."""
    days = [day(earned=1000, ratio=10_000, goals=[goal()])] * 30 + [day(earned=500, ratio=8750, goals=[goal()])] * 10
    ahead = ratios_ahead(days, POLICY.rules)
    assert ahead[:2] == [8659, 8571]
    told = phoenix_warning(days, False, 0, PHOENIX, ratios=ahead)
    assert (told["in_days"], told["cause"]) == (1, "ratio_drop")
    assert "-13.41 points" in told["reason"]
    assert phoenix_warning(days, False, 0, PHOENIX) is None
    assert life.life_card(days, policy=POLICY)["insights"]["warning"] == told


def test_days_away_move_no_ratio_unless_calendar_days_count():
    """20 days at 50 %, then 7 away: nothing counts any more, so the ratio stays; by the calendar 100 grains are shared by 28, 29 days."""
    days = [day(earned=500, ratio=5000, goals=[goal()])] * 20 + [day(ratio=5000, opened=False)] * 7
    assert ratios_ahead(days, POLICY.rules) == [5000] * 14
    calendar = POLICY.with_values({"ratio.ratio_days": "calendar_days"}).rules
    shared = [*days[:-1], day(ratio=3704, opened=False)]  # 100 / 270
    assert ratios_ahead(shared, calendar)[:2] == [3572, 3449]  # 3704 x 27 / 28 and / 29
    assert ratios_ahead([], calendar) == []


def test_achievements_within_reach_come_nearest_first_and_say_what_is_missing():
    achievements = POLICY.catalogue.achievements
    first = next(a for a in achievements if len(a.conditions) == 1 and a.conditions[0].threshold >= 10)
    counter, threshold = first.conditions[0]
    told = within_reach([first], {counter: threshold - 1}, ())
    assert told[0]["id"] == first.id
    assert told[0]["progress"] == round((threshold - 1) / threshold, 4)
    assert list(told[0]["missing"]) == [counter]
    assert within_reach([first], {counter: threshold - 1}, [first.id]) == []
    assert within_reach([first], {counter: threshold // 2 - 1}, ()) == []
    assert within_reach([first], {}, ()) == []
    every = within_reach(achievements, {c.counter: c.threshold - 1 for a in achievements for c in a.conditions}, ())
    assert [a["progress"] for a in every] == sorted((a["progress"] for a in every), reverse=True)
    assert len(every) <= 3


def test_this_period_against_the_last_by_hand():
    """30 days of 4 grains after 30 of 5: 120 against 150, 120 / 150 − 1 = −20 %. Nothing evaporated before: no relative change."""
    days = [day(earned=500, goals=[goal()])] * 30 + [day(earned=400, evaporated=100, goals=[goal(), goal(done=False)])] * 30
    told = periods(days)
    assert told["this"] == {"earned": 120.0, "evaporated": 30.0, "victories": 30, "goals": 60, "days_opened": 30}
    assert told["change"] == {"earned": -0.2, "evaporated": None, "victories": 0.0, "goals": 1.0, "days_opened": 0.0}
    assert periods(days[:45])["change"] is None
    assert periods(days[:30])["last"] is None


@pytest.mark.parametrize(
    ("ratio", "pitch"), [(0, 0.8), (5390, 1.0156), (10000, 1.2), (25000, 1.2), (-100, 0.8), (2500, 0.9)]
)  # 5390 hundredths = 53.90 % = 5.39 of 10: 0.8 + 0.539 × 0.4 = 1.0156
def test_the_pitch_rises_with_the_ratio(ratio, pitch):
    assert life.sound_pitch(ratio) == pitch


def test_the_track_of_a_moment():
    assert life.sound_track("summer", in_phoenix=True, hour=8, after_victory=True) == "victory"
    assert life.sound_track("summer", in_phoenix=True, hour=8) == "phoenix"
    assert life.sound_track("summer", hour=11) == "morning"
    assert life.sound_track("summer", hour=12) == "summer"
    assert life.sound_track("winter") == "winter"
    assert life.sound_track("spring", hour=15) == "active"
    assert {life.sound_track(s) for s in (None, "autumn")} == {"active"}


def test_a_card_of_no_days_is_empty_and_plain():
    card = life.life_card([], policy=POLICY)
    assert json.loads(json.dumps(card)) == card
    assert card["insights"] == {"prediction": None, "best_moment": None, "warning": None, "within_reach": []}
    assert card["sound"] == {"track": "active", "pitch": 0.8}


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"earned_centigrains": 1.5}, "whole number"), ({"hour": 24}, "0 to 23"), ({"opened": 1}, "switch"), ({"grains": 3}, "unknown key"),
        ({"goals": {}}, "list"), ({"goals": [{"category": "a"}]}, "category, value, done"), ({"earned_centigrains": -1}, "negative"),
    ],
)  # fmt: skip
def test_days_that_cannot_be_are_refused_with_their_place(change, told):
    with pytest.raises(BadInput, match=told) as error:
        checked_days([day(), day() | change])
    assert "day 1 of the life" in str(error.value)


def test_a_missing_key_and_an_unknown_season_are_refused():
    with pytest.raises(BadInput, match="ratio_hundredths is missing"):
        checked_days([{k: v for k, v in day().items() if k != "ratio_hundredths"}])
    with pytest.raises(BadInput, match="did you mean 'winter'"):
        life.life_card([], season="winters", policy=POLICY)
