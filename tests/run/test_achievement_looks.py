"""Looking at achievements only when one could be met finds them on the day on which looking every day does."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from hourglass_policy.catalogue import Achievement, Condition, Reward, unlock_order
from hourglass_policy.catalogue.counters import COUNTERS as FACTS
from hourglass_policy.errors import BadInput
from hypothesis import given, settings
from hypothesis import strategies as st

from hourglass_sim.engine.achieving import DUE, DUE_TOGETHER, NARROW, first_thresholds, is_due, look, places, row_of, together
from hourglass_sim.engine.columns import Columns
from hourglass_sim.engine.stages import COUNTERS
from hourglass_sim.engine.state import AMOUNTS
from hourglass_sim.engine.world import achievement_table, make_world
from hourglass_sim.scenario import Scenario


def whenever(*counters):
    """Every counter is due every evening, whatever the thresholds say."""
    return (1 << (len(counters) // 2)) - 1


def whenever_here(first, second, present, *amounts):
    """The same of the amounts, and of everybody who is here."""
    return present, (1 << (len(amounts) // 2)) - 1


def outcome(scenario, every_day):
    world = make_world(scenario)
    if every_day:
        always = {**dict.fromkeys(DUE, whenever), is_due: whenever_here}
        stages = tuple(replace(s, function=always.get(s.function, s.function)) for s in world.stages)
        assert sum(a is not b for a, b in zip(stages, world.stages, strict=True)) >= 3
        world = make_world(scenario, stages)
    run = Columns(world, digest=True, record_days=False, threads=1)
    run.advance(scenario.days)
    return run.outcome()


@pytest.mark.parametrize(
    ("preset", "values"),
    [
        ("documented", {}),
        ("as_deployed", {}),
        ("documented", {"phoenix.minimum_without_opening": True, "phoenix.low_grains": 4.0}),
        ("documented", {"ratio.ratio_days": "calendar_days", "levels.base": 30, "phoenix.micro_multiplier": 10.0}),
    ],
)
def test_waiting_for_a_threshold_misses_nothing(preset, values):
    scenario = Scenario(users=1500, days=150, seed=11, preset=preset, values=values)
    waited, looked = outcome(scenario, False), outcome(scenario, True)
    assert waited.state["unlocked_low"].any()
    assert (waited.state["achievements_unlocked"] > 40).any()
    assert np.array_equal(waited.digests, looked.digests)


def test_counters_of_two_bytes_and_amounts_are_told_apart():
    world = make_world(Scenario(users=1, days=1))
    widths = {name: world.layout[column.partition("[")[0]].width for name, column in COUNTERS.items()}
    assert {name for name, width in widths.items() if width > 2} == set(AMOUNTS)
    assert list(widths)[-len(AMOUNTS) :] == list(AMOUNTS)


NAMES, FALLING = list(COUNTERS), [name for name, fact in FACTS.items() if fact.falls]
SOME = [*FALLING, "days_on_app", "goals_completed", "grains_earned"]


@st.composite
def catalogues(draw):
    """A few achievements whose conditions and requirements lean on each other as no shipped ones do."""
    made = []
    for n in range(draw(st.integers(2, 9))):
        counters = draw(st.lists(st.sampled_from(SOME), min_size=1, max_size=3, unique=True))
        required = draw(st.lists(st.sampled_from(range(n)), max_size=2, unique=True)) if n else []
        conditions = tuple(Condition(name, draw(st.integers(1, 12))) for name in counters)
        reward = Reward(xp=n + 1, centigrains=10 * n, perk="", cosmetic="")
        made.append(Achievement(str(n), f"f{n}", f"e{n}", "", "", "common", conditions, reward, tuple(str(r) for r in required)))
    return tuple(draw(st.permutations(made)))


@settings(max_examples=300, deadline=None)
@given(catalogue=catalogues(), seed=st.integers(0, 2**32 - 1))
def test_any_catalogue_is_unlocked_on_the_evenings_on_which_all_of_it_would_be_checked(catalogue, seed):
    table = achievement_table(catalogue)
    draw = np.random.default_rng(seed)
    values, unlocked, known = dict.fromkeys(NAMES, 0), set(), (0,) * 7
    narrow, wide = [0] * NARROW, [0] * len(AMOUNTS)
    first_thresholds(narrow, wide, table)
    for _ in range(40):
        for name in SOME:
            step = int(draw.integers(0, 3))
            values[name] = int(draw.integers(0, 14)) if name in FALLING else values[name] + step
        due = sum((values[name] >= wait) << c for c, (name, wait) in enumerate(zip(NAMES, [*narrow, *wide], strict=True)))
        if due:
            counted = list(values.values())
            groups = due & 2**DUE_TOGETHER - 1, due >> DUE_TOGETHER & 2**DUE_TOGETHER - 1, due >> NARROW
            known = look(*groups, counted[:NARROW], counted[NARROW:], narrow, wide, *known, table)
        for n in unlock_order(catalogue):
            a = catalogue[n]
            if all(values[c.counter] >= c.threshold for c in a.conditions) and unlocked.issuperset(a.requires):
                unlocked.add(a.id)
        assert {a.id for n, a in enumerate(catalogue) if known[0] >> n & 1} == unlocked
    assert known[3] == sum(a.reward.xp for a in catalogue if a.id in unlocked)
    assert known[4] == sum(a.reward.centigrains for a in catalogue if a.id in unlocked)
    assert known[6] == len(unlocked)


@settings(deadline=None)
@given(lists=st.lists(st.lists(st.integers(1, 2**31 - 1), min_size=1, max_size=20, unique=True), min_size=1, max_size=6))
def test_every_threshold_finds_its_row(lists):
    rows = [[10 * c + k for k in range(len(own))] for c, own in enumerate(lists)]
    table = SimpleNamespace(**dict(zip(("room", "factor", "place"), places(lists, rows), strict=True)))
    for c, own in enumerate(lists):
        assert [row_of(threshold, c, table) for threshold in own] == rows[c]


def achievement(*counters, requires=()):
    conditions = tuple(Condition(name, 5) for name in counters)
    return Achievement("a", "f", "e", "", "", "common", conditions, Reward(xp=1, centigrains=0, perk="", cosmetic=""), requires)


def test_one_condition_on_a_falling_counter_is_looked_at_with_others_only_where_others_stand_on_it():
    alone, beside, growing = achievement("ratio"), achievement("ratio", "proofs"), achievement("proofs")
    assert together((alone, growing)) == (set(), [False, False])
    assert together((alone, beside, growing)) == ({"ratio"}, [True, True, False])
    assert together((alone, achievement("ratio", requires=("b",)))) == ({"ratio"}, [True, True])


def test_more_achievements_than_a_word_has_bits_are_refused(monkeypatch):
    scenario = Scenario(users=1, days=1)
    content = scenario.resolved_policy.catalogue
    many = (*[achievement("ratio", "streak") for _ in range(59)], achievement("ratio"), achievement("ratio"))
    monkeypatch.setattr(type(scenario.resolved_policy), "catalogue", content._replace(achievements=many))
    with pytest.raises(BadInput, match="too many achievements with several conditions"):
        make_world(scenario)
