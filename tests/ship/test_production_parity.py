"""What production decides and books is what the simulation decided and booked, day by day, to the centigrain."""

import copy
import json
import subprocess
from pathlib import Path

import hourglass_policy as hp
import pytest
from hourglass_policy.errors import BadInput
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from record_days import recorded
from replay_days import replay

from hourglass_sim.scenario import Scenario

SCRIPT = Path(__file__).parent / "replay_days.py"
PARAMETERS = hp.load("baseline").parameters
PLAYED = [n for n in PARAMETERS if n.split(".")[0] != "notifications"]


def policy_of(scenario):
    """The scenario's policy with the values of its notification policy."""
    chosen = scenario.notification
    return scenario.resolved_policy.with_notification(chosen.name, {p.name: p.value for p in chosen.parameters.values()})


def user_days(recording):
    return [day for user in recording["users"] for day in user["days"]]


@pytest.fixture(scope="module")
def recording(shipped):
    """Days of the scenario that the study was about, lived under the shipped release."""
    people = {"feeling.fade": 0.05}
    return recorded(Scenario(users=14, days=50, seed=11, policy=str(shipped.release), values=people, start="2026-01-07"))


@pytest.fixture(scope="module")
def replayed(production, recording, tmp_path_factory):
    """What production's own interpreter found."""
    file = tmp_path_factory.mktemp("recording") / "days.json"
    file.write_text(json.dumps(recording), encoding="utf-8")
    done = subprocess.run([str(production), "-I", str(SCRIPT), str(file)], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def test_production_repeats_every_notification_and_every_settlement_of_the_simulation(replayed):
    assert replayed["different"] == []
    assert replayed["user_days"] >= 300


def test_the_recorded_days_hold_everything_that_could_go_wrong(recording):
    days = user_days(recording)
    for name in (
        "phoenix_entered",
        "phoenix_exits",
        "topped_up",
        "rewarded",
        "evaporated",
        "perks",
        "protections_used",
        "opted_out",
        "comebacks",
    ):
        assert any(day[name] for day in days), name
    assert {0, 1, 2, 3} >= {day["season"] for day in days if day["season"] >= 0} > {0}
    assert any(day["hours"][0] == -1 and not day["opted_out"] for day in days), "a day of rest"
    assert any(day["hours"][1] >= 0 for day in days), "an evening nudge"
    assert any(day["lost"] and max(day["lost"]) % 100 for day in days)
    assert {user["language"] for user in recording["users"]} == {"en", "fr"}


def test_production_holds_nothing_but_the_standard_library_and_the_shipped_release(replayed, shipped):
    assert replayed["foreign"] == []
    assert replayed["warnings"] == []
    assert (replayed["policy"], replayed["version"], replayed["baseline"]) == ("hourglass", ["1.2.0", "1.2.0"], "baseline")
    assert "site-packages" in replayed["file"]


def test_another_policy_or_a_changed_record_is_noticed(recording, shipped):
    one = {"users": copy.deepcopy(recording["users"][:2])}
    assert replay(one, hp.load("baseline"))
    heritage = one["users"][0]["days"][3]["heritage"]
    one["users"][0]["days"][3]["heritage"] += 1
    (difference,) = replay(one, hp.load(shipped.release))
    assert difference.endswith(f"heritage: backend {heritage}, simulation {heritage + 1}")


SETTINGS = {
    "as deployed": {"preset": "as_deployed", "days": 70},
    "fast levels and perks": {
        "policy": "personal_hour", "values": {"levels.base": 20.0, "levels.exponent": 1.0, "personal_hour.lead_hours": 2},
    },
    "arrivals in mid-week": {"arrivals": (3, 0, 2, 0, 0, 3), "start": "2026-03-05", "policy": "considerate"},
    "a perk from the first level": {"values": {"perks.extra_daily_grain_level": 1, "perks.phoenix_protection_level": 1}},
    "five goals by the last use": {"values": {"grains.max_goals": 5, "devaluation.clock": "last_use", "grains.daily_potential": 13.37}},
    "short clocks of Phoenix": {
        "values": {
            "phoenix.newcomer_days": 3, "phoenix.reentry_days": 3, "phoenix.exit_grains": 3.2, "phoenix.exit_days": 5,
            "phoenix.ratio_drop_days": 4,
        },
    },
    "calendar days, short season": {"values": {"ratio.ratio_days": "calendar_days", "seasons.window_days": 9, "seasons.first_xp_day": 2}},
}  # fmt: skip


@pytest.mark.parametrize("name", SETTINGS)
def test_the_backend_repeats_the_simulation_under(name):
    chosen = {"users": 8, "days": 45, "seed": 5, **SETTINGS[name]}
    scenario = Scenario(**chosen)
    days = json.loads(json.dumps(recorded(scenario)))
    assert replay(days, policy_of(scenario)) == []


def any_value(p):
    if p.kind in ("bool", "choice"):
        return st.sampled_from([True, False] if p.kind == "bool" else p.choices)
    if p.kind == "int":
        return st.integers(int(p.low), int(p.high)) | st.integers(int(p.low), min(int(p.high), int(p.low) + 5))
    return st.floats(p.low, p.high) | st.sampled_from([p.low, p.high])


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data(), seed=st.integers(0, 2**40), preset=st.sampled_from(["documented", "as_deployed"]))
def test_the_backend_repeats_the_simulation_under_any_parameters(data, seed, preset):
    names = data.draw(st.lists(st.sampled_from(PLAYED), max_size=12, unique=True))
    values = {name: data.draw(any_value(PARAMETERS[name])) for name in names}
    try:
        scenario = Scenario(users=3, days=40, seed=seed, preset=preset, values=values, arrivals=(2, 0, 1))
        days = recorded(scenario)
    except BadInput:
        assume(False)
    assert replay(days, policy_of(scenario)) == []
