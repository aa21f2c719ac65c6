"""Compiling each stage's loop once, and keeping the result on disk under a hash of everything it depends on.

Numba's own cache does not notice an edit in another file; here the key holds every rule and engine source, the memory layout,
the types and size classes of the inputs and, for functions from a notebook, their code and what it refers to.
"""

import contextlib
import hashlib
import os
import pickle
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any

import numba
from llvmlite import binding as llvm
from numba.core import caching, ccallback

from hourglass_sim.engine.day_loops import DayLoops, Loop, loops_of
from hourglass_sim.engine.declaring import Stage
from hourglass_sim.engine.digests import sources_digest
from hourglass_sim.engine.fusing import unreadable
from hourglass_sim.engine.inputs import Inputs
from hourglass_sim.engine.intervals import Refused
from hourglass_sim.engine.layout import Layout
from hourglass_sim.engine.lift import lift
from hourglass_sim.engine.machine_code import Code, code_kept
from hourglass_sim.engine.refusals import REFUSED, cannot_compile
from hourglass_sim.quick_loading import QuickCache

_SIGNATURE = numba.void(numba.intp, numba.intp, numba.intp, numba.intp)
_CALLED = (_SIGNATURE.args, _SIGNATURE.return_type), {}, {"error_model": "numpy"}
_in_memory: dict[str, "CompiledLoop | Code"] = {}
_days_in_memory: dict[tuple, list["CompiledLoop | Code"]] = {}
WORTH_HELP = 16  # missing loops from which a second process pays


def cache_folder() -> Path:
    """Where compiled loops are kept: $HOURGLASS_CACHE, else the user's cache folder, else a temporary one."""
    chosen = os.environ.get("HOURGLASS_CACHE")
    base = Path(chosen) if chosen else Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "hourglass"
    return _writable(base / sources_digest()[:16])


@cache
def _writable(folder: Path) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=folder).close()
    except OSError:
        folder = Path(tempfile.gettempdir()) / f"hourglass-{os.getuid() if hasattr(os, 'getuid') else 0}" / folder.name
        folder.mkdir(parents=True, exist_ok=True)
    return folder


def short(fingerprint: str) -> str:
    """As much of a fingerprint as stands in a file's name."""
    return fingerprint[:24]


class _Locator:
    """Tells Numba's cache to keep one entry per fingerprint in our folder."""

    def __init__(self, fingerprint: str):
        self.fingerprint = fingerprint

    def ensure_cache_path(self) -> None:
        Path(self.get_cache_path()).mkdir(parents=True, exist_ok=True)

    def get_cache_path(self) -> str:
        return str(cache_folder())

    def get_source_stamp(self) -> str:
        return self.fingerprint

    def get_disambiguator(self) -> str:
        return short(self.fingerprint)


class _LoopCache(QuickCache):
    def __init__(self, function: Callable, fingerprint: str):
        self._fingerprint = fingerprint

        class Located(caching.CompileResultCacheImpl):
            _locator_classes = [type("At", (), {"from_function": staticmethod(lambda f, path: _Locator(fingerprint))})]

        self._impl_class = Located
        super().__init__(function)

    def _index_key(self, sig, codegen):
        return sig, codegen.magic_tuple(), self._fingerprint

    def load_overload(self, sig, target_context):
        """The code, or None when there is none or it cannot be loaded here: its file is cut, or names a module unknown here."""
        with contextlib.suppress(ImportError, AttributeError, EOFError, ValueError, pickle.UnpicklingError):
            return super().load_overload(sig, target_context)


def _made_when_missing() -> None:
    """Stands for a loop's function until the loop is found to be missing on disk."""


class CompiledLoop(ccallback.CFunc):
    """A loop's machine code and its `address`, from disk or, when it is missing there, compiled from `make()`.

    It is called by its address and never linked into other code, so its machine code alone is kept, without the form for linking.
    """

    def __init__(self, make: Callable[[], Callable], fingerprint: str):
        super().__init__(_made_when_missing, *_CALLED)
        self._make = make
        self._cache = _LoopCache(_made_when_missing, fingerprint)

    def compile(self) -> None:
        """Take the code from disk, or compile it and keep it there."""
        super().compile()
        if self._wrapper_address == 0:  # Numba looks names up in the form for linking
            self._wrapper_address = self._library.codegen._engine.get_function_address(self._wrapper_name)

    def _compile_uncached(self):
        lift_day_functions()
        result = ccallback.CFunc(self._make(), *_CALLED)._compile_uncached()
        result.library._shared_module = llvm.parse_assembly("")
        return result


def kept_on_disk(dispatcher: Callable) -> None:
    """Keep a compiled function on disk under the hash of all sources, not only of its own file."""
    name = f"{dispatcher.py_func.__module__}.{dispatcher.py_func.__qualname__}"
    key = hashlib.sha256(f"{name} {sources_digest()}".encode()).hexdigest()
    dispatcher._cache = _LoopCache(dispatcher.py_func, key)


