"""The Hourglass workbench: simulate, measure, calibrate, tune, confirm and ship the economy of a habit app.

Names load what they need on first use, so that importing the package costs little.
"""

import sys
from importlib import import_module
from types import ModuleType
from typing import Any

__version__ = "0.1.0"
_PLACES = {
    "Scenario": "hourglass_sim.scenario",
    "Run": "hourglass_sim.run",
    "simulate": "hourglass_sim.run",
    "Comparison": "hourglass_sim.compare",
    "compare": "hourglass_sim.compare",
    "explain": "hourglass_sim.explain",
    "added": "hourglass_sim.extending",
    "notification_policy": "hourglass_sim.extending",
    "stages": "hourglass_sim.extending",
    "luck": "hourglass_sim.luck",
    "sweep": "hourglass_sim.sweep",
    "economy_report": "hourglass_sim.economy.report",
    "life": "hourglass_sim.life",
    "proof_costs": "hourglass_sim.proof_costs",
    "People": "hourglass_sim.people.people",
    "load_people": "hourglass_sim.people.people",
    "read_log": "hourglass_sim.store.importer",
    "calibrate": "hourglass_sim.learn.calibration",
    "tune": "hourglass_sim.tune.search",
    "confirm": "hourglass_sim.tune.confirm",
    "ship": "hourglass_sim.ship",
}
__all__ = sorted(_PLACES)


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        raise AttributeError(f"hourglass_sim has no {name!r}; it has {', '.join(__all__)}")
    return getattr(import_module(_PLACES[name]), name)


def __dir__() -> list[str]:
    return __all__


class _Package(ModuleType):
    """Keeps `hourglass_sim.compare` the function after the module of that name was imported."""

    def __setattr__(self, name: str, value: Any) -> None:
        if not (name in _PLACES and isinstance(value, ModuleType)):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package
