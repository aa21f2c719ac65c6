"""The Hourglass economy's rules, parameters and tuned policies, as production imports them. Standard library only."""

from .errors import BadInput
from .parameter_files import economy_parameters, load_parameters, preset_names
from .parameters import Parameter, Parameters
from .policy import VERSION as __version__
from .policy import Notification, Policy, load, release_names

__all__ = [
    "BadInput",
    "Notification",
    "Parameter",
    "Parameters",
    "Policy",
    "RuleValues",
    "__version__",
    "economy_parameters",
    "load",
    "load_parameters",
    "preset_names",
    "release_names",
]


def __getattr__(name: str):
    if name == "RuleValues":
        from .values import RuleValues

        return RuleValues
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
