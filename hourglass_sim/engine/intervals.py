"""Between which bounds a number lies that is worked out from others, before any of them is known (interval arithmetic).

Every whole number knows its bounds, from the storage of the columns and the size of the parameters that it is made of, so that `lanes`
can take the narrowest registers that hold it, and comparisons whose answer is always the same are never made.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

LOWEST, HIGHEST = -(2**63), 2**63 - 1
FLOATS = ("float", "single")
EXACT_IN_FLOAT = 2**51  # whole numbers up to here are divided in doubles without an error


class Refused(Exception):
    """Code that this compiler does not know; the message says what, `function` of which stage."""

    def __init__(self, message: str, function: Callable | None = None):
        super().__init__(message)
        self.function = function


@dataclass(frozen=True, slots=True)
class Number:
    """A number of each of some users, or one for all of them (`is_one`); it lies between `low` and `high`.

    `kind`: "bool", "int", "float" (a double), "single" (a float of 32 bits). A float whose bounds are not known has those of 64 bits.
    """

    kind: str
    value: Any
    low: float = LOWEST
    high: float = HIGHEST
    is_one: bool = False
    word: Any = None  # of a draw: the 32 bits that it is made from
    # a single for some users, for others a float written in the code, which Python would take for a double
    is_mixed: bool = False

    @property
    def bits(self) -> int:
        """Width of a whole number's registers."""
        return 64 if self.is_one else bits_for(self.low, self.high)


@dataclass(frozen=True, slots=True)
class Table:
    """A table of numbers among the inputs: `address` and `length` are the same for everybody, items lie between `low` and `high`."""

    address: Any
    length: Number
    is_float: bool
    low: int
    high: int
    is_single: bool = False  # floats are taken in single precision


def bits_for(low: int, high: int) -> int:
    """Width of the registers for whole numbers between these bounds."""
    return next((bits for bits in (16, 32) if low >= -(1 << bits - 1) and high < 1 << bits - 1), 64)


def held(low: int, high: int) -> tuple[int, int]:
    """Bounds as they are, or all that 64 bits hold: what a run may reach is checked before it begins (`bounds`)."""
    return (low, high) if low >= LOWEST and high <= HIGHEST else (LOWEST, HIGHEST)


def bounds_of(x: Any) -> tuple[int, int]:
    """Between which whole numbers something lies."""
    if isinstance(x, Number):
        return (0, 1) if x.kind == "bool" else (x.low, x.high)
    return int(x), int(x)


def bounds_in_floats(x: Any) -> tuple[float, float] | None:
    """The same of any number, None when they are not known."""
    if isinstance(x, float):
        return x, x
    if isinstance(x, Number) and x.kind in FLOATS:
        return None if x.low == LOWEST else (x.low, x.high)
    return bounds_of(x)


def kind_of(x: Any) -> str:
    """ "bool", "int", "float" or "single"; Refused for what is no number."""
    if isinstance(x, Number):
        return x.kind
    if isinstance(x, bool):
        return "bool"
    if isinstance(x, (int, float)):
        return "int" if isinstance(x, int) else "float"
    raise Refused(f"{type(x).__name__} in place of a number")


def merged(numbers: Iterable[Any]) -> tuple[str, int, int]:
    """The kind of a number that is one of several, and between which bounds it lies."""
    numbers = tuple(numbers)
    kinds = {kind_of(x) for x in numbers}
    kind = kinds.pop() if len(kinds) == 1 else next((k for k in ("single", "float") if k in kinds), "int")
    bounds = [bounds_in_floats(x) if kind in FLOATS else bounds_of(x) for x in numbers]
    if None in bounds:
        return kind, LOWEST, HIGHEST
    return kind, min(low for low, _ in bounds), max(high for _, high in bounds)


