"""The day as a list of stages, run by readable agents or by fast columns; the two give the same run, bit for bit."""
