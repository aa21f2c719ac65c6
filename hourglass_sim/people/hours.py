"""Opening hours: eight chronotypes whose mixture is exactly the hours of the day that a population shows."""

import math
from collections.abc import Sequence

from hourglass_sim.people.groups import Hours
from hourglass_sim.people.opening import HOUR_STEPS

CHRONOTYPES = 8
WIDTH = 2.5  # hours: how far a person strays from their chronotype's centre


def chronotype_weights(weights: Sequence[float]) -> list[list[float]]:
    """Each chronotype's part of each hour, float[8][24]; the parts of an hour sum to its weight.

    Centres sit at the quantiles of the weights, so that every chronotype is about equally common; an hour is shared among them by a
    bell around each centre.
    """
    total = sum(weights)
    centres, reached, wanted = [], 0.0, 0.5
    for hour, weight in enumerate(weights):
        while wanted < CHRONOTYPES and total * wanted / CHRONOTYPES <= reached + weight and weight > 0:
            centres.append(hour + (total * wanted / CHRONOTYPES - reached) / weight)
            wanted += 1.0
        reached += weight
    centres += [centres[-1]] * (CHRONOTYPES - len(centres))
    bells = [[math.exp(-(_apart(hour + 0.5, c) ** 2) / (2 * WIDTH**2)) + 1e-6 for c in centres] for hour in range(24)]
    return [[weights[h] * bells[h][k] / sum(bells[h]) for h in range(24)] for k in range(CHRONOTYPES)]


def hours_group(weights: Sequence[float]) -> Hours:
    """Tables for the engine: cumulative shares of the chronotypes, their peak hours, their hours by quantile."""
    parts = chronotype_weights(weights)
    total = sum(weights)
    up_to, reached, peaks, hour_at = [], 0.0, [], []
    for part in parts:
        reached += sum(part) / total
        up_to.append(reached)
        peaks.append(_circular_mean(part))
        hour_at += _quantiles(part)
    up_to[-1] = 1.0
    return Hours(tuple(up_to), tuple(peaks), tuple(hour_at))


def _apart(a: float, b: float) -> float:
    gap = abs(a - b) % 24.0
    return min(gap, 24.0 - gap)


def _circular_mean(weights: Sequence[float]) -> float:
    x = sum(w * math.cos(math.tau * (h + 0.5) / 24) for h, w in enumerate(weights))
    y = sum(w * math.sin(math.tau * (h + 0.5) / 24) for h, w in enumerate(weights))
    return (math.atan2(y, x) / math.tau * 24.0) % 24.0


def _quantiles(weights: Sequence[float]) -> list[int]:
    total, hour, reached, made = sum(weights), 0, weights[0], []
    for step in range(HOUR_STEPS):
        wanted = (step + 0.5) / HOUR_STEPS * total
        while reached < wanted and hour < 23:
            hour += 1
            reached += weights[hour]
        made.append(hour)
    return made
