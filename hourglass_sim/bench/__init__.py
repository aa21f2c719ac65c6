"""Speed and memory, measured with peers in the same run and told as ratios; never asserted in a test."""
