"""Numbers of many users at a time, as instructions for LLVM: arithmetic with Python's meaning in the narrowest registers that hold it.

Every whole number knows between which bounds it lies (`intervals`). Where those of a result fit 32 bits, 32 bits compute it, twice as
many users in one instruction as 64; the result is the same, because nothing that could leave the bounds is ever computed in them.
Floats are doubles; nothing is reordered, and products are fused only where that gives the very same double.
"""

import contextlib
import math
from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from functools import reduce
from typing import Any

import numpy as np
from hourglass_policy import numeric
from llvmlite import ir

from hourglass_sim.engine.draws import MULTIPLIER_0, MULTIPLIER_1, TO_UNIT, WORD
from hourglass_sim.engine.intervals import (
    BOUNDS,
    EXACT_IN_FLOAT,
    FLOATS,
    HIGHEST,
    LOWEST,
    PLAIN,
    Number,
    Refused,
    Table,
    always,
    bits_for,
    bounds_in_floats,
    bounds_of,
    bounds_of_floats,
    bounds_of_quotient,
    bounds_of_rest,
    held,
    kind_of,
    merged,
)
from hourglass_sim.engine.lift import OF_SQRT_HALF
from hourglass_sim.engine.machine_code import can
from hourglass_sim.engine.singles import BELOW_1

I1, I32, I64, F32, F64 = ir.IntType(1), ir.IntType(32), ir.IntType(64), ir.FloatType(), ir.DoubleType()


OF_SQRT_HALF_SINGLE = 0x3F3504F3  # as a float of 32 bits


