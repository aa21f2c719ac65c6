"""Saying which line of a function keeps it from being compiled, and why."""

import linecache
import re
from pathlib import Path
from typing import TYPE_CHECKING

from hourglass_policy.errors import BadInput
from numba.core.errors import NumbaError

if TYPE_CHECKING:
    from hourglass_sim.engine.declaring import Stage

REFUSED = (NumbaError, TypeError, ValueError, AttributeError, LookupError, NotImplementedError)  # what compiling may raise
ALLOWED = "numbers, + - * / // %, comparisons, if/else, while, range, tuples, functions of these; engine='agents' runs any Python"
_PLACE = re.compile(r'File "(?P<file>[^"]+)", line (?P<line>\d+)')
_REASONS = (
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
    line = _line(error, code.co_filename, code.co_firstlineno)
    text = linecache.getline(code.co_filename, line).strip()
    what = f"{stage.function.__name__}() cannot be compiled for the columns engine, line {line}: {text or '(source not at hand)'}"
    return BadInput(f"{what} ({_reason(error)})", where=f"stage {stage.name!r}, {_shown(code.co_filename)}", allowed=ALLOWED)


def _line(error: Exception, file: str, first: int) -> int:
    """The last line of the function's own file that the compiler's message names; else where the function begins."""
    found = [int(m["line"]) for m in _PLACE.finditer(str(error)) if Path(m["file"]).name == Path(file).name]
    inside = [line for line in found if line > first]
    location = getattr(getattr(error, "loc", None), "line", None)
    return (inside or found or [location or first])[-1]


def _reason(error: Exception) -> str:
    lines = [re.sub(r"\x1b\[[0-9;]*m", "", line).strip(" -*") for line in str(error).splitlines()]
    lines = [line for line in lines if line]
    told = next((line for line in lines if any(word in line for word in _REASONS)), lines[0] if lines else type(error).__name__)
    return told if len(told) < 160 else told[:159] + "…"


def _shown(file: str) -> str:
    return "notebook" if "ipykernel" in file or file.startswith("<ipython") else Path(file).name