def compiled_loops(
    stages: Iterable[Stage],
    layout: Layout,
    inputs: Inputs,
    is_recorded: bool,
    note: Callable[[str, int, int], None] | None = None,
    helper: Callable[[list[tuple[str, str]]], subprocess.Popen] | None = None,
) -> tuple[DayLoops, list[CompiledLoop | Code]]:
    """A day's loops in order, and the machine code of each; arguments as those of `loops_of` and `compiled_day`.

    A function of ours that cannot be read for many users at once gets a loop of its own, by Numba.
    """
    while True:
        loops = loops_of(stages, layout, is_recorded)
        try:
            return loops, compiled_day(loops, layout, inputs, note, helper)
        except Refused as error:
            if error.function is None or error.function in unreadable:
                raise
            unreadable.add(error.function)


def compiled(loop: Loop, layout: Layout, inputs: Inputs, key: str | None = None) -> CompiledLoop | Code:
    """A loop's machine code, from memory, from disk, or compiled now; `key`: its fingerprint, when it is known.

    Raises BadInput, naming the function and the line, when its code is outside what can be compiled; Refused, with the stage, when
    it cannot be read for many users at once.
    """
    key = key or loop.fingerprint(layout, inputs)
    if key not in _in_memory and loop.is_direct:
        file = cache_folder() / f"{short(key)}.o"
        _in_memory[key] = code_kept(
            f"hourglass_{key}", file, lambda symbol: loop.text(symbol, layout, inputs), loop.kind == "count"
        )
    if key not in _in_memory:
        made = CompiledLoop(lambda: loop.function(layout, inputs), key)
        try:
            made.compile()
        except REFUSED as error:
            if loop.stage is None:
                raise
            raise cannot_compile(loop.stage, error) from error
        _in_memory[key] = made
    return _in_memory[key]


def compiled_day(
    loops: DayLoops,
    layout: Layout,
    inputs: Inputs,
    note: Callable[[str, int, int], None] | None = None,
    helper: Callable[[list[tuple[str, str]]], subprocess.Popen] | None = None,
) -> list[CompiledLoop | Code]:
    """The machine code of a whole day in order; `note(what, done, total)` is called after each loop.

    When many are missing on disk, `helper(keys)` starts a second process that compiles half of them meanwhile: Numba compiles one
    function at a time in a process. What the helper did not manage is compiled here.
    """
    known = loops, inputs.structure
    if known in _days_in_memory:
        return _days_in_memory[known]
    on_disk = {file.name.split("-")[-1].partition(".")[0] for file in cache_folder().iterdir() if file.suffix in (".nbi", ".o")}
    keys = {loop.key: loop.fingerprint(layout, inputs) for loop in loops}
    absent = [loop for loop in loops if keys[loop.key] not in _in_memory and short(keys[loop.key]) not in on_disk]
    working, theirs = None, set()
    if helper and len(absent) >= WORTH_HELP and (os.cpu_count() or 1) > 1:
        theirs = {loop.key for loop in absent[1::2]}
        working = helper(sorted(theirs))
    made: dict[tuple[str, str], CompiledLoop | Code] = {}
    for wait_for_helper in (False, True):
        if wait_for_helper and working is not None:
            working.wait()
        for loop in loops:
            if loop.key not in made and (wait_for_helper or loop.key not in theirs):
                made[loop.key] = compiled(loop, layout, inputs, keys[loop.key])
                if note:
                    note("compiling", len(made), len(loops))
    _days_in_memory[known] = [made[loop.key] for loop in loops]
    return _days_in_memory[known]


def helping_process(scenario: Any, is_recorded: bool) -> Callable[[list[tuple[str, str]]], subprocess.Popen] | None:
    """A function that starts a process which compiles some stages of a scenario's day into the cache on disk.

    None for a scenario with functions from a notebook, which another process does not have.
    """
    if scenario.has_own_functions:
        return None

    def start(keys: list[tuple[str, str]]) -> subprocess.Popen:
        process = subprocess.Popen(
            [sys.executable, "-m", "hourglass_sim.engine.compile_some"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL
        )
        process.stdin.write(pickle.dumps((scenario, is_recorded, keys)))
        process.stdin.close()
        return process

    return start


@cache
def lift_day_functions() -> None:
    """Make every rule and behaviour callable from compiled code."""
    from hourglass_policy import rules

    from hourglass_sim.engine import achieving, festivities, meeting, proofs, steps
    from hourglass_sim.people import acting, birth, feeling, opening, proving
    from hourglass_sim.people import meeting as together

    for module in (rules, opening, acting, feeling, birth, together, proving, steps, meeting, proofs, festivities, achieving):
        lift(module.CORES)
