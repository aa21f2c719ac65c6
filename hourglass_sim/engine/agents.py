"""The readable engine: one Mesa agent per user, who runs the stages of the day in order. The reference for the columns.

Subclass it in a notebook: override a chapter (`def feel(self): super().feel(); …`) and pass the class to `HourglassModel`.
"""

import struct
from collections.abc import Callable
from operator import attrgetter, itemgetter

import mesa
import numpy as np
from hourglass_policy.errors import BadInput

from hourglass_sim.engine.columns import WORD_DAYS
from hourglass_sim.engine.declaring import base_of, literal_of, places
from hourglass_sim.engine.draws import unit
from hourglass_sim.engine.layout import Column
from hourglass_sim.engine.outcome import NOT_KEPT, Outcome
from hourglass_sim.engine.pacts import partners
from hourglass_sim.engine.singles import in_singles, singled, unit_single
from hourglass_sim.engine.stages import CHAPTERS, Stage
from hourglass_sim.engine.state import PARTNERS
from hourglass_sim.engine.tally import COUNTS, MASK, fold
from hourglass_sim.engine.world import World
from hourglass_sim.extending import converted, told

MASK_64 = MASK


class UserAgent(mesa.Agent):
    """One user. Attributes are the columns of `engine.state`; each chapter of the day is a method."""

    def __init__(self, model: "HourglassModel", number: int, arrival_day: int):
        super().__init__(model)
        for column in model.world.layout:
            blank = 0.0 if column.is_float else 0
            setattr(self, column.name, blank if column.size == 1 else [blank] * column.size)
        self.user, self.arrival_day = number, int(arrival_day)
        self.active_days: list[int] = []
        self.digest = 0

    def step(self) -> None:
        """Live one day: every chapter in order."""
        for chapter in CHAPTERS:
            getattr(self, chapter)()

    def live(self, chapter: str) -> None:
        """Run the stages of one chapter as they are declared."""
        today = self.model.today
        for step in self.model.steps_of[chapter]:
            step(self, today)

    def arrive(self) -> None:
        """Who is here, who is new, the morning's grains, absence."""
        self.live("arrive")

    def notify(self) -> None:
        """Messages."""
        self.live("notify")

    def open_app(self) -> None:
        """Opening, and when."""
        self.live("open_app")

    def commit(self) -> None:
        """Contract and goals."""
        self.live("commit")

    def act(self) -> None:
        """Victories and misses."""
        self.live("act")

    def meet(self) -> None:
        """Yesterday's feed: boosts and comments from the reserve, transfusions."""
        self.live("meet")

    def settle(self) -> None:
        """The sync at 20:00."""
        self.live("settle")

    def seasons(self) -> None:
        """Season and Phoenix."""
        self.live("seasons")

    def progress(self) -> None:
        """XP, levels, perks."""
        self.live("progress")

    def achieve(self) -> None:
        """Achievements."""
        self.live("achieve")

    def feel(self) -> None:
        """Motivation, habits, patience."""
        self.live("feel")

    def leave(self) -> None:
        """Leaving for good."""
        self.live("leave")

    def record(self, names: list[tuple[str, int]], sizes: dict[str, int]) -> list:
        """Today's record, in the order of the digest."""
        return [getattr(self, name) if sizes[name] == 1 else getattr(self, name)[k] for name, k in names]


def _single(value: float) -> float:
    """A double as single precision stores it."""
    return struct.unpack("<f", struct.pack("<f", value))[0]


def _bits(value: float) -> int:
    if isinstance(value, float):
        return struct.unpack("<Q", struct.pack("<d", value))[0]
    return int(value) & MASK_64


def _setter(written: str, world: World) -> Callable:
    base, _, row = written.partition("@")
    column, index = world.layout[base.partition("[")[0]], base.partition("[")[2].rstrip("]")
    return _adder(base, row, world) if row else _own_setter(column, index)


def _adder(base: str, row: str, world: World) -> Callable:
    """Adding to another user's column; nothing happens where there is no such user."""
    number, get, put = _getter(row, world), _getter(base, world), _setter(base, world)

    def add(agent, today, value):
        other = number(agent, today)
        if other >= 0:
            put(agent.model.users[other], today, get(agent.model.users[other], today) + value)

    return add


