"""A helping process: compiles some of a day's loops into the cache on disk.

Standard input holds a pickled (scenario, whether days are recorded, names of loops).
"""

import pickle
import sys

from hourglass_sim.engine.compiling import compiled, loops_of
from hourglass_sim.engine.world import make_world

if __name__ == "__main__":
    scenario, is_recorded, names = pickle.load(sys.stdin.buffer)
    world = make_world(scenario)
    for loop in loops_of(world.stages, world.layout, is_recorded):
        if loop.name in names:
            compiled(loop, world.layout, world.inputs)
