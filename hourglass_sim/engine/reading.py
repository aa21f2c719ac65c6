"""Reading a scalar function for many users at once: its lines are followed, and each operation is emitted for all lanes (`lanes`).

Both sides of a choice that users differ in are worked out and the right one kept; a condition that is the same for everybody is a
jump where it saves a division. Calls are followed into the functions they name; a `while` goes on until it ends for all. What is read is
the function's source, after making sure that it is the source of that very code; anything else is refused, and Numba compiles such a
function one user at a time.
"""

import ast
import builtins
import dis
import inspect
import math
import operator
import textwrap
from collections.abc import Callable, Sequence
from functools import cache, partial
from types import CodeType, FunctionType, ModuleType
from typing import Any

from hourglass_policy import numeric

from hourglass_sim.engine import drawing, draws, precision
from hourglass_sim.engine.intervals import Number, Refused, Table
from hourglass_sim.engine.items import item
from hourglass_sim.engine.lanes import Lanes
from hourglass_sim.engine.machine_code import can
from hourglass_sim.engine.turns import repeated

MOST_TURNS = 256  # of a loop
_SIGNS = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.FloorDiv: "//", ast.Mod: "%", ast.BitAnd: "&", ast.BitOr: "|",
    ast.BitXor: "^", ast.LShift: "<<", ast.RShift: ">>", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==",
    ast.NotEq: "!=",
}  # fmt: skip
_NOTHING = object()  # a block that ended without returning


@cache
def source_of(function: FunctionType) -> ast.FunctionDef:
    """A function's definition; Refused when its source is not at hand or is not that of its code."""
    try:
        text = textwrap.dedent(inspect.getsource(function))
        tree = ast.parse(text)
    except (OSError, TypeError, SyntaxError) as error:
        raise Refused(f"the source of {function.__name__} is not at hand") from error
    definition = tree.body[0]
    if not isinstance(definition, ast.FunctionDef) or definition.decorator_list:
        raise Refused(f"{function.__name__} is no plain function")
    if not _is_code_of(definition, function.__code__):
        raise Refused(f"the source of {function.__name__} has changed since it was loaded")
    return definition


def _is_code_of(definition: ast.FunctionDef, code: CodeType) -> bool:
    """Whether a definition compiles to this code. A function inside another is compiled there, with its outer names as variables."""
    names = ", ".join(code.co_freevars)
    shell = ast.parse(f"def around({names}):\n pass" if names else "def around():\n pass")
    shell.body[0].body = [definition]
    compiled = compile(ast.fix_missing_locations(shell), "<source>", "exec")
    around = next(c for c in compiled.co_consts if isinstance(c, CodeType))
    inner = next(c for c in around.co_consts if isinstance(c, CodeType))
    return _steps(inner) == _steps(code)


def _steps(code: CodeType) -> list[tuple]:
    """What a code does, without what depends on where it was compiled: whether a module's name was imported there, where jumps lead."""
    found = []
    for step in dis.get_instructions(code):
        name = {"LOAD_METHOD": "LOAD_ATTR"}.get(step.opname, step.opname)
        if step.opcode not in dis.hasjrel and name not in ("PRECALL", "PUSH_NULL") and not isinstance(step.argval, CodeType):
            found.append((name, step.argrepr.removeprefix("NULL + ")))
    return found


def _is_costly(statements: list[ast.stmt]) -> bool:
    """Whether statements that end with a result divide: worth a jump where a condition is the same for everybody."""
    nodes = [node for statement in statements for node in ast.walk(statement)]
    divides = any(isinstance(node, ast.BinOp) and isinstance(node.op, (ast.FloorDiv, ast.Mod)) for node in nodes)
    return divides and isinstance(statements[-1], ast.Return)


