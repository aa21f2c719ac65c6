"""The same user meets the same luck, whatever changes around them: this is what makes paired comparisons sharp."""

import json
from dataclasses import replace

import numpy as np
import pytest
from hourglass_policy.errors import BadInput

import hourglass_sim as hg
from hourglass_sim.cli import run as hourglass
from hourglass_sim.compare import compare, paired
from hourglass_sim.engine.pacts import pact_map
from hourglass_sim.luck import luck, sharpness
from hourglass_sim.run import simulate
from hourglass_sim.scenario import Scenario

APART = {"social.enabled": False, "challenges.enabled": False}  # nobody's days depend on another's
UNMOVED = {"prompting.effect": 0.0, "prompting.irritation_per_ignored": 0.0, "prompting.p_opt_out": 0.0}


def test_identical_scenarios_differ_by_exactly_nothing():
    found = compare(Scenario(users=200, days=35), Scenario(users=200, days=35), replicates=3, threads=1)
    rows = [found.row(name) for name in found.values]
    known = [row for row in rows if row["difference"] is not None]
    assert len(known) > 20
    for row in known:
        assert (row["difference"], row["low"], row["high"], row["clear"]) == (0.0, 0.0, 0.0, False)
        assert row["a"] == row["b"]
    assert not any("rises" in warning or "falls" in warning for warning in found.warnings)


def test_both_sides_run_on_the_same_seeds_which_a_decides():
    a, b = Scenario(users=50, days=10, seed=1), Scenario(users=50, days=10, seed=99)
    found = compare(a, b, replicates=3, threads=1)
    assert len(set(found.seeds)) == 3
    assert found.seeds[0] == 1
    assert found.row("dau")["difference"] == 0.0


def test_the_interval_is_students_over_pairs():
    # Differences 1, 2, 3: mean 2, standard error 1/sqrt(3), t(0.975; 2) = 4.302653.
    row = paired(np.array([[0.0, 1.0], [1.0, 3.0], [2.0, 5.0], [np.nan, 1.0]]))
    assert (row["a"], row["b"], row["difference"]) == (1.0, 3.0, 2.0)
    assert row["high"] - 2.0 == pytest.approx(4.302653 / np.sqrt(3), rel=1e-6)
    assert row["low"] + row["high"] == pytest.approx(4.0)
    assert row["clear"] is False


def test_scenarios_that_cannot_share_their_luck_are_refused():
    base = Scenario(users=50, days=10)
    for other in (Scenario(users=51, days=10), Scenario(users=50, days=11), Scenario(users=50, days=10, start="2026-02-01")):
        with pytest.raises(BadInput, match="same users, days, start and arrivals"):
            compare(base, other)
    with pytest.raises(BadInput, match="replicates is out of range"):
        compare(base, base, replicates=1)


def test_adding_users_changes_nobody_elses_days():
    for users, values in ((60, APART), (256, {})):  # whom nobody meets, and whole groups of pacts
        scenario = Scenario(users=users, days=30, seed=4, values=values, start="2026-02-22")
        few = simulate(scenario, record="days", threads=1).outcome.days
        many = simulate(replace(scenario, users=1_300), record="days", threads=1).outcome.days
        first = many["user"] < users
        for name, column in few.items():
            np.testing.assert_array_equal(column, many[name][first], err_msg=name)


def test_later_days_change_no_earlier_ones():
    short = simulate(Scenario(users=60, days=12, seed=4), record="days", threads=1).outcome.days
    long = simulate(Scenario(users=60, days=70, seed=4), record="days", threads=1).outcome.days
    for name, values in short.items():
        np.testing.assert_array_equal(values, long[name][long["day"] < 12], err_msg=name)


@pytest.mark.parametrize("policy", ["silent", "considerate"])
def test_a_policy_moves_nobody_whom_messages_neither_push_nor_irritate(policy):
    base = Scenario(users=300, days=45, seed=9, values=UNMOVED)
    deployed = simulate(base, record="days", threads=1).outcome.days
    other = simulate(base.with_policy(policy), record="days", threads=1).outcome.days
    assert deployed["sent"].sum() > other["sent"].sum()
    messages = ("hour_1", "hour_2", "sent", "novelty_1", "novelty_2")
    for name in deployed:
        if name not in messages:
            np.testing.assert_array_equal(deployed[name], other[name], err_msg=name)


