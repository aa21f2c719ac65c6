"""`hourglass economy`: one JSON object, files that a spreadsheet opens, a strict exit code, bad input on one line."""

import json
import re

import openpyxl
import pandas as pd
import pytest

SMALL = ("--users", 80, "--days", 20, "--replicates", 2, "--threads", 1)


def test_the_json_holds_figures_tables_and_flags(hourglass):
    code, out, err = hourglass("economy", *SMALL, "--json")
    found = json.loads(out)
    assert (code, err, out.count("\n")) == (0, "", 1)
    assert found["closes"] is True
    assert set(found["figures"]["phoenix.active"]) == {"mean", "low", "high"}
    assert {"earn", "minted", "burnt"} <= {row["row"] for row in found["sources_and_sinks"]}
    assert [row["difference"] for row in found["balance"]] == [0, 0]
    assert {"season", "user_days"} <= set(found["seasons"][0])
    assert found["scenario"]["days"] == 20
    assert any(flag["figure"] == "kpi.completion" for flag in found["flags"])


def test_the_text_reads_from_the_verdict_to_the_bands(hourglass):
    code, out, _ = hourglass("economy", *SMALL)
    assert code == 0
    order = ["grains are minted", "Sources and sinks", "Balance of seed 7", "Heritage at the end", "Pace of the", "Phoenix:", "Seasons",
             "By persona", "Bands and targets", "Note:"]  # fmt: skip
    places = [out.index(words) for words in order]
    assert places == sorted(places)
    assert "difference 0.00 (largest of 2 seeds: 0.00)" in out


def test_strict_exits_with_one_when_a_band_is_broken(hourglass, tmp_path):
    bands = tmp_path / "bands.toml"
    bands.write_text('[[band]]\nfigure = "flow.earn.per_active_day"\ntitle = "Pay"\nkind = "band"\nhigh = 1.0\n')
    assert hourglass("economy", *SMALL, "--bands", bands)[0] == 0
    assert hourglass("economy", *SMALL, "--bands", bands, "--strict")[0] == 1
    bands.write_text(bands.read_text().replace("high = 1.0", "high = 100.0"))
    assert hourglass("economy", *SMALL, "--bands", bands, "--strict")[0] == 0
    bands.write_text(bands.read_text().replace('kind = "band"', 'kind = "target"').replace("100.0", "1.0"))
    assert hourglass("economy", *SMALL, "--bands", bands, "--strict")[0] == 0


def test_the_files_are_a_page_a_workbook_tables_and_pictures(hourglass, tmp_path):
    out = tmp_path / "report"
    code, shown, _ = hourglass("economy", *SMALL, "--out", out, "--language", "fr")
    assert code == 0
    html = (out / "index.html").read_text()
    assert '<html lang="fr">' in html
    assert html.count("<svg xmlns") == len(list((out / "pictures").glob("*.svg")))
    assert not re.findall(r'(?:src|href)="(?:https?:)?//', html)
    book = openpyxl.load_workbook(out / "economy.xlsx", read_only=True)
    tables = {path.stem for path in (out / "tables").glob("*.csv")}
    assert set(book.sheetnames) == tables
    csv = pd.read_csv(out / "tables" / "sources_and_sinks.csv")
    cells = list(book["sources_and_sinks"].iter_rows(values_only=True))
    assert list(cells[0]) == list(csv.columns)
    assert cells[1][4] == pytest.approx(csv["grains"][0])
    assert f"wrote {out / 'index.html'}" in shown
    assert not list(out.rglob("*.part"))


@pytest.mark.parametrize(
    ("options", "line"),
    [
        (["--replicates", "0"], "replicates is out of range; got 0"),
        (["--bands", "none.toml"], "cannot read"),
        (["--language", "de"], "unknown language"),
        (["--set", "grains.bost_cost=1"], "did you mean 'grains.boost_cost'?"),
        (["--preset", "as_deploid"], "did you mean 'as_deployed'?"),
        (["--days", "0"], "days is out of range"),
        (["--out", "/dev/null"], "not a folder"),
    ],
)
def test_bad_input_gets_one_line(hourglass, options, line):
    code, out, err = hourglass("economy", *options, "--json")
    assert (code, out) == (2, "")
    assert line in err
    assert err.count("\n") == 1
