"""Runs of stages that concern the same users: those users' columns are packed side by side, the stages run on them alone.

Two thirds of the people who have not left do not open the app on a given day, and more than a third of the day's stages concern only those
who do. A section brings the columns that its stages read into the scratch block, without gaps, runs the same loops over as many rows
as there are users, and returns what they wrote. What a user gets is the same; only where it is worked out differs.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

from hourglass_sim.engine.counted import NOT_COUNTED, Counted
from hourglass_sim.engine.declaring import HERE, OPENED, Stage, base_of, read_beside
from hourglass_sim.engine.layout import APART, BLOCK, Layout
from hourglass_sim.engine.tally import COUNTS

FEWEST = 4  # stages in a row from which bringing and returning pays
LANES = 64  # rows are worked out in multiples of this, so that no loop has a remainder


@dataclass(frozen=True)
class Section:
    """Consecutive stages with the same `when`. `offsets`: place name -> bytes from the scratch block's start, where it is packed.

    `brought` are the places read before the section writes them, `returned` those that it writes and others read; both are names
    as the stages spell them. `count` is where the number of rows stands.
    """

    name: str
    when: str
    stages: tuple[Stage, ...]
    offsets: dict[str, int]
    brought: tuple[str, ...]
    returned: tuple[str, ...]
    count: int

    @cached_property
    def _signature(self) -> tuple:
        return self.when, tuple(sorted(self.offsets.items())), self.count

    def signature(self) -> tuple:
        """What loops of this section depend on beside their stage."""
        return self._signature


def day_in_sections(
    stages: tuple[Stage, ...], layout: Layout, is_recorded: bool, counted: Counted = NOT_COUNTED
) -> tuple[Stage | Section, ...]:
    """The day's stages in order, runs that can be packed as sections. Makes room for them at the end of `layout`'s scratch block.

    Columns that only a record or a digest reads are returned when `is_recorded`, those that are only `counted` where they are made
    never.
    """
    known = stages, layout.digest, layout.own, is_recorded, counted
    if known not in _packed_days:
        _packed_days[known] = _packed(stages, layout, is_recorded, counted)
    parts, room = _packed_days[known]
    layout.reserve_scratch(room)
    return parts


_packed_days: dict[tuple, tuple[tuple[Stage | Section, ...], int]] = {}


def _packed(
    stages: tuple[Stage, ...], layout: Layout, is_recorded: bool, counted: Counted
) -> tuple[tuple[Stage | Section, ...], int]:
    parts: list[Stage | Section] = []
    position = layout.scratch_columns_bytes
    for (when, can_be_packed), run in groupby(stages, key=lambda s: (s.when, _can_be_packed(s))):
        group = tuple(run)
        if when in (None, "is_new", HERE) or len(group) < FEWEST or not can_be_packed:
            parts += group
            continue
        section, position = _section(group, stages, layout, position, f"section_{len(parts)}", is_recorded, counted)
        parts.append(section)
    return tuple(parts), position


def _section(
    group: tuple[Stage, ...],
    day: tuple[Stage, ...],
    layout: Layout,
    position: int,
    name: str,
    is_recorded: bool,
    counted: Counted,
) -> tuple[Section, int]:
    brought: dict[str, None] = {}
    written: dict[str, None] = {}
    for stage in group:
        brought |= {place: None for place in stage.reads if base_of(place) in layout and place not in written}
        written |= dict.fromkeys(stage.writes)
    returned = kept_of(written, read_beside(group, day), layout, is_recorded, counted)
    count, position = position, position + 64
    offsets = {}
    for place in brought | written:
        offsets[place] = position
        position += layout[base_of(place)].width * BLOCK + APART
    return Section(name, group[0].when, group, offsets, tuple(brought), returned, count), position


def _can_be_packed(stage: Stage) -> bool:
    """Whether all its columns are the user's own and stand at fixed places, and those it concerns are surely here."""
    if stage.is_from_outside and stage.when != OPENED:
        return False
    return not any("[today." in n or "@" in n or "|" in n or n.endswith("[*]") for n in (*stage.reads, *stage.writes))


def kept_of(written: Iterable[str], read: frozenset[str], layout: Layout, is_recorded: bool, counted: Counted) -> tuple[str, ...]:
    """Of the places that stages write those that outlast them: state, and scratch that is read later, recorded or counted later."""
    recorded = {c if layout[c].size == 1 else f"{c}[{k}]" for c, k in layout.recorded()} if is_recorded else set()
    waited_for = recorded | {COUNTS[k].column for k in counted.rest}

    def is_kept(place: str) -> bool:
        column = base_of(place)
        return not layout.is_scratch(column) or place in waited_for or bool({place, column} & read)

    return tuple(filter(is_kept, written))