class Lanes:
    """Emits arithmetic: what concerns single users with `builder`, what is the same for all with `before`, ahead of the loop."""

    def __init__(self, builder: ir.IRBuilder, before: ir.IRBuilder, width: int):
        self.builder, self.before, self.width = builder, before, width
        self.in_singles = False  # whether what is followed works in single precision
        self._upper: Any = None
        self._spread: dict[int, tuple[Any, Any]] = {}

    # what a number is in registers

    def many(self, kind: Any) -> ir.VectorType:
        """As many as there are lanes."""
        return ir.VectorType(kind, self.width)

    def of(self, x: Any, kind: str, bits: int = 64) -> Any:
        """A number of any kind as lanes of another."""
        if not isinstance(x, Number):
            return ir.Constant(self.many(_element(kind, bits)), [float(x) if kind in FLOATS else int(x)] * self.width)
        if x.is_one:
            return self._spread_out(self.one(x, kind), bits)
        return self._converted(self.builder, x, kind, bits, self.many)

    def one(self, x: Any, kind: str) -> Any:
        """A number that is the same for all as a scalar: a bit, 64 bits, a double or a single."""
        if not isinstance(x, Number):
            return ir.Constant(_element(kind, 64), float(x) if kind in FLOATS else int(x))
        return self._converted(self.before, x, kind, 64, lambda element: element)

    def _spread_out(self, value: Any, bits: int) -> Any:
        key = id(value), bits
        if key not in self._spread:
            made = value
            if value.type == I64 and bits == 32:
                made = self.before.trunc(value, I32)
            lanes = ir.Constant(self.many(made.type), ir.Undefined)
            made = self.before.insert_element(lanes, made, ir.Constant(I32, 0))
            made = self.before.shuffle_vector(made, lanes, ir.Constant(self.many(I32), [0] * self.width))
            self._spread[key] = value, made  # the value is kept so that its id stays its own
        return self._spread[key][1]

    def _converted(self, builder: ir.IRBuilder, x: Number, kind: str, bits: int, shaped: Any) -> Any:
        if kind == "bool":
            return self._truth(builder, x)
        if kind in FLOATS:
            target = shaped(_element(kind, 64))
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
        if _are_one(condition, a, b):
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
            return self._divided(sign, a, b)
        low, high = BOUNDS[sign](*bounds_of(a), *bounds_of(b))
        low, high = held(low, high)
        name = {"+": "add", "-": "sub", "*": "mul", "&": "and_", "|": "or_", "^": "xor", "<<": "shl", ">>": "ashr"}[sign]
        if _are_one(a, b):
            return Number("int", getattr(self.before, name)(self.one(a, "int"), self.one(b, "int")), low, high, is_one=True)
        bits = max(bits_for(*bounds_of(a)), bits_for(*bounds_of(b)), bits_for(low, high))
        if sign in ("<<", ">>") and bounds_of(b)[1] > 31:
            bits = 64
        made = getattr(self.builder, name)(self.of(a, "int", bits), self.of(b, "int", bits))
        if bits > bits_for(low, high):
            made = self.builder.trunc(made, self.many(I32))
        return Number("int", made, low, high)

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
            return Number("float", self._by_reciprocal(self.of(a, "float"), float(b)), low, high)
        if _are_one(a, b):
            return Number(kind, getattr(self.before, name)(self.one(a, kind), self.one(b, kind)), low, high, is_one=True)
        return Number(kind, getattr(self.builder, name)(self.of(a, kind), self.of(b, kind)), low, high)

    def _by_reciprocal(self, value: Any, by: float) -> Any:
        """Whole numbers divided by a constant without a division: the product with its reciprocal, then what is left over.

        Fused multiplications make the result the very double that a division gives (Markstein 1990), see `has_a_reciprocal`; of floats it
        would not where they are next to 0.
        """
        name, kind = f"llvm.fma.v{self.width}f64", self.many(F64)
        reciprocal = self.of(1.0 / by, "float")
        guess = self.builder.fmul(value, reciprocal)
        rest = self.intrinsic(name, kind, [guess, self.of(-by, "float"), value])
        return self.intrinsic(name, kind, [rest, reciprocal, guess])

    def _bools(self, sign: str, a: Any, b: Any) -> Any:
        name = {"&": "and_", "|": "or_", "^": "xor"}[sign]
        for known, other in ((a, b), (b, a)):
            if isinstance(known, bool) and sign != "^":
                return other if known == (sign == "&") else known
        if _are_one(a, b):
            return Number("bool", getattr(self.before, name)(self.one(a, "bool"), self.one(b, "bool")), is_one=True)
        return Number("bool", getattr(self.builder, name)(self.of(a, "bool"), self.of(b, "bool")))

    def _divided(self, sign: str, a: Any, b: Any) -> Any:
        """Floor division and its rest; in doubles, where numbers are small enough to be exact. What is divided by 0 gives 0."""
        (al, ah), (bl, bh) = bounds_of(a), bounds_of(b)
        low, high = bounds_of_quotient(al, ah, bl, bh) if sign == "//" else bounds_of_rest(al, ah, bl, bh)
        builder, is_constant = self.builder, not isinstance(b, Number)
        if is_constant and 0 < bl < 2**31 and bits_for(al, ah) == 32 and not (isinstance(a, Number) and a.is_one):
            return self._divided_by(sign, self.of(a, "int", 32), b, low, high, al >= 0)
        is_zero = self.compared("==", b, 0)
        if max(-al, ah) >= EXACT_IN_FLOAT or (sign == "%" and max(-bl, bh) >= EXACT_IN_FLOAT):
            return self.chosen(is_zero, 0, self._divided_whole(sign, a, self.chosen(is_zero, 1, b), low, high))
        whole, by = self.of(a, "float"), self.of(self.chosen(is_zero, 1, b), "float")
        if is_constant and bl > 0:
            guess = self.floor(builder.fmul(whole, self.of(1.0 / b, "float")))
            rest = builder.fsub(whole, builder.fmul(guess, by))
            one, none = self.of(1.0, "float"), self.of(0.0, "float")
            up = builder.select(builder.fcmp_ordered(">=", rest, by), one, none)
            down = builder.select(builder.fcmp_ordered("<", rest, none), one, none)
            quotient = builder.fsub(builder.fadd(guess, up), down)
        else:
            quotient = self.floor(builder.fdiv(whole, by))
        made = quotient if sign == "//" else builder.fsub(whole, builder.fmul(quotient, by))
        found = Number("int", builder.fptosi(made, self.many(ir.IntType(bits_for(low, high)))), low, high)
        return self.chosen(is_zero, 0, found)

    def _divided_by(self, sign: str, value: Any, by: int, low: int, high: int, is_natural: bool) -> Number:
        """The same of 32 bits by a constant above 0, which LLVM does with a multiplication."""
        builder, by, none = self.builder, self.of(by, "int", 32), self.of(0, "int", 32)
        if is_natural:
            return Number("int", (builder.udiv if sign == "//" else builder.urem)(value, by), low, high)
        quotient = builder.sdiv(value, by)
        rest = builder.sub(value, builder.mul(quotient, by))
        is_below = builder.icmp_signed("<", rest, none)
        if sign == "//":
            return Number("int", builder.sub(quotient, builder.zext(is_below, none.type)), low, high)
        return Number("int", builder.add(rest, builder.select(is_below, by, none)), low, high)

    def _divided_whole(self, sign: str, a: Any, b: Any, low: int, high: int) -> Number:
        a, b = self.of(a, "int"), self.of(b, "int")
        builder, none = self.builder, self.of(0, "int")
        quotient = builder.sdiv(a, b)
        rest = builder.sub(a, builder.mul(quotient, b))
        is_odd = builder.and_(builder.icmp_signed("!=", rest, none), builder.icmp_signed("<", builder.xor(rest, b), none))
        made = (
            builder.add(rest, builder.select(is_odd, b, none))
            if sign == "%"
            else builder.sub(quotient, builder.zext(is_odd, none.type))
        )
        low, high = held(low, high)
        return Number("int", made if bits_for(low, high) == 64 else builder.trunc(made, self.many(I32)), low, high)

    def floor(self, value: Any) -> Any:
        """The next whole double at or below each."""
        return self.intrinsic(f"llvm.floor.v{self.width}f64", self.many(F64), [value])

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
        builder, is_one = (self.before, True) if _are_one(a, b) else (self.builder, False)
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
        return Number("int", self.builder.fptosi(x.value, self.many(ir.IntType(bits_for(low, high)))), low, high)

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
        self._require_doubles()
        less = self.builder.fneg(self.of(product, "float"))
        name = f"llvm.fma.v{self.width}f64"
        return Number("float", self.intrinsic(name, self.many(F64), [self.of(a, "float"), self.of(by, "float"), less]))

    def root(self, x: Any) -> Any:
        """The square root."""
        if not isinstance(x, Number):
            return math.sqrt(x)
        self._require_doubles()
        return Number("float", self.intrinsic(f"llvm.sqrt.v{self.width}f64", self.many(F64), [self.of(x, "float")]))

    def _require_doubles(self) -> None:
        if self.in_singles:
            raise Refused("what is known of doubles alone, in single precision")

    @contextlib.contextmanager
    def repeated(self, first: dict[str, Any]) -> Iterator["Turn"]:
        """Instructions that are repeated: the numbers of `first` may change from turn to turn."""
        turn = Turn(self, first)
        yield turn
        turn.end()

    # tables and bits

    def item(self, table: Table, index: Any, mask: Any) -> Number:
        """`table[index]` where `mask` holds (a vector of bits, None: everywhere)."""
        if _are_one(index):
            return self._item_for_all(table, index)
        bits = bits_for(*bounds_of(index))
        where = self.of(index, "int", bits)
        if mask is not None:
            where = self.builder.select(mask, where, self.of(0, "int", bits))
        value = self._gathered(self.before.inttoptr(table.address, F64.as_pointer()), where)
        value = value if table.is_float else self.builder.bitcast(value, self.many(I64))
        if table.is_float:
            return self.single(Number("float", value)) if table.is_single else Number("float", value)
        low, high = min(table.low, 0), max(table.high, 0)
        return Number("int", value if bits_for(low, high) == 64 else self.builder.trunc(value, self.many(I32)), low, high)

    def _item_for_all(self, table: Table, index: Any) -> Number:
        """An item that is the same for everybody, loaded once; the first one behind the table's ends, where nobody uses what is found."""
        before, first = self.before, ir.Constant(I64, 0)
        length, place = self.one(table.length, "int"), self.one(index, "int")
        if not isinstance(index, Number) and index < 0:  # from the end, as Python counts
            place = before.add(length, place)
        place = before.select(before.icmp_unsigned("<", place, length), place, first)
        start = before.inttoptr(table.address, (F64 if table.is_float else I64).as_pointer())
        value = before.load(before.gep(start, [place]))
        if table.is_float:
            found = Number("float", value, is_one=True)
            return self.single(found) if table.is_single else found
        return Number("int", value, min(table.low, 0), max(table.high, 0), is_one=True)

    def _gathered(self, start: Any, where: Any) -> Any:
        """Items of eight bytes, loaded one by one: on many processors much faster than their instruction for it.

        The places go by way of memory, which is nearer to a load than a vector register is.
        """
        element, builder = where.type.element, self.builder
        spare = self.before.alloca(where.type)
        builder.store(where, spare)
        first = builder.bitcast(spare, element.as_pointer())
        value = ir.Constant(self.many(F64), ir.Undefined)
        for k in range(self.width):
            place = own_load(builder, builder.gep(first, [ir.Constant(I32, k)]))
            value = builder.insert_element(value, builder.load(builder.gep(start, [place])), ir.Constant(I32, k))
        return value

    def range_of(self, x: Any) -> tuple[Any, Any]:
        """`numeric.range_of`."""
        if kind_of(x) != "single":
            return numeric.range_of(0.0)
        if x.is_mixed:
            raise Refused("an exponential of what may be a double")
        return tuple(Number("single", ir.Constant(F32, float(value)), is_one=True) for value in numeric.range_of(np.float32(0.0)))

    def scaled(self, x: Any, rounded: Any) -> Number:
        """`numeric.scaled`: the whole number in the last bits of `rounded` is added to the exponent of x."""
        kind = kind_of(x)
        whole, place = (I32, 23) if kind == "single" else (I64, 52)
        bits, by = (self.builder.bitcast(self.of(value, kind), self.many(whole)) for value in (x, rounded))
        moved = self.builder.shl(by, ir.Constant(self.many(whole), [place] * self.width))
        return Number(kind, self.builder.bitcast(self.builder.add(bits, moved), self.many(_element(kind, 64))))

    def parted(self, x: Any) -> tuple[Number, Number]:
        """`numeric.parted`: what is above the bits of `SQRT_HALF` begins with the whole number."""
        kind, builder = kind_of(x), self.builder
        whole, place, least = (I32, 23, OF_SQRT_HALF_SINGLE) if kind == "single" else (I64, 52, OF_SQRT_HALF)
        kept, moved, low = (ir.Constant(self.many(whole), [n] * self.width) for n in ((1 << place) - 1, place, least))
        above = builder.sub(builder.bitcast(self.of(x, kind), self.many(whole)), low)
        made = builder.bitcast(builder.add(builder.and_(above, kept), low), self.many(_element(kind, 64)))
        return Number(kind, made), Number(kind, builder.sitofp(builder.ashr(above, moved), made.type))

    def like(self, x: Any, n: Any) -> Any:
        """`numeric.like`."""
        kind = kind_of(x)
        if kind == "single" and not x.is_mixed:
            return Number(kind, self.of(n, kind))
        if self.in_singles:
            raise Refused("the precision of what may be a double")
        return self.floating(n)

    def single(self, x: Any) -> Any:
        """A float, a draw, a table or a group of them as it is in single precision (`singles.singled`); whole numbers stay."""
        if isinstance(x, Table):
            return replace(x, is_single=x.is_float)
        if isinstance(x, tuple):
            parts = [self.single(part) for part in x]
            return type(x)(*parts) if hasattr(x, "_fields") else tuple(parts)
        if isinstance(x, float):
            return Number("single", ir.Constant(F32, x), is_one=True)
        if kind_of(x) != "float":
            return x
        if x.word is not None:
            return self._unit_single(x.word)
        return Number("single", self.one(x, "single") if x.is_one else self.of(x, "single"), x.low, x.high, x.is_one)

    def _unit_single(self, word: Any) -> Number:
        """`singles.unit_single`."""
        odd = self.builder.or_(word, self.of(1, "int", 32))
        made = self.builder.fmul(self.builder.uitofp(odd, self.many(F32)), self.of(TO_UNIT, "single"))
        most = self.of(float(BELOW_1), "single")
        return Number("single", self.builder.select(self.builder.fcmp_ordered("<", made, most), made, most), 0, 1)

    def unit(self, word: Any) -> Number:
        """A word of 32 bits as a number between 0 and 1 (`draws.unit`).

        The word stands in the last bits of a double of 2**20 and more, whose last place is worth 2**-32; what is above the word is taken
        away with half a place less. Every step is exact, so it is the same double that a conversion and a product give.
        """
        at_2_to_20 = self.builder.or_(self.of(word, "int", 64), self.of(0x413 << 52, "int", 64))
        made = self.builder.fsub(self.builder.bitcast(at_2_to_20, self.many(F64)), self.of(2.0**20 - TO_UNIT / 2, "float"))
        return Number("float", made, 0, 1, word=self.of(word, "int", 32))

    def draw(self, word: Any) -> Number:
        """The same from 32 bits in memory."""
        wide = self.builder.zext(word, self.many(I64))
        return replace(self.unit(Number("int", wide, 0, 2**32 - 1)), word=word)

    def philox_round(self, c0: Any, c1: Any, c2: Any, c3: Any, k0: Any, k1: Any) -> tuple[Number, Number, Number, Number]:
        """One round of the generator of draws (`draws.philox_round`), all of them words of 32 bits."""
        first, second = (
            self.builder.mul(self.of(by, "int", 64), self.of(word, "int", 64))
            for by, word in ((MULTIPLIER_0, c0), (MULTIPLIER_1, c2))
        )
        mixed = [
            self.builder.xor(
                self.builder.xor(self._moved_down(product, product is first), self.of(word, "int", 64)), self.of(key, "int", 64)
            )
            for product, word, key in ((second, c1, k0), (first, c3, k1))
        ]
        lower = [self.builder.and_(value, self.of(WORD, "int", 64)) for value in (mixed[0], second, mixed[1], first)]
        c0, c1, c2, c3 = (Number("int", word, 0, WORD) for word in lower)
        return c0, c1, c2, c3

    def _moved_down(self, product: Any, by_permutation: bool) -> Any:
        """The upper half of 64 bits in the place of the lower, what is above it left open.

        A shift waits for the port on which products are made; a permutation takes another, so half of them are moved by one.
        """
        if not (by_permutation and can("avx512f")):
            return self.builder.lshr(product, self.of(32, "int", 64))
        part, builder = ir.VectorType(I32, 16), self.builder
        if self._upper is None:  # from memory: of places that LLVM knows it would make a shift again
            places = self.before.alloca(part)
            self.before.store(ir.Constant(part, [k | 1 for k in range(16)]), places)
            self._upper = own_load(self.before, places)
        moved = []
        for start in range(0, self.width, 8):
            which = ir.Constant(ir.VectorType(I32, 8), list(range(start, start + 8)))
            eight = builder.bitcast(builder.shuffle_vector(product, ir.Constant(product.type, ir.Undefined), which), part)
            eight = self.intrinsic("llvm.x86.avx512.permvar.si.512", part, [eight, self._upper])
            moved.append(builder.bitcast(eight, ir.VectorType(I64, 8)))
        return self._joined(moved)

    def _joined(self, parts: list) -> Any:
        """Vectors of one length, one after the other as one."""
        while len(parts) > 1:
            count = parts[0].type.count
            which = ir.Constant(ir.VectorType(I32, 2 * count), list(range(2 * count)))
            parts = [self.builder.shuffle_vector(a, b, which) for a, b in zip(parts[::2], parts[1::2], strict=True)]
        return parts[0]


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


