"""Challenges: scores from the first morning to the last evening, ranks that are stable for ties, prizes for whom they name."""

from datetime import date

import hourglass_policy as hp
import numpy as np
import pytest
from hourglass_policy.catalogue import Challenge
from hourglass_policy.catalogue.challenges import Prize
from hourglass_policy.catalogue.rewards import Reward

from hourglass_sim.engine import world
from hourglass_sim.engine.contests import Contest, Scores, contests_of, decided
from hourglass_sim.run import simulate
from hourglass_sim.scenario import Scenario

RULES = hp.load("baseline").rules
REWARDS = {"all": Reward(100, 200, "", ""), "top": Reward(10, 0, "vision_unlock", ""), "threshold": Reward(1, 3, "", "")}


def challenge(kind, *prizes, target=1000, population=100, scales=True, minimum=1, counter="goals_completed"):
    own = (target, population, scales) if kind == "collective" else (0, 0, False)
    return Challenge("c", "c", "c", "", "", kind, counter, *own, minimum, (1, 10), (1, 20), tuple(prizes))


def prize(to, places=0, share=0.0):
    return Prize(to, places, share, REWARDS[to])


def result(c, score, here=None, active=100, rules=RULES):
    score = np.array(score)
    everybody = np.ones(len(score), dtype=bool)
    return decided(
        Contest(c, 0, 10), Scores(score, everybody if here is None else np.array(here), active), rules, {"vision_unlock": 8}
    )


def test_a_ranking_goes_by_score_and_among_equals_by_user_number():
    found = result(challenge("competitive", prize("top", places=3)), [5, 9, 5, 0, 9, 5])
    assert found.place.tolist() == [3, 1, 4, 0, 2, 5]
    assert found.xp.tolist() == [10, 10, 0, 0, 10, 0]
    assert found.perks.tolist() == [8, 8, 0, 0, 8, 0]
    assert found.won.tolist() == [True, True, False, False, True, False]


def test_among_many_those_in_front_are_ranked_as_among_few():
    scores = np.random.default_rng(2).integers(0, 40, 5_000)
    found = result(challenge("competitive", prize("top", places=1_200)), scores)
    order = np.argsort(-scores, kind="stable")
    assert found.place[order[:1_200]].tolist() == list(range(1, 1_201))
    assert set(found.place[order[1_200:]].tolist()) - set(range(1_201, 5_001)) == {0}
    assert np.flatnonzero(found.won).tolist() == sorted(order[:1_200].tolist())


def test_a_participant_has_at_least_the_minimum():
    found = result(challenge("competitive", prize("all"), minimum=6), [5, 6, 7])
    assert found.xp.tolist() == [0, 100, 100]
    assert not found.won.any()


@pytest.mark.parametrize(("total", "paid"), [(999, 0), (1000, 100), (1001, 100)])
def test_a_shared_target_pays_everybody_from_the_target_on(total, paid):
    found = result(challenge("collective", prize("all"), prize("top", places=1)), [total - 1, 1])
    assert found.xp.tolist() == [paid + 10 * (paid > 0), paid]
    assert found.won.tolist() == [paid > 0, False]


def test_thresholds_pay_at_their_share_of_the_target():
    c = challenge("collective", prize("threshold", share=0.5), prize("all"), prize("threshold", share=1.5))
    assert [int(result(c, [total]).xp[0]) for total in (499, 500, 1000, 1499, 1500)] == [0, 1, 101, 101, 102]


def test_the_target_follows_the_active_users_unless_it_is_absolute():
    c = challenge("collective", prize("all"))
    assert result(c, [20], active=2).target == 20
    assert result(c._replace(scales=False), [20], active=2).target == 1000
    absolute = hp.load("baseline").with_values({"challenges.targets_scale": False}).rules
    assert result(c, [20], active=2, rules=absolute).target == 1000


def test_whoever_left_adds_to_the_total_but_is_not_paid_or_ranked():
    found = result(challenge("collective", prize("all"), prize("top", places=1)), [600, 400], here=[False, True])
    assert found.total == 1000
    assert found.xp.tolist() == [0, 110]
    assert found.place.tolist() == [0, 1]


