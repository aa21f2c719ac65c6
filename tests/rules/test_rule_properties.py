"""What must hold of single rules whatever the parameters."""

from hourglass_policy import rules as r
from hypothesis import given
from hypothesis import strategies as st
from random_lives import examples, policies

CENTIGRAINS = st.integers(0, 3000)
DAYS = st.integers(0, 4000)


@examples(100)
@given(policies(groups=("devaluation",)), CENTIGRAINS, DAYS, DAYS)
def test_a_goal_is_never_worth_more_when_it_is_older(policy, share, age, more):
    d = policy.rules.devaluation
    younger, older = (r.devalued_centigrains(share, r.phase_of(days, d), d) for days in (age, age + more))
    assert 0 <= older <= younger <= share


@examples(100)
@given(policies(groups=("devaluation",)), CENTIGRAINS, CENTIGRAINS, st.integers(1, 4))
def test_a_larger_share_is_never_worth_less(policy, share, more, phase):
    d = policy.rules.devaluation
    assert r.devalued_centigrains(share, phase, d) <= r.devalued_centigrains(share + more, phase, d)


@examples(100)
@given(policies(groups=("phoenix",)), CENTIGRAINS, st.integers(0, 1), st.integers(0, 1))
def test_phoenix_mode_never_takes_and_other_days_change_nothing(policy, paid, is_micro, in_phoenix):
    ph = policy.rules.phoenix
    got = r.phoenix_centigrains(paid, is_micro, in_phoenix, ph)
    assert got == paid or (got > paid and is_micro and in_phoenix)
    owed = r.phoenix_minimum(got, 1, in_phoenix, ph)
    assert owed == (max(ph.daily_minimum_centigrains - got, 0) if in_phoenix else 0)


@examples(100)
@given(policies(groups=("valuation",)), st.floats(0.0, 10.0), st.integers(0, 40), st.integers(0, 40))
def test_a_longer_title_or_a_dearer_word_is_never_worth_less_and_nothing_passes_the_cap(policy, keyword, words, more):
    v = policy.rules.valuation
    short, long = r.goal_value(keyword, words, v), r.goal_value(keyword, words + more, v)
    assert short <= long <= round(v.value_cap, 2)
    assert long == round(long, 2)


@examples(60)
@given(policies(groups=("levels",)), st.integers(0, 10**7), st.integers(0, 10**7))
def test_more_xp_never_mean_a_lower_level_and_the_way_there_changes_nothing(policy, xp, more):
    thresholds = r.level_thresholds(policy.rules.levels)
    assert len(thresholds) == policy.rules.levels.max_level
    level = r.level_after(xp, 1, thresholds)
    assert level <= r.level_after(xp + more, level, thresholds) == r.level_after(xp + more, 1, thresholds)


@examples(100)
@given(policies(groups=("ratio", "grains")), st.integers(-(10**6), 10**6), st.integers(0, 10**6), st.integers(1, 4000))
def test_a_larger_heritage_never_has_a_lower_ratio(policy, heritage, more, days):
    potential = r.ratio_potential(policy.rules.ratio, policy.rules.grains)
    assert r.ratio_hundredths(heritage, days, potential) <= r.ratio_hundredths(heritage + more, days, potential)


@examples(100)
@given(policies(groups=("seasons",)), CENTIGRAINS, st.integers(1, 30))
def test_a_mean_and_a_sum_are_in_the_same_season(policy, mean, days):
    assert r.season_of(mean * days, days, policy.rules.seasons) == r.season_of(mean, 1, policy.rules.seasons)


@examples(150)
@given(policies(groups=("grains", "perks")), st.integers(0, 1))
def test_a_boost_costs_gives_and_burns_exactly_what_there_is(policy, has_discount):
    g, p = policy.rules.grains, policy.rules.perks
    paid = r.boost_cost(has_discount, g, p)
    assert 0 <= paid <= g.boost_cost_centigrains
    assert paid + r.boost_subsidy(paid, g) - r.boost_burn(paid, g) == g.boost_benefit_centigrains
    assert 0 in (r.boost_subsidy(paid, g), r.boost_burn(paid, g))


@examples(150)
@given(policies(groups=("grains", "social", "perks")), st.integers(-200, 2000), st.integers(0, 300), st.integers(0, 1))
def test_affordable_acts_never_cost_more_than_the_reserve_nor_pass_the_cap(policy, reserve, sent, has_discount):
    g, p, s = policy.rules.grains, policy.rules.perks, policy.rules.social
    boosts, comments = r.boosts_affordable(reserve, sent, has_discount, g, p, s), r.comments_affordable(reserve, sent, g, s)
    for acts, cost, cap in (
        (boosts, r.boost_cost(has_discount, g, p), s.boosts_per_day),
        (comments, g.comment_cost_centigrains, s.comments_per_day),
    ):
        assert acts >= 0
        assert acts * cost <= max(reserve, 0)
        assert not s.caps_enabled or acts == 0 or sent + acts <= cap
