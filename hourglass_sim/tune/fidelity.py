"""How much a trial is simulated: users, days and seeds, cheapest first."""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from hourglass_policy.errors import BadInput

from hourglass_sim.scenario import Scenario
from hourglass_sim.tune.objective import Objective
from hourglass_sim.tune.seeds import PER_LEVEL


class Fidelity(NamedTuple):
    """One rung: so many users for so many days on so many seeds."""

    users: int
    days: int
    seeds: int

    def of(self, scenario: Scenario) -> Scenario:
        """The scenario at this size."""
        return replace(scenario, users=self.users, days=self.days)


def default_fidelities(scenario: Scenario, objective: Objective) -> tuple[Fidelity, ...]:
    """A fifth of the users for two thirds of the days on two seeds, then the scenario itself on four.

    With arrivals over time only the seeds are fewer.
    """
    top = Fidelity(scenario.users, scenario.days, 4)
    if scenario.arrivals:
        return top._replace(seeds=1), top
    users = min(scenario.users, max(500, scenario.users // 5))
    days = min(scenario.days, max(objective.days_needed(scenario.days), 2 * scenario.days // 3))
    return Fidelity(users, days, 2), top


def checked(levels: Sequence[tuple[int, int, int]], scenario: Scenario, objective: Objective) -> tuple[Fidelity, ...]:
    """The rungs as Fidelity; BadInput when one is too short for the objective, has no seeds, or cannot be simulated."""
    needed = objective.days_needed(scenario.days)
    made = tuple(Fidelity(*level) for level in levels)
    if not made:
        raise BadInput("no fidelity", where="tune", allowed="at least one (users, days, seeds)")
    for level in made:
        if level.days < needed:
            raise BadInput(f"too few days for {objective.name}", where="tune", value=level.days, allowed=f"{needed} days or more")
        if not 1 <= level.seeds < PER_LEVEL:
            raise BadInput("seeds of a fidelity", where="tune", value=level.seeds, allowed=f"1 to {PER_LEVEL - 1}")
        level.of(scenario)
    return made
