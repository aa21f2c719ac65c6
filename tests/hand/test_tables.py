"""Tables reach a spreadsheet as numbers, whole or not at all."""

import csv
import datetime
import subprocess
import sys

import numpy as np
import openpyxl
import pandas as pd
import pytest
from hourglass_policy.errors import BadInput

from hourglass_sim import simulate, tables
from hourglass_sim.tables import Table, require_table_file, sheet_titles, table_of_dicts, write_tables

PLAIN = Table(["name", "value", "is_on"], [["a", 1.5, True], ["=1+1", None, False], ["é", np.int64(7), np.bool_(True)]])


def rows_of(path):
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def sheet_of(path, name):
    return [list(row) for row in openpyxl.load_workbook(path)[name].iter_rows(values_only=True)]


def test_a_csv_holds_numbers_switches_and_empty_cells(tmp_path):
    write_tables(tmp_path / "t.csv", {"plain": PLAIN})
    assert rows_of(tmp_path / "t.csv") == [
        ["name", "value", "is_on"], ["a", "1.5", "true"], ["=1+1", "", "false"], ["é", "7", "true"]
    ]  # fmt: skip


def test_a_workbook_keeps_types_and_never_makes_a_formula_of_a_text(tmp_path):
    write_tables(tmp_path / "t.xlsx", {"plain": PLAIN})
    book = openpyxl.load_workbook(tmp_path / "t.xlsx")
    assert [list(row) for row in book["plain"].iter_rows(values_only=True)][1:] == [
        ["a", 1.5, True], ["=1+1", None, False], ["é", 7, True]
    ]  # fmt: skip
    assert book["plain"]["A3"].data_type == "s"
    assert book["plain"].freeze_panes == "A2"
    assert book["plain"]["A1"].font.bold


def test_several_tables_are_several_sheets_or_several_files(tmp_path):
    both = {"first": PLAIN, "second": Table(["n"], [[1]])}
    assert write_tables(tmp_path / "t.xlsx", both) == [tmp_path / "t.xlsx"]
    assert openpyxl.load_workbook(tmp_path / "t.xlsx").sheetnames == ["first", "second"]
    assert [p.name for p in write_tables(tmp_path / "t.csv", both)] == ["t.csv", "t-second.csv"]
    assert rows_of(tmp_path / "t-second.csv") == [["n"], ["1"]]


def test_dates_and_missing_times_are_cells(tmp_path):
    frame = pd.DataFrame({"date": pd.to_datetime(["2026-01-05", None]), "x": [np.inf, np.nan], "n": [1, 2]})
    write_tables(tmp_path / "t.xlsx", {"t": frame})
    first, second = sheet_of(tmp_path / "t.xlsx", "t")[1:]
    assert first == [datetime.datetime(2026, 1, 5), None, 1]
    assert second == [None, None, 2]


def test_dicts_with_different_keys_make_one_table():
    assert table_of_dicts([{"a": 1}, {"b": 2}]) == Table(["a", "b"], [[1, None], [None, 2]])


def test_sheet_names_are_made_acceptable_and_unique():
    titles = sheet_titles(["a/b", "a-b", "x" * 40, "x" * 40])
    assert titles == ["a-b", "a-b 2", "x" * 31, "x" * 28 + " 2"]


@pytest.mark.parametrize("name", ["t.xls", "t.ods", "t"])
def test_another_kind_of_file_is_refused_before_anything_runs(tmp_path, name):
    with pytest.raises(BadInput, match="kind of table file"):
        require_table_file(tmp_path / name)


def test_a_table_that_no_sheet_holds_is_refused_and_the_old_file_stays(tmp_path, monkeypatch):
    write_tables(tmp_path / "t.xlsx", {"t": PLAIN})
    before = (tmp_path / "t.xlsx").read_bytes()
    monkeypatch.setattr(tables, "MOST_ROWS", 2)
    with pytest.raises(BadInput, match=r"more rows than a sheet holds.*CSV takes any number"):
        write_tables(tmp_path / "t.xlsx", {"t": PLAIN})
    assert (tmp_path / "t.xlsx").read_bytes() == before


def test_a_run_goes_to_excel_and_csv_with_its_own_numbers(tmp_path):
    run = simulate(users=200, days=10, record="days")
    sheets = openpyxl.load_workbook(run.to_excel(tmp_path / "run.xlsx"))
    assert sheets.sheetnames == ["kpis", "totals", "scenario", "users", "days"]
    kpis = {row[0]: row[1] for row in sheets["kpis"].iter_rows(min_row=2, values_only=True)}
    assert kpis["d7"] == run.kpis["d7"]
    assert sum(row[0] is not None for row in sheets["users"].iter_rows(min_row=2, values_only=True)) == 200
    files = {path.name: path for path in run.to_csv(tmp_path / "run")}
    assert set(files) == {"kpis.csv", "totals.csv", "scenario.csv", "users.csv", "days.csv"}
    assert pd.read_csv(files["totals.csv"])["active"].tolist() == run.totals["active"].tolist()
    assert len(pd.read_csv(files["days.csv"])) == len(run.days)
    with pytest.raises(BadInput, match="xlsx"):
        run.to_excel(tmp_path / "run.csv")


FULL = """
import resource, sys
from hourglass_policy.errors import BadInput
from hourglass_sim.tables import Table, write_tables
resource.setrlimit(resource.RLIMIT_FSIZE, (3000, 3000))  # less than a workbook: its writing fails half-way, as on a full disk
try:
    write_tables(sys.argv[1], {"one": Table(("a",), [(1,)])})
except BadInput as error:
    print(error)
"""


def test_a_workbook_that_does_not_fit_is_told_once_and_the_one_before_survives(tmp_path):
    path = tmp_path / "t.xlsx"
    path.write_text("the workbook before")
    found = subprocess.run([sys.executable, "-c", FULL, str(path)], capture_output=True, text=True, check=True)
    assert "the previous file is unchanged" in found.stdout
    assert found.stderr == ""
    assert path.read_text() == "the workbook before"
    assert [p.name for p in tmp_path.iterdir()] == ["t.xlsx"]
