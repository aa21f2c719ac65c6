"""How synthetic people behave: each mechanism moves in the direction that its source says, and by its parameter only."""

import math

import pytest

from hourglass_sim.people import acting, birth, feeling, opening
from hourglass_sim.people.hours import chronotype_weights, hours_group
from hourglass_sim.people.opening import HOUR_STEPS
from hourglass_sim.people.people import load_people

PEOPLE = load_people("habit")
GROUPS = {name.removeprefix("people."): group for name, group in PEOPLE.groups().items()}
QUIET = {"present": 1, "in_spell": 0, "age_days": 5, "openness": 0.0, "motivation": 0.0, "habit": 0.0, "streak": 0, "run": 0,
         "absent_days": 1, "is_own_weekday": 0, "irritation": 0.0, "push_1": 0.0, "push_2": 0.0, "rhythm": 0.0}  # fmt: skip


def p_open(**changes) -> float:
    """Probability of opening, by counting over an even grid of draws."""
    facts = {**QUIET, **changes}
    draws = [(k + 0.5) / 2000 for k in range(2000)]
    return sum(opening.opens(*facts.values(), u, GROUPS["opening"]) for u in draws) / 2000


@pytest.mark.parametrize(
    "more",
    [{"openness": 1.0}, {"motivation": 1.0}, {"habit": 1.0}, {"streak": 7}, {"run": 7}, {"push_1": 0.5}, {"is_own_weekday": 1}],
)
def test_what_makes_people_open_raises_its_probability(more):
    assert p_open(**more) > p_open() + 0.01


def test_the_odds_of_opening_fall_as_a_power_of_the_days_since_the_last_one():
    weight = GROUPS["opening"].recency_weight
    odds = {gap: p_open(absent_days=gap) / (1 - p_open(absent_days=gap)) for gap in (1, 4, 16)}
    assert odds[4] / odds[1] == pytest.approx(4**-weight, rel=0.02)
    assert odds[16] / odds[1] == pytest.approx(16**-weight, rel=0.02)


def test_irritation_keeps_people_away():
    assert p_open(irritation=2.0) < p_open() - 0.01


def test_nobody_acts_inside_a_spell_or_after_leaving_but_everybody_on_the_first_day():
    assert p_open(in_spell=1, openness=5.0) == 0.0
    assert p_open(present=0, openness=5.0) == 0.0
    assert p_open(age_days=0, openness=-9.0) == 1.0


def test_spells_begin_and_end_at_their_rates():
    absence = GROUPS["absence"]
    draws = [(k + 0.5) / 5000 for k in range(5000)]
    begun = sum(opening.in_spell_next(0, 3, u, absence) for u in draws) / 5000
    ended = 1 - sum(opening.in_spell_next(1, 3, u, absence) for u in draws) / 5000
    assert begun == pytest.approx(absence.p_begins, abs=2e-4)
    assert ended == pytest.approx(absence.p_ends, abs=2e-4)
    assert not any(opening.in_spell_next(0, 0, u, absence) for u in draws)


def test_a_message_at_the_own_hour_pushes_most_and_none_or_an_opt_out_not_at_all():
    p = GROUPS["prompting"]
    at = {hour: opening.push(hour, 1.0, 20.0, 0, p) for hour in (20, 22, 8)}
    assert at[20] == pytest.approx(p.effect)
    assert at[20] > at[22] > at[8] == pytest.approx(p.effect * p.relevance_floor)
    assert opening.push(-1, 1.0, 20.0, 0, p) == 0.0
    assert opening.push(20, 1.0, 20.0, 1, p) == 0.0
    assert opening.relevance(1, 23.0, p) == pytest.approx(opening.relevance(21, 23.0, p))


def test_novelty_halves_its_distance_to_full_in_fifteen_days():
    p, novelty = GROUPS["prompting"], 0.2
    for _ in range(15):
        novelty = feeling.novelty_next(novelty, -1, p)
    assert 1.0 - novelty == pytest.approx(0.4, abs=1e-9)
    assert feeling.novelty_next(1.0, 8, p) < feeling.novelty_next(1.0, -1, p)


def test_days_to_the_plateau_of_a_goal_have_the_published_median_and_range():
    personas = GROUPS["personas"]
    rates = [personas.habit_rate[0] * math.exp(personas.habit_rate_sd[0] * birth.normal_of((k + 0.5) / 96)) for k in range(96)]
    days = sorted(math.log(0.05) / math.log(1 - rate) for rate in rates)
    assert days[48] == pytest.approx(66, abs=3)
    assert days[0] == pytest.approx(18, abs=6)
    assert 190 < days[-1] < 320


