"""Saying which line of a function keeps it from being compiled, and why."""

import dis
import linecache
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from hourglass_policy.errors import BadInput
from numba.core.errors import NumbaError, UnsupportedBytecodeError

if TYPE_CHECKING:
    from hourglass_sim.engine.declaring import Stage

REFUSED = (  # what compiling may raise
    NumbaError, UnsupportedBytecodeError, TypeError, ValueError, AttributeError, LookupError, NameError, NotImplementedError,
)  # fmt: skip
ALLOWED = "numbers, + - * / // %, comparisons, if/else, while, range, tuples, functions of these; engine='agents' runs any Python"
_PLACES = re.compile(r'File "([^"]+)", line (\d+)'), re.compile(r"Raised from (\S+) \((\d+)\)")
_UNDEFINED = re.compile(r"name '(?P<name>\w+)' is not defined")
_REASONS = (
    "NameError",
    "is not defined",
    "Cannot cast",
    "Untyped",
    "No implementation",
    "Unsupported",
    "Cannot unify",
    "returns",
    "Unknown attribute",
    "Invalid use",
    "not supported",
)


def cannot_compile(stage: "Stage", error: Exception) -> BadInput:
    """The error for a stage whose function is outside what can be compiled: its line, that line's text, and the reason."""
    code = getattr(stage.function, "__code__", None)
    if code is None:
        return BadInput(f"stage {stage.name!r} cannot be compiled ({_reason(error)})", allowed=ALLOWED)
    line = _line(error, stage.function)
    text = linecache.getline(code.co_filename, line).strip()
    what = f"{stage.function.__name__}() cannot be compiled for the columns engine, line {line}: {text or '(source not at hand)'}"
    return BadInput(f"{what} ({_reason(error)})", where=f"stage {stage.name!r}, {_shown(code.co_filename)}", allowed=ALLOWED)


def _line(error: Exception, function: Callable) -> int:
    """The last line of the function's own file that the compiler's message names, or the one with the name that is not defined; else
    where the function begins."""
    file, first = function.__code__.co_filename, function.__code__.co_firstlineno
    undefined = _UNDEFINED.search(str(error))
    if undefined:
        lines = (i.positions.lineno for i in dis.get_instructions(function) if i.argval == undefined["name"] and i.positions)
        return next(filter(None, lines), first)
    told = (place for pattern in _PLACES for place in pattern.findall(str(error)))
    found = [int(line) for where, line in told if Path(where).name == Path(file).name]
    inside = [line for line in found if line > first]
    place = getattr(error, "loc", None)
    at = place.line if place is not None and Path(place.filename or "").name == Path(file).name else None
    return (inside or found or [at or first])[-1]


def _reason(error: Exception) -> str:
    lines = [re.sub(r"\x1b\[[0-9;]*m", "", line).strip(" -*") for line in str(error).splitlines()]
    lines = [line for line in lines if line]
    told = next((line for line in lines if any(word in line for word in _REASONS)), lines[0] if lines else type(error).__name__)
    told = re.sub(r"(: %| found\. Raised from).*", "", told)  # what the compiler says to itself
    return told if len(told) < 160 else told[:159] + "…"


def _shown(file: str) -> str:
    return "notebook" if "ipykernel" in file or file.startswith("<ipython") else Path(file).name
