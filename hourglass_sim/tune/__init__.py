"""Tuning: search spaces, objectives and guardrails, the search, and its confirmation on people and seeds it never saw."""
