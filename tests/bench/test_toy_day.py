"""The toy day is one day: every version tells the same story, and a version that does not is refused."""

from pathlib import Path

import pytest

from hourglass_sim.bench.agreement import differences, disagreement
from hourglass_sim.bench.peers import PEERS, Skipped, install, peers_folder, python_of, run_toy
from hourglass_sim.bench.toy.columns import simulate
from hourglass_sim.bench.toy.specification import AGGREGATES, LEVELS, ToyDay, ring_slots, thresholds, told

DAYS = 45
BY_NAME = {peer.name: peer for peer in PEERS}


def columns(users=4_000, seed=7, days=DAYS, threads=None):
    """The toy day on our own technique, told as the peers tell theirs."""
    return told("columns", {}, simulate(users, days, seed, threads), users, days, seed, 1.0, 1.0)


@pytest.fixture(scope="module")
def ours():
    """One run to compare with."""
    return columns()


def test_levels_take_floor_of_100_n_to_the_power_of_one_and_a_half():
    assert thresholds()[:5] == (0, 100, 382, 901, 1701)
    assert len(thresholds()) == LEVELS + 1


def test_the_ring_looks_14_days_back():
    assert [ring_slots(day) for day in (0, 13, 14, 30)] == [(0, 16), (13, 29), (14, 0), (0, 16)]


def test_a_user_who_may_do_anything_but_fail_fills_the_ring_and_never_meets_phoenix(monkeypatch):
    certain = ToyDay(open_base=50.0, difficulty=(-50.0, -50.0, -50.0), leave_rate=0.0)
    monkeypatch.setattr("hourglass_sim.bench.toy.day.ToyDay", lambda: certain)
    found = columns(users=512, days=40)
    assert found["daily"]["opened"] == found["daily"]["present"] == [512] * 40
    assert found["daily"]["victories"] == [3 * 512] * 40
    assert found["daily"]["centigrains"][:31] == [1000 * 512] * 31  # phase 1 up to an age of 30 days
    assert found["daily"]["centigrains"][31] == (320 + 280 + 200) * 512
    assert found["daily"]["summer"] == [512] * 40
    assert found["daily"]["phoenix"] == [0] * 40
    assert found["xp"] == [300 * 40, 0.0]


def test_threads_never_change_the_toy_day():
    assert columns(users=9_000, days=9, threads=1)["daily"] == columns(users=9_000, days=9, threads=2)["daily"]


@pytest.mark.parametrize(("name", "users"), [("NumPy", 4_000), ("plain Mesa", 700)])
def test_a_peer_of_this_environment_agrees_with_the_columns(ours, name, users):
    theirs = run_toy(BY_NAME[name], Path(), users, DAYS, 11)
    assert tuple(theirs["daily"]) == AGGREGATES
    assert theirs["user_days"] == sum(theirs["daily"]["present"]) > users * DAYS * 0.8
    assert theirs["seconds"] > 0
    assert theirs["versions"]
    assert disagreement(ours, theirs) is None, differences(ours, theirs)


@pytest.mark.parametrize("name", [peer.name for peer in PEERS if peer.requirement])
def test_a_peer_with_an_environment_of_its_own_agrees_or_is_skipped_with_the_way_to_install_it(ours, name):
    peer, folder = BY_NAME[name], peers_folder()
    if (folder / name / "installed").exists():
        theirs = run_toy(peer, folder, 2_000, DAYS, 11)
        assert disagreement(ours, theirs) is None, differences(ours, theirs)
    else:
        with pytest.raises(Skipped, match=f"--install-peers installs {name.lower()}"):
            run_toy(peer, folder, 2_000, DAYS, 11)


def test_seasons_and_users_add_up(ours):
    daily = ours["daily"]
    assert [sum(row) for row in zip(*(daily[s] for s in ("winter", "spring", "summer", "autumn")), strict=True)] == daily[
        "present"
    ]
    assert [a - b for a, b in zip(daily["present"], daily["left"], strict=True)][:-1] == daily["present"][1:]


def test_a_version_with_another_rule_is_told_apart(ours, monkeypatch):
    monkeypatch.setattr("hourglass_sim.bench.toy.day.ToyDay", lambda: ToyDay(leave_rate=0.004))
    assert "present" in disagreement(ours, columns(seed=8))
    monkeypatch.setattr("hourglass_sim.bench.toy.day.ToyDay", lambda: ToyDay(share=(400, 350, 350)))
    assert "heritage" in disagreement(ours, columns(seed=8))


def test_another_seed_agrees(ours):
    assert disagreement(ours, columns(seed=123)) is None


def test_an_environment_that_is_absent_is_skipped_with_a_reason(tmp_path):
    with pytest.raises(Skipped, match="--install-peers installs starsim"):
        python_of(BY_NAME["Starsim"], tmp_path)


def test_an_installation_that_fails_says_why_and_leaves_nothing_that_counts(tmp_path, monkeypatch):
    monkeypatch.setattr("hourglass_sim.bench.peers._failure", lambda command: "no such package" if "pip" in command else None)
    assert set(install(tmp_path).values()) == {"no such package"}
    assert not list(tmp_path.glob("*/installed"))
