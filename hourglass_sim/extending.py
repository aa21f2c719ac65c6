"""Behaviour and notification policies of one's own: plain scalar functions from a notebook or a file, run by both engines.

`simulate(scenario, behaviours={"opens": my_function})` puts a function in the place of one of the day's, by the function's name or
by a stage's; `behaviours={"calendar": added(my_function, after="motivation", reads="motivation today.weekday", writes="motivation")}`
adds a stage, with columns of its own if it needs memory; `simulate(scenario, policy=notification_policy("mine", my_hours))` decides
on messages. `stages()` lists the day. For equal digests in both engines use `hourglass_policy.numeric` (`exp_`, `log_`, `logistic`)
in place of `math`: a compiler's exponential may differ in the last bit. A function of one's own works in doubles.
"""

import inspect
from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from types import CellType, CodeType, FunctionType
from typing import TYPE_CHECKING, Any

from hourglass_policy.decisions import FACTS, NAMES, NotificationPolicy, number
from hourglass_policy.errors import BadInput, unknown

if TYPE_CHECKING:
    import pandas as pd

    from hourglass_sim.engine.declaring import Stage
    from hourglass_sim.engine.inputs import Inputs
    from hourglass_sim.engine.layout import Column, Layout
    from hourglass_sim.scenario import Scenario

_BOOKS = (
    "present",
    "is_new",
    "user",
    "arrival_day",
    "pact_size",
    "partner",
    "active_word",
    "chosen",
)  # columns that the engines keep
_NEVER_THE_SAME = ("partner", "active_word", "chosen")  # of them those that each engine keeps in its own way
_TAKEN = ("day", "date")  # names that recorded days and tables give otherwise
_OTHER = "another column, or one of your own"
_OURS = ("hourglass_sim", "hourglass_policy", "numba", "numpy", "math")
_frozen: dict[tuple, FunctionType] = {}


@dataclass(frozen=True)
class Added:
    """A stage of one's own: `writes = function(*reads)` after the stage `after`, for everybody or those whose `when` is not 0.

    `columns`: name -> int or float, what it remembers of each user from day to day, 0 at sign-up.
    """

    function: Callable
    after: str
    reads: tuple[str, ...]
    writes: tuple[str, ...]
    when: str | None
    columns: Mapping[str, type]


def added(
    function: Callable, *, after: str, reads: str, writes: str, when: str | None = None, columns: Mapping[str, type] | None = None
) -> Added:
    """A stage for `behaviours`; names in `reads` and `writes` are separated by spaces, as `stages()` shows them.

    It concerns those who have signed up and not left, of them those whose `when` is not 0. What a day makes anew (`earned`) can be read
    only after the stage that makes it. Raises BadInput for a column's type other than int or float, and for a
    name that is none.
    """
    for what, names in (("reads", reads), ("writes", writes), ("after", after), ("when", when)):
        if not isinstance(names, str) and not (what == "when" and names is None):
            raise BadInput(
                f"{what} is no text", where="added", value=names, allowed="names separated by spaces, as stages() shows them"
            )
    if len(set(writes.split())) < len(writes.split()):
        raise BadInput("a stage writes a column twice", where="added, writes", value=writes, allowed="each column once")
    if not isinstance(columns, (Mapping, type(None))):
        raise BadInput("columns are not names with types", where="added", value=columns, allowed='such as {"energy": float}')
    for name, kind in (columns or {}).items():
        if not str(name).isidentifier() or name in _TAKEN:
            allowed = f"a word of letters, digits and _ other than {', '.join(_TAKEN)}"
            raise BadInput("not a name for a column", where="columns", value=name, allowed=allowed)
        if kind not in (int, float):
            raise BadInput("a column of one's own is int or float", where=name, value=kind, allowed="int or float")
    return Added(function, after, tuple(reads.split()), tuple(writes.split()), when, dict(columns or {}))


def notification_policy(name: str, hours: Callable, *, title: str = "", **values: int | float) -> NotificationPolicy:
    """A notification policy from `hours(*facts, values)`, which returns two hours from 0 to 23, -1 for no message.

    The nine facts are those of `hourglass_policy.decisions.FACTS`, in that order; `values.patience` is a keyword given here, which
    `scenario.with_values({"mine.patience": 5})` changes. Raises BadInput for a name that is taken and for other arguments.
    """
    if name in NAMES or not name.isidentifier():
        raise BadInput("not a name for a notification policy", value=name, allowed=f"a word that is none of {', '.join(NAMES)}")
    _require_arguments(hours, [*FACTS, "values"], f"notification policy {name!r}")
    given = values or {"unused": 0}
    for key, value in given.items():
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise BadInput("not a number", where=f"notification policy {name!r}, {key}", value=value, allowed="int or float")
    parameters = {k: number(k, v, "", -1_000_000, 1_000_000, "given in Python", f"{k} of {name}") for k, v in given.items()}
    return NotificationPolicy(name, title or name, hours, namedtuple("Values", given)(*given.values()), parameters)


