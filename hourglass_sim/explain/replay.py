"""One day of one user, lived again stage by stage from the run's own state, and checked against the run."""

import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import numpy as np
from hourglass_policy.errors import BadInput, require_between

from hourglass_sim.scenario import Scenario

AWARDED = ("reward_xp", "reward_centigrains", "perks", "challenges_joined", "challenges_won")  # what a decided challenge adds to


@dataclass(frozen=True)
class Lived:
    """A stage that ran: its function, what it read by name, and what it wrote by name."""

    name: str
    chapter: str
    function: Callable
    reads: Mapping[str, Any]
    writes: Mapping[str, Any]


@dataclass(frozen=True)
class Replay:
    """A user's day: state at dawn and at night (plain numbers by column), today's facts, and the stages that ran, in order.

    `unlocked_before` are the achievement words of the night before last, so that the night's unlocks can be told. `contests` are the
    challenges decided after the evening, `awards` what they added for this user, by column.
    """

    scenario: Scenario
    world: Any
    user: int
    day: int
    dawn: Mapping[str, Any]
    night: Mapping[str, Any]
    today: Any
    stages: Mapping[str, Lived]
    unlocked_before: tuple[int, int, int]
    contests: tuple[Mapping[str, Any], ...] = ()
    awards: Mapping[str, int] = field(default_factory=dict)

    @property
    def date(self) -> date:
        """The calendar day."""
        return self.scenario.start + timedelta(days=self.day)  # type: ignore[operator]


def replay(
    scenario: Scenario, user: int, day: int, *, threads: int | None = None, note: Callable[[str, int, int], None] | None = None,
    where: str = "explain",
) -> Replay:  # fmt: skip
    """Run the scenario up to `day` (from 0), then live that day again for `user` with every stage's reads and writes kept.

    `where` is what errors name. Raises BadInput for a user or day outside the run, a day before sign-up or after leaving. Raises
    RuntimeError if the day lived again differs from the run's in any column.
    """
    from hourglass_sim.engine.columns import Columns
    from hourglass_sim.engine.world import make_world

    require_whole("user", user, scenario.users - 1, where)
    require_whole("day", day, scenario.days - 1, where)
    world = make_world(scenario)
    arrival = int(world.arrival_days[user])
    if day < arrival:
        raise BadInput(f"user {user} had not signed up", where=where, value=day, allowed=f"day {arrival} to {scenario.days - 1}")
    columns = Columns(world, digest=False, record_days=False, threads=threads or 1, note=note)
    columns.advance(day - 1)
    before = columns.state_of(user)
    columns.advance(day - columns.day)
    dawn = columns.state_of(user)
    if dawn is None or dawn["gone"]:
        last = f"; last opened on day {(dawn or before or {'last_open': '?'})['last_open']}" if dawn or before else ""
        raise BadInput(f"user {user} had left for good{last}", where=where, value=day, allowed="a day before that")
    words = tuple((before or dawn)[f"unlocked_{part}"] for part in ("low", "high", "top")) if day > arrival else (0, 0, 0)
    night, stages = live(world, dawn, day, columns.partners_of(dawn))
    columns.advance(1)
    run = columns.state_of(user)
    ended = tuple(told for told in columns.contests.told() if told["last_day"] == day)
    awards = {name: run[name] - night[name] for name in AWARDED if ended and run is not None and run[name] != night[name]}
    night |= {name: run[name] for name in awards}
    _require_same(world, night, run)
    return Replay(scenario, world, user, day, dawn, night, world.todays[day], stages, words, ended, awards)


def live(
    world: Any, dawn: Mapping[str, Any], day: int, partners: Mapping[int, Mapping[str, Any]]
) -> tuple[dict[str, Any], dict[str, Lived]]:
    """One day for one user from their state at dawn and their partners' (by row): all columns at night, and the stages that ran."""
    from hourglass_sim.engine.agents import bound_step

    person = SimpleNamespace(**copy.deepcopy(dict(dawn)))
    person.model = SimpleNamespace(users={row: SimpleNamespace(**copy.deepcopy(dict(of))) for row, of in partners.items()})
    for column in world.layout:
        if column.kind == "scratch":
            blank = 0.0 if column.is_float else 0
            setattr(person, column.name, blank if column.size == 1 else [blank] * column.size)
    stages: dict[str, Lived] = {}
    for stage in world.stages:
        calls: list[tuple] = []
        step = bound_step(replace(stage, function=_noting(stage.function, calls)), world)
        step(person, world.todays[day])
        if calls:
            arguments, result = calls[0]
            results = (result,) if len(stage.writes) == 1 else tuple(result)
            reads = dict(zip(stage.reads, arguments, strict=True))
            writes = dict(zip(stage.writes, results, strict=True))
            stages[stage.name] = Lived(stage.name, stage.chapter, stage.function, reads, writes)
    return vars(person), stages


def at_place(columns: Mapping[str, Any], place: str) -> Any:
    """A column's value by the name that stages use: `heritage`, or one slot as `goals_in[2]`."""
    column, _, slot = place.partition("[")
    return columns[column][int(slot.rstrip("]"))] if slot else columns[column]


def _noting(function: Callable, calls: list[tuple]) -> Callable:
    def noting(*arguments):
        result = function(*arguments)
        calls.append(([_plain(value) for value in arguments], _plain(result)))
        return result

    noting.stands_for = function
    return noting


def _plain(value: Any) -> Any:
    """A number of single precision as Python's own, also in tuples."""
    if isinstance(value, tuple):
        parts = [_plain(part) for part in value]
        return type(value)(*parts) if hasattr(value, "_fields") else tuple(parts)
    return float(value) if isinstance(value, np.float32) else value


def _require_same(world: Any, night: Mapping[str, Any], run: Mapping[str, Any] | None) -> None:
    for column in world.layout:
        name = column.name
        others = name in ("active_word", "parcel", "partner")  # partners fill the parcel meanwhile, and may move to other rows
        if run is not None and column.kind != "scratch" and not others and night[name] != run[name]:
            raise RuntimeError(f"the day lived again differs from the run in {name}: {night[name]} instead of {run[name]}")


def require_whole(name: str, value: object, highest: int, where: str) -> None:
    """Raise BadInput unless `value` is a whole number from 0 to `highest`."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise BadInput(f"{name} is not a whole number", where=where, value=value, allowed=f"0 to {highest}")
    require_between(name, value, 0, highest, where)
