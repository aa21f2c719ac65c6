"""Events of a run on their way to disk while it goes on: heard from the engine day by day, ordered, and written as Parquet parts.

A part holds whole days and appears under its name only when it is whole, after all parts before it: a kill at any moment leaves
the log of the days up to the last part. At most one part more than there are threads is held in memory.
"""

import threading
import time
from collections import defaultdict, deque
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from hourglass_policy.rules.phoenix import REASONS
from hourglass_policy.rules.seasons import SEASONS

from hourglass_sim.engine import telling
from hourglass_sim.engine.layout import BLOCK
from hourglass_sim.engine.moments import HOUR_MOMENTS, MOMENTS, microseconds
from hourglass_sim.engine.world import World
from hourglass_sim.files import replacing
from hourglass_sim.store import arranging
from hourglass_sim.store.event_rows import utc_of_hours
from hourglass_sim.store.schema import NOT_NULL, arrow_schema

if TYPE_CHECKING:
    import pyarrow as pa

NOBODY = -1  # the user of the two rows that mark the run's first and last day
PART_EVENTS = 1_000_000  # a part ends with the day that reaches as many
HAS = ("has_amount", "has_goal", "has_detail")
ROOM = {"user": "i8", "time": "i8", "day": "i4", "event": "i1", "amount": "f8", "goal": "i2", "detail": "i2"} | dict.fromkeys(
    HAS, "?"
)
PART_NAME = "part-{:06d}.parquet"


class EventStream:
    """A listener of the columns engine that writes every event into a folder. Use it with `with`, which waits for the last part.

    The folder must exist; parts are named part-000000.parquet and so on. Raises BadInput when a part cannot be written: at the next
    evening, or at the end.
    """

    def __init__(self, world: World, folder: Path, threads: int):
        started = time.perf_counter()
        self.folder, self.written = folder, 0
        scenario, self._layout = world.scenario, world.layout
        self._days = scenario.days
        slots = self._layout["title"].size
        self._places = telling.places_of(self._layout)
        self._eve = telling.nobody_yet(scenario.users, slots)
        self._words = Words(world, slots)
        hours = utc_of_hours(scenario.start, scenario.days)
        self._midnight = hours[:, 0] * 1_000_000
        self._first_moments = (hours - hours[:, :1]) // 3_600 * HOUR_MOMENTS
        self._most = telling.MOST_OF_A_DAY + len(world.scenario.resolved_policy.catalogue.achievements)
        self._mine, self._heard, self._waiting = threading.local(), defaultdict(list), []
        self._pool, self._pending, self._most_pending = ThreadPoolExecutor(threads), deque(), threads
        self._parts = 0
        empty = self._layout.allocate(0), self._layout.allocate(0, scratch=True)
        self.hear(0, 0, *empty)  # compiles, or takes from the cache
        self.table([(0, [events for _, events in self._heard.pop(0)])])
        self.compile_seconds = time.perf_counter() - started

    def hear(self, day: int, first_block: int, state: np.ndarray, scratch: np.ndarray) -> None:
        """Keep the events of some blocks' users on a day."""
        room = len(state) * BLOCK * self._most
        if getattr(self._mine, "room", None) is None or len(self._mine.room) < room:
            self._mine.room = np.empty((room, 4), dtype=np.int32)
        out, hours = self._mine.room, self._first_moments[day]
        found = telling.tell(state, scratch, self._places, day, hours, self._eve, self._words.terms, out)
        self._heard[day].append((first_block, out[:found].copy()))

    def evening(self, day: int) -> None:
        """All of a day has been heard: when enough waits, or the run is over, write a part."""
        rows = [self._mark(day, telling.STARTED)] if day == 0 else []
        rows += [self._mark(day, telling.ENDED)] if day == self._days - 1 else []
        rows += [events for _, events in sorted(self._heard.pop(day), key=lambda chunk: chunk[0])]
        self._waiting.append((day, rows))
        if day == self._days - 1 or sum(len(r) for _, rows in self._waiting for r in rows) >= PART_EVENTS:
            self._write_waiting()

    def __enter__(self) -> "EventStream":
        return self

    def __exit__(self, kind, *_: object) -> None:
        """Wait for every part, and raise what went wrong with the first that failed; after an error only for those begun."""
        try:
            while self._pending and kind is None:
                self._pending.popleft().result()
        finally:
            self._pool.shutdown(cancel_futures=True)

    def _mark(self, day: int, detail: int) -> np.ndarray:
        return np.array([[self._first_moments[day, 12], NOBODY, telling.NOTHING, telling.TRACKED | detail << 16]], dtype=np.int32)

    def _write_waiting(self) -> None:
        while len(self._pending) >= self._most_pending:
            self._pending.popleft().result()
        previous = self._pending[-1] if self._pending else None
        target = self.folder / PART_NAME.format(self._parts)
        self._pending.append(self._pool.submit(self._write, target, self._waiting, previous))
        self._waiting, self._parts = [], self._parts + 1

    def _write(self, target: Path, days: list, previous: Future | None) -> None:
        table = self.table(days)
        with replacing(target) as temporary:
            write_part(table, temporary)
            if previous is not None:
                previous.result()
        self.written += len(table)

    def table(self, days: list[tuple[int, list[np.ndarray]]]) -> "pa.Table":
        """Days' events in order of time and user, with the log's columns; texts as dictionaries. Valid until a thread's next call."""
        sizes = [sum(map(len, rows)) for _, rows in days]
        columns, done = self._columns(sum(sizes)), 0
        for (day, rows), size in zip(days, sizes, strict=True):
            part = slice(done, done + size)
            filled = [columns[name][part] for name in ("user", "time", "event", "amount", "goal", "detail")]
            arranging.split(
                _ordered(rows, columns["ordered"][part]), self._midnight[day], self._words.microseconds, self._words.scale,
                telling.NOTHING, *filled, *(columns[name][part] for name in HAS),
            )  # fmt: skip
            columns["day"][part] = day
            done += size
        return self._words.table(columns)

    def _columns(self, rows: int) -> dict[str, np.ndarray]:
        """Room for that many rows of the log's columns, the same memory again in each of a thread's calls: new memory costs more."""
        held = getattr(self._mine, "columns", None)
        if held is None or len(held["user"]) < rows:
            held = {name: np.empty(rows, dtype=dtype) for name, dtype in ROOM.items()} | {
                "ordered": np.empty((rows, 4), np.int32)
            }
            self._mine.columns = held
        return {name: column[:rows] for name, column in held.items()}


