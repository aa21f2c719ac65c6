"""A small study of 600 people over 35 days, made once, and the command line as a function."""

import pytest
from small_study import FIDELITIES, SMALL

from hourglass_sim import Scenario, cli
from hourglass_sim.tune.search import tune


@pytest.fixture(scope="session")
def small() -> Scenario:
    """The baseline of every small study."""
    return SMALL


@pytest.fixture(scope="session")
def study_folder(tmp_path_factory):
    """The folder of a finished study of six trials; not to be written to."""
    folder = tmp_path_factory.mktemp("studies") / "whole"
    tune(SMALL, trials=6, out=folder, fidelities=FIDELITIES, threads=1)
    return folder


@pytest.fixture
def hourglass(capsys):
    """Runs a command; returns its exit code, standard output and standard error."""

    def run(*arguments: object) -> tuple[int, str, str]:
        capsys.readouterr()
        code = cli.run([str(a) for a in arguments])
        told = capsys.readouterr()
        return code, told.out, told.err

    return run