class Turn:
    """One turn of what is repeated: `numbers` at its beginning. Call `while_any`, then `next`."""

    def __init__(self, lanes: Lanes, first: dict[str, Any]):
        self.lanes, builder = lanes, lanes.builder
        held = {name: (_carried(kind_of(x)), lanes.of(x, _carried(kind_of(x)))) for name, x in first.items()}
        came_from = builder.block
        self.head, self.body, self.done = (builder.append_basic_block(name) for name in ("head", "turn", "after"))
        builder.branch(self.head)
        builder.position_at_end(self.head)
        self.phis, self.numbers = {}, {}
        for name, (kind, value) in held.items():
            self.phis[name] = builder.phi(value.type)
            self.phis[name].add_incoming(value, came_from)
            self.numbers[name] = Number(kind, self.phis[name])

    def while_any(self, goes_on: Any) -> None:
        """Go on as long as a lane's bit is set."""
        builder = self.lanes.builder
        bits = ir.IntType(self.lanes.width)
        builder.cbranch(builder.icmp_unsigned("!=", builder.bitcast(goes_on, bits), ir.Constant(bits, 0)), self.body, self.done)
        builder.position_at_end(self.body)

    def next(self, numbers: dict[str, Any]) -> None:
        """With what the following turn begins."""
        for name, phi in self.phis.items():
            value = self.lanes.of(numbers[name], self.numbers[name].kind)
            phi.add_incoming(value, self.lanes.builder.block)
        self.lanes.builder.branch(self.head)

    def end(self) -> None:
        """Go on after the last turn."""
        self.lanes.builder.position_at_end(self.done)


def _carried(kind: str) -> str:
    return "int" if kind == "bool" else kind


def has_a_reciprocal(x: float) -> bool:
    """Whether a product with 1 / x is within a unit in the last place of a division by x, and the processor fuses multiplications."""
    if not 1e-9 < x < 1e9 or not can("fma"):
        return False
    wrong = abs(Fraction(1.0 / x) * Fraction(x) - 1)  # of the reciprocal, relative
    return 2 * wrong * 2**53 + Fraction(1, 2) < 1  # in units of the last place: a relative error may count twice there


def _element(kind: str, bits: int) -> Any:
    return {"bool": I1, "float": F64, "single": F32}.get(kind) or ir.IntType(bits)


def _are_one(*numbers: Any) -> bool:
    return all(not isinstance(x, Number) or x.is_one for x in numbers)
