"""Each guardrail holds up to its boundary and not beyond, and says by how much it is broken."""

import pytest

from hourglass_sim.tune.guardrails import allowance, check_guardrails, holds, worst_persona

BASELINE = {
    "minted": 8.0,
    "opt_outs": 0.10,
    "negative_heritage": 0.0,
    "past_level_25": 0.0,
    "d30.steady": 0.5,
    "d30.sprinter": 0.3,
}


def judged(name: str, **changes: float | None):
    """One guardrail of a candidate that differs from the baseline as given (`__` stands for the dot)."""
    candidate = {**BASELINE, **{key.replace("__", "."): value for key, value in changes.items()}}
    return next(g for g in check_guardrails(BASELINE, candidate) if g.name == name)


def test_the_baseline_itself_breaks_nothing():
    found = check_guardrails(BASELINE, BASELINE)
    assert [g.name for g in found] == ["minted", "opt_outs", "heritage", "personas", "level"]
    assert all(g.passed is True and g.violation <= 0 for g in found)
    assert holds(found)


@pytest.mark.parametrize(("minted", "passed"), [(8.8, True), (8.81, False), (7.2, True), (7.19, False), (8.0, True)])
def test_grains_minted_may_differ_by_a_tenth_either_way(minted, passed):
    guardrail = judged("minted", minted=minted)
    assert guardrail.passed is passed
    assert (guardrail.violation > 0) is not passed
    assert guardrail.value == pytest.approx(minted / 8.0 - 1.0)


@pytest.mark.parametrize(("share", "passed"), [(0.10, True), (0.1001, False), (0.0, True)])
def test_opt_outs_may_not_exceed_the_baseline(share, passed):
    guardrail = judged("opt_outs", opt_outs=share)
    assert guardrail.passed is passed
    assert (guardrail.violation > 0) is not passed
    assert guardrail.bound == 0.10


@pytest.mark.parametrize(("share", "passed"), [(0.0, True), (0.00005, False)])
def test_nobody_may_fall_below_zero(share, passed):
    assert judged("heritage", negative_heritage=share).passed is passed


@pytest.mark.parametrize(("sprinter", "passed"), [(0.29, True), (0.2899, False), (0.35, True)])
def test_a_persona_may_lose_one_point_but_no_more_however_well_others_do(sprinter, passed):
    guardrail = judged("personas", d30__steady=0.9, d30__sprinter=sprinter)
    assert guardrail.passed is passed
    assert guardrail.value == pytest.approx(min(sprinter - 0.3, 0.4))


@pytest.mark.parametrize(("share", "passed"), [(0.0499, True), (0.05, False), (0.06, False)])
def test_the_share_past_level_25_stays_strictly_under_five_percent(share, passed):
    guardrail = judged("level", past_level_25=share)
    assert guardrail.passed is passed
    assert (guardrail.violation > 0) is not passed


def test_what_cannot_be_judged_is_neither_passed_nor_broken():
    found = check_guardrails(
        {**BASELINE, "minted": None}, {**BASELINE, "opt_outs": None, "d30.steady": None, "d30.sprinter": None}
    )
    unknown = {g.name for g in found if g.passed is None}
    assert unknown == {"minted", "opt_outs", "personas"}
    assert holds(found)


def test_the_worst_persona_is_the_one_that_falls_most():
    assert worst_persona(BASELINE, {**BASELINE, "d30.steady": 0.4, "d30.sprinter": 0.25}) == "d30.steady"


def test_a_small_run_allows_for_luck_and_a_large_one_hardly():
    guardrail = judged("personas", d30__steady=0.489)
    assert guardrail.violation > 0 > guardrail.violation - allowance(guardrail, BASELINE, users=2_000)
    assert guardrail.violation - allowance(guardrail, BASELINE, users=50_000_000) > 0
    assert allowance(judged("minted", minted=9.0), BASELINE, users=100) == 0.0
