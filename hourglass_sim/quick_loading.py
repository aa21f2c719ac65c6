"""Compiled functions that a later process takes from disk without first loading all that Numba knows, which costs a second."""

from collections.abc import Callable

from numba import njit
from numba.core import caching
from numba.core.runtime import rtsys


class QuickCache(caching.FunctionCache):
    """Numba's cache on disk; what it knows of other functions is loaded when one is compiled, not when one is taken from disk."""

    def load_overload(self, sig, target_context):
        """The function for a signature, or None."""
        rtsys.initialize(target_context)
        return self._load_overload(sig, target_context)


def kept(function: Callable) -> Callable:
    """Decorator: compiled without the interpreter's lock, kept on disk beside its source."""
    dispatcher = njit(nogil=True)(function)
    dispatcher._cache = QuickCache(function)
    return dispatcher
