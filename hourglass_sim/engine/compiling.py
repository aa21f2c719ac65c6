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
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from itertools import groupby
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any, NamedTuple

import hourglass_policy
import numba
from llvmlite import binding as llvm
from numba.core import caching, ccallback

from hourglass_sim.engine import machine_code
from hourglass_sim.engine.counted import NOT_COUNTED, Counted, last_makers
from hourglass_sim.engine.counting import counting_loop
from hourglass_sim.engine.declaring import Stage
from hourglass_sim.engine.fusing import ARRIVING, Run, countable, loop_of, runs_of, unreadable
from hourglass_sim.engine.inputs import Inputs
from hourglass_sim.engine.intervals import Refused
from hourglass_sim.engine.layout import Layout
from hourglass_sim.engine.lift import lift
from hourglass_sim.engine.loops import CHOSEN, bringing_function, loop_function, returning_function
from hourglass_sim.engine.machine_code import Code, code_kept
from hourglass_sim.engine.moving import bringing_loop, returning_loop
from hourglass_sim.engine.refusals import REFUSED, cannot_compile
from hourglass_sim.engine.sections import Section, day_in_sections
from hourglass_sim.engine.tally import COUNTS
from hourglass_sim.quick_loading import QuickCache

_SIGNATURE = numba.void(numba.intp, numba.intp, numba.intp, numba.intp)
_CALLED = (_SIGNATURE.args, _SIGNATURE.return_type), {}, {"error_model": "numpy"}
_in_memory: dict[str, "CompiledLoop | Code"] = {}
_days_in_memory: dict[tuple, list["CompiledLoop | Code"]] = {}
WORTH_HELP = 16  # missing loops from which a second process pays


@cache
def sources_digest() -> str:
    """SHA-256 over every source that a loop may be made from, and over the versions of Numba and Python."""
    digest = hashlib.sha256(f"{numba.__version__} {llvm.llvm_version_info} {sys.version_info[:2]}".encode())
    policy, sim = Path(hourglass_policy.__file__).parent, Path(__file__).parent.parent
    files = [policy / "numeric.py", policy / "values.py"]
    for folder in (policy / "rules", policy / "decisions", sim / "engine"):
        files += sorted(folder.rglob("*.py"))
    files += [sim / "people" / f"{name}.py" for name in ("groups", "opening", "acting", "feeling", "birth", "meeting", "proving")]
    for file in files:
        digest.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()


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


@cache
def code_digest(function: Callable) -> str:
    """SHA-256 of a function's code, of the functions it calls and of the constants it refers to."""
    digest = hashlib.sha256()
    seen: set[int] = set()

    def add_code(code: CodeType) -> None:
        digest.update(code.co_code + repr(code.co_names).encode())
        for constant in code.co_consts:
            if isinstance(constant, CodeType):
                add_code(constant)
            else:
                digest.update(repr(constant).encode())

    def add(value: Any) -> None:
        if isinstance(value, FunctionType):
            if id(value) in seen:
                return
            seen.add(id(value))
            add_code(value.__code__)
            digest.update(repr(value.__defaults__).encode())
            for cell in value.__closure__ or ():
                add(cell.cell_contents)
            for name in value.__code__.co_names:
                if name in value.__globals__:
                    add(value.__globals__[name])
        elif not isinstance(value, (ModuleType, type)):
            digest.update(repr(value).encode())

    add(function)
    return digest.hexdigest()


class Loop(NamedTuple):
    """One compiled piece of a day: a stage's loop, inside a section or not, or a section's bringing or returning.

    `counts`: which of `tally.COUNTS` the last one counts.
    """

    name: str
    stage: Stage | None
    section: Section | None
    kind: str = "stage"  # or "bring", "return", "run", "count"
    run: Run | None = None
    counts: tuple[int, ...] = ()

    @property
    def is_for_arrivals(self) -> bool:
        """Whether it matters only on days on which someone signs up."""
        part = self.stage or self.run
        return part is not None and part.when == ARRIVING

    @property
    def places(self) -> tuple:
        """Where a section keeps what the loop reads and writes."""
        if self.section is None:
            return ()
        moved = () if self.kind not in ("bring", "return") else (self.section.brought, self.section.returned)
        return (*self.section.signature(), *moved)

    @property
    def is_direct(self) -> bool:
        """Whether the loop is written for LLVM directly, without Numba."""
        return self.run is not None or self.kind == "count" or (self.kind != "stage" and machine_code.can_permute())

    def text(self, symbol: str, layout: Layout, inputs: Inputs) -> str:
        """The loop in LLVM's words, as a function of that name."""
        if self.run is not None:
            return loop_of(self.run, symbol, layout, inputs)
        if self.kind == "count":
            return counting_loop({k: COUNTS[k] for k in self.counts}, symbol, layout)
        moved = bringing_loop if self.kind == "bring" else returning_loop
        return moved(self.section, symbol, layout, inputs, layout.offset[CHOSEN])

    def function(self, layout: Layout, inputs: Inputs) -> Callable:
        """The loop as a Python function ready to be compiled."""
        if self.kind == "bring":
            return bringing_function(self.section, layout, inputs)
        if self.kind == "return":
            return returning_function(self.section, layout, inputs)
        return loop_function(self.stage, layout, inputs, self.section)

    def fingerprint(self, layout: Layout, inputs: Inputs) -> str:
        """What the compiled loop depends on, as a SHA-256."""
        parts: tuple = (self.kind, layout.digest, self.places)
        stages = self.run.stages if self.run else (self.stage,) if self.stage else ()
        names = [*self.section.brought, *self.section.returned] if self.section and not stages else []
        for stage in stages:
            read = inputs.signature((*stage.reads, *([stage.when] if stage.when else [])))
            parts += (stage.reads, stage.writes, stage.when, read, code_digest(stage.function))
            names += (*stage.reads, *stage.writes, stage.when or "")
        parts += (
            layout.own_among(names),
            self.run and self.run.stored,
            self.run.counts if self.run else self.counts,
            self.is_direct and (machine_code.processor(), self.run and self.run.when),
        )
        return hashlib.sha256(repr((sources_digest(), *parts)).encode()).hexdigest()


