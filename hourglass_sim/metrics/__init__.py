"""Retention, growth, streaks, hours and experiments, from packed activity bits: one definition for real and simulated logs."""