class Reading:
    """Follows functions over lanes."""

    def __init__(self, lanes: Lanes):
        self.lanes = lanes
        self._primitives = {
            numeric.range_of: partial(precision.range_of, lanes),
            numeric.scaled: partial(precision.scaled, lanes),
            numeric.parted: partial(precision.parted, lanes),
            numeric.like: partial(precision.like, lanes),
            draws.philox_round: drawing.Philox(lanes).round,
            draws.unit: partial(drawing.unit, lanes),
            max: lambda *numbers: lanes.extreme(">", *numbers),
            min: lambda *numbers: lanes.extreme("<", *numbers),
            int: lanes.whole,
            float: lanes.floating,
            bool: lanes.truth,
            math.sqrt: lanes.root,
            abs: lambda x: lanes.chosen(lanes.compared("<", x, 0), lanes.opposite(x), x),
            len: lambda x: x.length if isinstance(x, Table) else len(x),
            range: range,
        }
        if can("fma"):
            self._primitives[numeric.lost_in_product] = lanes.lost_in_product

    def call(self, function: Callable, arguments: Sequence, mask: Any = None) -> Any:
        """What a function returns for these arguments; `mask` (a vector of bits) says whose result will be used."""
        if function in self._primitives:
            return self._primitives[function](*arguments)
        if not isinstance(function, FunctionType):
            raise Refused(f"a call of {getattr(function, '__name__', function)!r}")
        definition = source_of(function)
        names = inspect.signature(function).bind(*arguments)
        names.apply_defaults()
        result = _Call(self, function, mask).block(definition.body, dict(names.arguments), mask)
        return None if result is _NOTHING else result


