"""Tuning: search spaces, objectives and guardrails, the search, and its confirmation on people and seeds it never saw.

The package can be called like its main function (`hourglass_sim.tune(scenario)`), because a package's name hides a function's.
"""

import sys
from types import ModuleType
from typing import Any


class _CallablePackage(ModuleType):
    def __call__(self, *arguments: Any, **options: Any) -> Any:
        from hourglass_sim.tune.search import tune

        return tune(*arguments, **options)


sys.modules[__name__].__class__ = _CallablePackage
