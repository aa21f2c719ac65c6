"""`hourglass sweep`: one JSON object, files, and one line for everything that cannot be swept."""

import json
import re

import openpyxl
import pandas as pd
import pytest

SMALL = ("--users", 50, "--days", 10, "--replicates", 2, "--threads", 1)


def test_the_json_holds_every_cell_with_its_interval(hourglass):
    code, out, err = hourglass("sweep", "grains.daily_potential=8,12", *SMALL, "--kpi", "minted", "--json")
    found = json.loads(out)
    assert (code, err, out.count("\n")) == (0, "", 1)
    assert [cell["values"] for cell in found["cells"]] == [{"grains.daily_potential": 8}, {"grains.daily_potential": 12}]
    assert set(found["cells"][0]["kpis"]["minted"]) == {"a", "b", "difference", "low", "high", "clear"}
    assert found["parameters"][0]["default"] == 10.0
    assert "highest at grains.daily_potential = 12" in found["verdicts"]["minted"]


def test_one_and_two_parameters_print_tables_and_write_files(hourglass, tmp_path):
    code, out, _ = hourglass(
        "sweep", "grains.daily_potential=8:12:2", *SMALL, "--kpi", "minted", "--kpi", "d30", "--out", tmp_path
    )
    assert code == 0
    assert "d30 is not known in a run of 10 days; it needs 31 days" in out
    assert len(pd.read_csv(tmp_path / "sweep.csv")) == 4
    assert openpyxl.load_workbook(tmp_path / "sweep.xlsx").sheetnames == ["minted", "d30"]
    assert {p.name for p in (tmp_path / "pictures").iterdir()} == {"sweep-minted.svg", "sweep-d30.svg"}
    assert "<svg xmlns" in (tmp_path / "index.html").read_text()
    two = hourglass(
        "sweep", "policy=deployed,silent", "grains.max_goals=1,3", *SMALL, "--kpi", "messages", "--out", tmp_path / "two"
    )
    assert two[0] == 0
    assert "policy \\ grains.max_goals" in two[1]
    assert (
        len(re.findall(r"[0-9.]+: [+−]?[0-9.]+ \[[+−]?[0-9.]+, [+−]?[0-9.]+\]", two[1])) == 4
    )  # every cell's value and interval
    assert (tmp_path / "two" / "pictures" / "sweep-messages.svg").read_text().count("<rect") == 5  # four cells on a background


@pytest.mark.parametrize(
    ("options", "line"),
    [
        (["grains.bost_cost=0:1:3"], "did you mean 'grains.boost_cost'?"),
        (["grain=0:1:3"], "unknown parameter"),
        (["grains.boost_cost=0:30:3"], "grains.boost_cost is out of range"),
        (["grains.boost_cost=1:0.5:3"], "from is above to"),
        (["grains.boost_cost=0:1:0"], "steps is out of range; in sweep of grains.boost_cost; got 0"),
        (["grains.boost_cost=0:1:2.5"], "steps are not a whole number"),
        (["grains.boost_cost=0:1"], "not a range"),
        (["grains.boost_cost=0:1:3:4"], "not a range"),
        (["grains.boost_cost=nan:1:3"], "not a range"),
        (["grains.boost_cost=1:1:3"], "from equals to"),
        (["grains.boost_cost"], "not a range"),
        (["grains.boost_cost=0.2,0.2"], "a value twice"),
        (["grains.boost_cost=all"], "all of something without choices"),
        (["policy=deployd,silent"], "did you mean 'deployed'?"),
        (["preset=0:1:2"], "a range of something that is no number"),
        (["grains.boost_cost=0,1", "grains.boost_cost=0,1"], "given twice"),
        (["grains.boost_cost=0,1", "grains.max_goals=1,2", "xp.streak_3=1,2"], "one or two parameters"),
        (["grains.boost_cost=0,1", "--kpi", "mintd"], "did you mean 'minted'?"),
        (["grains.boost_cost=0,1", "--replicates", "1"], "replicates is out of range"),
        (["grains.boost_cost=0,1", "--baseline", "frist"], "did you mean 'first'?"),
        (["grains.boost_cost=0:1:150", "grains.comment_cost=0:1:150"], "too many cells"),
        (["considerate.patience=2,4"], "does nothing under policy 'deployed'"),
        ([], "missing argument"),
    ],
)
def test_bad_sweeps_get_one_line_before_anything_runs(hourglass, options, line):
    code, out, err = hourglass("sweep", *options, "--json")
    assert (code, out) == (2, "")
    assert line in err
    assert err.count("\n") == 1


def test_warnings_of_a_french_page_are_french(hourglass, tmp_path):
    code, _, _ = hourglass(
        "sweep", "levels.base=80,120", *SMALL, "--kpi", "minted", "--kpi", "d30", "--language", "fr", "--out", tmp_path
    )
    page = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert code == 0
    for words in (
        "2 graines donnent des intervalles",
        "d30 n’est pas connu au bout de 10 jours ; il en faut 31",
        "elle reste la référence",
    ):
        assert words in page
    assert "seeds give intervals" not in page
