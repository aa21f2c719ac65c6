"""A helping process: reads a pickled (scenario, names of stages) from standard input and compiles them into the cache on disk."""

import pickle
import sys

from hourglass_sim.engine.compiling import compiled, lift_day_functions
from hourglass_sim.engine.world import make_world

if __name__ == "__main__":
    scenario, names = pickle.load(sys.stdin.buffer)
    world = make_world(scenario)
    lift_day_functions()
    for stage in world.stages:
        if stage.name in names:
            compiled(stage, world.layout, world.inputs)