def bounds_of_floats(sign: str, a: tuple[float, float] | None, b: tuple[float, float] | None) -> tuple[float, float]:
    """Bounds of a result, a little further apart than they are, because it is rounded."""
    if a is None or b is None or (sign == "/" and b[0] <= 0 <= b[1]):
        return LOWEST, HIGHEST
    found = [float(PLAIN[sign](float(x), float(y))) for x in a for y in b]
    low, high = min(found), max(found)
    if not max(-low, high) < EXACT_IN_FLOAT:
        return LOWEST, HIGHEST
    return low - 1e-6 * abs(low) - 1e-6, high + 1e-6 * abs(high) + 1e-6


def _corners(operate: Any) -> Any:
    def bounds(al: int, ah: int, bl: int, bh: int) -> tuple[int, int]:
        found = [operate(x, y) for x in (al, ah) for y in (bl, bh)]
        return min(found), max(found)

    return bounds


def _bounds_of_and(al: int, ah: int, bl: int, bh: int) -> tuple[int, int]:
    if al >= 0 or bl >= 0:
        return 0, min(high for low, high in ((al, ah), (bl, bh)) if low >= 0)
    return _bounds_of_bits(al, ah, bl, bh)


def _bounds_of_bits(al: int, ah: int, bl: int, bh: int) -> tuple[int, int]:
    most = 2 ** max(x.bit_length() if x >= 0 else (~x).bit_length() for x in (al, ah, bl, bh)) - 1
    return (0 if al >= 0 and bl >= 0 else -most - 1), most


def _bounds_of_left(al: int, ah: int, bl: int, bh: int) -> tuple[int, int]:
    least, most = max(bl, 0), min(max(bh, 0), 64)
    return min(al << least, al << most), max(ah << least, ah << most)


def _bounds_of_right(al: int, ah: int, bl: int, bh: int) -> tuple[int, int]:
    least, most = max(bl, 0), min(max(bh, 0), 63)
    return min(al >> least, al >> most), max(ah >> least, ah >> most)


def bounds_of_quotient(al: int, ah: int, bl: int, bh: int) -> tuple[int, int]:
    """Bounds of a floor division, of numbers between al and ah by numbers between bl and bh; what is divided by 0 gives 0."""
    if bl > 0:
        return min(al // bl, al // bh), max(ah // bl, ah // bh)
    most = max(-al, ah, 0)
    return -most, most


def bounds_of_rest(al: int, ah: int, bl: int, bh: int) -> tuple[int, int]:
    """The same of what a floor division leaves."""
    if bl > 0:
        return 0, min(bh - 1, ah) if al >= 0 else bh - 1
    return min(bl, 0), max(bh, 0)


BOUNDS = {  # of `a sign b` for whole numbers, from (lowest a, highest a, lowest b, highest b)
    "+": lambda al, ah, bl, bh: (al + bl, ah + bh),
    "-": lambda al, ah, bl, bh: (al - bh, ah - bl),
    "*": _corners(lambda x, y: x * y),
    "&": _bounds_of_and,
    "|": _bounds_of_bits,
    "^": _bounds_of_bits,
    "<<": _bounds_of_left,
    ">>": _bounds_of_right,
}
PLAIN = {
    "+": lambda a, b: a + b, "-": lambda a, b: a - b, "*": lambda a, b: a * b, "/": lambda a, b: a / b, "//": lambda a, b: a // b,
    "%": lambda a, b: a % b, "&": lambda a, b: a & b, "|": lambda a, b: a | b, "^": lambda a, b: a ^ b, "<<": lambda a, b: a << b,
    ">>": lambda a, b: a >> b, "<": lambda a, b: a < b, "<=": lambda a, b: a <= b, ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b, "==": lambda a, b: a == b, "!=": lambda a, b: a != b,
}  # fmt: skip


def always(sign: str, al: int, ah: int, bl: int, bh: int) -> bool | None:
    """What a comparison gives whatever the numbers are between their bounds, None when that depends."""
    if sign in (">", ">="):
        return always({">": "<", ">=": "<="}[sign], bl, bh, al, ah)
    if sign == "<":
        return True if ah < bl else (False if al >= bh else None)
    if sign == "<=":
        return True if ah <= bl else (False if al > bh else None)
    apart = ah < bl or bh < al
    same = al == ah == bl == bh
    if not apart and not same:
        return None
    return same if sign == "==" else apart
