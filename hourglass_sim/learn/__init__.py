"""Fitting people to what was observed: the method of simulated moments, resumable, with the data's own uncertainty."""
