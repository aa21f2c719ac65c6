"""The command line run in this process, as a person would."""

import pytest

from hourglass_sim import cli


@pytest.fixture
def hourglass(capsys):
    """Run `hourglass ARGUMENTS`; returns (exit code, standard output, standard error)."""

    def run(*arguments: object) -> tuple[int, str, str]:
        code = cli.run([str(a) for a in arguments])
        shown = capsys.readouterr()
        return code, shown.out, shown.err

    return run
