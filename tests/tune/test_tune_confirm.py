"""Confirmation: fresh seeds and people, optimism by hand, guardrails judged again, the verdict in words."""

import json
import shutil

import numpy as np
import pytest
from hourglass_policy.errors import BadInput

from hourglass_sim.people.people import definitions, load_people
from hourglass_sim.tune.confirm import confirm
from hourglass_sim.tune.judgement import judged_guardrails, losses_of, optimism_of, verdict_of
from hourglass_sim.tune.robustness import JITTER, assumed_effects, perturbed
from hourglass_sim.tune.seeds import confirmation_seed, require_disjoint, robustness_seeds, search_seeds
from hourglass_sim.tune.study import Study


@pytest.fixture(scope="module")
def confirmed(study_folder, tmp_path_factory):
    """A confirmed copy of the small study."""
    folder = shutil.copytree(study_folder, tmp_path_factory.mktemp("confirmed") / "study")
    return confirm(folder, replicates=3, users=500, threads=1)


def test_confirmation_shares_no_seed_with_the_search_or_with_robustness(confirmed):
    search, fresh = set(confirmed.study.table["seeds"]), set(confirmed.result["seeds"])
    other = set(confirmed.result["robustness"]["seeds"])
    assert len(search) == 3
    assert len(fresh) == 3
    assert len(other) == 3
    assert not (search & fresh)
    assert not (search & other)
    assert not (fresh & other)


def test_seeds_of_search_confirmation_and_robustness_never_meet_for_any_seed():
    for seed in (0, 7, 2**63, 2**64 - 1):
        search = tuple(s for level in range(4) for s in search_seeds(seed, level, 50))
        fresh = tuple((confirmation_seed(seed) + k * 0x9E3779B97F4A7C15) % 2**64 for k in range(200))
        require_disjoint(search=search, confirmation=fresh, robustness=robustness_seeds(seed, 200))


def test_a_seed_in_two_families_is_refused():
    with pytest.raises(BadInput, match="share a seed"):
        require_disjoint(search=(1, 2), confirmation=(2, 3))


def test_other_seeds_mean_other_people(small):
    from hourglass_sim.run import simulate

    runs = [simulate(small.with_seed(s), threads=1) for s in (small.seed, confirmation_seed(small.seed))]
    assert (runs[0].users["openness"] != runs[1].users["openness"]).mean() > 0.99


def test_the_result_is_kept_in_study_json_for_the_values_it_is_about(confirmed):
    table = json.loads((confirmed.study.path / "study.json").read_text())
    kept = table["confirmed"]
    assert kept == json.loads(json.dumps(confirmed.result))
    assert kept["values"] == table["best"]["values"]
    assert kept["users"] == 500
    assert kept["replicates"] == 3
    assert set(kept["objective"]) >= {"a", "b", "difference", "low", "high"}
    assert [g["name"] for g in kept["guardrails"]] == ["minted", "opt_outs", "heritage", "personas", "level"]
    assert {p["persona"] for p in kept["personas"]} == set(confirmed.study.scenario.resolved_people.persona_names)


def test_a_confirmed_study_can_be_shipped(confirmed):
    from hourglass_sim.ship.study import read_study

    assert read_study(confirmed.study.path).confirmed["verdict"] == confirmed.result["verdict"]


def test_a_best_that_is_the_baseline_confirms_to_exactly_nothing(study_folder):
    study = Study.load(study_folder)
    best = {**study.best, "values": {}, "policy": "deployed", "lift": 0.0, "error": 0.0}
    found = confirm(Study({**study.table, "best": best}, None, study.scenario), replicates=2, users=200, threads=1)
    assert found.result["objective"]["difference"] == 0.0
    assert found.result["optimism"] == 0.0
    assert not found.passed
    assert "the baseline stays" in found.result["verdict"]


def test_optimism_is_what_the_search_promised_beyond_what_came_true():
    values = np.array([[0.40, 0.41], [0.40, 0.42], [0.40, 0.43]])
    found = optimism_of({"lift": 0.05, "error": 0.0, "seeds": 4}, values)
    assert found["optimism"] == pytest.approx(0.03)
    assert found["search_lift"] == 0.05
    half = 4.302652729911275 * 0.01 / np.sqrt(3)  # t(0.975, 2 degrees of freedom) × standard error of the confirmed lift
    assert (found["optimism_low"], found["optimism_high"]) == (pytest.approx(0.03 - half), pytest.approx(0.03 + half))


