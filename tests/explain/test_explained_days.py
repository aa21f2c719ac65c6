"""An explanation tells the run's own numbers, and its arithmetic is the rules' own."""

import json
import random

import pytest
from hourglass_policy.errors import BadInput
from hourglass_policy.numeric import happens

from hourglass_sim import Scenario, simulate
from hourglass_sim.explain import explain, told_parameter

USERS, DAYS = 400, 40
SCENARIOS = {
    "documented": Scenario(users=USERS, days=DAYS, seed=3),
    "as_deployed": Scenario(users=USERS, days=DAYS, seed=4, preset="as_deployed", policy="considerate"),
    "changed": Scenario(users=USERS, days=DAYS, seed=5, values={"grains.daily_potential": 12.5, "devaluation.clock": "last_use",
                        "devaluation.phase_1_days": 3, "devaluation.phase_2_days": 9}, arrivals=(200, 150, 50)),
}  # fmt: skip
ALWAYS = ("opened", "potential", "sent", "heritage", "ratio", "streak", "season", "xp_today", "xp", "level", "unlocked_today",
          "motivation", "app_habit", "perfect_streak", "left")  # fmt: skip


@pytest.fixture(scope="module", params=SCENARIOS)
def told(request):
    """A run's recorded days, and explanations of a dozen of them picked at random."""
    scenario = SCENARIOS[request.param]
    rows = simulate(scenario, record="days").days
    active = rows[rows["goals"] > 0].sample(9, random_state=1)
    quiet = rows[rows["opened"] == 0].sample(3, random_state=1)
    picked = [*active.to_dict("records"), *quiet.to_dict("records")]
    return [(row, explain(scenario, user=row["user"], day=row["day"])) for row in picked]


def test_every_explained_column_is_the_runs(told):
    for row, found in told:
        for line in found.lines:
            if line.column in row:
                assert line.value == row[line.column], (line.column, row["user"], row["day"])


def test_a_day_is_told_from_potential_to_leaving(told):
    for row, found in told:
        columns = {line.column for line in found.lines}
        assert set(ALWAYS) <= columns
        for k in range(3):
            if row[f"picked_{k + 1}"]:
                assert f"picked_{k + 1}" in columns
                assert f"done_{k + 1}" in columns
                assert (f"paid_{k + 1}" in columns) == bool(row[f"done_{k + 1}"])


def test_the_parts_of_a_sum_make_the_sum(told):
    sums = 0
    for _, found in told:
        for line in found.lines:
            if line.terms:
                assert sum(term.value for term in line.terms) == line.value, line.text
                sums += 1
    assert sums > 2 * len(told)


def test_the_explained_odds_decide_as_the_run_did(told):
    decided = 0
    for row, found in told:
        for line in found.lines:
            if line.odds is None or (
                line.column not in ("opened", "opted_out", "left") and not str(line.column).startswith("done_")
            ):
                continue
            if line.column == "opened" and "(" in line.text.partition(":")[0]:
                continue  # the day of sign-up, or a spell of absence, decides whatever the odds
            o = line.odds
            assert (happens(o.u, o.log_odds) if o.log_odds is not None else int(o.u < o.p)) == row[line.column], line.text
            decided += 1
    assert decided > 2 * len(told)


def test_the_odds_are_the_behaviours_to_a_millionth(told):
    """At a draw just below the explained probability the behaviour's function says yes, just above it no."""
    checked = set()
    for _, found in told:
        stages = found.replay.stages
        for name, u, column in (("open", "u_open", "opened"), ("contract", "u_contract", None), ("opt_out", "u_opt_out", "opted_out"),
                                ("leaves", "u_leave", "left"), *((f"done_{k}", f"u_done[{k}]", f"done_{k + 1}") for k in range(3)),
                                *((f"wanted_{k}", f"u_pick[{k}]", f"picked_{k + 1}") for k in range(3))):  # fmt: skip
            lines = [n for n in found.lines if n.odds and (n.column == column if column else "contract:" in n.text)]
            if name not in stages or not lines or stages[name].reads.get("in_spell") or stages[name].reads.get("age_days") == 0:
                continue
            reads, p = dict(stages[name].reads), lines[0].odds.p
            answers = [stages[name].function(*{**reads, u: p + step}.values()) for step in (-1e-6, 1e-6)]
            assert answers == [1, 0], (name, p)
            checked.add(name)
    assert {"open", "contract", "leaves", "done_0", "wanted_0"} <= checked


def test_shares_are_told_with_value_and_potential(told):
    for row, found in told:
        shares = [line for line in found.lines if line.rule == "sharing.shares_centigrains"]
        assert len(shares) == row["goals"]
        assert all(f"of potential {(row['potential'] - row['reserve']) / 100:.2f}" in line.text for line in shares)
        assert all("RULES 1.4" in line.source for line in shares)


