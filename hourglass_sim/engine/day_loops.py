"""A day's loops in order: runs of stages, stages alone, sections' bringing and returning, totals; what each is made from."""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from typing import NamedTuple

from hourglass_sim.engine import machine_code
from hourglass_sim.engine.counted import NOT_COUNTED, Counted, last_makers
from hourglass_sim.engine.counting import counting_loop
from hourglass_sim.engine.declaring import Stage
from hourglass_sim.engine.digests import code_digest, sources_digest
from hourglass_sim.engine.fusing import ARRIVING, Run, countable, loop_of, runs_of, unreadable
from hourglass_sim.engine.inputs import Inputs
from hourglass_sim.engine.layout import Layout
from hourglass_sim.engine.loops import CHOSEN, bringing_function, loop_function, returning_function
from hourglass_sim.engine.moving import bringing_loop, returning_loop
from hourglass_sim.engine.sections import Section, day_in_sections
from hourglass_sim.engine.tally import COUNTS


class Loop(NamedTuple):
    """One compiled piece of a day: a stage's loop, inside a section or not, or a section's bringing or returning.

    `counts`: which of `tally.COUNTS` the last one counts.
    """

    name: str
    stage: Stage | None
    section: Section | None
    kind: str = "stage"  # or "bring", "return", "run", "count"
    run: Run | None = None
    counts: tuple[int, ...] = ()

    @property
    def key(self) -> tuple[str, str]:
        """What tells it from the day's other loops: a stage from a notebook may be called like one of ours."""
        return self.kind, self.name

    @property
    def is_for_arrivals(self) -> bool:
        """Whether it matters only on days on which someone signs up."""
        part = self.stage or self.run
        return part is not None and part.when == ARRIVING

    @property
    def places(self) -> tuple:
        """Where a section keeps what the loop reads and writes."""
        if self.section is None:
            return ()
        moved = () if self.kind not in ("bring", "return") else (self.section.brought, self.section.returned)
        return (*self.section.signature(), *moved)

    @property
    def is_direct(self) -> bool:
        """Whether the loop is written for LLVM directly, without Numba."""
        return self.run is not None or self.kind == "count" or (self.kind != "stage" and machine_code.can_permute())

    def text(self, symbol: str, layout: Layout, inputs: Inputs) -> str:
        """The loop in LLVM's words, as a function of that name."""
        if self.run is not None:
            return loop_of(self.run, symbol, layout, inputs)
        if self.kind == "count":
            return counting_loop({k: COUNTS[k] for k in self.counts}, symbol, layout)
        moved = bringing_loop if self.kind == "bring" else returning_loop
        return moved(self.section, symbol, layout, inputs, layout.offset[CHOSEN])

    def function(self, layout: Layout, inputs: Inputs) -> Callable:
        """The loop as a Python function ready to be compiled."""
        if self.kind == "bring":
            return bringing_function(self.section, layout, inputs)
        if self.kind == "return":
            return returning_function(self.section, layout, inputs)
        return loop_function(self.stage, layout, inputs, self.section)

    def fingerprint(self, layout: Layout, inputs: Inputs) -> str:
        """What the compiled loop depends on, as a SHA-256."""
        parts: tuple = (self.kind, layout.digest, self.places)
        stages = self.run.stages if self.run else (self.stage,) if self.stage else ()
        names = [*self.section.brought, *self.section.returned] if self.section and not stages else []
        for stage in stages:
            read = inputs.signature((*stage.reads, *([stage.when] if stage.when else [])))
            parts += (
                stage.reads,
                stage.writes,
                stage.when,
                stage.is_from_outside and stage.name,
                read,
                code_digest(stage.function),
            )
            names += (*stage.reads, *stage.writes, stage.when or "")
        parts += (
            layout.own_among(names),
            self.run and self.run.stored,
            self.run.counts if self.run else self.counts,
            self.is_direct and (machine_code.processor(), self.run and self.run.when),
        )
        return hashlib.sha256(repr((sources_digest(), *parts)).encode()).hexdigest()


class DayLoops(tuple[Loop, ...]):
    """A day's loops; the same day gives the same object, so that what is known of it is found without looking at each."""

    __hash__ = object.__hash__
    __eq__ = object.__eq__


def loops_of(stages: Iterable[Stage], layout: Layout, is_recorded: bool) -> DayLoops:
    """A day's loops in order; `is_recorded` when days are kept or mixed into digests."""
    day = tuple(stages)
    known = day, layout.digest, layout.own, is_recorded, frozenset(unreadable)
    if known not in _counted_of_days:
        _counted_of_days[known] = _counted(tuple(_loops_of(day, layout, is_recorded, NOT_COUNTED)), day, layout)
    counted = _counted_of_days[known]
    day_in_sections(day, layout, is_recorded, counted)  # it makes room in the scratch block, so it is asked each time
    if known not in _loops_of_days:
        _loops_of_days[known] = DayLoops(_loops_of(day, layout, is_recorded, counted))
    return _loops_of_days[known]


_loops_of_days: dict[tuple, DayLoops] = {}
_counted_of_days: dict[tuple, Counted] = {}


def _counted(loops: tuple[Loop, ...], day: tuple[Stage, ...], layout: Layout) -> Counted:
    """Which totals can be counted by the runs that make their columns last."""
    makers = last_makers(day) if loops[-1].kind == "count" else {}
    runs = {stage.name: countable(loop.run, layout) for loop in loops if loop.run for stage in loop.run.stages}
    return Counted(tuple((column, maker) for column, maker in makers.items() if column in runs.get(maker, ())))


def _loops_of(day: tuple[Stage, ...], layout: Layout, is_recorded: bool, counted: Counted) -> Iterator[Loop]:
    parts = day_in_sections(day, layout, is_recorded, counted)
    for section, group in groupby(parts, key=lambda part: part if isinstance(part, Section) else None):
        if section is not None:
            yield Loop(f"{section.name} bring", None, section, "bring")
        for part in runs_of(section.stages if section else group, day, layout, is_recorded, section, counted):
            if isinstance(part, Run):
                yield Loop(part.name, None, section, "run", part)
            else:
                yield Loop(part.name, part, section)
        if section is not None:
            yield Loop(f"{section.name} return", None, section, "return")
    if all(count.column in layout for count in COUNTS):  # a day of other columns has its own totals
        yield Loop("totals", None, None, "count", counts=counted.rest)
