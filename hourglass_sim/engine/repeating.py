"""A loop of a known number of turns, in instructions for LLVM."""

from collections.abc import Sequence
from typing import Any

from llvmlite import ir

I64 = ir.IntType(64)


class Following(list):
    """What the next turn begins with; `ended`: after the last."""

    ended: Sequence[Any] = ()


class Repeated:
    """`with Repeated(builder, turns, first) as (k, now, following)`: numbers that a loop carries from turn to turn."""

    def __init__(self, builder: ir.IRBuilder, turns: int, first: list):
        self.builder, self.turns, self.first = builder, turns, first
        self.following = Following()

    def __enter__(self) -> tuple[Any, list, Following]:
        came_from, self.body = self.builder.block, self.builder.append_basic_block("turn")
        self.builder.branch(self.body)
        self.builder.position_at_end(self.body)
        self.phis = [self.builder.phi(value.type) for value in (ir.Constant(I64, 0), *self.first)]
        for phi, value in zip(self.phis, (ir.Constant(I64, 0), *self.first), strict=True):
            phi.add_incoming(value, came_from)
        return self.phis[0], self.phis[1:], self.following

    def __exit__(self, *_: object) -> None:
        following = self.builder.add(self.phis[0], ir.Constant(I64, 1))
        for phi, value in zip(self.phis, (following, *self.following), strict=True):
            phi.add_incoming(value, self.builder.block)
        done = self.builder.append_basic_block("after")
        self.builder.cbranch(self.builder.icmp_signed("<", following, ir.Constant(I64, self.turns)), self.body, done)
        self.builder.position_at_end(done)
        self.following.ended = tuple(self.following)
