"""Where a run's event parts are written while an earlier run's may still stand in their place."""

import contextlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from hourglass_policy.errors import BadInput

NEW = ".new"


def refuse_foreign(events: Path) -> None:
    """BadInput when something other than an earlier run's events stands in their place."""
    if os.path.lexists(events):
        inside = [p.name for p in events.iterdir()] if events.is_dir() else [events.name]
        foreign = [name for name in inside if not name.lstrip(".").startswith("part-")]
        if foreign:
            raise BadInput(
                "something else is in the events' place", where=str(events), value=foreign[0], allowed="parts of a log"
            )


@contextlib.contextmanager
def staged_parts(events: Path) -> Iterator[Path]:
    """A folder for new parts: `events` itself, or `events.new` beside it when an earlier run's parts are there.

    When anything fails, `events.new` is removed and the earlier parts are as they were; whole parts of a first run stay, as after a
    kill. What a killed run left in `events.new` is removed.
    """
    for place in (events, _beside(events)):
        refuse_foreign(place)
    place = _beside(events) if events.is_dir() and any(events.iterdir()) else events
    try:
        shutil.rmtree(_beside(events), ignore_errors=True)
        place.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadInput(f"cannot write ({error.strerror})", where=str(events), allowed="a folder you may write to") from error
    try:
        yield place
    except BaseException:
        if place != events:
            shutil.rmtree(place, ignore_errors=True)
        raise


def put_in_place(place: Path, events: Path) -> None:
    """New parts that are whole take the place of an earlier run's."""
    if place != events:
        shutil.rmtree(events, ignore_errors=True)
        place.rename(events)


@contextlib.contextmanager
def replacing_parts(events: Path) -> Iterator[Path]:
    """`staged_parts` that are put in place when all went well."""
    with staged_parts(events) as place:
        yield place
        put_in_place(place, events)


def _beside(events: Path) -> Path:
    return events.with_name(events.name + NEW)
