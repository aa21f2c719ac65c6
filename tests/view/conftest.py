"""Two small runs and a comparison shared by the tests of what is shown; the readable engine, so that nothing is compiled."""

import pytest

import hourglass_sim as hg
from hourglass_sim.compare import compare

SMALL = {"users": 60, "days": 40, "seed": 3}


@pytest.fixture(scope="session")
def baseline_run():
    return hg.simulate(hg.Scenario(**SMALL), engine="agents", digest=False)


@pytest.fixture(scope="session")
def candidate_run():
    scenario = hg.Scenario(**SMALL).with_values({"grains.daily_potential": 14.0})
    return hg.simulate(scenario, engine="agents", digest=False)


@pytest.fixture(scope="session")
def comparison():
    a = hg.Scenario(users=40, days=35, seed=3)
    return compare(a, a.with_values({"grains.daily_potential": 14.0}), replicates=3, engine="agents")


@pytest.fixture(scope="session")
def study(comparison):
    """The content of a study.json, small and with every part."""
    from hourglass_sim.view.guardrails import guardrails

    rows = {n: {k: comparison.row(n)[k] for k in ("a", "b", "difference", "low", "high")} for n in comparison.values}
    a, b = comparison.runs
    history = [{"trial": k, "objective": 0.4 + 0.01 * (k % 4), "feasible": k % 3 != 2, "users": 1000} for k in range(12)]
    return {
        "economy": "hourglass",
        "scenario": comparison.a.describe(),
        "space": [{"name": "grains.daily_potential", "low": 5.0, "high": 20.0, "kind": "float", "locked": False}],
        "baseline": {"objective": 0.41, "kpis": dict(a.kpis)},
        "best": {
            "values": {"grains.daily_potential": 14.0, "considerate.patience": 6},
            "policy": "considerate",
            "objective": 0.43,
            "kpis": dict(b.kpis),
        },
        "trials": 12,
        "history": history,
        "confirmed": {
            "objective": {"a": 0.41, "b": 0.425, "difference": 0.015, "low": 0.01, "high": 0.02},
            "kpis": {n: r for n, r in rows.items() if r["difference"] is not None},
            "optimism": 0.005,
            "guardrails": guardrails(a.kpis, b.kpis),
            "seeds": [101, 102, 103],
            "users": 40,
        },
    }


@pytest.fixture(scope="session")
def calibration():
    names = {"d1": 0.28, "d7": 0.13, "d30": 0.03, "mean_streak": 1.9}
    moments = [
        {"name": n, "observed": v, "low": 0.95 * v, "high": 1.05 * v, "simulated": 1.01 * v if n != "d7" else 0.8 * v, "inside": n != "d7"}
        for n, v in names.items()
    ]  # fmt: skip
    hours = [1 / 24] * 24
    return {"log": "a <log>.csv", "people": "learner", "policy": "silent", "moments": moments,
            "hours": {"observed": hours, "simulated": hours}, "evaluations": 10, "seconds": 1.0}  # fmt: skip