def stages(scenario: "Scenario | None" = None) -> "pd.DataFrame":
    """The day of a scenario, one row a stage in order: chapter, stage, function, reads, writes, when."""
    import pandas as pd

    from hourglass_sim.engine.world import make_world
    from hourglass_sim.scenario import Scenario

    day = make_world(scenario or Scenario()).stages
    rows = [(s.chapter, s.name, s.function.__name__, " ".join(s.reads), " ".join(s.writes), s.when or "") for s in day]
    return pd.DataFrame(rows, columns=["chapter", "stage", "function", "reads", "writes", "when"])


def extended(day: "tuple[Stage, ...]", behaviours: "Mapping[str, Callable | Added]") -> "tuple[Stage, ...]":
    """A day with functions replaced and stages added; BadInput for names that are none and arguments that do not fit."""
    waiting = dict(behaviours)
    while waiting:  # a stage may stand after one that is named later
        names = {stage.name for stage in day}
        name = next((n for n, own in waiting.items() if not isinstance(own, Added) or own.after in names), next(iter(waiting)))
        own = waiting.pop(name)
        day = _with_added(day, name, own) if isinstance(own, Added) else _with_replaced(day, name, own)
    return day


def require_known(behaviours: "Mapping[str, Callable | Added]", layout: "Layout", inputs: "Inputs") -> None:
    """Raise BadInput, with the nearest name, for an added stage that reads or writes what there is not, or what is not its own."""
    from hourglass_sim.engine.declaring import literal_of

    columns = [
        c.name if c.size == 1 else f"{c.name}[{k}]" for c in layout for k in range(c.size) if c.name not in _NEVER_THE_SAME
    ]
    facts = [f"today.{name}" for name in inputs.today_type._fields]
    for stage, own in behaviours.items():
        if not isinstance(own, Added):
            continue
        undrawn = [name for name in columns if not layout[_base(name)].is_draw]
        writable = [name for name in undrawn if _base(name) not in _BOOKS]
        for name in own.writes:
            if _base(name) in _BOOKS:
                raise BadInput(f"{stage} writes a column that the engines keep", where="behaviours", value=name, allowed=_OTHER)
            if name not in writable:
                raise unknown(f"column that {stage} writes", name, writable, "behaviours")
        for name in own.reads:
            if _base(name) in _NEVER_THE_SAME:
                raise BadInput(
                    f"{stage} reads what each engine keeps in its own way", where="behaviours", value=name, allowed=_OTHER
                )
            if name not in columns and name not in facts and not inputs.holds(name) and literal_of(name) is None:
                raise unknown(f"name that {stage} reads", name, [*columns, *facts, *inputs.groups], "behaviours")
        if own.when is not None and own.when not in undrawn:
            raise unknown(f"column that says whom {stage} concerns", own.when, undrawn, "behaviours, when")
        if own.when in own.writes:
            raise BadInput(f"{stage} writes the column that says whom it concerns", where="behaviours, when", value=own.when,
                           allowed=_OTHER)  # fmt: skip


def _base(place: str) -> str:
    return place.partition("[")[0]


def require_made(day: "tuple[Stage, ...]", layout: "Layout") -> None:
    """Raise BadInput for a stage from outside that reads what the day makes only after it, or on another day."""
    from hourglass_sim.engine.declaring import base_of, read_by

    made: dict[str, str | None] = {}  # place -> when
    for stage in day:
        for name in sorted(read_by(stage)) if stage.is_from_outside else ():
            if base_of(name) not in layout or not layout.is_scratch(base_of(name)):
                continue
            if name not in made:
                maker = next(s.name for s in day if name in s.writes)
                raise BadInput("a stage reads what the day has not made yet", where=f"stage {stage.name!r}", value=name,
                               allowed=f"what stands before it; {name} is made by {maker!r}, so after={maker!r} or later")  # fmt: skip
            if made[name] == "is_new" != stage.when:
                raise BadInput("a stage reads what is made on the day of sign-up alone", where=f"stage {stage.name!r}", value=name,
                               allowed=f"{name} in a stage with when='is_new'")  # fmt: skip
        made |= dict.fromkeys(stage.writes, stage.when)


