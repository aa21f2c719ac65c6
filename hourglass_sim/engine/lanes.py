"""Numbers of many users at a time, as instructions for LLVM: arithmetic with Python's meaning in the narrowest registers that hold it.

Every whole number knows between which bounds it lies (`intervals`). Where those of a result fit 16 or 32 bits, as many compute it,
four times or twice as many users in one instruction as 64; the result is the same, because nothing that could leave the bounds is ever
computed in them. Floats are doubles, or singles where a function works in those (`singles`), by the rules that NumPy has for its
float32: a float written in the code takes the precision of the other side. Nothing is reordered, and products are fused only where that
gives the very same double.
"""

import math
from collections.abc import Callable
from functools import reduce
from typing import Any

from llvmlite import ir

from hourglass_sim.engine.dividing import by_reciprocal, divided, has_a_reciprocal
from hourglass_sim.engine.intervals import (
    BOUNDS,
    FLOATS,
    HIGHEST,
    LOWEST,
    PLAIN,
    Number,
    Refused,
    always,
    bits_for,
    bounds_in_floats,
    bounds_of,
    bounds_of_floats,
    held,
    kind_of,
    merged,
)

I1, I16, I32, I64, F32, F64 = *map(ir.IntType, (1, 16, 32, 64)), ir.FloatType(), ir.DoubleType()