class DayLoops(tuple[Loop, ...]):
    """A day's loops; the same day gives the same object, so that what is known of it is found without looking at each."""

    __hash__ = object.__hash__
    __eq__ = object.__eq__


def compiled_loops(
    stages: Iterable[Stage],
    layout: Layout,
    inputs: Inputs,
    is_recorded: bool,
    note: Callable[[str, int, int], None] | None = None,
    helper: Callable[[list[str]], subprocess.Popen] | None = None,
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


def loops_of(stages: Iterable[Stage], layout: Layout, is_recorded: bool) -> DayLoops:
    """A day's loops in order; `is_recorded` when days are kept or mixed into digests."""
    day = tuple(stages)
    known = day, layout.digest, layout.own, is_recorded, frozenset(unreadable)
    if known not in _counted_of_days:
        _counted_of_days[known] = _counted(tuple(_loops_of(day, layout, is_recorded, NOT_COUNTED)), day, layout)
    counted = _counted_of_days[known]
    day_in_sections(day, layout, is_recorded, counted)  # it makes room in the scratch block, so it is asked each time
    if known not in _loops_of_days:
        _loops_of_days[known] = DayLoops(_loops_of(day, layout, is_recorded, counted))
    return _loops_of_days[known]


_loops_of_days: dict[tuple, DayLoops] = {}
_counted_of_days: dict[tuple, Counted] = {}


def _counted(loops: tuple[Loop, ...], day: tuple[Stage, ...], layout: Layout) -> Counted:
    """Which totals can be counted by the runs that make their columns last."""
    makers = last_makers(day) if loops[-1].kind == "count" else {}
    runs = {stage.name: countable(loop.run, layout) for loop in loops if loop.run for stage in loop.run.stages}
    return Counted(tuple((column, maker) for column, maker in makers.items() if column in runs.get(maker, ())))


def _loops_of(day: tuple[Stage, ...], layout: Layout, is_recorded: bool, counted: Counted) -> Iterator[Loop]:
    parts = day_in_sections(day, layout, is_recorded, counted)
    for section, group in groupby(parts, key=lambda part: part if isinstance(part, Section) else None):
        if section is not None:
            yield Loop(f"{section.name} bring", None, section, "bring")
        for part in runs_of(section.stages if section else group, day, layout, is_recorded, section, counted):
            if isinstance(part, Run):
                yield Loop(part.name, None, section, "run", part)
            else:
                yield Loop(part.name, part, section)
        if section is not None:
            yield Loop(f"{section.name} return", None, section, "return")
    if all(count.column in layout for count in COUNTS):  # a day of other columns has its own totals
        yield Loop("totals", None, None, "count", counts=counted.rest)


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
    helper: Callable[[list[str]], subprocess.Popen] | None = None,
) -> list[CompiledLoop | Code]:
    """The machine code of a whole day in order; `note(what, done, total)` is called after each loop.

    When many are missing on disk, `helper(names)` starts a second process that compiles half of them meanwhile: Numba compiles one
    function at a time in a process. What the helper did not manage is compiled here.
    """
    known = loops, inputs.structure
    if known in _days_in_memory:
        return _days_in_memory[known]
    on_disk = {file.name.split("-")[-1].partition(".")[0] for file in cache_folder().iterdir() if file.suffix in (".nbi", ".o")}
    keys = {loop.name: loop.fingerprint(layout, inputs) for loop in loops}
    absent = [loop for loop in loops if keys[loop.name] not in _in_memory and short(keys[loop.name]) not in on_disk]
    working, theirs = None, set()
    if helper and len(absent) >= WORTH_HELP and (os.cpu_count() or 1) > 1:
        theirs = {loop.name for loop in absent[1::2]}
        working = helper(sorted(theirs))
    made: dict[str, CompiledLoop | Code] = {}
    for wait_for_helper in (False, True):
        if wait_for_helper and working is not None:
            working.wait()
        for loop in loops:
            if loop.name not in made and (wait_for_helper or loop.name not in theirs):
                made[loop.name] = compiled(loop, layout, inputs, keys[loop.name])
                if note:
                    note("compiling", len(made), len(loops))
    _days_in_memory[known] = [made[loop.name] for loop in loops]
    return _days_in_memory[known]


def helping_process(scenario: Any, is_recorded: bool) -> Callable[[list[str]], subprocess.Popen] | None:
    """A function that starts a process which compiles some stages of a scenario's day into the cache on disk.

    None for a scenario with functions from a notebook, which another process does not have.
    """
    if scenario.has_own_functions:
        return None

    def start(names: list[str]) -> subprocess.Popen:
        process = subprocess.Popen(
            [sys.executable, "-m", "hourglass_sim.engine.compile_some"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL
        )
        process.stdin.write(pickle.dumps((scenario, is_recorded, names)))
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