def test_a_policy_moves_only_users_who_can_still_hear_it():
    base = Scenario(users=400, days=40, seed=2, values=APART | {"prompting.p_opt_out": 0.2})
    runs = [simulate(s, record="days", threads=1).outcome.days for s in (base, base.with_values({"deployed.evening_hour": 18}))]
    acts = [set(zip(r["user"][r["opened"] == 1].tolist(), r["day"][r["opened"] == 1].tolist(), strict=True)) for r in runs]
    assert acts[0] != acts[1]  # the change does reach somebody
    # Opted out on day 0 in both runs and with the same state that evening: nothing the policy does can reach these users.
    deaf = [set(r["user"][(r["day"] == 0) & (r["opted_out"] == 1)].tolist()) for r in runs]
    state = [{u: row for u, row in _evening(r, 0).items() if u in deaf[k]} for k, r in enumerate(runs)]
    alike = sorted(u for u in deaf[0] & deaf[1] if state[0][u] == state[1][u])
    assert len(alike) > 20
    for name in runs[0]:
        if name in ("novelty_1", "novelty_2"):
            continue
        first, second = (r[name][np.isin(r["user"], alike) & (r["day"] > 0)] for r in runs)
        np.testing.assert_array_equal(first, second, err_msg=name)


def test_a_change_for_half_the_users_leaves_the_other_halfs_days_as_they_were():
    def only_odd(user, hour_1, hour_2):
        return (hour_1, hour_2) if user % 2 == 1 else (-1, -1)

    base = Scenario(users=240, days=35, seed=6, values=APART)
    quiet = hg.added(only_odd, after="policy", reads="user hour_1 hour_2", writes="hour_1 hour_2")
    runs = [simulate(s, record="days", threads=1).outcome.days for s in (base, base.with_behaviours({"quiet": quiet}))]
    for name in runs[0]:
        first, second = (r[name][r["user"] % 2 == 1] for r in runs)
        np.testing.assert_array_equal(first, second, err_msg=name)
    even = [r["sent"][r["user"] % 2 == 0].sum() for r in runs]
    assert (even[0] > 0, even[1]) == (True, 0)


def test_pacts_do_not_depend_on_the_number_of_users():
    few, many = (pact_map(users, 7, (0.2, 0.3, 0.2)) for users in (300, 5_000))
    np.testing.assert_array_equal(few.first, many.first[:300])
    np.testing.assert_array_equal(few.size, many.size[:300])


def test_the_smallest_change_is_ten_times_sharper_on_the_same_luck():
    found = {(r.pair, r.measure): r for r in luck(Scenario(users=800, days=32), replicates=12, threads=1)}
    assert len(found) == 6
    smallest = [found["boost cost 0.2 -> 0.3", measure] for measure in ("D30", "grains per user")]
    assert all(r.ratio is None or r.ratio >= 10.0 for r in smallest)
    for row in found.values():
        assert row.ratio is None or 0 < row.low <= row.high
    with pytest.raises(BadInput, match="days is out of range"):
        luck(Scenario(users=10, days=20))


def test_the_report_is_a_command(capsys):
    assert hourglass(["luck", "--users", "100", "--days", "32", "--replicates", "4", "--threads", "1", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [(r["pair"], r["measure"]) for r in told["pairs"]][:2] == [
        ("boost cost 0.2 -> 0.3", "D30"),
        ("boost cost 0.2 -> 0.3", "grains per user"),
    ]
    assert hourglass(["luck", "--replicates", "3"]) == 2
    assert "replicates is out of range; in luck; got 3" in capsys.readouterr().err


def test_the_ratio_is_of_both_sides_variances_to_that_of_the_differences():
    a, b = np.array([1.0, 2.0, 3.0, 6.0]), np.array([2.0, 3.0, 4.0, 8.0])
    row = sharpness("pair", "measure", "", a, b)  # variances 14/3 and 83/12, differences 1 1 1 2: variance 1/4
    assert row.ratio == pytest.approx((14 / 3 + 83 / 12) / 0.25)
    assert sharpness("pair", "measure", "", a, a + 1.0).ratio is None  # exact


def _evening(days, day):
    """What a user takes into the next day, by user."""
    rows = np.flatnonzero(days["day"] == day)
    names = [n for n in days if n not in ("day", "hour_2", "novelty_1", "novelty_2")]
    return {int(days["user"][k]): tuple(days[n][k] for n in names) for k in rows}