def test_challenges_return_every_year_and_only_those_that_meet_the_run_count():
    c = challenge("collective", prize("all"))
    found = contests_of(date(2026, 1, 15), 400, (c,), RULES)
    assert [(x.first, x.last) for x in found] == [(-5, 5), (360, 370)]
    assert contests_of(date(2026, 2, 1), 30, (c,), RULES) == ()
    off = hp.load("baseline").with_values({"challenges.enabled": False}).rules
    assert contests_of(date(2026, 1, 15), 400, (c,), off) == ()


@pytest.fixture
def only(monkeypatch):
    """Makes the runs of a test hold exactly some challenges, and no seasonal event."""

    def hold(*challenges, **changes):
        monkeypatch.setattr(world, "contests_of", lambda start, days, _, rules: contests_of(start, days, challenges, rules))
        return Scenario(**{"start": "2026-01-05", "values": {"events.enabled": False}, **changes})

    return hold


@pytest.mark.parametrize("engine", ["columns", "agents"])
def test_in_a_run_scores_count_from_the_first_morning_to_the_last_evening(engine, only):
    c = challenge("competitive", prize("top", places=5), prize("all"), minimum=3)
    run = simulate(only(c, users=90, days=20, start="2026-01-05", arrivals=(60, *[0] * 7, 30)), engine=engine, record="days")
    days = run.days
    inside = days[(days["day"] >= 5) & (days["day"] <= 15)]
    score = inside.groupby("user")["victories"].sum().reindex(range(90), fill_value=0)
    (told,) = run.outcome.challenges
    assert (told["first_day"], told["last_day"], told["participants"]) == (5, 15, int((score >= 3).sum()))
    assert told["total"] == score[score >= 3].sum()
    still = run.users["gone"].to_numpy() == 0
    order = sorted((u for u in range(90) if score[u] >= 3 and still[u]), key=lambda u: (-score[u], u))
    assert np.flatnonzero(run.users["challenges_won"]).tolist() == sorted(order[:5])
    assert np.flatnonzero(run.users["challenges_joined"]).tolist() == sorted(order)
    won = days[days["day"] == 16].set_index("user").loc[order[:5]]
    assert (won["rewarded"] >= 200).all()  # two grains for all, paid the next morning with whatever else is due
    assert (won["perks"] & 8 != 0).all()


def test_both_engines_agree_on_overlapping_challenges_while_people_leave_and_are_moved_together(only):
    listed = (
        challenge("collective", prize("all"), prize("top", places=10), counter="grains_earned", target=20, population=10),
        challenge("competitive", prize("top", places=7), counter="boosts_sent")._replace(id="d", start=(1, 12), end=(2, 7)),
    )
    changes = {"users": 560, "days": 42, "arrivals": (500, *[0] * 33, 60), "start": "2026-01-05"}
    scenario = only(*listed, **changes).with_values({"shift.leave": 8.0, "leaving.habit_protection": 0.0})
    runs = [simulate(scenario, engine=engine, record="days") for engine in ("columns", "agents")]
    assert runs[0].outcome.challenges == runs[1].outcome.challenges
    assert len(runs[0].outcome.challenges) == 2
    assert runs[0].outcome.challenges[0]["grains"] > 0
    assert runs[0].digest == runs[1].digest
    assert runs[0].users.equals(runs[1].users)


@pytest.mark.parametrize("engine", ["columns", "agents"])
def test_what_is_won_tonight_is_no_score_of_a_challenge_that_begins_tomorrow(engine, only):
    first = challenge("competitive", prize("all"), minimum=1)
    second = challenge("competitive", prize("all"), counter="challenges_joined")._replace(id="d", start=(1, 21), end=(1, 25))
    run = simulate(only(first, second, users=90, days=25, start="2026-01-05"), engine=engine)
    one, two = run.outcome.challenges
    assert one["last_day"] + 1 == two["first_day"]
    assert one["participants"] > 0
    assert (two["participants"], two["total"]) == (0, 0)


def test_a_run_in_steps_decides_challenges_as_a_run_at_once(only):
    c = challenge("collective", prize("all"), target=1)
    scenario = only(c, users=50, days=30, start="2026-01-05")
    assert simulate(scenario, note=lambda *_: None).digest == simulate(scenario).digest
