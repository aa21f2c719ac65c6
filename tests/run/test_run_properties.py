"""Whatever the parameters: in a run, every heritage moves by its counted rows alone, and nothing exceeds what the rules allow."""

import numpy as np
from hypothesis import HealthCheck, given, settings
from random_lives import LONG, TRIED, policies

import hourglass_sim as hg

ARRIVED = {"rewarded": 1, "boost_in": 1, "transfusion_in": 1}  # what a morning brings
COUNTED = {**ARRIVED, "earned": 1, "topped_up": 1, "transfusion_out": -1}  # a new kind of counted row belongs here
GROUPS = ("grains", "devaluation", "ratio", "seasons", "phoenix", "xp", "levels", "perks", "valuation", "social")


def run_of(policy, users=150, days=45):
    """A recorded run under a policy's parameters, as arrays of days × users, with the evening before's values."""
    scenario = hg.Scenario(users=users, days=days, values=policy.parameters.changed())
    run = hg.simulate(scenario, record="days")
    TRIED["runs"] += 1
    TRIED["simulated user-days"] += len(run.days)
    table = run.days.sort_values(["user", "day"], kind="stable")
    first = ~(table["user"].to_numpy() == np.roll(table["user"].to_numpy(), 1))
    before = {name: np.where(first, 0, np.roll(table[name].to_numpy(), 1)) for name in ("heritage", "xp", "level", "phoenix")}
    return run, {name: table[name].to_numpy() for name in table.columns}, before


def check_heritage(rules, day, before):
    moved = sum(sign * day[name].astype(np.int64) for name, sign in COUNTED.items())
    moved -= day["evaporated"].astype(np.int64) * rules.grains.evaporation_debits_heritage
    assert np.array_equal(day["heritage"] - before["heritage"], moved)
    if not rules.grains.evaporation_debits_heritage:
        assert day["heritage"].min() >= 0


def check_shares(rules, day, before):
    extra = rules.perks.extra_daily_grain_centigrains
    assert set(np.unique(day["potential"])) <= {rules.grains.daily_potential_centigrains + part for part in (0, extra)}
    calm = before["phoenix"] == 0
    assert (day["earned"] + day["evaporated"] <= day["potential"])[calm].all()
    most = max(rules.phoenix.micro_multiplier, 1.0)
    assert (day["earned"] + day["evaporated"] <= day["potential"] * most + 5).all()
    assert (day["goals"] <= max(rules.grains.max_goals, 1)).all()
    assert (day["victories"] <= day["goals"]).all()
    assert (day["earned"] + day["evaporated"] == 0)[day["opened"] == 0].all()


def check_meeting(run, rules, day, before):
    """Acts stay within reserve, heritage and caps; nothing arrives that was not sent on a day before."""
    g, s = rules.grains, rules.social
    assert (day["boost_out"] + day["comment_cost"] <= min(g.social_reserve_centigrains, int(day["potential"].max()))).all()
    held = before["heritage"] + sum(day[name].astype(np.int64) for name in ARRIVED)
    assert (day["transfusion_out"] <= np.maximum(held, 0)).all()
    caps = {"boosted": s.boosts_per_day, "commented": s.comments_per_day, "given": s.transfusions_per_day}
    if s.caps_enabled:
        assert all((np.bitwise_count(day[name]) <= cap).all() for name, cap in caps.items())

    def by_day(*names):
        total = sum(day[name].astype(np.int64) for name in names)
        return np.bincount(day["day"], weights=total, minlength=len(run.totals)).cumsum()

    sent = by_day("boost_out", "boost_subsidy") - by_day("boost_burn") + by_day("transfusion_out")
    arrived = by_day("boost_in", "transfusion_in")
    assert arrived[0] == 0
    assert (arrived[1:] <= sent[:-1]).all()


def check_phoenix_minimum(rules, day, before):
    ph, topped = rules.phoenix, day["topped_up"] > 0
    owed = (before["phoenix"] == 1) & ((day["opened"] == 1) | (ph.minimum_without_opening == 1)) & (day["present"] == 1)
    assert owed[topped].all()
    assert (day["earned"] + day["topped_up"] == ph.daily_minimum_centigrains)[topped].all()
    assert (day["earned"] + day["topped_up"] >= ph.daily_minimum_centigrains)[owed].all()


def check_progress(rules, day, before):
    assert (day["xp"] >= before["xp"]).all()
    assert (day["level"] >= before["level"]).all()
    assert day["level"].max() <= rules.levels.max_level
    assert (day["phoenix_exited"] == 0).all() or rules.phoenix.exit_enabled


def check_minted(run, rules, day):
    """Minted grains are in the heritages, on their way, or evaporated from heritages: what boosts burn is not among them."""
    total = {name: int(values.astype(np.int64).sum()) for name, values in day.items() if values.dtype.kind in "iu"}
    minted = round(100 * (run.kpis["minted"] or 0.0) * total["opened"])
    held = round(100 * float(run.users["heritage"].sum()))
    on_their_way = total["boost_out"] + total["boost_subsidy"] - total["boost_burn"] - total["boost_in"]
    on_their_way += total["transfusion_out"] - total["transfusion_in"]
    evaporated = total["evaporated"] * rules.grains.evaporation_debits_heritage
    assert minted == held + on_their_way + evaporated or total["opened"] == 0


def check_totals(run, day):
    """Daily totals are the sums of the users' days."""
    for name in ("earned", "evaporated", "topped_up", "rewarded"):
        per_day = np.bincount(day["day"], weights=day[name], minlength=len(run.totals))
        assert np.allclose(per_day / 100.0, run.totals[name])


@settings(max_examples=400 if LONG else 16, deadline=None, derandomize=not LONG, suppress_health_check=list(HealthCheck))
@given(policies(groups=GROUPS))
def test_a_run_under_any_parameters_closes(policy):
    policy = policy.with_values({"grains.max_goals": 3})
    run, day, before = run_of(policy)
    rules = policy.rules
    check_heritage(rules, day, before)
    check_shares(rules, day, before)
    check_meeting(run, rules, day, before)
    check_phoenix_minimum(rules, day, before)
    check_progress(rules, day, before)
    check_totals(run, day)
    check_minted(run, rules, day)