def test_every_line_of_a_rule_names_its_section_and_every_parameter_its_source(told):
    for _, found in told:
        for line in found.lines:
            assert all(p.source and p.set_by for p in line.parameters)
            if line.rule.startswith(("sharing.", "devaluation.", "ratio.", "ledger.", "seasons.", "phoenix.", "xp.", "levels.")):
                assert line.source.startswith("RULES 1."), line.rule


def test_an_unlocked_achievement_is_told_with_value_and_threshold():
    scenario = SCENARIOS["documented"]
    rows = simulate(scenario, record="days").days
    row = rows[(rows["unlocked_today"] > 0) & (rows["day"] > 3)].iloc[0]
    found = explain(scenario, user=int(row["user"]), day=int(row["day"]))
    unlocked = [line for line in found.lines if line.text.startswith("unlocks ")]
    assert len(unlocked) == row["unlocked_today"]
    assert all("≥" in line.text and "paid tomorrow morning" in line.text for line in unlocked)
    after = explain(scenario, user=int(row["user"]), day=int(row["day"]) + 1)
    paid = [line for line in after.lines if line.column == "rewarded"]
    assert all(line.value in paid[0].text for line in unlocked)


def test_a_debited_heritage_loses_what_evaporated():
    scenario = SCENARIOS["as_deployed"]
    rows = simulate(scenario, record="days").days
    row = rows[rows["evaporated"] > 0].iloc[0]
    line = next(n for n in explain(scenario, user=int(row["user"]), day=int(row["day"])).lines if n.column == "heritage")
    assert ("evaporated", -float(row["evaporated"])) in [tuple(term) for term in line.terms]
    assert line.parameters[0].set_by == "preset as_deployed"


def test_a_parameter_is_told_with_who_set_it():
    scenario = Scenario(preset="as_deployed", values={"grains.daily_potential": 12.0, "feeling.fade": 0.1})
    by = {name: told_parameter(scenario, name).set_by for name in (
        "grains.daily_potential", "grains.evaporation_debits_heritage", "grains.boost_cost", "feeling.fade", "opening.run_weight",
        "opening.weekend", "deployed.morning_hour")}  # fmt: skip
    assert by == {
        "grains.daily_potential": "this scenario",
        "grains.evaporation_debits_heritage": "preset as_deployed",
        "grains.boost_cost": "parameters.toml",
        "feeling.fade": "this scenario",
        "opening.run_weight": "people habit",
        "opening.weekend": "definitions.toml",
        "deployed.morning_hour": "decisions/deployed.py",
    }
    with pytest.raises(BadInput, match="daily_potential"):
        told_parameter(scenario, "grains.daily_potentiel")


def test_the_same_explanation_on_one_thread_or_two():
    scenario = Scenario(users=3000, days=12, seed=random.Random(1).randrange(2**32))
    assert repr(explain(scenario, user=2999, day=11, threads=1)) == repr(explain(scenario, user=2999, day=11, threads=2))


def test_the_explanation_is_plain_json_and_a_card(told):
    _, found = told[0]
    again = json.loads(json.dumps(found.describe()))
    assert again["lines"][0]["chapter"] == "arrive"
    assert {"stage", "function", "reads", "writes"} == set(again["stages"][0])
    assert found.verdict.replace("'", "&#x27;") in found._repr_html_()


@pytest.mark.parametrize(
    ("user", "day", "told"), [(400, 0, "0 to 399"), (-1, 0, "0 to 399"), (0, 40, "0 to 39"), (399, 0, "had not signed up")]
)
def test_a_user_or_a_day_outside_the_run_is_refused(user, day, told):
    with pytest.raises(BadInput, match=told):
        explain(SCENARIOS["changed"], user=user, day=day)


def test_a_day_after_leaving_is_refused():
    scenario = SCENARIOS["documented"]
    gone = simulate(scenario).users.query("gone == 1").iloc[0]
    with pytest.raises(BadInput, match="had left for good"):
        explain(scenario, user=int(gone["user"]), day=DAYS - 1)


def test_what_passed_between_people_is_told_with_its_cost():
    scenario = SCENARIOS["documented"]
    rows = simulate(scenario, record="days").days
    sent = rows[(rows["boost_out"] > 0) & (rows["day"] > 2)].iloc[0]
    found = explain(scenario, user=int(sent["user"]), day=int(sent["day"]))
    assert found.value("boost_out") == sent["boost_out"]
    assert any("reserve" in line.text for line in found.lines if line.chapter == "meet")
    got = rows[rows["boost_in"] > 0].iloc[0]
    found = explain(scenario, user=int(got["user"]), day=int(got["day"]))
    assert found.value("boost_in") == got["boost_in"]
    assert ("boosts received", float(got["boost_in"])) in [
        tuple(term) for n in found.lines if n.column == "heritage" for term in n.terms
    ]
