"""The cockpit for `panel serve apps/cockpit.py`; `hourglass app` serves the same page."""

import panel as pn

from hourglass_sim.view.cockpit import cockpit_page
from hourglass_sim.view.simulations import RunCache

cockpit_page(pn.state.as_cached("hourglass_runs", RunCache)).servable(title="Hourglass")
