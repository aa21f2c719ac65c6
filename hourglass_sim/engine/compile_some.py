"""A helping process: compiles some of a day's loops into the cache on disk.

Standard input holds a pickled (scenario, whether days are recorded, keys of loops).
"""

import pickle
import sys

from hourglass_sim.engine.compiling import compiled
from hourglass_sim.engine.day_loops import loops_of
from hourglass_sim.engine.world import make_world

if __name__ == "__main__":
    scenario, is_recorded, keys = pickle.load(sys.stdin.buffer)
    world = make_world(scenario)
    for loop in loops_of(world.stages, world.layout, is_recorded):
        if loop.key in keys:
            compiled(loop, world.layout, world.inputs)
