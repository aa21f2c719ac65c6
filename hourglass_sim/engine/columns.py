"""The columnar engine: blocks of 512 users, a few stages to a compiled loop, many days of a block before the next block.

A block's state stays in the cache while its days pass; about once a month the users still here are moved together, so that blocks
of people who left cost nothing. Blocks are independent, so threads take blocks in any order and the result
is the same for every number of threads: all totals are integers.
"""

import os
import time
from bisect import bisect_right
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from functools import cache
from typing import Protocol

import numpy as np

from hourglass_sim.engine.compiling import compiled_loops, helping_process
from hourglass_sim.engine.driver import DTYPES, run_blocks
from hourglass_sim.engine.layout import BLOCK
from hourglass_sim.engine.outcome import NOT_KEPT, FinalState, Outcome
from hourglass_sim.engine.pacts import GROUP, partner_rows, ready, rows_together
from hourglass_sim.engine.state import PARTNERS
from hourglass_sim.engine.tally import COUNTS
from hourglass_sim.engine.world import World
from hourglass_sim.engine.written import require_held

WORD_DAYS = 64
PACK_DAYS = 24, 40  # fewest and most days between two looks at whether users should be moved together
PACK_BELOW = 0.75  # share of rows still in use below which they are
NEVER = 32_767  # arrival day of a row without a user
CHECKPOINTED = ("rows", "state", "digests", "finished", "totals", "bits", "final_digests")
BLOCKS_AT_ONCE = 8  # most blocks a thread takes before it looks for more
HEARD_BLOCKS = 2  # and when someone listens: few enough to stay in the cache from one day to the next
HEARD_AT_ONCE = 1 << 18  # most days of users that a listener hears of before the evening


@cache
def _workers(threads: int, process: int) -> ThreadPoolExecutor:
    """A process's threads that wait for work: starting them anew for every span of days would cost a short run a tenth of its time."""
    return ThreadPoolExecutor(threads, thread_name_prefix="hourglass")


class Listener(Protocol):
    """Someone who hears of days as they pass: of some blocks as soon as they have lived one (on several threads), of its end later.

    Some blocks may have lived several days before others have lived the first; the evenings come in order.
    """

    def hear(self, day: int, first_block: int, state: np.ndarray, scratch: np.ndarray) -> None:
        """Memory of consecutive blocks after a day, uint8[blocks, bytes]; it is used again afterwards."""

    def evening(self, day: int) -> None:
        """All blocks have been heard of."""


