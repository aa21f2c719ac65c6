"""Division for many users at a time (`lanes`): of whole numbers as Python divides them, and by constants without dividing."""

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from llvmlite import ir

from hourglass_sim.engine.intervals import EXACT_IN_FLOAT, Number, bits_for, bounds_of, bounds_of_quotient, bounds_of_rest, held
from hourglass_sim.engine.machine_code import can

if TYPE_CHECKING:
    from hourglass_sim.engine.lanes import Lanes


def divided(lanes: "Lanes", sign: str, a: Any, b: Any) -> Any:
    """Floor division and its rest; in doubles, where numbers are small enough to be exact. What is divided by 0 gives 0."""
    (al, ah), (bl, bh) = bounds_of(a), bounds_of(b)
    low, high = bounds_of_quotient(al, ah, bl, bh) if sign == "//" else bounds_of_rest(al, ah, bl, bh)
    builder, is_constant = lanes.builder, not isinstance(b, Number)
    if is_constant and 0 < bl < 2**31 and bits_for(al, ah) <= 32 and not (isinstance(a, Number) and a.is_one):
        return _divided_by(lanes, sign, lanes.of(a, "int", 32), b, low, high, al >= 0)
    is_zero = lanes.compared("==", b, 0)
    if max(-al, ah) >= EXACT_IN_FLOAT or (sign == "%" and max(-bl, bh) >= EXACT_IN_FLOAT):
        return lanes.chosen(is_zero, 0, _divided_whole(lanes, sign, a, lanes.chosen(is_zero, 1, b), low, high))
    whole, by = lanes.of(a, "float"), lanes.of(lanes.chosen(is_zero, 1, b), "float")
    if is_constant and bl > 0:
        guess = _floor(lanes, builder.fmul(whole, lanes.of(1.0 / b, "float")))
        rest = builder.fsub(whole, builder.fmul(guess, by))
        one, none = lanes.of(1.0, "float"), lanes.of(0.0, "float")
        up = builder.select(builder.fcmp_ordered(">=", rest, by), one, none)
        down = builder.select(builder.fcmp_ordered("<", rest, none), one, none)
        quotient = builder.fsub(builder.fadd(guess, up), down)
    else:
        quotient = _floor(lanes, builder.fdiv(whole, by))
    made = quotient if sign == "//" else builder.fsub(whole, builder.fmul(quotient, by))
    return lanes.chosen(is_zero, 0, lanes.truncated(made, low, high))


def _divided_by(lanes: "Lanes", sign: str, value: Any, by: int, low: int, high: int, is_natural: bool) -> Number:
    """The same of 32 bits by a constant above 0, which LLVM does with a multiplication."""
    builder, by, none = lanes.builder, lanes.of(by, "int", 32), lanes.of(0, "int", 32)
    if is_natural:
        return lanes.narrowed((builder.udiv if sign == "//" else builder.urem)(value, by), low, high)
    quotient = builder.sdiv(value, by)
    rest = builder.sub(value, builder.mul(quotient, by))
    is_below = builder.icmp_signed("<", rest, none)
    if sign == "//":
        return lanes.narrowed(builder.sub(quotient, builder.zext(is_below, none.type)), low, high)
    return lanes.narrowed(builder.add(rest, builder.select(is_below, by, none)), low, high)


def _divided_whole(lanes: "Lanes", sign: str, a: Any, b: Any, low: int, high: int) -> Number:
    a, b = lanes.of(a, "int"), lanes.of(b, "int")
    builder, none = lanes.builder, lanes.of(0, "int")
    quotient = builder.sdiv(a, b)
    rest = builder.sub(a, builder.mul(quotient, b))
    is_odd = builder.and_(builder.icmp_signed("!=", rest, none), builder.icmp_signed("<", builder.xor(rest, b), none))
    made = (
        builder.add(rest, builder.select(is_odd, b, none))
        if sign == "%"
        else builder.sub(quotient, builder.zext(is_odd, none.type))
    )
    return lanes.narrowed(made, *held(low, high))


def _floor(lanes: "Lanes", value: Any) -> Any:
    """The next whole double at or below each."""
    return lanes.intrinsic(f"llvm.floor.v{lanes.width}f64", lanes.many(ir.DoubleType()), [value])


def by_reciprocal(lanes: "Lanes", value: Any, by: float) -> Any:
    """Whole numbers divided by a constant without a division: the product with its reciprocal, then what is left over.

    Fused multiplications make the result the very double that a division gives (Markstein 1990), see `has_a_reciprocal`; of floats it
    would not where they are next to 0.
    """
    name, kind = f"llvm.fma.v{lanes.width}f64", lanes.many(ir.DoubleType())
    reciprocal = lanes.of(1.0 / by, "float")
    guess = lanes.builder.fmul(value, reciprocal)
    rest = lanes.intrinsic(name, kind, [guess, lanes.of(-by, "float"), value])
    return lanes.intrinsic(name, kind, [rest, reciprocal, guess])


def has_a_reciprocal(x: float) -> bool:
    """Whether a product with 1 / x is within a unit in the last place of a division by x, and the processor fuses multiplications."""
    if not 1e-9 < x < 1e9 or not can("fma"):
        return False
    wrong = abs(Fraction(1.0 / x) * Fraction(x) - 1)  # of the reciprocal, relative
    return 2 * wrong * 2**53 + Fraction(1, 2) < 1  # in units of the last place: a relative error may count twice there
