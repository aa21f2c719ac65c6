"""A small economy measured once, on the readable rules and under the deployed ones; and the command line in this process."""

import pytest

from hourglass_sim import cli
from hourglass_sim.economy.report import economy_report
from hourglass_sim.scenario import Scenario

SMALL = {"users": 300, "days": 40, "seed": 5}


@pytest.fixture(scope="session")
def report():
    return economy_report(Scenario(**SMALL), replicates=3, days=(7, 30), threads=1)


@pytest.fixture(scope="session")
def deployed_report():
    return economy_report(Scenario(**SMALL, preset="as_deployed"), replicates=2, days=(7, 30), threads=1)


@pytest.fixture
def hourglass(capsys):
    """Run `hourglass ARGUMENTS`; returns (exit code, standard output, standard error)."""

    def run(*arguments: object) -> tuple[int, str, str]:
        code = cli.run([str(a) for a in arguments])
        shown = capsys.readouterr()
        return code, shown.out, shown.err

    return run