class Lanes:
    """Emits arithmetic: what concerns single users with `builder`, what is the same for all with `before`, ahead of the loop."""

    def __init__(self, builder: ir.IRBuilder, before: ir.IRBuilder, width: int):
        self.builder, self.before, self.width = builder, before, width
        self.in_singles = False  # whether what is followed works in single precision
        self._spread: dict[int, tuple[Any, Any]] = {}

    # what a number is in registers

    def many(self, kind: Any) -> ir.VectorType:
        """As many as there are lanes."""
        return ir.VectorType(kind, self.width)

    def of(self, x: Any, kind: str, bits: int = 64) -> Any:
        """A number of any kind as lanes of another."""
        if not isinstance(x, Number):
            return ir.Constant(self.many(element_of(kind, bits)), [float(x) if kind in FLOATS else int(x)] * self.width)
        if x.is_one:
            return self._spread_out(self.one(x, kind), bits)
        return self._converted(self.builder, x, kind, bits, self.many)

    def one(self, x: Any, kind: str) -> Any:
        """A number that is the same for all as a scalar: a bit, 64 bits, a double or a single."""
        if not isinstance(x, Number):
            return ir.Constant(element_of(kind, 64), float(x) if kind in FLOATS else int(x))
        return self._converted(self.before, x, kind, 64, lambda element: element)

    def _spread_out(self, value: Any, bits: int) -> Any:
        key = id(value), bits
        if key not in self._spread:
            made = value
            if value.type == I64 and bits < 64:
                made = self.before.trunc(value, ir.IntType(bits))
            lanes = ir.Constant(self.many(made.type), ir.Undefined)
            made = self.before.insert_element(lanes, made, ir.Constant(I32, 0))
            made = self.before.shuffle_vector(made, lanes, ir.Constant(self.many(I32), [0] * self.width))
            self._spread[key] = value, made  # the value is kept so that its id stays its own
        return self._spread[key][1]

    def _converted(self, builder: ir.IRBuilder, x: Number, kind: str, bits: int, shaped: Any) -> Any:
        if kind == "bool":
            return self._truth(builder, x)
        if kind in FLOATS:
            target = shaped(element_of(kind, 64))
            if x.kind in FLOATS:
                return x.value if x.kind == kind else (builder.fptrunc if kind == "single" else builder.fpext)(x.value, target)
            return (builder.uitofp if x.kind == "bool" else builder.sitofp)(x.value, target)
        target = shaped(ir.IntType(bits))
        if x.kind == "bool":
            return builder.zext(x.value, target)
        if x.kind in FLOATS:
            raise Refused("a float in place of a whole number")
        if x.bits == bits:
            return x.value
        return builder.sext(x.value, target) if x.bits < bits else builder.trunc(x.value, target)

    def _truth(self, builder: ir.IRBuilder, x: Number) -> Any:
        if x.kind == "bool":
            return x.value
        zero = ir.Constant(x.value.type, None)
        return builder.fcmp_unordered("!=", x.value, zero) if x.kind in FLOATS else builder.icmp_signed("!=", x.value, zero)

    # truth, choice

    def truth(self, x: Any) -> Any:
        """Whether a number is not 0: True, False or a Number of kind "bool"."""
        if not isinstance(x, Number):
            return bool(x)
        if x.kind == "int" and not x.low <= 0 <= x.high:
            return True
        is_one = x.is_one
        return x if x.kind == "bool" else Number("bool", self._truth(self.before if is_one else self.builder, x), is_one=is_one)

    def negated(self, x: Any) -> Any:
        """not x."""
        x = self.truth(x)
        if isinstance(x, bool):
            return not x
        return Number("bool", (self.before if x.is_one else self.builder).not_(x.value), is_one=x.is_one)

    def chosen(self, condition: Any, a: Any, b: Any) -> Any:
        """`a if condition else b`, of numbers, tuples of them, or one and the same thing."""
        condition = self.truth(condition)
        if isinstance(condition, bool):
            return a if condition else b
        if a is b:
            return a
        if isinstance(a, tuple) and isinstance(b, tuple) and len(a) == len(b):
            return tuple(self.chosen(condition, x, y) for x, y in zip(a, b, strict=True))
        kind, low, high = merged((a, b))
        if kind not in FLOATS and not isinstance(a, Number) and not isinstance(b, Number) and int(a) == int(b):
            return a
        is_mixed = kind == "single" and any(kind_of(x) != "single" or x.is_mixed for x in (a, b))
        if are_one(condition, a, b):
            made = self.before.select(condition.value, self.one(a, kind), self.one(b, kind))
            return Number(kind, made, low, high, is_one=True, is_mixed=is_mixed)
        bits = 64 if kind in FLOATS else bits_for(low, high)
        made = self.builder.select(self.of(condition, "bool"), self.of(a, kind, bits), self.of(b, kind, bits))
        return Number(kind, made, low, high, is_mixed=is_mixed)

    def either(self, condition: Number, first: Callable[[], Any], second: Callable[[], Any]) -> Any:
        """What one of two ways gives, a number, and only that way is gone: for a condition that is the same for all."""
        builder = self.builder
        ways = [builder.append_basic_block(name) for name in ("first", "second")]
        after = builder.append_basic_block("after")
        builder.cbranch(condition.value, *ways)
        found, ends = [], []
        for way, work in zip(ways, (first, second), strict=True):
            builder.position_at_end(way)
            found.append(work())
            ends.append(builder.block)
        kind, low, high = merged(found)
        bits = 64 if kind in FLOATS else bits_for(low, high)
        values = []
        for x, end in zip(found, ends, strict=True):
            builder.position_at_end(end)
            values.append(self.of(x, kind, bits))
            builder.branch(after)
        builder.position_at_end(after)
        made = builder.phi(values[0].type)
        for value, end in zip(values, ends, strict=True):
            made.add_incoming(value, end)
        return Number(kind, made, low, high, is_mixed=kind == "single")

    # arithmetic

    def binary(self, sign: str, a: Any, b: Any) -> Any:
        """`a sign b` for + - * / // % & | ^ << >>."""
        kinds = kind_of(a), kind_of(b)
        if not isinstance(a, Number) and not isinstance(b, Number):
            return PLAIN[sign](a, b)
        if sign == "/" or any(kind in FLOATS for kind in kinds):
            return self._floats(sign, a, b)
        if kinds == ("bool", "bool") and sign in "&|^":
            return self._bools(sign, a, b)
        if sign in ("//", "%"):
            return divided(self, sign, a, b)
        low, high = BOUNDS[sign](*bounds_of(a), *bounds_of(b))
        low, high = held(low, high)
        name = {"+": "add", "-": "sub", "*": "mul", "&": "and_", "|": "or_", "^": "xor", "<<": "shl", ">>": "ashr"}[sign]
        if are_one(a, b):
            return Number("int", getattr(self.before, name)(self.one(a, "int"), self.one(b, "int")), low, high, is_one=True)
        bits = max(bits_for(*bounds_of(a)), bits_for(*bounds_of(b)), bits_for(low, high))
        if sign in ("<<", ">>"):
            bits = max(bits, next(width for width in (16, 32, 64) if bounds_of(b)[1] < width or width == 64))
        return self.narrowed(getattr(self.builder, name)(self.of(a, "int", bits), self.of(b, "int", bits)), low, high)

    def narrowed(self, value: Any, low: int, high: int) -> Number:
        """A whole number between bounds, in the registers that hold those."""
        bits = bits_for(low, high)
        return Number(
            "int",
            value if value.type.element.width == bits else self.builder.trunc(value, self.many(ir.IntType(bits))),
            low,
            high,
        )

    def _floats(self, sign: str, a: Any, b: Any) -> Number:
        if sign not in "+-*/":
            raise Refused(f"{sign} of floats")
        name = {"+": "fadd", "-": "fsub", "*": "fmul", "/": "fdiv"}[sign]
        low, high = bounds_of_floats(sign, bounds_in_floats(a), bounds_in_floats(b))
        kind = "single" if "single" in (kind_of(a), kind_of(b)) else "float"
        if self.in_singles and not any(kind_of(x) == "single" and not x.is_mixed for x in (a, b)):
            raise Refused(f"{sign} without a float of single precision")
        if (
            sign == "/"
            and kind_of(a) in ("bool", "int")
            and not isinstance(b, Number)
            and not a.is_one
            and has_a_reciprocal(float(b))
        ):
            return Number("float", by_reciprocal(self, self.of(a, "float"), float(b)), low, high)
        if are_one(a, b):
            return Number(kind, getattr(self.before, name)(self.one(a, kind), self.one(b, kind)), low, high, is_one=True)
        return Number(kind, getattr(self.builder, name)(self.of(a, kind), self.of(b, kind)), low, high)

    def _bools(self, sign: str, a: Any, b: Any) -> Any:
        name = {"&": "and_", "|": "or_", "^": "xor"}[sign]
        for known, other in ((a, b), (b, a)):
            if isinstance(known, bool) and sign != "^":
                return other if known == (sign == "&") else known
        if are_one(a, b):
            return Number("bool", getattr(self.before, name)(self.one(a, "bool"), self.one(b, "bool")), is_one=True)
        return Number("bool", getattr(self.builder, name)(self.of(a, "bool"), self.of(b, "bool")))

    def truncated(self, value: Any, low: int, high: int) -> Number:
        """Doubles or singles towards 0, as whole numbers between bounds."""
        bits = max(bits_for(low, high), 32)
        return self.narrowed(self.builder.fptosi(value, self.many(ir.IntType(bits))), low, high)

    def intrinsic(self, name: str, result: Any, arguments: list) -> Any:
        """A call of one of LLVM's own functions."""
        module = self.builder.module
        kind = ir.FunctionType(result, [argument.type for argument in arguments])
        return self.builder.call(module.globals.get(name) or ir.Function(module, kind, name), arguments)

    def compared(self, sign: str, a: Any, b: Any) -> Any:
        """`a sign b` for < <= > >= == !=."""
        if not isinstance(a, Number) and not isinstance(b, Number):
            return PLAIN[sign](a, b)
        kinds = kind_of(a), kind_of(b)
        floats = next((kind for kind in ("single", "float") if kind in kinds), None)
        if not floats:
            answer = always(sign, *bounds_of(a), *bounds_of(b))
            if answer is not None:
                return answer
        builder, is_one = (self.before, True) if are_one(a, b) else (self.builder, False)
        if floats:
            left, right = (self.one(x, floats) if is_one else self.of(x, floats) for x in (a, b))
            compare = builder.fcmp_unordered if sign == "!=" else builder.fcmp_ordered
        else:
            bits = max(bits_for(*bounds_of(a)), bits_for(*bounds_of(b)))
            left, right = (self.one(x, "int") if is_one else self.of(x, "int", bits) for x in (a, b))
            compare = builder.icmp_signed
        return Number("bool", compare(sign, left, right), is_one=is_one)

    def opposite(self, x: Any) -> Any:
        """-x."""
        if not isinstance(x, Number):
            return -x
        if x.kind not in FLOATS:
            return self.binary("-", 0, x)
        low, high = (-x.high, -x.low) if bounds_in_floats(x) else (LOWEST, HIGHEST)
        made = (self.before if x.is_one else self.builder).fneg(x.value)
        return Number(x.kind, made, low, high, x.is_one, is_mixed=x.is_mixed)

    def whole(self, x: Any) -> Any:
        """int(x): towards 0."""
        if not isinstance(x, Number):
            return int(x)
        if x.kind not in FLOATS:
            return self.binary("+", 0, x) if x.kind == "bool" else x
        bounds = bounds_in_floats(x)
        low, high = held(math.floor(bounds[0]), math.ceil(bounds[1])) if bounds else (LOWEST, HIGHEST)
        if x.is_one:
            return Number("int", self.before.fptosi(x.value, I64), low, high, is_one=True)
        return self.truncated(x.value, low, high)

    def floating(self, x: Any) -> Any:
        """float(x)."""
        if not isinstance(x, Number):
            return float(x)
        low, high = bounds_in_floats(x) or (LOWEST, HIGHEST)
        return Number("float", self.one(x, "float") if x.is_one else self.of(x, "float"), low, high, x.is_one)

    def extreme(self, sign: str, *numbers: Any) -> Any:
        """max (">") or min ("<") of whole numbers."""
        return reduce(lambda a, b: self._extreme(sign, a, b), numbers)

    def _extreme(self, sign: str, a: Any, b: Any) -> Any:
        if any(kind_of(x) in FLOATS for x in (a, b)):
            raise Refused("max or min of floats")
        (al, ah), (bl, bh) = bounds_of(a), bounds_of(b)
        best = max if sign == ">" else min
        made = self.chosen(self.compared(sign, b, a), b, a)
        if not isinstance(made, Number) or made.is_one:
            return made
        low, high = best(al, bl), best(ah, bh)
        value = self.of(made, "int", bits_for(low, high))
        return Number("int", value, low, high)

    def lost_in_product(self, a: Any, by: Any, product: Any) -> Number:
        """What `product` of floats, a * by, lost when it was rounded (`numeric.lost_in_product`), by one fused multiplication."""
        self.require_doubles()
        less = self.builder.fneg(self.of(product, "float"))
        name = f"llvm.fma.v{self.width}f64"
        return Number("float", self.intrinsic(name, self.many(F64), [self.of(a, "float"), self.of(by, "float"), less]))

    def root(self, x: Any) -> Any:
        """The square root."""
        if not isinstance(x, Number):
            return math.sqrt(x)
        self.require_doubles()
        return Number("float", self.intrinsic(f"llvm.sqrt.v{self.width}f64", self.many(F64), [self.of(x, "float")]))

    def require_doubles(self) -> None:
        """Refuse what is known of doubles alone to a function that works in single precision."""
        if self.in_singles:
            raise Refused("what is known of doubles alone, in single precision")


def element_of(kind: str, bits: int) -> Any:
    """LLVM's type of one number of a kind; of whole numbers with so many bits."""
    return {"bool": I1, "float": F64, "single": F32}.get(kind) or ir.IntType(bits)


def are_one(*numbers: Any) -> bool:
    """Whether all of them are the same for everybody."""
    return all(not isinstance(x, Number) or x.is_one for x in numbers)


class _OwnLoad(ir.instructions.LoadInstr):
    def descr(self, buf: list[str]) -> None:
        said: list[str] = []
        super().descr(said)
        buf.append("".join(said).replace("load", "load volatile", 1))


def own_load(builder: ir.IRBuilder, pointer: Any) -> Any:
    """A load that LLVM makes as it stands: it does not take what was stored there from a register, nor knows it beforehand."""
    load = _OwnLoad(builder.block, pointer)
    builder._insert(load)
    return load