class _Call:
    """One call of a function: where its names are looked up, and the statements."""

    def __init__(self, reading: Reading, function: FunctionType, mask: Any):
        self.reading, self.lanes, self.function = reading, reading.lanes, function
        cells = zip(function.__code__.co_freevars, function.__closure__ or (), strict=True)
        self.outer = {name: cell.cell_contents for name, cell in cells}

    def refuse(self, node: ast.AST, what: str) -> Refused:
        line = self.function.__code__.co_firstlineno + getattr(node, "lineno", 1) - 1
        return Refused(f"{what} in {self.function.__name__}, line {line}")

    def look_up(self, name: str, names: dict) -> Any:
        for known in (names, self.outer, self.function.__globals__, vars(builtins)):
            if name in known:
                return known[name]
        raise Refused(f"the name {name} in {self.function.__name__}")

    # statements

    def block(self, statements: list[ast.stmt], names: dict, mask: Any) -> Any:
        """Run statements; what they return, or _NOTHING."""
        for k, statement in enumerate(statements):
            if isinstance(statement, ast.Return):
                return self.value(statement.value, names, mask) if statement.value else None
            if isinstance(statement, ast.If):
                result, is_done = self.choice(statement, statements[k + 1 :], names, mask)
                if is_done:
                    return result
            elif isinstance(statement, (ast.For, ast.While)):
                result = self.loop(statement, names, mask)
                if result is not _NOTHING:
                    return result
            else:
                self.simple(statement, names, mask)
        return _NOTHING

    def simple(self, statement: ast.stmt, names: dict, mask: Any) -> None:
        if isinstance(statement, ast.Assign):
            value = self.value(statement.value, names, mask)
            for target in statement.targets:
                self.assign(target, value, names)
        elif isinstance(statement, ast.AugAssign) and isinstance(statement.target, ast.Name):
            before = self.look_up(statement.target.id, names)
            by = self.value(statement.value, names, mask)
            names[statement.target.id] = self.lanes.binary(self.sign(statement.op), before, by)
        elif not (
            isinstance(statement, ast.Pass) or (isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant))
        ):
            raise self.refuse(statement, type(statement).__name__)

    def assign(self, target: ast.expr, value: Any, names: dict) -> None:
        if isinstance(target, ast.Name):
            names[target.id] = value
        elif isinstance(target, ast.Tuple) and isinstance(value, tuple) and len(target.elts) == len(value):
            for part, one in zip(target.elts, value, strict=True):
                self.assign(part, one, names)
        else:
            raise self.refuse(target, "an assignment")

    def choice(self, statement: ast.If, rest: list[ast.stmt], names: dict, mask: Any) -> tuple[Any, bool]:
        """An `if`: (what is returned, whether the block ends here)."""
        condition = self.condition(statement.test, names, mask)
        if isinstance(condition, bool):
            result = self.block(statement.body if condition else statement.orelse, names, mask)
            return result, result is not _NOTHING
        if condition.is_one and _is_costly([*statement.body, *statement.orelse, *rest]):
            a, b = ([*branch, *rest] for branch in (statement.body, statement.orelse))
            both = [lambda part=part: self.block(part, dict(names), mask) for part in (a, b)]
            return self.lanes.either(condition, *both), True
        for_true, for_false = self.masks(condition, mask)
        if any(isinstance(node, ast.Return) for part in (*statement.body, *statement.orelse) for node in ast.walk(part)):
            a = self.block([*statement.body, *rest], dict(names), for_true)
            b = self.block([*statement.orelse, *rest], dict(names), for_false)
            if (a is _NOTHING) or (b is _NOTHING):
                raise self.refuse(statement, "a path without a result")
            return self.lanes.chosen(condition, a, b), True
        first, second = dict(names), dict(names)
        for branch, own, where in ((statement.body, first, for_true), (statement.orelse, second, for_false)):
            if self.block(branch, own, where) is not _NOTHING:
                raise self.refuse(statement, "a result")
        for name in first.keys() & second.keys():
            names[name] = first[name] if first[name] is second[name] else self.lanes.chosen(condition, first[name], second[name])
        return None, False

    def loop(self, statement: ast.For | ast.While, names: dict, mask: Any) -> Any:
        if statement.orelse or any(isinstance(n, (ast.Break, ast.Continue)) for n in ast.walk(statement)):
            raise self.refuse(statement, "a loop that ends early")
        turns = iter(self.value(statement.iter, names, mask)) if isinstance(statement, ast.For) else None
        for _ in range(MOST_TURNS):
            if turns is None:
                goes_on = self.condition(statement.test, names, mask)
                if not isinstance(goes_on, bool):
                    self.loop_of_lanes(statement, names, mask)
                    return _NOTHING
                if not goes_on:
                    return _NOTHING
            else:
                item = next(turns, _NOTHING)
                if item is _NOTHING:
                    return _NOTHING
                self.assign(statement.target, item, names)
            result = self.block(statement.body, names, mask)
            if result is not _NOTHING:
                return result
        raise self.refuse(statement, "a long loop")

    def loop_of_lanes(self, statement: ast.While, names: dict, mask: Any) -> None:
        """A `while` whose turns differ among users: it goes on until it ends for all, and who is done keeps what they have."""
        lanes = self.lanes
        changed = [
            n.id for part in statement.body for n in ast.walk(part) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
        ]
        first = {name: names[name] for name in dict.fromkeys(changed) if name in names}
        if len(first) < len(set(changed)):
            raise self.refuse(statement, "a name made in a loop")
        with repeated(lanes, first) as turn:
            names.update(turn.numbers)
            goes_on = lanes.of(self.condition(statement.test, names, mask), "bool")
            goes_on = goes_on if mask is None else lanes.builder.and_(goes_on, mask)
            turn.while_any(goes_on)
            inside = dict(names)
            if self.block(statement.body, inside, goes_on) is not _NOTHING:
                raise self.refuse(statement, "a result in a loop")
            turn.next({name: lanes.chosen(Number("bool", goes_on), inside[name], names[name]) for name in first})

    def masks(self, condition: Number, mask: Any) -> tuple[Any, Any]:
        """Whose result is used on either side of a condition, beside those of `mask` alone."""
        builder, holds = self.lanes.builder, self.lanes.of(condition, "bool")
        other = builder.not_(holds)
        return (holds, other) if mask is None else (builder.and_(mask, holds), builder.and_(mask, other))

    # expressions

    def sign(self, node: ast.AST) -> str:
        if type(node) not in _SIGNS:
            raise self.refuse(node, type(node).__name__)
        return _SIGNS[type(node)]

    def value(self, node: ast.expr, names: dict, mask: Any) -> Any:
        handler = getattr(self, f"_{type(node).__name__.lower()}", None)
        if handler is None:
            raise self.refuse(node, type(node).__name__)
        return handler(node, names, mask)

    def _constant(self, node: ast.Constant, names: dict, mask: Any) -> Any:
        return node.value

    def _name(self, node: ast.Name, names: dict, mask: Any) -> Any:
        return self.look_up(node.id, names)

    def _attribute(self, node: ast.Attribute, names: dict, mask: Any) -> Any:
        held = self.value(node.value, names, mask)
        if not isinstance(held, (tuple, ModuleType)):
            raise self.refuse(node, f".{node.attr}")
        return getattr(held, node.attr)

    def _tuple(self, node: ast.Tuple, names: dict, mask: Any) -> tuple:
        return tuple(self.several(node.elts, names, mask))

    def several(self, nodes: list[ast.expr], names: dict, mask: Any) -> list:
        found = []
        for node in nodes:
            if isinstance(node, ast.Starred):
                found += self.value(node.value, names, mask)
            else:
                found.append(self.value(node, names, mask))
        return found

    def _binop(self, node: ast.BinOp, names: dict, mask: Any) -> Any:
        left, right = self.value(node.left, names, mask), self.value(node.right, names, mask)
        return self.lanes.binary(self.sign(node.op), left, right)

    def _unaryop(self, node: ast.UnaryOp, names: dict, mask: Any) -> Any:
        if isinstance(node.op, ast.USub):
            return self.lanes.opposite(self.value(node.operand, names, mask))
        if isinstance(node.op, ast.Not):
            return self.lanes.negated(self.condition(node.operand, names, mask))
        raise self.refuse(node, type(node.op).__name__)

    def condition(self, node: ast.expr, names: dict, mask: Any, is_asked_only: bool = True) -> Any:
        """Whether something holds: True, False or a Number of kind "bool". Not `is_asked_only`: the value itself is used."""
        if not isinstance(node, ast.BoolOp):
            value = self.value(node, names, mask)
            if not is_asked_only and isinstance(value, Number) and value.kind != "bool":
                raise self.refuse(node, "and, or of numbers")
            return self.lanes.truth(value)
        is_and = isinstance(node.op, ast.And)
        found = self.condition(node.values[0], names, mask, is_asked_only)
        for part in node.values[1:]:
            if isinstance(found, bool):
                if found != is_and:
                    return found
                found = self.condition(part, names, mask, is_asked_only)
                continue
            where = self.masks(found, mask)[0 if is_and else 1]
            found = self.lanes.binary("&" if is_and else "|", found, self.condition(part, names, where, is_asked_only))
        return found

    def _boolop(self, node: ast.BoolOp, names: dict, mask: Any) -> Any:
        return self.condition(node, names, mask, is_asked_only=False)

    def _compare(self, node: ast.Compare, names: dict, mask: Any) -> Any:
        values = [self.value(part, names, mask) for part in (node.left, *node.comparators)]
        signs = [self.sign(op) for op in node.ops]
        found = [self.lanes.compared(s, a, b) for s, a, b in zip(signs, values, values[1:], strict=False)]
        while len(found) > 1:
            found[:2] = [self.lanes.binary("&", *found[:2])]
        return found[0]

    def _ifexp(self, node: ast.IfExp, names: dict, mask: Any) -> Any:
        condition = self.condition(node.test, names, mask)
        if isinstance(condition, bool):
            return self.value(node.body if condition else node.orelse, names, mask)
        for_true, for_false = self.masks(condition, mask)
        return self.lanes.chosen(condition, self.value(node.body, names, for_true), self.value(node.orelse, names, for_false))

    def _call(self, node: ast.Call, names: dict, mask: Any) -> Any:
        if node.keywords:
            raise self.refuse(node, "a keyword")
        return self.reading.call(self.value(node.func, names, mask), self.several(node.args, names, mask), mask)

    def _subscript(self, node: ast.Subscript, names: dict, mask: Any) -> Any:
        held = self.value(node.value, names, mask)
        if isinstance(node.slice, ast.Slice):
            parts = [
                None if p is None else operator.index(self.value(p, names, mask)) for p in (node.slice.lower, node.slice.upper)
            ]
            return held[slice(*parts)]
        index = self.value(node.slice, names, mask)
        if isinstance(held, Table):
            return item(self.lanes, held, index, mask)
        if isinstance(index, Number):
            raise self.refuse(node, "an index that is not known beforehand")
        return held[index]
