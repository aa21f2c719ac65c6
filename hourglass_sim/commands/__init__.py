"""The command line's commands, one file per subject; each file's `register(app)` adds its own (imported by `cli.py`)."""
