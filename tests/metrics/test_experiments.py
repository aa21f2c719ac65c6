"""Arms compared: two published A/B tests come out as published, and each warning is given when it must be."""

import csv
import json

import numpy as np
import pandas as pd
import pytest
from hourglass_policy.errors import BadInput
from statsmodels.stats.proportion import proportions_ztest
from statsmodels.stats.weightstats import ttest_ind

from hourglass_sim.metrics.experiments import compare_arms, compare_means, compare_shares, sample_ratio_p, sign_test


def test_cookie_cats_by_the_command_line(command, shared):
    path = shared / "cookie_cats" / "cookie_cats.csv.gz"
    columns = ("--outcome", "retention_1", "--outcome", "retention_7", "--outcome", "sum_gamerounds")
    code, out, _ = command("experiment", path, "--group", "version", *columns, "--json")
    found = json.loads(out)
    assert code == 0
    assert found["arms"] == {"gate_30": {"n": 44700}, "gate_40": {"n": 45489}}
    first, seventh = found["outcomes"]["retention_1"], found["outcomes"]["retention_7"]
    assert (first["arm_value"], first["reference_value"]) == pytest.approx((0.4482, 0.4423), abs=5e-5)
    assert (first["z"], first["p"]) == pytest.approx((1.784, 0.0744), abs=5e-4)
    assert (seventh["z"], seventh["low"], seventh["high"]) == pytest.approx((3.164, 0.0031, 0.0133), abs=5e-4)
    assert seventh["p"] == pytest.approx(0.00155, abs=5e-6)
    assert found["sample_ratio_p"] == pytest.approx(0.0087, abs=5e-5)
    assert any("sample ratio mismatch" in line for line in found["warnings"])
    assert any("49854" in line and "gate_30" in line for line in found["warnings"])


def test_udacity_gross_and_net_conversion(shared):
    arms = {}
    for name in ("control", "experiment"):
        with (shared / "udacity_ab" / f"{name}_data.csv").open() as text:
            arms[name] = [row for row in csv.DictReader(text) if row["Enrollments"]]
    clicks = {name: [int(row["Clicks"]) for row in rows] for name, rows in arms.items()}
    for column, value, low, high, p in (
        ("Enrollments", -0.0206, -0.0291, -0.0120, 0.0026),
        ("Payments", -0.0049, -0.0116, 0.0019, 0.678),
    ):
        counts = {name: [int(row[column]) for row in rows] for name, rows in arms.items()}
        totals = [sum(part[name]) for name in ("experiment", "control") for part in (counts, clicks)]
        found = compare_shares(*totals)
        assert (found.difference, found.low, found.high) == pytest.approx((value, low, high), abs=6e-5)
        shares = {name: np.array(counts[name]) / clicks[name] for name in arms}
        assert sign_test(shares["experiment"] - shares["control"]) == pytest.approx(p, abs=5e-4)


def test_shares_agree_with_statsmodels():
    z, p = proportions_ztest([45, 30], [200, 210])
    found = compare_shares(45, 200, 30, 210)
    assert (found.z, found.p) == pytest.approx((z, p), rel=1e-12)


def test_means_agree_with_statsmodels_welch():
    rng = np.random.default_rng(2)
    a, b = rng.gamma(2, 3, 90), rng.gamma(2, 2, 140)
    t, p, _ = ttest_ind(a, b, usevar="unequal")
    found = compare_means(a, b)
    assert (found.z, found.p) == pytest.approx((t, p), rel=1e-9)


def table(**columns):
    return pd.DataFrame(columns)


def test_the_difference_is_the_other_arm_minus_the_control():
    data = table(arm=["A"] * 40 + ["B"] * 40, won=[1] * 10 + [0] * 30 + [1] * 20 + [0] * 20)
    (found,) = compare_arms(data, "arm", ["won"]).outcomes["won"]
    assert (found.arm, found.reference, found.difference) == ("B", "A", 0.25)
    (swapped,) = compare_arms(data, "arm", ["won"], control="B").outcomes["won"]
    assert swapped.difference == -0.25