def own_columns(behaviours: "Mapping[str, Callable | Added]") -> "tuple[Column, ...]":
    """The columns that added stages bring."""
    from hourglass_sim.engine.state import state

    found: dict[str, Column] = {}
    kinds: dict[str, type] = {}
    for name, own in behaviours.items():
        for column, kind in own.columns.items() if isinstance(own, Added) else ():
            if column in kinds and kinds[column] is not kind:
                raise BadInput("two stages declare a column of different types", where=f"behaviours, {name!r}", value=column,
                               allowed="one type, int or float")  # fmt: skip
            kinds[column] = kind
            found[column] = state(column, "f8" if kind is float else "i8", f"kept by {name}", recorded=True)
    return tuple(found.values())


def behaviours_digest(behaviours: "Mapping[str, Callable | Added]") -> tuple:
    """What tells one set of behaviours from another: names, places and the functions' code."""
    return tuple(
        (name, *(_place(own) if isinstance(own, Added) else ()), _code(_function(own))) for name, own in behaviours.items()
    )


def frozen(function: Callable) -> Callable:
    """A copy of a function with the functions and numbers that it refers to as they are now, ready to be compiled.

    The same code and numbers give the same copy, so nothing is compiled twice; changed ones give another.
    """
    plain = getattr(function, "py_func", function)
    if not isinstance(plain, FunctionType) or _is_ours(plain):
        return plain
    key = (_code(plain), plain.__code__.co_filename, plain.__code__.co_firstlineno)
    if key not in _frozen:
        from hourglass_sim.engine.lift import lift

        copies: dict[FunctionType, FunctionType] = {}
        _frozen[key] = _copied(plain, copies)
        lift(copy for copy in copies.values() if copy is not _frozen[key])
    return _frozen[key]


def converted(stage: "Stage", columns: "Iterable[Column]") -> Callable[[Any], tuple]:
    """What a plain function returns, as columns hold it: one value for each, whole where the column is whole.

    Raises BadInput for another number of values, one that is no number, and one that its column does not hold.
    """
    from hourglass_sim.engine.written import cannot_hold, range_of

    columns = list(columns)
    kinds = [float if column.is_float else int for column in columns]
    ranges = [range_of(column) for column in columns]

    def convert(result: Any) -> tuple:
        values = result if isinstance(result, tuple) else (result,)
        if len(values) != len(kinds):
            raise BadInput(f"{told(stage.function)} returns {len(values)} values", where=f"stage {stage.name!r}",
                           allowed=f"{len(kinds)}: {', '.join(stage.writes)}")  # fmt: skip
        if any(isinstance(value, str) for value in values):
            raise BadInput(f"{told(stage.function)} returns what is no number", where=f"stage {stage.name!r}", value=result)
        found = []
        for place, column, kind, (low, high), value in zip(stage.writes, columns, kinds, ranges, values, strict=True):
            if value != value:
                raise cannot_hold(stage, place, column, value=value)
            try:
                found.append(kind(value))
            except (TypeError, ValueError) as error:
                what = f"{told(stage.function)} returns what is no number"
                raise BadInput(what, where=f"stage {stage.name!r}", value=result) from error
            except OverflowError as error:  # an infinite one
                raise cannot_hold(stage, place, column, value=value) from error
            if not low <= found[-1] <= high:
                raise cannot_hold(stage, place, column, value=value)
        return tuple(found)

    return convert


def told(function: Callable) -> str:
    """A function's name, for messages."""
    return f"{getattr(function, '__name__', repr(function))}()"


def _with_replaced(day: "tuple[Stage, ...]", name: str, function: Callable) -> "tuple[Stage, ...]":
    if not callable(function):
        raise BadInput("a behaviour is no function", where=name, value=function, allowed="a function, or added(function, …)")
    chosen = [s for s in day if s.function.__name__ == name] or [s for s in day if s.name == name]
    if not chosen:
        names = {s.name for s in day} | {s.function.__name__ for s in day}
        raise unknown("behaviour", name, names, "behaviours; `hourglass_sim.stages()` lists them")
    for stage in chosen:
        _require_arguments(function, stage.reads, f"stage {stage.name!r}")
        kept = [place for place in stage.writes if place in _BOOKS]
        if kept:
            raise BadInput("a stage that keeps the run's books cannot be replaced", where="behaviours", value=name,
                           allowed=f"a stage added after it; {stage.name!r} keeps {', '.join(kept)}")  # fmt: skip
    own = frozen(function)
    return tuple(replace(s, function=own, is_from_outside=True) if s in chosen and s.function is not own else s for s in day)


