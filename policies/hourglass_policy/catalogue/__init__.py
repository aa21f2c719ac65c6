"""The economy's content, read from data files and checked: keywords, levels, goals, achievements, challenges, events."""
