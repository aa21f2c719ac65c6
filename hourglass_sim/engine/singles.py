"""Single precision: which of the day's functions work in it, and what they are given.

What a person feels and how readily they act is known to far fewer than seven digits, and a processor works on twice as many floats of 32
bits at a time as of 64. Every float that such a function is given is single (columns, parameters, tables, draws), so whatever it
works out from them is, by the same lines: the agents hand it `numpy.float32`, the columns registers of that width. Grains, XP, values and
ratios are whole numbers or doubles, like all that the backend works out as well; people's traits are drawn in doubles.

A function here may not work out a number from whole numbers and floats written in the code alone (`goals * 0.1`): Python would do that in
doubles. `lanes` refuses it.
"""

from typing import Any

import numpy as np

from hourglass_sim.engine import meeting
from hourglass_sim.engine.declaring import Stage
from hourglass_sim.engine.draws import TO_UNIT
from hourglass_sim.people import acting, feeling, opening

IN_SINGLES = frozenset({
    opening.in_spell_next, opening.push, opening.opens, opening.followed, opening.opening_hour,
    acting.makes_contract, acting.wants_goal, acting.completes, acting.proofs_uploaded, acting.replaces_goal,
    meeting.looks, meeting.wishes,
    feeling.grain_joy, feeling.xp_joy, feeling.loss_pain, feeling.gift_joy, feeling.motivation_next, feeling.usual_xp_next,
    feeling.app_habit_next, feeling.goal_habit_next, feeling.novelty_next, feeling.irritation_next, feeling.opts_out, feeling.leaves,
})  # fmt: skip
BELOW_1 = np.float32(1.0 - 2.0**-24)  # the largest single below 1


def in_singles(stage: Stage) -> bool:
    """Whether a stage works in single precision; if its function only notes calls, whether that which it `stands_for` does."""
    return not stage.is_from_outside and getattr(stage.function, "stands_for", stage.function) in IN_SINGLES


def unit_single(u: float) -> np.float32:
    """A draw as a single, strictly between 0 and 1: from the same word of 32 bits (`draws.unit`), whose last bit is taken as set."""
    word = int(u / TO_UNIT) | 1
    return min(np.float32(word) * np.float32(TO_UNIT), BELOW_1)


def singled(value: Any) -> Any:
    """A parameter, a table or a group of them with every float as a single; whole numbers stay."""
    if isinstance(value, float):
        return np.float32(value)
    if isinstance(value, tuple):
        parts = [singled(part) for part in value]
        return type(value)(*parts) if hasattr(value, "_fields") else tuple(parts)
    return value
