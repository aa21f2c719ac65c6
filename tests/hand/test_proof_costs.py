"""What proof thresholds cost: the rule's own verdicts on the people's own proofs."""

import json
import math
import re

import numpy as np
import pandas as pd
import pytest
from hourglass_policy.errors import BadInput
from hourglass_policy.rules import proof_verdict

from hourglass_sim import Scenario, cli, simulate
from hourglass_sim.people.people import load_people
from hourglass_sim.people.proving import is_fake_proof, proof_scores
from hourglass_sim.proof_costs import drawn_proofs, proof_costs

SMALL = Scenario(users=400, days=20)


@pytest.fixture(scope="module")
def costs():
    return proof_costs(SMALL, inappropriate=(0.0, 0.3, 1.0), similarity=(0.0, 0.6, 0.8, 1.0), replicates=3)


def normal_cdf(z):
    return 0.5 * (1.0 + math.erf(z / math.sqrt(2.0)))


def test_scores_and_verdicts_are_the_rules_own():
    drawn = drawn_proofs(SMALL)
    found = proof_costs(SMALL, inappropriate=(), similarity=(), replicates=2)
    p = SMALL.resolved_policy.rules.proofs
    pairs = zip(drawn["inappropriate"].tolist(), drawn["similarity"].tolist(), strict=True)
    accepted = np.array([proof_verdict(a, b, p) == 1 for a, b in pairs])
    fake = drawn["is_fake"] == 1
    assert found.values["honest_refused"][0, 0, 0] == (~accepted)[~fake].mean()
    assert found.values["fakes_paid"][0, 0, 0] == accepted[fake].mean()
    paid = drawn["centigrains"][accepted & fake].sum() / 100
    assert found.values["grains_to_fakes"][0, 0, 0] == pytest.approx(1000 * paid / len(fake))


def test_shares_come_near_what_the_distributions_say():
    """Honest: similarity 0.82 ± 0.08, content 0.06 ± 0.12. P(similarity ≤ .7) = Φ(−1.5) = .0668; P(content > .5) = Φ(−3.67) ≈ .0001."""
    found = proof_costs(Scenario(users=1500, days=30), inappropriate=(), similarity=(), replicates=2)
    assert normal_cdf(-1.5) == pytest.approx(0.0668, abs=1e-4)
    assert found.at(0.5, 0.7)["honest_refused"] == pytest.approx(0.0669, abs=0.008)
    assert found.at(0.5, 0.7)["fakes_paid"] == pytest.approx(normal_cdf(-5 / 3) * normal_cdf(1.75), abs=0.02)


def test_stricter_thresholds_never_pay_more_fakes_nor_refuse_fewer_honest(costs):
    refused, paid = costs.values["honest_refused"], costs.values["fakes_paid"]
    assert (np.diff(refused, axis=2) >= 0).all()  # similarity asked for rises
    assert (np.diff(paid, axis=2) <= 0).all()
    assert (np.diff(refused, axis=1) <= 0).all()  # more content tolerated
    assert (np.diff(paid, axis=1) >= 0).all()


def test_the_ends_of_the_scale_refuse_all_or_nearly_none(costs):
    assert costs.at(1.0, 1.0)["honest_refused"] == 1.0
    assert costs.at(1.0, 1.0)["fakes_paid"] == 0.0
    assert costs.at(1.0, 0.0)["honest_refused"] == 0.0


def test_grains_and_xp_follow_the_shares_they_stand_for(costs):
    row = costs.table.iloc[0]
    assert len(costs.table) == len(costs.inappropriate) * len(costs.similarity)
    assert costs.at(1.0, 0.0)["xp_to_fakes"] == pytest.approx(1000 * 30 * 0.08, rel=0.25)
    assert row["honest_refused_low"] <= row["honest_refused"] <= row["honest_refused_high"]


def test_the_thresholds_in_force_are_part_of_every_table(costs):
    assert costs.in_force == (0.5, 0.7)
    assert costs.in_force[0] in costs.inappropriate
    assert costs.in_force[1] in costs.similarity


def test_a_score_never_leaves_its_scale_and_a_fake_is_a_fake_by_its_draw():
    p = load_people("habit").groups()["people.proofs"]
    for u in (1e-9, 0.5, 1 - 1e-9):
        for is_fake in (0, 1):
            assert all(0.0 <= score <= 1.0 for score in proof_scores(is_fake, u, u, p))
    assert (is_fake_proof(0.0799, p), is_fake_proof(0.08, p)) == (1, 0)
    assert proof_scores(0, 0.5, 0.5, p) == pytest.approx((0.06, 0.82))
    assert proof_scores(1, 0.5, 0.5, p) == pytest.approx((0.15, 0.45))


def test_impossible_grids_are_refused():
    with pytest.raises(BadInput, match=r"0\.0 to 1\.0"):
        proof_costs(SMALL, similarity=(1.2,))
    with pytest.raises(BadInput, match="at most 2,500"):
        proof_costs(SMALL, similarity=np.linspace(0, 1, 60), inappropriate=np.linspace(0, 1, 60))


@pytest.mark.parametrize("text", ["0.5:0.4:3", "a:b:3", "0.5:0.9", "0.5:0.9:0", "0.1:0.2:1", ""])
def test_a_span_that_is_none_is_refused(capsys, text):
    assert cli.run(["proofs", "--similarity", text]) == 2
    assert "FROM:TO:STEPS" in capsys.readouterr().err


def test_the_command_prints_draws_and_exports(capsys, tmp_path):
    page, table = tmp_path / "p.html", tmp_path / "p.xlsx"
    arguments = ["--users", 200, "--days", 15, "--replicates", 2, "--similarity", "0.6:0.8:2", "--out", page, "--table", table]
    assert cli.run(["proofs", *map(str, arguments), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert len(told["pairs"]) == 5 * 3
    assert pd.read_excel(table)["fakes_paid"].tolist() == pytest.approx([row["fakes_paid"] for row in told["pairs"]])
    text = page.read_text(encoding="utf-8")
    assert told["verdict"] in text
    assert not re.search(r'<(script|link|img)[^>]+(src|href)="http', text)
    assert cli.run(["proofs", "--users", "200", "--days", "15", "--replicates", "2"]) == 0
    assert "0.5 *" in capsys.readouterr().out


def test_the_verdicts_at_the_thresholds_in_force_are_those_the_run_itself_gave():
    drawn = drawn_proofs(SMALL)
    days = simulate(SMALL, record="days").outcome.days
    codes = np.stack([days[f"proof_{k + 1}"] for k in range(3)], axis=1)
    p = SMALL.resolved_policy.rules.proofs
    pairs = zip(drawn["inappropriate"].tolist(), drawn["similarity"].tolist(), strict=True)
    accepted = np.array([proof_verdict(a, b, p) == 1 for a, b in pairs])
    expected = (
        np.where(accepted, 1, 2) + 2 * drawn["is_fake"]
    )  # 1 honest accepted, 2 honest refused, 3 fake accepted, 4 fake refused
    assert np.array_equal(codes[codes != 0], expected)
    assert set(expected) == {1, 2, 3, 4}
