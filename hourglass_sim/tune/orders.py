"""Orders between parameters: a set of values that breaks one is moved towards the baseline until all hold."""

from collections.abc import Mapping
from itertools import groupby

from hourglass_policy import Parameters
from hourglass_policy.errors import BadInput

STEPS = 8


def repaired(baseline: Parameters, wanted: Mapping[str, object]) -> dict[str, object]:
    """The wanted values, each group moved as little as STEPS allow along the straight line to the baseline until it is valid.

    All orders are linear and hold at the baseline, so a point on that line always keeps them; none spans two groups.
    """
    found: dict[str, object] = {}
    for _, names in groupby(sorted(wanted), key=lambda name: name.partition(".")[0]):
        found |= _group(baseline, {name: wanted[name] for name in names})
    return found


def _group(baseline: Parameters, wanted: dict[str, object]) -> dict[str, object]:
    for step in range(STEPS, 0, -1):
        values = wanted if step == STEPS else {n: _between(baseline[n], v, step / STEPS) for n, v in wanted.items()}
        try:
            baseline.with_values(values)
        except BadInput:
            continue
        return values
    return {name: baseline[name].value for name in wanted}


def _between(parameter, value: object, share: float) -> float | int:
    start = float(parameter.value)
    moved = start + share * (float(value) - start)
    return round(moved) if parameter.kind == "int" else round(moved, 6)
