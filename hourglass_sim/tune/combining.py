"""Putting together what a search found apart: good economies under each notification policy at its best.

Economy and messages act almost apart, so the best of both may stand in different trials (cooperative coevolution: Potter & De Jong
1994). An economy counts also when it broke a guardrail, which another policy may hold.
"""

from collections.abc import Sequence
from typing import Any

from hourglass_sim.tune.records import Record
from hourglass_sim.tune.space import POLICY, Space

COMBINED = 3  # economies that are tried under each other policy


def combinations(tried: Sequence[Record], space: Space, top: int) -> list[dict[str, Any]]:
    """Raw numbers to try after a search at its highest fidelity `top`: the economies of the highest lifts there, each under every
    other policy with that policy's own parameters as in its best trial at the cheapest fidelity."""
    economies = sorted((r for r in tried if r.level == top and r.values), key=lambda r: -r.lift)[:COMBINED]
    found = []
    for policy in space.policies:
        under = [r for r in tried if r.policy == policy]
        if not under:
            continue
        best = max(under, key=lambda r: (r.fine[0], r.lifts[0]))
        own = {d.name: best.raw[d.name] for d in space.free if d.group == policy}
        found += [{**r.raw, **own, POLICY: policy} for r in economies if r.policy != policy]
    return found
