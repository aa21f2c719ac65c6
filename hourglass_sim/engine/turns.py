"""A loop whose turns differ among users (`lanes`): it goes on until it has ended for all of them."""

import contextlib
from collections.abc import Iterator
from typing import Any

from llvmlite import ir

from hourglass_sim.engine.intervals import Number, kind_of
from hourglass_sim.engine.lanes import Lanes


@contextlib.contextmanager
def repeated(lanes: Lanes, first: dict[str, Any]) -> Iterator["Turn"]:
    """Instructions that are repeated: the numbers of `first` may change from turn to turn."""
    turn = Turn(lanes, first)
    yield turn
    turn.end()


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
