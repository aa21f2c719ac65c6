"""Progress of a run on standard error, when a person is watching."""

import contextlib
import sys
from collections.abc import Callable, Iterator


@contextlib.contextmanager
def noted() -> Iterator[Callable[[str, int, int], None] | None]:
    """Yield a `note(what, done, total)` that moves one bar per `what`; None when standard error is no terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    from tqdm import tqdm

    bars: dict[str, tqdm] = {}

    def note(what: str, done: int, total: int) -> None:
        if what not in bars:
            for bar in bars.values():
                bar.close()
            bars[what] = tqdm(total=total, desc=what, leave=False, file=sys.stderr, dynamic_ncols=True)
        bars[what].update(done - bars[what].n)
        if done >= total:
            bars.pop(what).close()

    try:
        yield note
    finally:
        for bar in bars.values():
            bar.close()