class Words:
    """The texts of a run's events and where each group of details begins."""

    def __init__(self, world: World, slots: int):
        policy = world.scenario.resolved_policy
        catalogue, rules = policy.catalogue, policy.rules
        self.goals = [goal.id for goal in catalogue.goals.goals]
        groups = (SEASONS, [str(r) for r in REASONS], [a.id for a in catalogue.achievements])
        levels = [str(n) for n in range(len(catalogue.levels) + 2)]
        self.details, starts = list(telling.DETAILS), []
        for group in (*groups, levels):
            starts.append(len(self.details) + 1)
            self.details += group
        self.terms = telling.Terms(rules.day.morning_hour, rules.day.sync_hour, len(self.goals), slots, *starts)
        self.scale = np.full(len(telling.TOLD), 100.0)
        self.scale[list(telling.IN_UNITS)] = 1.0

    @cached_property
    def microseconds(self) -> np.ndarray:
        """When each moment is, after midnight."""
        return microseconds()

    def table(self, columns: dict[str, np.ndarray]) -> "pa.Table":
        """Columns as an Arrow table on the same memory."""
        import pyarrow as pa

        def plain(name: str, kind: "pa.DataType", has: str | None = None) -> pa.Array:
            bits = None if has is None else pa.py_buffer(np.packbits(columns[has], bitorder="little"))
            return pa.Array.from_buffers(kind, len(columns[name]), [bits, pa.py_buffer(columns[name])])

        def told(name: str, kind: "pa.DataType", texts, has: str | None = None) -> pa.Array:
            return pa.DictionaryArray.from_arrays(plain(name, kind, has), pa.array(texts, pa.string()), safe=False)

        arrays = {
            "user": plain("user", pa.int64()),
            "time": plain("time", pa.timestamp("us")),
            "day": plain("day", pa.int32()),
            "event": told("event", pa.int8(), telling.TOLD),
            "amount": plain("amount", pa.float64(), "has_amount"),
            "goal": told("goal", pa.int16(), self.goals, "has_goal"),
            "detail": told("detail", pa.int16(), self.details, "has_detail"),
        }
        fields = [pa.field(name, array.type, nullable=name not in NOT_NULL) for name, array in arrays.items()]
        return pa.Table.from_arrays(list(arrays.values()), schema=pa.schema(fields))


def _ordered(rows: list[np.ndarray], ordered: np.ndarray) -> np.ndarray:
    counts = np.zeros(MOMENTS, dtype=np.int32)
    for events in rows:
        arranging.count(events, counts)
    arranging.first_places(counts)
    for events in rows:
        arranging.place(events, counts, ordered)
    return ordered


def read_parts(folder: Path) -> "pa.Table":
    """Every event in a folder of parts, as one table with the log's types."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    parts = [pq.read_table(part).cast(arrow_schema()) for part in sorted(folder.glob("part-*.parquet"))]
    return pa.concat_tables([arrow_schema().empty_table(), *parts])


def write_part(table: "pa.Table", path: Path) -> None:
    """Write a part: users and times as split bytes, texts and amounts as dictionaries, then zstd; measured as cheapest in time."""
    import pyarrow.parquet as pq

    pq.write_table(
        table, path, compression="zstd", compression_level=-3, row_group_size=1 << 20, write_batch_size=1 << 15,
        write_statistics=["day", "time"],
        use_dictionary=["event", "amount", "goal", "detail"], store_schema=False,
        column_encoding={"user": "BYTE_STREAM_SPLIT", "time": "BYTE_STREAM_SPLIT", "day": "PLAIN"},
    )  # fmt: skip
