"""Behind a live page: the newest wish wins, seeds sharpen the interval, a failure is told, stopping stops."""

import threading

import pytest
from hourglass_policy.errors import BadInput

import hourglass_sim as hg
from hourglass_sim.view.cockpit import Cockpit
from hourglass_sim.view.simulations import RunCache, Simulations
from hourglass_sim.view.widget import day_of

A = hg.Scenario(users=20, days=20, seed=5)
B = A.with_values({"grains.daily_potential": 14.0})


class AgentsCache(RunCache):
    """Runs on the readable engine, counted."""

    def __init__(self):
        super().__init__()
        self.made = []

    def run(self, scenario):
        key = scenario.digest()
        if key not in self._runs:
            self.made.append(scenario)
            self._runs[key] = hg.simulate(scenario, engine="agents", digest=False)
        return self._runs[key]


class Collector:
    def __init__(self, stop_at=None):
        self.got, self.failed, self.done = [], [], threading.Event()
        self.stop_at = stop_at

    def deliver(self, shown):
        self.got.append(shown)
        if shown.is_final or len(self.got) == self.stop_at:
            self.done.set()

    def fail(self, message):
        self.failed.append(message)
        self.done.set()


@pytest.fixture
def make():
    running = []

    def build(cache, collector, seeds=4):
        running.append(Simulations(cache, collector.deliver, collector.fail, seeds=seeds))
        return running[-1]

    yield build
    for simulations in running:
        simulations.close()
        simulations._pool.shutdown(wait=True)


def test_every_seed_is_delivered_and_the_baseline_is_simulated_once(make):
    cache, collector = AgentsCache(), Collector()
    make(cache, collector).ask(A, B)
    assert collector.done.wait(60)
    assert [s.seeds for s in collector.got] == [1, 2, 3, 4]
    assert len(cache.made) == 8
    second = Collector()
    make(cache, second).ask(A, A)
    assert second.done.wait(60)
    assert len(cache.made) == 8


def test_intervals_come_from_the_seeds_as_in_a_comparison(make):
    from hourglass_sim.compare import compare

    collector = Collector()
    make(AgentsCache(), collector).ask(A, B)
    assert collector.done.wait(60)
    expected = compare(A, B, replicates=4, engine="agents").row("minted")
    assert collector.got[-1].rows["minted"] == expected
    assert collector.got[0].rows["minted"]["low"] is None


def test_the_newest_wish_wins(make):
    class Slow(AgentsCache):
        started, go = threading.Event(), threading.Event()

        def run(self, scenario):
            self.started.set()
            self.go.wait(30)
            return super().run(scenario)

    cache, collector = Slow(), Collector()
    simulations = make(cache, collector)
    simulations.ask(A, A)
    assert cache.started.wait(30)
    simulations.ask(A, B)
    cache.go.set()
    assert collector.done.wait(60)
    assert {s.candidate.scenario.digest() for s in collector.got if s.seeds == 4} == {B.digest()}
    assert all(s.candidate.scenario == B for s in collector.got)


def test_a_failure_is_told_in_a_sentence(make):
    class Refusing(RunCache):
        def run(self, scenario):
            raise BadInput("users is out of range", value=0)

    collector = Collector()
    make(Refusing(), collector).ask(A, B)
    assert collector.done.wait(10)
    assert collector.failed == ["users is out of range; got 0"]
    assert collector.got == []


def test_stopping_keeps_what_is_shown_and_simulates_no_more(make):
    collector = Collector(stop_at=1)
    cache = AgentsCache()
    simulations = make(cache, collector, seeds=50)
    simulations.ask(A, B)
    assert collector.done.wait(60)
    simulations.stop()
    simulations.close()
    assert 1 <= len(collector.got) < 50


def test_the_cache_keeps_the_last_runs_only(monkeypatch):
    made = []
    monkeypatch.setattr("hourglass_sim.run.simulate", lambda scenario, **_: made.append(scenario.seed) or scenario.seed)
    cache = RunCache(size=2)
    for seed in (1, 2, 1, 3, 1, 2):
        assert cache.run(A.with_seed(seed)) == seed
    assert made == [1, 2, 3, 2]


def test_the_hourglass_draws_whole_grains_of_a_mean_day(baseline_run):
    day = day_of(baseline_run)
    assert day["gold"] == round(baseline_run.kpis["earned"])
    assert day["mist"] == round(baseline_run.kpis["evaporated"])
    assert day["white"] == max(10 - day["gold"] - day["mist"], 0)
    assert 0 <= day["phoenix"] <= 1


def test_an_answer_shown_after_a_later_one_changes_nothing():
    """A server's ticks need not come in the order in which they were asked for: the last seed's answer stays, and the page is done."""
    page = Cockpit({"users": "60", "days": "20"}, RunCache())
    collector = Collector()
    answers = Simulations(RunCache(), collector.deliver, collector.fail, seeds=3)
    answers.ask(page.state.baseline(), page.state.candidate())
    assert collector.done.wait(120)
    assert not collector.failed
    first, *_, last = collector.got
    page._show(last, {})
    assert 'data-busy="0"' in page.status.object
    done = page.status.object
    page._show(first, {})
    assert (page.shown, page.status.object) == (last, done)
    answers.close()
    page.simulations.close()
