"""The size of every small study: 600 people over 35 days, after a cheaper look at 300 of them."""

from hourglass_sim import Scenario

FIDELITIES = ((300, 35, 1), (600, 35, 2))
SMALL = Scenario(users=600, days=35)
