"""The whole benchmark: every part in turn, and what came out as one object."""

import os
import platform
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

from hourglass_policy.errors import unknown

from hourglass_sim.bench import events, growing, replicates, small, throughput
from hourglass_sim.bench.agreement import differences
from hourglass_sim.bench.figures import Figure
from hourglass_sim.bench.roofline import Roofline, roofline
from hourglass_sim.bench.sizes import Sizes
from hourglass_sim.bench.throughput import Speeds

PARTS = ("throughput", "small", "growth", "events", "starting", "replicates", "roofline")
Note = Callable[[str, int, int], None] | None


class Report(NamedTuple):
    """Figures in order, speeds behind them (None when not measured), the roofline, sizes and the machine."""

    figures: list[Figure]
    speeds: Speeds | None
    roofline: Roofline | None
    sizes: Sizes
    machine: dict[str, Any]
    seconds: float

    def told(self) -> dict[str, Any]:
        """What `--json` prints and figures.json holds."""
        speeds = self.speeds or Speeds()
        return {
            "figures": [figure.told() for figure in self.figures],
            "roofline": self.roofline._asdict() if self.roofline else None,
            "toy_day": {"columns": speeds.toy, **speeds.peers},
            "per_processor_second": speeds.processors,
            "versions": {name: said["versions"] for name, said in speeds.told.items() if said["versions"]},
            "standard_errors_apart": {
                name: _apart(speeds.told["columns"], said) for name, said in speeds.told.items() if name != "columns"
            },
            "skipped": [{"peer": name, "reason": reason} for name, reason in speeds.skipped.items()],
            "sizes": self.sizes._asdict(),
            "machine": self.machine,
            "seconds": self.seconds,
        }


def _apart(ours: dict[str, Any], theirs: dict[str, Any]) -> float:
    return max(difference.standard_errors for difference in differences(ours, theirs))


def machine() -> dict[str, Any]:
    """What figures depend on: processors, how busy they were at the start, versions."""
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else None
    versions = {name: version(name) for name in ("numba", "numpy", "mesa")}
    return {
        "processors": os.cpu_count(),
        "load_at_start": load,
        "system": platform.system(),
        "python": platform.python_version(),
        **versions,
    }


def require_parts(names: list[str]) -> tuple[str, ...]:
    """The parts to measure, in order; all when none is named; BadInput for a name that is none."""
    for name in names:
        if name not in PARTS:
            raise unknown("part", name, PARTS, where="--only")
    return tuple(part for part in PARTS if not names or part in names)


def measure(sizes: Sizes, folder: Path, parts: tuple[str, ...], failed: dict[str, str], note: Note = None) -> Report:
    """Measure the parts; `folder` holds the peers' environments, `failed` says which could not be installed."""
    started, on, found = time.perf_counter(), machine(), []
    speeds, roof = None, None
    if "throughput" in parts:
        speeds = throughput.measure(sizes, folder, failed, note)
        found += throughput.figures(sizes, speeds)
    if "small" in parts:
        found += small.warm(sizes, note)
    if "growth" in parts:
        found += growing.figures(sizes, growing.measure(sizes, note))
    if "events" in parts:
        found += events.figures(sizes, note)
    if "starting" in parts:
        found += small.starting(sizes, note)
    if "replicates" in parts:
        found += replicates.figures(sizes, note)
    if "roofline" in parts:
        roof = roofline(20 if sizes.is_quick else 100, min(sizes.days, 90), sizes.seed)
    if sizes.is_quick:
        found = [figure._replace(goal=None) for figure in found]
    return Report(found, speeds, roof, sizes, on, time.perf_counter() - started)
