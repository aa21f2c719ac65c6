"""A day's events put in order of time and user by counting, and split into the log's columns. Compiled.

All compiled code of this step stands in one file: Numba's cache on disk notices an edit of the file that holds a function, not of one
that it calls into. Events are int32[rows, 4], as `engine.telling` makes them.
"""

import numpy as np

from hourglass_sim.quick_loading import kept


@kept
def count(events, counts):
    """Add to `counts` (int32[moments]) how many events stand at each moment."""
    for i in range(events.shape[0]):
        counts[events[i, 0]] += 1


@kept
def first_places(counts):
    """Turn counts into the place of each moment's first event."""
    total = np.int32(0)
    for k in range(counts.shape[0]):
        here = counts[k]
        counts[k] = total
        total += here


@kept
def place(events, places, ordered):
    """Put events at their moments' next places: events of one moment keep their order, which is that of users."""
    halves, ordered_halves = events.view(np.int64), ordered.view(np.int64)
    for i in range(events.shape[0]):
        at = places[events[i, 0]]
        places[events[i, 0]] = at + 1
        ordered_halves[at, 0], ordered_halves[at, 1] = halves[i, 0], halves[i, 1]


@kept
def split(
    ordered, midnight, microseconds, scale, nothing, user, time, event, amount, goal, detail, has_amount, has_goal, has_detail
):
    """Fill the columns of ordered events of one day.

    midnight: microseconds since 1970; `scale`: what an event's whole number is divided by, float64[events]; `has_…`: whether there is
    an amount, a goal, a detail, bool[rows].
    """
    for i in range(ordered.shape[0]):
        word = ordered[i, 3]
        user[i] = ordered[i, 1]
        time[i] = midnight + microseconds[ordered[i, 0]]
        kind, title, text = word & 255, (word >> 8) & 255, (word >> 16) & 65_535
        event[i] = kind
        has_amount[i], has_goal[i], has_detail[i] = ordered[i, 2] != nothing, title > 0, text > 0
        amount[i] = ordered[i, 2] / scale[kind] if has_amount[i] else 0.0
        goal[i], detail[i] = max(title - 1, 0), max(text - 1, 0)