def _with_added(day: "tuple[Stage, ...]", name: str, own: Added) -> "tuple[Stage, ...]":
    from hourglass_sim.engine.declaring import Stage

    names = [s.name for s in day]
    if name in names:
        raise BadInput(
            "a stage of that name exists", where="behaviours", value=name, allowed="another name, or a function to replace it"
        )
    if own.after not in names:
        raise unknown("stage to add after", own.after, names, f"behaviours, {name!r}")
    _require_arguments(own.function, own.reads, f"stage {name!r}")
    at = names.index(own.after) + 1
    stage = Stage(name, day[at - 1].chapter, frozen(own.function), own.reads, own.writes, own.when, True)
    return (*day[:at], stage, *day[at:])


def _require_arguments(function: Callable, names: Iterable[str], where: str) -> None:
    names, plain = list(names), getattr(function, "py_func", function)
    luck = _luck_of(plain, set())
    if luck:
        raise BadInput(f"{told(plain)} draws luck of its own, which no seed repeats", where=where, value=luck,
                       allowed="one of the day's draws among what it reads, such as u_open after 'draws_0'")  # fmt: skip
    try:
        signature = inspect.signature(plain)
    except (TypeError, ValueError) as error:
        raise BadInput("not a function written in Python", where=where, value=told(plain), allowed="def … or lambda") from error
    try:
        signature.bind(*names)
    except TypeError as error:
        taken = ", ".join(signature.parameters) or "nothing"
        raise BadInput(f"{told(function)} takes other arguments than it is given", where=where, value=taken,
                       allowed=f"{len(names)}: {', '.join(names)}") from error  # fmt: skip


def _luck_of(function: object, seen: set[int]) -> str | None:
    """The name of a generator of random numbers that a function, or one that it calls, refers to."""
    code = getattr(function, "__code__", None)
    if code is None or id(function) in seen:
        return None
    seen.add(id(function))
    for name in _names(code):
        value = function.__globals__.get(name)
        of = getattr(value, "__module__", None) or getattr(value, "__name__", "")
        if getattr(value, "__name__", "") == "numpy" and "random" in _names(code):
            return f"{name}.random"
        if str(of).partition(".")[0] in ("random", "secrets") or str(of).startswith("numpy.random"):
            return name
        if _is_own(value) and (found := _luck_of(value, seen)):
            return found
    return None


def _function(own: "Callable | Added") -> Callable:
    function = own.function if isinstance(own, Added) else own
    return getattr(function, "py_func", function)


def _place(own: Added) -> tuple:
    return own.after, own.reads, own.writes, own.when, tuple((name, kind.__name__) for name, kind in own.columns.items())


def _code(function: Callable) -> str:
    from hourglass_sim.engine.digests import code_digest

    return code_digest.__wrapped__(function)  # looked at anew: a number that the function refers to may have changed


def _copied(function: FunctionType, copies: dict[FunctionType, FunctionType]) -> FunctionType:
    if function in copies:
        return copies[function]
    code, around = function.__code__, dict(function.__globals__)
    cells = tuple(CellType(c.cell_contents) for c in function.__closure__ or ())
    copy = FunctionType(code, around, function.__name__, function.__defaults__, cells or None)
    copy.__module__, copy.__qualname__ = function.__module__, function.__qualname__
    copy.__dict__.update(function.__dict__)
    copies[function] = copy
    for name in _names(code):
        if _is_own(around.get(name)):
            around[name] = _copied(around[name], copies)
    for cell in cells:
        if _is_own(cell.cell_contents):
            cell.cell_contents = _copied(cell.cell_contents, copies)
    return copy


def _names(code: CodeType) -> set[str]:
    inner = (constant for constant in code.co_consts if isinstance(constant, CodeType))
    return set(code.co_names).union(*map(_names, inner))


def _is_own(value: object) -> bool:
    return isinstance(value, FunctionType) and not _is_ours(value)


def _is_ours(function: FunctionType) -> bool:
    return (function.__module__ or "").partition(".")[0] in _OURS and not hasattr(function, "__wrapped__")
