"""The frame of every command: one clear line for a usage error, help that lists all, only what is needed is imported."""

import subprocess
import sys
from importlib import import_module

import pytest

from hourglass_sim.cli import COMMANDS, assembled, run


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["simulat"], "unknown command simulat; did you mean 'simulate'?"),
        (["qqqq"], "unknown command qqqq; --help lists what there is"),
        (["simulate", "--usrs", "3"], "unknown option --usrs; did you mean '--users'?"),
        (["metrics", "x.csv", "--timezone", "UTC"], "unknown option --timezone; did you mean '--time'?"),
        (["experiment", "x.csv"], "missing option '--group'"),
        (["metrics"], "missing argument 'LOG'"),
        (["simulate", "--users", "many"], "'many' is not a valid integer"),
        (["simulate", "--users"], "Option '--users' requires an argument"),
        (["simulate", "one", "two"], "unexpected extra argument"),
        (["rules", "chek"], "unknown command chek; did you mean 'check'?"),
    ],
)
def test_a_usage_error_is_one_line_and_exit_2(hourglass, arguments, line):
    code, out, err = hourglass(*arguments)
    assert (code, out) == (2, "")
    assert err.startswith("hourglass: ")
    assert line in err
    assert err.count("\n") == 1


def test_help_lists_every_command_with_what_it_does(hourglass):
    for arguments in ([], ["--help"]):
        code, out, _ = hourglass(*arguments)
        assert code == 0
        listed = {line.split()[0]: line.split()[1:] for line in out.split("Commands:")[1].splitlines() if line.strip()}
        assert {"simulate", "compare", "metrics", "experiment", "rules"} <= set(listed)
        assert all(listed[name] for name in ("simulate", "compare", "metrics"))


@pytest.mark.parametrize("command", ["simulate", "compare", "metrics", "experiment", "rules"])
def test_every_command_explains_itself_without_marks_of_formatting(hourglass, command):
    code, out, _ = hourglass(command, "--help")
    assert code == 0
    assert out.startswith(f"Usage: hourglass {command}")
    assert "\\[" not in out


def test_every_command_stands_in_its_module():
    for module in set(COMMANDS.values()):
        import_module(f"hourglass_sim.commands.{module}")
    assert set(COMMANDS) == set(assembled([]).commands)


def test_a_named_command_imports_no_other_and_nothing_heavy():
    script = (
        "import sys; from hourglass_sim.cli import run; run(['simulate', '--help'])\n"
        "others = [m for m in sys.modules if m in ('hourglass_sim.commands.metrics', 'pandas', 'numba', 'mesa', 'numpy', 'scipy')]\n"
        "sys.exit(', '.join(others) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.stderr == ""
    assert done.returncode == 0


def test_ctrl_c_ends_any_command_with_one_line(monkeypatch, capsys):
    def stopped(*args, **kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr("hourglass_sim.commands.scenario_options.scenario_from", stopped)
    assert run(["simulate", "--users", "5"]) == 130
    assert capsys.readouterr().err == "hourglass: interrupted; finished work is kept, run the same command again to continue\n"


@pytest.mark.parametrize(
    ("command", "defaults"),
    [
        ("simulate", {"--users": 10_000, "--days": 90}),
        ("sweep", {"--users": 10_000, "--days": 91}),
        ("life", {"--users": 1_000, "--days": 90}),
        ("proofs", {"--users": 2_000, "--days": 60}),
        ("luck", {"--users": 2_000, "--days": 35}),
    ],
)
def test_help_tells_the_defaults_that_hold(hourglass, command, defaults):
    code, out, _ = hourglass(command, "--help")
    assert code == 0
    text = " ".join(out.split())
    for option, value in defaults.items():
        told = text.split(f" {option} INTEGER ")[1].split(" --")[0]
        assert f"[default: ({value})]" in told