def _own_setter(column: Column, index: str) -> Callable:
    name, stored = column.name, _single if column.dtype == "f4" else None
    if not index:
        if stored:
            return lambda agent, today, value: setattr(agent, name, stored(value))
        return lambda agent, today, value: setattr(agent, name, value)
    position = int(index) if index.isdigit() else attrgetter(index.removeprefix("today."))

    def set_slot(agent, today, value):
        slots = getattr(agent, name)
        slots[position if isinstance(position, int) else position(today)] = stored(value) if stored else value

    return set_slot


def _others(name: str, world: World) -> Callable:
    """Reading another user's column, 0 where there is no such user."""
    of, row = (_getter(part, world) for part in name.split("@"))

    def read(agent, today):
        number = row(agent, today)
        return of(agent.model.users[number], today) if number >= 0 else 0

    return read


def _whole(column: str) -> Callable:
    get = attrgetter(column)
    return lambda agent, today: get(agent)


def _getter(name: str, world: World) -> Callable:
    if "@" in name:
        return _others(name, world)
    if name.endswith("[*]"):
        return _whole(places(name)[0])
    if "|" in name:
        getters = [_getter(part, world) for part in places(name)]
        return lambda agent, today: [get(agent, today) for get in getters]
    base, _, index = name.partition("[")
    index = index.rstrip("]")
    if base in world.layout:
        if not index:
            return _whole(base)
        if index.isdigit():
            at = itemgetter(int(index))
            return lambda agent, today: at(getattr(agent, base))
        slot = attrgetter(index.removeprefix("today."))
        return lambda agent, today: getattr(agent, base)[slot(today)]
    if name.startswith("today."):
        fact = attrgetter(name.removeprefix("today."))
        return lambda agent, today: fact(today)
    literal = literal_of(name)
    value = world.inputs.plain(name) if literal is None else literal
    return lambda agent, today: value


def _single_getter(name: str, world: World) -> Callable:
    """The same for a function that works in single precision."""
    get, base = _getter(name, world), base_of(name)
    if base in world.layout:
        column = world.layout[base]
        if not column.is_float:
            return get
        as_single = unit_single if column.is_draw else np.float32
        return lambda agent, today: as_single(get(agent, today))
    if name.startswith("today."):
        return (lambda agent, today: np.float32(get(agent, today))) if world.inputs.today_is_float(name[6:]) else get
    value = singled(get(None, None))
    return lambda agent, today: value


def bound_step(stage: Stage, world: World) -> Callable:
    """A stage as a function of (agent, today): read, call, write."""
    function = stage.function
    getters = [(_single_getter if in_singles(stage) else _getter)(name, world) for name in stage.reads]
    columns = [world.layout[w.partition("[")[0]] for w in stage.writes]
    setters = [_setter(written, world) for written in stage.writes]
    blank = [(s, _blank(c)) for s, c in zip(setters, columns, strict=True) if c.kind == "scratch"]
    condition = _getter(stage.when, world) if stage.when else None
    only = setters[0] if len(setters) == 1 else None
    if stage.is_from_outside:
        function, only = _checked(stage, columns), None

    def step(agent, today):
        if condition is not None and condition(agent, today) == 0:
            for set_value, zero in blank:
                set_value(agent, today, zero)
            return
        result = function(*[get(agent, today) for get in getters])
        if only is not None:
            only(agent, today, result)
            return
        for set_value, value in zip(setters, result, strict=True):
            set_value(agent, today, value)

    return step


def _blank(column: Column) -> float:
    """What stands in a scratch column of those whom a stage does not concern."""
    return unit(0) if column.is_draw else 0.0 if column.is_float else 0


def _checked(stage: Stage, columns: list[Column]) -> Callable:
    """A function from outside, its result as the columns would hold it."""
    convert, function = converted(stage, columns), stage.function

    def checked(*facts):
        try:
            result = function(*facts)
        except (ArithmeticError, AttributeError, LookupError, NameError, TypeError, ValueError) as error:
            what = f"{told(function)} fails with {type(error).__name__}: {error}"
            raise BadInput(what, where=f"stage {stage.name!r}") from error
        return convert(result)

    return checked


