"""A sweep's cells are plain comparisons on the same seeds; what was finished is not run again; a verdict counts what was tried."""

import json

import numpy as np
import pytest
from hourglass_policy.errors import BadInput

import hourglass_sim as hg
from hourglass_sim import sweep as sweep_of
from hourglass_sim.compare import compare
from hourglass_sim.scenario import Scenario
from hourglass_sim.sweep_axes import axis_of

SMALL = Scenario(users=60, days=12, seed=3)
KPIS = ("d7", "minted", "opt_outs")


@pytest.fixture(scope="module")
def line():
    return hg.sweep(SMALL, {"grains.daily_potential": "6:14:3"}, kpis=KPIS, replicates=3, threads=1)


def test_every_cell_is_the_plain_comparison(line):
    assert line.cells == ((6.0,), (10.0,), (14.0,))
    for k, (value,) in enumerate(line.cells):
        plain = compare(SMALL, SMALL.with_values({"grains.daily_potential": value}), replicates=3, threads=1)
        assert line.seeds == plain.seeds
        assert [line.row(kpi, k) for kpi in KPIS] == [plain.row(kpi) for kpi in KPIS]


def test_the_cell_of_the_scenarios_own_value_differs_by_nothing(line):
    assert all(line.row(kpi, 1)["difference"] == 0.0 for kpi in KPIS)


def test_against_the_first_value_the_first_cell_differs_by_nothing():
    found = hg.sweep(SMALL, {"grains.daily_potential": [6, 10]}, kpis=("minted",), replicates=2, baseline="first", threads=1)
    assert found.row("minted", 0)["difference"] == 0.0
    assert found.row("minted", 1)["difference"] > 1.0


def test_two_parameters_make_every_pair_of_values():
    found = hg.sweep(
        SMALL, {"policy": ["deployed", "silent"], "grains.max_goals": "1:3:3"}, kpis=("minted",), replicates=2, threads=1
    )
    assert found.cells == tuple((p, n) for p in ("deployed", "silent") for n in (1, 2, 3))
    both = SMALL.with_policy("silent").with_values({"grains.max_goals": 1})
    assert found.row("minted", 3) == compare(SMALL, both, replicates=2, threads=1).row("minted")
    assert list(found.table.columns[:3]) == ["policy", "grains.max_goals", "kpi"]
    assert len(found.table) == 6


def test_the_verdict_says_where_and_whether(line):
    assert line.verdict("minted").startswith(
        "Grains minted, rewards included, per active day is highest at grains.daily_potential = 14"
    )
    assert "an effect, also among all cells tried" in line.verdict("minted")
    still = hg.sweep(SMALL, {"xp.streak_7": [500, 501]}, kpis=("messages",), replicates=2, threads=1)
    assert still.verdict("messages") == "Messages per user-day does not move at all."
    assert "not known" in hg.sweep(SMALL, {"xp.streak_7": [500]}, kpis=("d30",), replicates=2, threads=1).verdict("d30")


def test_an_effect_of_one_cell_of_many_is_not_sold_as_one():
    gains = np.array([0.5, 1.5, 1.0, 1.2])  # clear alone (t = 4.97, needs 3.18), not among 20 cells (needs 6.58)
    axes = (axis_of(SMALL, "grains.daily_potential", [float(v) for v in range(5, 16)] + [float(v) / 10 for v in range(51, 60)]),)
    cells = tuple((v,) for v in axes[0].values)
    values = {"curr": np.tile(np.zeros(4), (20, 1))}
    values["curr"][7] = gains
    found = sweep_of.__globals__["Sweep"](SMALL, axes, ("curr",), (1, 2, 3, 4), "default", cells, values, {"curr": np.zeros(4)})
    assert found.row("curr", 7)["clear"] is True
    assert "not as the best of 20 cells tried" in found.verdict("curr")


def test_finished_runs_are_kept_and_an_interrupted_sweep_goes_on(tmp_path, monkeypatch):
    import hourglass_sim.run as run_module

    made, real = [], run_module.simulate

    def counted(scenario, **options):
        if len(made) == 4:
            raise KeyboardInterrupt
        made.append(scenario)
        return real(scenario, **options)

    monkeypatch.setattr(run_module, "simulate", counted)
    settings = {"kpis": ("minted",), "replicates": 2, "threads": 1, "out": tmp_path}
    with pytest.raises(KeyboardInterrupt):
        hg.sweep(SMALL, {"grains.daily_potential": "6:14:3"}, **settings)
    kept = (tmp_path / "cells.jsonl").read_text().splitlines()
    assert len(kept) == 5  # a head and four runs
    (tmp_path / "cells.jsonl").write_text("\n".join(kept) + '\n{"key": "cut sho')
    monkeypatch.setattr(run_module, "simulate", real)
    again = hg.sweep(SMALL, {"grains.daily_potential": "6:14:3"}, **settings)
    rows = [json.loads(text) for text in (tmp_path / "cells.jsonl").read_text().splitlines()]
    assert len(rows) == 7  # 2 seeds x 3 values: the scenario's own value is the baseline's run
    monkeypatch.setattr(run_module, "simulate", lambda *a, **k: pytest.fail("nothing is left to run"))
    kept_only = hg.sweep(SMALL, {"grains.daily_potential": "6:14:3"}, **settings)
    fresh = [r["b"] for r in again.rows("minted")]
    assert [r["b"] for r in kept_only.rows("minted")] == fresh


def test_runs_of_other_code_are_made_again(tmp_path):
    hg.sweep(SMALL, {"xp.streak_7": [500]}, kpis=("minted",), replicates=2, threads=1, out=tmp_path)
    file = tmp_path / "cells.jsonl"
    lines = file.read_text().splitlines()
    wrong = [json.dumps({**json.loads(text), "kpis": {"minted": -1.0}}) for text in lines[1:]]
    head = json.loads(lines[0])
    file.write_text("\n".join([json.dumps({**head, "code": "older"}), *wrong]) + "\n")
    found = hg.sweep(SMALL, {"xp.streak_7": [500]}, kpis=("minted",), replicates=2, threads=1, out=tmp_path)
    assert found.row("minted", 0)["b"] > 0


def test_a_file_that_is_none_of_ours_is_left_alone(tmp_path):
    (tmp_path / "cells.jsonl").write_text("my notes\n")
    with pytest.raises(BadInput, match="damaged"):
        hg.sweep(SMALL, {"xp.streak_7": [500]}, replicates=2, out=tmp_path)
    assert (tmp_path / "cells.jsonl").read_text() == "my notes\n"


def test_a_sweep_shows_itself(line):
    assert line._repr_html_().count("<svg xmlns") == 2
    assert repr(line).startswith("Sweep of grains.daily_potential (3 values) on 3 paired seeds")


@pytest.mark.parametrize(
    ("name", "text", "values"),
    [
        ("grains.daily_potential", "5:20:4", (5.0, 10.0, 15.0, 20.0)),
        ("grains.daily_potential", "8", (8,)),
        ("grains.max_goals", "1:5:3", (1, 3, 5)),
        ("grains.max_goals", "1:3:9", (1, 2, 3)),
        ("grains.evaporation_debits_heritage", "all", (False, True)),
        ("devaluation.clock", "first_use,last_use", ("first_use", "last_use")),
        ("preset", "all", ("documented", "as_deployed")),
        ("shift.openness", "-1:1:3", (-1.0, 0.0, 1.0)),
        ("feeling.fade", "0.02,0.04", (0.02, 0.04)),
    ],
)
def test_values_are_read_as_written(name, text, values):
    assert axis_of(SMALL, name, text).values == values