class Columns:
    """One run of the columnar engine, day by day or in spans of days."""

    def __init__(
        self, world: World, *, digest: bool, record_days: bool, threads: int, note: Callable[[str, int, int], None] | None = None,
        listener: Listener | None = None,
    ):  # fmt: skip
        self.world, self.threads, self.record_days, self.has_digest, self.listener = world, threads, record_days, digest, listener
        layout, scenario = world.layout, world.scenario
        is_recorded = digest or record_days or listener is not None
        helper, started = helping_process(scenario, is_recorded), time.perf_counter()
        pieces, self.loops = compiled_loops(world.stages, layout, world.inputs, is_recorded, note, helper)
        ready()
        self.compile_seconds = time.perf_counter() - started
        self.addresses = np.array([loop.address for loop in self.loops], dtype=np.int64)
        self.has_own = any(stage.is_from_outside for stage in world.stages)
        self.on_arrival = np.array([piece.is_for_arrivals for piece in pieces])
        self.todays = world.inputs.pack_days(world.todays)
        self.totals = np.zeros((scenario.days, len(COUNTS)), dtype=np.int64)
        folds = [(*self._where(name, k), 0, 0) for name, k in layout.recorded()] if digest else []
        self.folds = np.array(folds, dtype=np.int64).reshape(-1, 5)
        self.bits = np.zeros((scenario.users, (scenario.days - 1) // WORD_DAYS + 1), dtype=np.uint64)
        self.recorded: dict[str, list[np.ndarray]] = {}
        self.final: dict[str, np.ndarray] = {}
        self.final_digests = np.zeros(scenario.users, dtype=np.uint64)
        self.day = 0
        self.contests = world.contests()
        self.looks = days_of_looks(self.contests.ends, scenario.days)
        users = np.arange(scenario.users)
        self._settle(users)
        self._put("user", users.astype(np.int32))
        self._put("arrival_day", world.arrival_days, fill=NEVER)
        self._put("pact_size", world.pacts.size)
        self._introduce()
        self._note_arrivals()
        started = time.perf_counter()
        self._blocks(0, 0, 0, 0, 0, self.totals)  # compiles the driver or takes it from the cache
        self.compile_seconds += time.perf_counter() - started

    def _where(self, name: str, slot: int) -> tuple[int, int, int]:
        layout, column = self.world.layout, self.world.layout[name]
        start = layout.offset[name] + slot * column.width * BLOCK
        return int(layout.is_scratch(name)), start, DTYPES.index(column.dtype)

    def _settle(self, rows: np.ndarray) -> None:
        """Make room for users in these rows (int64, ascending)."""
        self.rows, self.blocks = rows.astype(np.int32), int(rows[-1]) // BLOCK + 1 if len(rows) else 0
        self.has_gaps = len(rows) > 0 and int(rows[-1]) != len(rows) - 1
        spread = _workers(self.threads, os.getpid()).map
        self.state = self.world.layout.allocate(self.blocks, threads=self.threads, spread=spread)
        room = self.blocks if self.record_days else self.threads * (HEARD_BLOCKS if self.listener else 1)
        self.scratch = self.world.layout.allocate(room, scratch=True)
        self.digests = np.zeros((self.blocks, BLOCK), dtype=np.uint64)
        self.finished = np.zeros(self.blocks, dtype=np.bool_)

    def _put(self, name: str, values: np.ndarray, slot: int = 0, fill: int = 0) -> None:
        padded = np.full(self.blocks * BLOCK, fill, dtype=values.dtype)
        padded[self.rows if self.has_gaps else slice(len(self.rows))] = values
        self.world.layout.view(self.state, name, slot)[:] = padded.reshape(-1, BLOCK)

    def _take(self, name: str, slot: int = 0) -> np.ndarray:
        """A copy of a column of the rows in use, scratch or state."""
        memory = self.scratch if self.world.layout.is_scratch(name) else self.state
        column = np.ascontiguousarray(self.world.layout.view(memory, name, slot)).reshape(-1)
        if self.has_gaps:
            return column[self.rows]
        return column[: len(self.rows)].copy() if self.blocks == 1 else column[: len(self.rows)]

    def _introduce(self) -> None:
        """Tell each user the rows of their partners, which are always in the same block."""
        pacts, users = self.world.pacts, self._note_rows()
        found = np.empty((PARTNERS, len(users)), dtype=np.int16)
        partner_rows(pacts.first, pacts.size, users, self.row_of, BLOCK, found)
        for k in range(PARTNERS):
            self._put("partner", found[k], k, fill=-1)

    def _note_rows(self) -> np.ndarray:
        """Keep where each user stands; the users in order of their rows."""
        users = self._take("user")
        self.row_of = np.full(self.world.scenario.users + GROUP, -1, dtype=np.int32)
        self.row_of[users] = self.rows
        return users

    def state_of(self, user: int) -> dict[str, int | float | list] | None:
        """A user's traits and state as plain numbers, a list where a column has several slots; None for one who left long ago."""
        rows = self.rows[self._take("user") == user]
        return self._state_at(int(rows[0])) if len(rows) else None

    def partners_of(self, state: dict) -> dict[int, dict[str, int | float | list]]:
        """The traits and state of a user's partners, by their row in the user's block; `state` as `state_of` gives it."""
        first = int(self.rows[self._take("user") == state["user"]][0]) // BLOCK * BLOCK
        return {row: self._state_at(first + row) for row in state["partner"] if row >= 0}

    def _state_at(self, row: int) -> dict[str, int | float | list]:
        layout, found = self.world.layout, {}
        for column in layout:
            if column.kind != "scratch":
                slots = [layout.view(self.state, column.name, k).reshape(-1)[row].item() for k in range(column.size)]
                found[column.name] = slots[0] if column.size == 1 else slots
        return found

    def _note_arrivals(self) -> None:
        arrivals = self.world.layout.view(self.state, "arrival_day").astype(np.int64)
        self.first_arrival = arrivals.min(axis=1, initial=NEVER)
        self.last_arrival = np.where(arrivals < NEVER, arrivals, -1).max(axis=1, initial=-1)

    def advance(self, days: int = 1) -> None:
        """Simulate the next `days` days."""
        until = min(self.day + days, self.world.scenario.days)
        while self.day < until:
            span_end = min(until, self._next_look(), self.contests.next_end(self.day) + 1)
            if self.record_days:
                span_end = self.day + 1
            elif self.listener:
                span_end = min(span_end, self.day + 1 + HEARD_AT_ONCE // self.world.scenario.users)
            for eve in self._eves(self.day, span_end):
                self.contests.begin(eve, self._of_those_away)
            self._span(self.day, span_end)
            if span_end == until and span_end % WORD_DAYS:
                self._keep_bits(span_end)
            if self.record_days:
                self._keep_day(self.day)
            if self.listener:
                for day in range(self.day, span_end):
                    self.listener.evening(day)
            if self.contests.is_due(span_end - 1):
                self.contests.overnight(span_end - 1, self.by_user, self._pay)
            self.day = span_end
            if span_end in self.looks:
                self._pack()

    def _next_look(self) -> int:
        return self.looks[bisect_right(self.looks, self.day)]

    def _span(self, first: int, last: int) -> None:
        if self.threads == 1 or self.blocks == 1:
            step = HEARD_BLOCKS if self.listener else max(self.blocks, 1)
            for start in range(0, self.blocks, step):
                self._blocks(start, min(start + step, self.blocks), first, last, 0, self.totals)
            return
        partial = [np.zeros_like(self.totals) for _ in range(self.threads)]
        most = HEARD_BLOCKS if self.listener else BLOCKS_AT_ONCE
        taken = max(1, min(most, self.blocks // (8 * self.threads)))
        starts = iter(range(0, self.blocks, taken))

        def work(thread: int) -> None:
            for start in starts:  # a shared iterator: the interpreter lock makes taking the next chunk safe
                self._blocks(start, min(start + taken, self.blocks), first, last, thread, partial[thread])

        working = [_workers(self.threads, os.getpid()).submit(work, thread) for thread in range(self.threads)]
        try:
            wait(working, return_when=FIRST_EXCEPTION)
        finally:
            for _ in starts:  # after an error or an interruption nobody begins anything more, and nothing goes on behind our back
                pass
            wait(working)
        for one in working:
            one.result()
        self.totals += sum(partial)

    def _blocks(self, start: int, end: int, first: int, last: int, thread: int, totals: np.ndarray) -> None:
        words = (day for day in range(first, last) if (day + 1) % WORD_DAYS == 0)
        for stop in sorted({*self._eves(first, last), *words}):
            self._days(start, end, first, stop + 1, thread, totals)
            if stop in self.contests.eves:
                self._note_scores(start, end, stop)
            if (stop + 1) % WORD_DAYS == 0:
                self._keep_bits(stop + 1, start, end)
            first = stop + 1
        self._days(start, end, first, last, thread, totals)

    def _days(self, start: int, end: int, first: int, last: int, thread: int, totals: np.ndarray) -> None:
        if self.listener is None:
            scratch = self.scratch if self.record_days else self.scratch[thread : thread + 1]
            self._run(start, end, first, last, slice(None), scratch, self.record_days, totals)
            return
        some, scratch = slice(start, end), self.scratch[thread * HEARD_BLOCKS :][: end - start]
        for day in range(first, last):
            self._run(0, end - start, day, day + 1, some, scratch, True, totals)
            if end > start:
                self.listener.hear(day, start, self.state[some], scratch)

    def _eves(self, first: int, last: int) -> list[int]:
        """Days of a span with whose end challenges are about to begin."""
        return [eve for eve in self.contests.eves if first <= eve < last]

    def _note_scores(self, start: int, end: int, day: int) -> None:
        """Tell the challenges that begin tomorrow where the users of some blocks stand."""
        rows = self._rows_of(start, end)

        def read(place: str) -> np.ndarray:
            name, k = self._column_of(place)
            return self.world.layout.view(self.state[start:end], name, k).reshape(-1)[rows]

        self.contests.note(day, read("user"), read)

    def _of_those_away(self, place: str) -> np.ndarray:
        """A column by user number as it was when users were moved away; 0 of all others."""
        name, k = self._column_of(place)
        column = self.world.layout[name]
        label = name if column.size == 1 else f"{name}_{k + 1}"
        return self.final[label] if label in self.final else np.zeros(self.world.scenario.users, dtype=column.dtype)

    def _column_of(self, place: str) -> tuple[str, int]:
        name, _, slot = place.partition("[")
        return name, int(slot.rstrip("]") or 0)

    def _run(
        self, start: int, end: int, first: int, last: int, some: slice, scratch: np.ndarray, keeps: bool, totals: np.ndarray
    ) -> None:
        run_blocks(
            start, end, first, last, self.state[some], scratch, keeps, self.addresses, self.on_arrival, self.todays,
            self.world.inputs.memory, self.world.layout.totals_at, self.folds, self.world.layout.offset["present"],
            self.first_arrival[some], self.last_arrival[some], totals, self.digests[some], self.finished[some],
        )  # fmt: skip
        if self.has_own:
            require_held(scratch, self.world.stages, self.world.layout)

    def _keep_bits(self, reached: int, start: int = 0, end: int | None = None) -> None:
        """Keep the days opened of the current word, of the users of some blocks; a word that is full begins anew."""
        end = self.blocks if end is None else end
        layout, memory, rows = self.world.layout, self.state[start:end], self._rows_of(start, end)
        words, users = layout.view(memory, "active_word"), layout.view(memory, "user").reshape(-1)[rows]
        self.bits[users, (reached - 1) // WORD_DAYS] = words.reshape(-1).view(np.uint64)[rows]
        if reached % WORD_DAYS == 0:
            words[:] = 0

    def _rows_of(self, start: int, end: int) -> np.ndarray:
        """The rows in use of some blocks, from the first of them."""
        ends = np.array((start * BLOCK, end * BLOCK), dtype=self.rows.dtype)  # of another type all rows would be converted
        begin, until = np.searchsorted(self.rows, ends)
        return self.rows[begin:until] - start * BLOCK

    def _keep_day(self, day: int) -> None:
        layout = self.world.layout
        here = np.flatnonzero(self._take("present"))
        self.recorded.setdefault("day", []).append(np.full(len(here), day, dtype=np.int32))
        self.recorded.setdefault("user", []).append(self._take("user")[here])
        for name, k in layout.recorded():
            label = name if layout[name].size == 1 else f"{name}_{k + 1}"
            self.recorded.setdefault(label, []).append(self._take(name, k)[here])

    def by_user(self, place: str) -> np.ndarray:
        """A column by user number; of users moved away as they were then, 0 of those who never came."""
        now = self._take(*self._column_of(place))
        if len(now) == self.world.scenario.users:  # nobody was moved away, everybody stands in order
            return now
        whole = self._of_those_away(place).copy()
        whole[self._take("user")] = now
        return whole

    def _pay(self, changes: dict[str, np.ndarray]) -> None:
        """Add amounts by user number to columns of users still in the blocks; perks are set as bits."""
        layout, everybody = self.world.layout, len(self.rows) == self.world.scenario.users
        for name, amounts in changes.items():
            column, add = layout.view(self.state, name), np.bitwise_or if name == "perks" else np.add
            number = np.count_nonzero(amounts)
            if everybody and number * 16 > len(amounts):
                mine = np.zeros(column.shape, dtype=amounts.dtype)
                mine.reshape(-1)[: len(amounts)] = amounts
                add(column, mine, out=column, casting="unsafe")
            elif number:
                paid = np.flatnonzero(amounts)
                paid = paid[self.row_of[paid] >= 0]
                at = np.divmod(self.row_of[paid], BLOCK)
                column[at] = add(column[at], amounts[paid].astype(column.dtype))

    def _pack(self) -> None:
        """Move the users who have not left together, pact by pact, and keep what is known of the others."""
        gone = self._take("gone") != 0
        stay = np.flatnonzero(~gone)
        if len(stay) == len(gone) or len(stay) > PACK_BELOW * self.blocks * BLOCK:
            return
        if self.day % WORD_DAYS:
            self._keep_bits(self.day)
        self._keep_final(np.flatnonzero(gone))
        users = self._take("user")[stay]
        digests = self.digests.reshape(-1)[self.rows[stay]]
        kept = [
            (c.name, k, self._take(c.name, k)[stay])
            for c in self.world.layout
            if c.kind != "scratch" and c.name != "partner"
            for k in range(c.size)
        ]
        self._settle(rows_together(self.world.pacts.first[users], BLOCK))
        for name, k, values in kept:
            self._put(name, values, k, fill=NEVER if name == "arrival_day" else 0)
        self.digests.reshape(-1)[self.rows] = digests
        self._introduce()
        self._note_arrivals()

    def _keep_final(self, rows: np.ndarray) -> None:
        users = self._take("user")[rows]
        for column in self.world.layout:
            if column.kind == "scratch" or column.name in NOT_KEPT:
                continue
            for k in range(column.size):
                label = column.name if column.size == 1 else f"{column.name}_{k + 1}"
                whole = self.final.setdefault(label, np.zeros(self.world.scenario.users, dtype=column.dtype))
                whole[users] = self._take(column.name, k)[rows]
        self.final_digests[users] = self.digests.reshape(-1)[self.rows[rows]]

    def kept(self) -> dict[str, np.ndarray]:
        """All that the coming days depend on and the outcome tells, as arrays by name."""
        arrays = {name: getattr(self, name) for name in CHECKPOINTED} | {"day": np.asarray(self.day)}
        arrays |= {f"final.{name}": values for name, values in self.final.items()}
        arrays |= {f"days.{name}": np.concatenate(parts) for name, parts in self.recorded.items()}
        return arrays | self.contests.kept()

    def take_up(self, arrays: dict[str, np.ndarray]) -> None:
        """Go on from what `kept` gave, as if nothing had happened."""
        self._settle(arrays["rows"])
        for name in CHECKPOINTED:
            if name == "state":  # stays where `allocate` put it
                self.state[:] = arrays[name]
            else:
                setattr(self, name, arrays[name])
        self.day = int(arrays["day"])
        for name, values in arrays.items():
            head, _, rest = name.partition(".")
            if head == "final":
                self.final[rest] = values
            elif head == "days":
                self.recorded[rest] = [values]
        self.contests.take_up(arrays)
        self._note_rows()
        self._note_arrivals()

    def outcome(self) -> Outcome:
        """Everything so far. Its state is read from the blocks when somebody asks for a column."""
        days = {name: np.concatenate(parts) for name, parts in self.recorded.items()}
        if self.has_digest:
            self.final_digests[self._take("user")] = self.digests.reshape(-1)[self.rows]
        digests = self.final_digests if self.has_digest else None
        return Outcome(self.totals, FinalState(self), self.bits, digests, days, self.contests.told())


def days_of_looks(ends: Sequence[int], days: int) -> list[int]:
    """Days before which is looked whether users should be moved together, rising, the last one beyond a run of `days`.

    Where that can be, after one of `ends`, days after which everybody waits anyway. They depend on nothing that happens, because what
    is told of those who left long ago is as it was when they were moved.
    """
    looks = [0]
    while looks[-1] <= days:
        fewest, most = (looks[-1] + count for count in PACK_DAYS)
        looks.append(max((end + 1 for end in ends if fewest <= end + 1 <= most), default=most))
    return looks[1:]
