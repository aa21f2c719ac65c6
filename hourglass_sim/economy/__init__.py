"""What the economy does: pacing of achievements, flows of grains, sweeps."""
