"""`hourglass bench`: the table, the JSON, the files, skipped peers, bad options. No test asserts a time."""

import json

import pytest

from hourglass_sim.bench import growing, throughput
from hourglass_sim.bench.figures import Figure, Goal, measured, missing, ratio
from hourglass_sim.bench.sizes import Sizes, sizes
from hourglass_sim.bench.telling import goal, shown

FIGURE = {"name", "unit", "value", "goal", "repetitions", "low", "high", "own", "peer", "peer_value", "note", "verdict"}


@pytest.fixture(scope="module")
def quick(tmp_path_factory):
    """One quick run of everything: (its JSON, its folder). No peers are installed in the folder it looks in."""
    import contextlib
    import io

    from hourglass_sim import cli

    folder = tmp_path_factory.mktemp("bench")
    shown = io.StringIO()
    with contextlib.redirect_stdout(shown):
        code = cli.run(["bench", "--quick", "--peers", str(folder / "peers"), "--out", str(folder / "out"), "--json"])
    assert code == 0
    assert shown.getvalue().count("\n") == 1
    return json.loads(shown.getvalue()), folder / "out"


def test_every_figure_has_a_value_or_a_reason(quick):
    for figure in quick[0]["figures"]:
        assert set(figure) == FIGURE
        assert (figure["value"] is None) == (figure["verdict"] == "not measured")
        assert figure["value"] is not None or figure["note"]
    units = {figure["unit"] for figure in quick[0]["figures"]}
    assert units == {"user-days/s", "×", "ms", "× at most", "bytes", "MB", "events/s", "times the seconds", "s"}


def test_peers_are_measured_in_the_same_run_and_told_as_ratios(quick):
    by_name = {figure["name"]: figure for figure in quick[0]["figures"]}
    for peer in ("plain Mesa", "NumPy"):
        against = by_name[f"toy day, columns ÷ toy day, {peer}"]
        assert against["value"] == pytest.approx(against["own"] / against["peer_value"])
        assert against["own"] == pytest.approx(quick[0]["toy_day"]["columns"][0])
        assert quick[0]["standard_errors_apart"][peer] < 4.5
        assert quick[0]["versions"][peer]
    agents = by_name["full rules ÷ agents"]
    assert agents["own"] == by_name["full rules"]["value"]


def test_a_peer_that_is_absent_is_named_with_the_reason(quick):
    assert [s["peer"] for s in quick[0]["skipped"]] == ["mesa-frames", "Starsim"]
    assert all("--install-peers installs" in s["reason"] for s in quick[0]["skipped"])
    figure = next(f for f in quick[0]["figures"] if f["name"] == "full rules ÷ toy day, Starsim")
    assert figure["verdict"] == "not measured"
    assert "starsim" in figure["note"]


def test_the_roofline_counts_what_the_stages_touch(quick):
    roof = quick[0]["roofline"]
    assert 4 <= roof["draws"] <= 60
    assert roof["state_bytes"] < roof["stage_bytes"]
    assert roof["bound"] == min(roof["bound_stages"], roof["bound_state"], roof["bound_draws"])
    assert roof["bound_draws"] == pytest.approx(roof["draws_per_second"] / roof["draws"])


def test_the_folder_holds_the_page_the_chart_and_the_figures(quick):
    told, folder = quick
    assert sorted(path.name for path in folder.iterdir()) == ["bench.svg", "figures.json", "index.html"]
    assert json.loads((folder / "figures.json").read_text())["figures"] == told["figures"]
    page = (folder / "index.html").read_text()
    assert "A quick run proves no goal" in page
    assert "https://" not in page.replace("http://www.w3.org", "")
    for name in ("toy day, our columns", "toy day, NumPy", "full rules, agents"):
        assert name in page
        assert name in (folder / "bench.svg").read_text()


def test_one_part_prints_its_rows_for_a_person(hourglass):
    code, out, err = hourglass("bench", "--quick", "--only", "small")
    assert (code, err) == (0, "")
    assert "call to KPIs" in out
    assert "proves no goal" in out
    assert "full rules" not in out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--only", "growht"), "unknown part; in --only; got 'growht'; allowed: events, growth"),
        (("--users", 10), "--users"),
        (("--quik",), "did you mean '--quick'"),
        (("--peers", __file__), "not a folder; in --peers"),
    ],
)
def test_bad_options_are_one_line_and_exit_code_2(hourglass, arguments, said):
    code, out, err = hourglass("bench", *arguments)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert said in err


