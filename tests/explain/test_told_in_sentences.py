"""Proofs, seasonal events, perks and challenges are told in sentences, and no stage is left to a list of its columns."""

import pytest

from hourglass_sim import Scenario, simulate
from hourglass_sim.explain import explain

USERS, DAYS = 300, 50  # from 5 January: an event of the new year, one of February, phoenix_rising is out of reach
SCENARIO = Scenario(users=USERS, days=DAYS, seed=11)
STRICT = Scenario(users=USERS, days=25, seed=12, values={"proofs.required": True, "proofs.fake_share": 0.5})


@pytest.fixture(scope="module")
def rows():
    return simulate(SCENARIO, record="days").days


def told(scenario, row):
    return explain(scenario, user=int(row["user"]), day=int(row["day"]))


def text_of(found, chapter):
    return "\n".join(line.text for line in found.lines if line.chapter == chapter)


def test_no_stage_is_told_as_a_list_of_its_columns(rows):
    picked = [
        *rows[rows["opened"] == 1].sample(12, random_state=4).to_dict("records"),
        *rows[rows["opened"] == 0].head(3).to_dict("records"),
    ]
    for row in picked:
        found = told(SCENARIO, row)
        for stage in found.replay.stages.values():
            head = f"{stage.name.replace('_', ' ')}: {next(iter(stage.writes))} = "
            assert not any(line.text.startswith(head) for line in found.lines), stage.name


def test_each_photo_is_told_with_its_scores_against_the_thresholds():
    days = simulate(STRICT, record="days").days
    verdicts = set()
    for row in days[days["proofs_uploaded"] > 0].sample(12, random_state=2).to_dict("records"):
        found = told(STRICT, row)
        photos = [line for line in found.lines if " photo of " in line.text]
        assert sum(line.value in (1, 3) for line in photos) == row["proofs_today"]
        for line in photos:
            assert ("accepted;" in line.text) == (line.value in (1, 3)), line.text
            assert ("a fake" in line.text) == (line.value >= 3), line.text
            assert "RULES 1.15" in line.source
            verdicts.add(line.value)
        missed = [line for line in found.lines if "counts as missed" in line.text]
        claimed = sum("is completed" in line.text for line in found.lines)
        assert claimed - len(missed) == row["victories"]
    assert verdicts >= {1, 4}


def test_an_event_tells_its_egg_its_days_and_its_factor(rows):
    row = rows[(rows["day"] < 3) & (rows["xp_today"] > 0)].iloc[0]  # 5 to 7 January: new_year_sparks doubles XP
    found = told(SCENARIO, row)
    factor = next(line for line in found.lines if line.rule == "events.event_xp")
    assert factor.value == row["xp_today"]
    assert f"{row['xp_today'] / 2:g} XP × 2 = {row['xp_today']:g} XP" in factor.text
    assert ("finds an egg that holds 0.30 grains, 40 XP" in text_of(found, "open_app")) == bool(found.value("found_egg"))
    xp = next(line for line in found.lines if line.column == "xp_today")
    assert ("the seasonal event", row["xp_today"] / 2) in [tuple(term) for term in xp.terms]


def test_a_day_within_a_challenge_tells_what_it_adds(rows):
    row = rows[(rows["day"].between(27, 47)) & (rows["victories"] == 2)].iloc[0]  # 1 to 21 February: winter_marathon
    assert "adds 2 goals to" in text_of(told(SCENARIO, row), "achieve")
    assert "winter_marathon, competitive" in text_of(told(SCENARIO, row), "achieve")


def test_rewards_of_an_egg_are_told_apart_from_achievements(rows):
    found = rows[(rows["day"] < 3) & (rows["opened"] == 1)]
    for row in found.to_dict("records"):
        evening = told(SCENARIO, row)
        if evening.value("found_egg"):
            break
    morning = explain(SCENARIO, user=int(row["user"]), day=int(row["day"]) + 1)
    line = next(n for n in morning.lines if "an egg, an event or a challenge" in n.text)
    assert line.value == 40
