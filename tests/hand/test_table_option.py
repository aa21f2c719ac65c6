"""Every command that prints tables can write them: `--table FILE.csv` or `FILE.xlsx`."""

import json

import openpyxl
import pandas as pd
import pytest

from hourglass_sim import cli

SMALL = ["--users", 200, "--days", 8]


@pytest.fixture
def hourglass(capsys):
    """Run `hourglass ARGUMENTS`; returns (exit code, standard output, standard error)."""

    def run(*arguments):
        code = cli.run([str(a) for a in arguments])
        shown = capsys.readouterr()
        return code, shown.out, shown.err

    return run


def test_simulate_writes_its_kpis_and_daily_totals(hourglass, tmp_path):
    code, out, _ = hourglass("simulate", *SMALL, "--json", "--table", tmp_path / "run.xlsx")
    result = json.loads(out)
    assert code == 0
    assert result["table"] == [str(tmp_path / "run.xlsx")]
    kpis = pd.read_excel(tmp_path / "run.xlsx", sheet_name="kpis").set_index("kpi")["value"]
    assert kpis["d7"] == result["kpis"]["d7"]
    assert len(pd.read_excel(tmp_path / "run.xlsx", sheet_name="totals")) == 8


def test_compare_writes_differences_with_intervals_and_every_seed(hourglass, tmp_path):
    code, out, _ = hourglass(
        "compare", *SMALL, "--against", "policy=silent", "--replicates", 2, "--table", tmp_path / "c.csv", "--json"
    )
    assert code == 0
    found = json.loads(out)["kpis"]["d7"]
    row = pd.read_csv(tmp_path / "c.csv").set_index("kpi").loc["d7"]
    assert (row["a"], row["b"], row["low"]) == (found["a"], found["b"], found["low"])
    seeds = pd.read_csv(tmp_path / "c-seeds.csv")
    assert seeds[seeds["kpi"] == "d7"]["a"].mean() == pytest.approx(found["a"])


def test_metrics_writes_retention_states_months_and_hours(hourglass, tmp_path):
    log = tmp_path / "log.csv"
    log.write_text(
        "user,time\n" + "".join(f"{u},2026-01-{1 + d:02d}T10:00:00\n" for u in range(9) for d in range(0, 9, 1 + u % 3))
    )
    code, out, _ = hourglass("metrics", log, "--json", "--table", tmp_path / "m.xlsx")
    assert code == 0, out
    book = openpyxl.load_workbook(tmp_path / "m.xlsx")
    assert book.sheetnames == ["retention", "next_day", "months", "hours"]
    kept = pd.read_excel(tmp_path / "m.xlsx", sheet_name="retention")
    told = kept[(kept["measure"] == "retention") & (kept["day"] == 1)]["share"].item()
    assert told == json.loads(out)["retention"]["d1"]


def test_experiment_writes_differences(hourglass, tmp_path):
    table = tmp_path / "users.csv"
    table.write_text("arm,kept\n" + "".join(f"{'ab'[k % 2]},{int(k % 5 == 0)}\n" for k in range(200)))
    code, out, _ = hourglass("experiment", table, "--group", "arm", "--outcome", "kept", "--json", "--table", tmp_path / "e.csv")
    assert code == 0
    assert pd.read_csv(tmp_path / "e.csv")["difference"][0] == json.loads(out)["outcomes"]["kept"]["difference"]


def test_rules_list_writes_every_parameter_with_unit_range_and_source(hourglass, tmp_path):
    code, _, err = hourglass("rules", "list", "--preset", "as_deployed", "--table", tmp_path / "p.csv")
    assert code == 0
    assert "p.csv" in err
    rows = pd.read_csv(tmp_path / "p.csv").set_index("parameter")
    assert rows.loc["grains.evaporation_debits_heritage", "value"] == "true"
    assert rows.loc["feeling.fade", "of"] == "people"
    assert rows["source"].notna().all()


def test_a_table_file_of_another_kind_is_refused_before_the_run(hourglass, tmp_path):
    code, out, err = hourglass("simulate", *SMALL, "--table", tmp_path / "run.ods")
    assert (code, out) == (2, "")
    assert err.count("\n") == 1
    assert "run.ods" in err
    assert ".xlsx" in err


def test_luck_writes_every_pair_with_its_ratio(hourglass, tmp_path):
    code, out, _ = hourglass("luck", "--users", 100, "--replicates", 4, "--json", "--table", tmp_path / "luck.csv")
    assert code == 0
    pairs = json.loads(out)["pairs"]
    rows = pd.read_csv(tmp_path / "luck.csv")
    assert list(zip(rows["pair"], rows["measure"], strict=True)) == [(p["pair"], p["measure"]) for p in pairs]
    assert rows["paired_variance"].tolist() == pytest.approx([p["paired_variance"] for p in pairs])