def test_a_peer_whose_day_differs_is_refused_a_ratio(monkeypatch, tmp_path):
    small = Sizes(days=15, repetitions=1, toy_users=2_048)
    speeds = throughput.Speeds()
    throughput._toy(small, speeds)
    other = {**speeds.told["columns"], "heritage": [1.0, 1.0]}
    monkeypatch.setattr(throughput, "run_toy", lambda *_: other)
    throughput._peer(throughput.PEERS[0], tmp_path)(small, speeds)
    assert speeds.peers == {}
    assert "its toy day is not ours: mean heritage" in speeds.skipped["plain Mesa"]


def test_engines_that_disagree_stop_the_benchmark(monkeypatch):
    class Other:
        digest = "0"

    true = throughput.simulate
    monkeypatch.setattr(
        throughput, "simulate", lambda *a, engine="columns", **k: Other() if engine == "agents" else true(*a, **k)
    )
    with pytest.raises(ValueError, match="engines disagree"):
        throughput._require_equal_engines(Sizes())


def test_verdicts_know_which_way_is_better():
    assert Figure("a", "s", 19.0, Goal(20.0, True)).verdict == "reached"
    assert Figure("a", "s", 39.0, Goal(20.0, True)).verdict == "above half"
    assert Figure("a", "s", 41.0, Goal(20.0, True)).verdict == "below half"
    assert [Figure("a", "×", v, Goal(10.0)).verdict for v in (10.0, 5.0, 4.9)] == ["reached", "above half", "below half"]
    assert Figure("a", "×", 3.0).verdict == "–"
    assert missing("a", "×", "absent", Goal(1.0)).verdict == "not measured"


def test_ratios_are_of_medians_and_their_extremes_of_pairs():
    found = ratio("r", [10.0, 20.0, 30.0], "peer", [5.0, 5.0, 10.0], 3.0)
    assert (found.value, found.low, found.high, found.own, found.peer_value) == (4.0, 2.0, 4.0, 20.0, 5.0)
    assert ratio("r", [2.0], "peer", [3.0], None, inverse=True).value == 1.5
    assert measured("m", "s", [3.0, 1.0, 2.0])[2:7] == (2.0, None, 3, 1.0, 3.0)


def test_numbers_and_goals_read_as_a_person_writes_them():
    assert shown(41_234_567.0, "user-days/s") == "41.23 M user-days/s"
    assert [shown(v, "ms") for v in (123.4, 12.34, 1.234, None)] == ["123 ms", "12.3 ms", "1.23 ms", "–"]
    assert goal(Figure("a", "× at most", 1.0, Goal(1.3, True))) == "≤ 1.30 ×"


def test_sizes_follow_the_options_and_growth_goes_to_four_times_the_users():
    assert sizes(quick=False, users=None, days=None, repetitions=None, agent_days=None).growth == (
        10_000,
        100_000,
        10**6,
        4 * 10**6,
    )
    assert sizes(quick=False, users=50_000, days=30, repetitions=1, agent_days=60).growth == (10_000, 50_000, 200_000)
    assert sizes(quick=False, users=50_000, days=30, repetitions=1, agent_days=60).agent_days == 30
    assert sizes(quick=True, users=None, days=None, repetitions=5, agent_days=None).repetitions == 5


def test_memory_is_a_slope_and_what_remains_and_growth_is_of_the_dearest_size():
    found = {
        10_000: {"peak_bytes": 204e6, "user_days_per_second": [9e6, 1e7, 2e7]},
        1_000_000: {"peak_bytes": 600e6, "user_days_per_second": [1e7]},
        4_000_000: {"peak_bytes": 1_800e6, "user_days_per_second": [8e6]},
    }
    cost, each, fixed = growing.figures(Sizes(growth=tuple(found)), found)
    assert (cost.value, each.value, fixed.value) == (pytest.approx(1.25), pytest.approx(400.0), pytest.approx(200.0))
    assert (cost.verdict, each.verdict, fixed.verdict) == ("reached", "reached", "reached")
    assert "1,000,000: 100.0 ns" in cost.note