class HourglassModel(mesa.Model):
    """The app as a Mesa model. `HourglassModel(world)`; `step()` is one day; `datacollector` holds the daily totals."""

    def __init__(self, world: World, agent_class: type[UserAgent] = UserAgent, *, digest: bool = True, record_days: bool = False):
        super().__init__(seed=world.scenario.seed % 2**32)
        self.world, self.has_digest, self.record_days = world, digest, record_days
        self.day = 0
        self.contests = world.contests()
        self.today = world.todays[0]
        self.steps_of = {c: [bound_step(s, world) for s in world.stages if s.chapter == c] for c in CHAPTERS}
        self.users = [agent_class(self, k, day) for k, day in enumerate(world.arrival_days)]
        self._introduce()
        self.totals = np.zeros((world.scenario.days, len(COUNTS)), dtype=np.int64)
        self.rows: list[list] = []
        self._names = world.layout.recorded()
        self._sizes = {c.name: c.size for c in world.layout}
        self.datacollector = mesa.DataCollector({c.name: _reporter(k) for k, c in enumerate(COUNTS)})

    def _introduce(self) -> None:
        """Each user's pact and partners, by number."""
        numbers = np.arange(len(self.users))
        known = [partners(self.world.pacts, numbers, k) for k in range(PARTNERS)]
        for user in self.users:
            user.pact_size = int(self.world.pacts.size[user.user])
            user.partner = [int(of[user.user]) if of[user.user] < len(self.users) else -1 for of in known]

    def step(self) -> None:
        """One day for everybody."""
        self.today = self.world.todays[self.day]
        for user in self.users:
            if self.today.bit == 0:
                user.active_word = 0
            if user.gone == 0 and self.day >= user.arrival_day:
                user.step()
                self._note(user)
        self.datacollector.collect(self)
        if self.contests.is_due(self.day):
            self.contests.overnight(self.day, self._by_user, self._pay)
        self.day += 1

    def _by_user(self, place: str) -> np.ndarray:
        get = _getter(place, self.world)
        return np.array([get(user, self.today) for user in self.users])

    def _pay(self, changes: dict[str, np.ndarray]) -> None:
        for name, amounts in changes.items():
            for user, amount in zip(self.users, amounts.tolist(), strict=True):
                now = getattr(user, name)
                setattr(user, name, now | amount if name == "perks" else now + amount)

    def advance(self, days: int = 1) -> None:
        """Simulate the next `days` days."""
        for _ in range(min(days, self.world.scenario.days - self.day)):
            self.step()

    def _note(self, user: UserAgent) -> None:
        row = self.totals[self.day]
        for k, count in enumerate(COUNTS):
            value = int(getattr(user, count.column))
            row[k] += value if count.how == "sum" else (value != 0 if count.how == "some" else value == count.value)
        if user.active_word >> self.today.bit & 1:
            user.active_days.append(self.day)
        if self.has_digest or self.record_days:
            record = user.record(self._names, self._sizes)
            for value in record if self.has_digest else ():
                user.digest = fold(user.digest, _bits(value))
            if self.record_days:
                self.rows.append([self.day, user.user, *record])

    def outcome(self) -> Outcome:
        """Everything so far, in the same form as the columns."""
        layout, users = self.world.layout, self.users
        state = {}
        for column in layout:
            if column.kind == "scratch" or column.name in NOT_KEPT:
                continue
            for k in range(column.size):
                label = column.name if column.size == 1 else f"{column.name}_{k + 1}"
                values = [getattr(u, column.name) if column.size == 1 else getattr(u, column.name)[k] for u in users]
                state[label] = np.array([int(v) if not column.is_float else v for v in values], dtype=column.dtype)
        bits = np.zeros((len(users), (self.world.scenario.days - 1) // WORD_DAYS + 1), dtype=np.uint64)
        for user in users:
            for day in user.active_days:
                bits[user.user, day // WORD_DAYS] |= np.uint64(1 << (day % WORD_DAYS))
        digests = np.array([u.digest for u in users], dtype=np.uint64) if self.has_digest else None
        return Outcome(self.totals, state, bits, digests, self._days(), self.contests.told())

    def _days(self) -> dict[str, np.ndarray]:
        if not self.record_days:
            return {}
        layout = self.world.layout
        types = ["i4", "i4", *[layout[name].dtype for name, _ in self._names]]
        labels = ["day", "user", *[n if layout[n].size == 1 else f"{n}_{k + 1}" for n, k in self._names]]
        columns = list(zip(*self.rows, strict=True)) if self.rows else [()] * len(labels)
        return {label: np.array(values, dtype=t) for label, t, values in zip(labels, types, columns, strict=True)}


def _reporter(k: int) -> Callable:
    return lambda model: int(model.totals[model.day, k])
