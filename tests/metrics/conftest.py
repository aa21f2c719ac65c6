"""A command line with this subject's commands only, and the small log whose metrics are worked out by hand."""

from datetime import date
from pathlib import Path

import numpy as np
import pytest
import typer
from hourglass_policy.errors import BadInput

from hourglass_sim.commands import experiment, metrics
from hourglass_sim.metrics.activity import Activity

# Day 0 is 30 January 2024. Gaps of A: 1, 1, 7 (current), 8 (reactivated), 30 (reactivated), 31 (resurrected), 1.
BY_HAND = {"A": [0, 1, 2, 9, 17, 47, 78, 79], "B": [79], "C": [0, 31]}


@pytest.fixture
def by_hand() -> Activity:
    users = [user for user, days in BY_HAND.items() for _ in days]
    days = [day for days in BY_HAND.values() for day in days]
    return Activity.from_days(np.array(users), np.array(days), start=date(2024, 1, 30))


@pytest.fixture
def shared() -> Path:
    folder = Path(__file__).parents[2].parent / "shared" / "data"
    if not folder.exists():
        pytest.skip("the real data sets are not here (../shared/data)")
    return folder


@pytest.fixture
def command(capsys):
    """Run one command line; returns (exit code, standard output, the error line)."""
    app = typer.Typer()
    metrics.register(app)
    experiment.register(app)

    def run(*arguments: object) -> tuple[int, str, str]:
        try:
            result = typer.main.get_command(app).main([str(a) for a in arguments], prog_name="hourglass", standalone_mode=False)
        except BadInput as error:
            return 2, capsys.readouterr().out, str(error)
        return int(result or 0), capsys.readouterr().out, ""

    return run
