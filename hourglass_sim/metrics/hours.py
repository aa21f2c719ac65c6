"""Hours: when in the day people act."""

from typing import TYPE_CHECKING

import numpy as np

from hourglass_sim.metrics.intervals import Share, ratio_of

if TYPE_CHECKING:
    from hourglass_sim.store.importer import Log


def hours(log: "Log") -> list[Share]:
    """Share of the log's acts in each local hour 0..23; intervals treat the acts of one user as a cluster.

    Source: DESIGN.md, Definitions.
    """
    n = len(log.users)
    counts = np.bincount(log.codes * 24 + log.hour, minlength=n * 24).reshape(n, 24)
    acts = counts.sum(axis=1)
    return [ratio_of(counts[:, hour], acts) for hour in range(24)]