def test_the_searchs_own_error_widens_the_interval_of_its_optimism():
    values = np.array([[0.40, 0.41], [0.40, 0.42], [0.40, 0.43]])
    narrow, wide = (optimism_of({"lift": 0.05, "error": e, "seeds": 4}, values) for e in (0.0, 0.02))
    assert wide["optimism_high"] - wide["optimism_low"] > narrow["optimism_high"] - narrow["optimism_low"]


def test_guardrails_of_a_confirmation_carry_the_interval_over_seeds():
    pairs = {"minted": [[8.0, 8.4], [8.0, 8.8]], "opt_outs": [[0.1, 0.05], [0.1, 0.07]], "negative_heritage": [[0.0, 0.0]] * 2,
             "past_level_25": [[0.0, 0.0]] * 2, "d30.steady": [[0.5, 0.47], [0.5, 0.49]]}  # fmt: skip
    found = {g.name: g for g in judged_guardrails({name: np.array(rows) for name, rows in pairs.items()})}
    assert found["minted"].value == pytest.approx(0.075)
    assert found["minted"].value_low < 0.075 < found["minted"].value_high
    assert found["personas"].value == pytest.approx(-0.02)
    assert found["personas"].passed is False
    assert "steady" in found["personas"].text


@pytest.mark.parametrize(
    ("candidate", "passed"),
    [
        ([0.1001, 0.0999, 0.1004], True),  # +0.01 points, around 0: luck
        ([0.1003, 0.1004, 0.1005], False),  # small, but clear
        ([0.1000, 0.1200, 0.0950], False),  # unclear, but half a point
        ([0.0990, 0.0990, 0.0995], True),
    ],
)
def test_opt_outs_are_broken_when_clearly_or_widely_above_the_baseline(candidate, passed):
    pairs = np.column_stack([[0.1, 0.1, 0.1], candidate])
    values = {"opt_outs": pairs} | {n: np.zeros((3, 2)) + 0.01 for n in ("minted", "negative_heritage", "past_level_25")}
    found = {g.name: g for g in judged_guardrails(values)}
    assert found["opt_outs"].passed is passed


@pytest.mark.parametrize(
    ("low", "broken", "begins"),
    [
        (0.001, [], "Confirmed"),
        (-0.001, [], "Not confirmed"),
        (0.001, ["minted"], "Not confirmed: a guardrail is broken (minted)"),
    ],
)
def test_the_verdict_says_what_the_interval_and_the_guardrails_say(low, broken, begins):
    lift = {"difference": 0.01, "low": low, "high": 0.02}
    guardrails = [{"name": n, "passed": n not in broken} for n in ("minted", "level")]
    assert verdict_of("Retention on day 30", lift, guardrails, True).startswith(begins)


def test_a_confirmed_lift_is_told_in_its_unit(confirmed):
    lift = confirmed.result["objective"]
    change = "Nothing better" if not confirmed.result["values"] else f"Retention on day 30 {100 * lift['difference']:+.2f} points"
    assert change in confirmed.result["verdict"]


def test_what_a_lift_is_paid_with_is_said_where_it_is_clear():
    rows = {"d1": {"a": 0.8, "b": 0.76, "difference": -0.04, "low": -0.05, "high": -0.03},
            "d7": {"a": 0.6, "b": 0.59, "difference": -0.01, "low": -0.03, "high": 0.01},
            "curr": {"a": 0.8, "b": 0.82, "difference": 0.02, "low": 0.01, "high": 0.03}}  # fmt: skip
    assert losses_of(rows) == ["d1 falls by 5.0 % of the baseline (0.8 to 0.76)"]


def test_perturbed_people_move_every_assumed_effect_by_at_most_a_quarter_and_nothing_that_was_fitted():
    people, known = load_people("habit"), definitions()
    moved = perturbed(people, np.random.default_rng(1))
    changed = {n for n in known if moved.value(n) != people.value(n)}
    assert changed <= set(assumed_effects())
    assert len(changed) > 20
    assert not any(known[n].source.startswith("fitted") for n in changed)
    for name in changed:
        ratio = moved.value(name) / people.value(name)
        assert 1 - JITTER - 1e-9 <= ratio <= 1 + JITTER + 1e-9
    assert moved.personas == people.personas


def test_replicates_below_two_are_refused(study_folder):
    with pytest.raises(BadInput, match="replicates"):
        confirm(study_folder, replicates=1)