def test_unnamed_arms_are_compared_as_first_minus_second_and_three_arms_with_the_last():
    two = table(arm=["x", "x", "y", "y"] * 10, won=[1, 1, 0, 1] * 10)
    assert compare_arms(two, "arm", ["won"]).outcomes["won"][0].difference == 0.5
    three = table(arm=["x", "y", "z"] * 20, won=[1.0, 2.0, 4.0] * 20)
    assert [(d.arm, d.difference) for d in compare_arms(three, "arm", ["won"]).outcomes["won"]] == [("x", -3.0), ("y", -2.0)]


def test_an_intended_uneven_split_is_no_mismatch():
    assert sample_ratio_p([900, 100]) < 1e-6
    assert sample_ratio_p([900, 100], [9, 1]) > 0.9
    assert sample_ratio_p([100, 100, 100]) == 1.0


def test_missing_values_and_rare_successes_are_said():
    data = table(arm=["x", "y"] * 30, won=[1.0, 0.0, np.nan, 0.0, 0.0, 0.0] * 10)
    warnings = compare_arms(data, "arm", ["won"]).warnings
    assert any("10 rows without a value" in line for line in warnings)
    assert any("only 0 users of one kind" in line for line in warnings)


def test_an_outcome_that_never_varies_has_no_z():
    (found,) = compare_arms(table(arm=["x", "y"] * 5, won=[1] * 10), "arm", ["won"]).outcomes["won"]
    assert (found.difference, found.z, found.p) == (0.0, None, None)


@pytest.mark.parametrize(
    ("data", "options", "message"),
    [
        (table(arm=["x"] * 4, won=[0, 1, 0, 1]), {}, "2 to 20"),
        (table(arm=list("abcdefghijklmnopqrstuvwxyz"), won=[1] * 26), {}, "26 distinct values"),
        (table(arm=["x", "x", "y"], won=[0, 1, 1]), {}, "too few users"),
        (table(arm=["on", "off"] * 4, won=[0, 1] * 4), {"control": "of"}, "did you mean 'off'"),
        (table(arm=["on", "off"] * 4, won=[0, 1] * 4), {"ratio": [1, 0]}, "one positive number per arm"),
    ],
)
def test_tables_that_are_no_experiment_are_refused(data, options, message):
    with pytest.raises(BadInput, match=message):
        compare_arms(data, "arm", ["won"], **options)


@pytest.mark.parametrize(
    ("text", "options", "message"),
    [
        ("arm,won\nx,1\ny,0\n", ("--group", "arms", "--outcome", "won"), "did you mean 'arm'"),
        ("arm,won\nx,1\ny,0\n", ("--group", "arm", "--outcome", "wins"), "did you mean 'won'"),
        ("arm,won\nx,1\ny,maybe\n", ("--group", "arm", "--outcome", "won"), "line 3 column won; got 'maybe'"),
        ("arm,won\nx,1\ny,0\n", ("--group", "arm", "--outcome", "arm"), "its own outcome"),
        ("arm,won\nx,1\ny,0\n", ("--group", "arm", "--outcome", "won", "--ratio", "half"), "not a ratio; in --ratio; got 'half'"),
    ],
)
def test_bad_tables_get_one_line(command, tmp_path, text, options, message):
    path = tmp_path / "test.csv"
    path.write_text(text)
    code, out, error = command("experiment", path, *options)
    assert (code, out) == (2, "")
    assert message in error


def test_words_for_yes_and_no_are_shares(command, tmp_path):
    path = tmp_path / "test.csv"
    path.write_text("arm,won\n" + "x,yes\nx,no\ny,TRUE\ny,false\n" * 10)
    found = json.loads(command("experiment", path, "--group", "arm", "--outcome", "won", "--json")[1])
    assert (found["outcomes"]["won"]["test"], found["outcomes"]["won"]["difference"]) == ("pooled z", 0.0)