def test_a_missed_goal_hurts_about_twice_what_it_would_have_pleased_and_a_broken_streak_hurts_too():
    f = GROUPS["feeling"]
    assert feeling.loss_pain(300, 0, 0, f) / feeling.grain_joy(300, 0, f) == pytest.approx(f.loss_aversion, rel=0.5)
    assert feeling.loss_pain(300, 1, 0, f) > feeling.loss_pain(300, 0, 0, f)
    assert feeling.loss_pain(0, 0, 9, f) > feeling.loss_pain(0, 0, 2, f) > 0.0


def test_xp_satiates():
    f = GROUPS["feeling"]
    assert feeling.xp_joy(300, 100.0, 0, 0, 0.0, f) > 0.0
    assert feeling.xp_joy(300, 300.0, 0, 0, 0.0, f) == 0.0
    assert feeling.xp_joy(100, 300.0, 0, 0, 0.0, f) < 0.0


def test_motivation_fades_without_use_and_stays_within_bounds():
    f = GROUPS["feeling"]
    assert feeling.motivation_next(1.0, 0, 5.0, 0.0, f) == pytest.approx(1.0 - f.fade)
    assert feeling.motivation_next(4.0, 1, 9.0, 0.0, f) == 4.0


def test_irritation_drives_opt_outs_and_opting_out_lasts():
    p = GROUPS["prompting"]
    draws = [(k + 0.5) / 200_000 for k in range(2000)]
    calm = sum(feeling.opts_out(0, 2, 0.0, u, p) for u in draws)
    cross = sum(feeling.opts_out(0, 2, 1.0, u, p) for u in draws)
    assert cross > 5 * calm
    assert feeling.opts_out(1, 0, 0.0, 0.999, p) == 1
    assert feeling.opts_out(0, 0, 9.0, 1e-9, p) == 0


def test_habit_and_motivation_protect_from_leaving():
    way_out = GROUPS["leaving"]
    draws = [(k + 0.5) / 4000 for k in range(4000)]

    def leaving(habit, motivation):
        return sum(feeling.leaves(1, 0.2, habit, motivation, u, way_out) for u in draws)

    assert leaving(0.0, 0.0) > leaving(1.0, 0.0) > leaving(1.0, 1.0) > 0
    assert leaving(0.0, 0.0) / 4000 == pytest.approx(0.2, abs=0.001)


def test_contracts_hold_one_goal_at_least_and_never_more_than_allowed():
    for wants in ((0, 0, 0, 0, 0), (1, 1, 1, 1, 1), (0, 1, 0, 1, 1)):
        for most in (1, 2, 3, 5):
            *picked, goals = acting.picked_goals(1, *wants, most)
            assert sum(picked) == goals
            assert 1 <= goals <= max(most, 1)
    assert acting.picked_goals(0, 1, 1, 1, 1, 1, 3)[-1] == 0


def test_one_new_title_at_most_a_day_and_none_once_all_are_met():
    choosing = GROUPS["choosing"]._replace(replace_rate=1.0)
    for k in range(200):
        u = (k + 0.5) / 200
        assert sum(acting.replaces_goal(slot, 3, 1, 1.0, 1, 3, 61, u, choosing) for slot in range(3)) == 1
        assert sum(acting.replaces_goal(slot, 3, 1, 1.0, 1, 61, 61, u, choosing) for slot in range(3)) == 0


def test_the_mixture_of_chronotypes_is_the_population_s_hours():
    parts = chronotype_weights(PEOPLE.hour_weights)
    for hour, weight in enumerate(PEOPLE.hour_weights):
        assert sum(part[hour] for part in parts) == pytest.approx(weight)
    made = hours_group(PEOPLE.hour_weights)
    shares = [b - a for a, b in zip((0.0, *made.chronotype_up_to), made.chronotype_up_to, strict=False)]
    total = sum(PEOPLE.hour_weights)
    for hour, weight in enumerate(PEOPLE.hour_weights):
        drawn = sum(
            s * made.hour_at[k * HOUR_STEPS : (k + 1) * HOUR_STEPS].count(hour) / HOUR_STEPS for k, s in enumerate(shares)
        )
        assert drawn == pytest.approx(weight / total, abs=0.004)
