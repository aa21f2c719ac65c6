"""`hourglass …`: the command line. Exit codes: 0 done, 1 a check failed, 2 bad input (one line on standard error)."""

import importlib
import importlib.util
import sys
from collections.abc import Callable

import click
import typer
from hourglass_policy.errors import BadInput, nearest_name

COMMANDS = {  # command -> module of hourglass_sim.commands; one module may register several
    "simulate": "simulate", "compare": "simulate", "rules": "rules", "metrics": "metrics", "experiment": "experiment",
    "calibrate": "calibrate", "tune": "tune", "confirm": "tune", "ship": "ship", "verify": "ship", "diff": "ship",
    "explain": "explain", "economy": "economy", "sweep": "sweep", "proofs": "proofs", "life": "life",
    "luck": "luck", "new": "new", "check": "new",
    "bench": "bench", "demo": "demo", "app": "faces", "page": "faces",
}  # fmt: skip
USUAL_STOP = "interrupted; finished work is kept, run the same command again to continue"
HELP = "The Hourglass workbench: simulate, measure, calibrate, tune, confirm and ship the habit app's economy."


def assembled(arguments: list[str]) -> click.Command:
    """The command line: only the module of the command that `arguments` begin with, else all of them."""
    named = COMMANDS.get(arguments[0]) if arguments else None
    app = typer.Typer(
        name="hourglass",
        help=HELP,
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
    )
    app.callback()(_hourglass)
    for module in dict.fromkeys([named] if named else COMMANDS.values()):
        name = f"hourglass_sim.commands.{module}"
        if importlib.util.find_spec(name) is not None:
            importlib.import_module(name).register(app)
    command = typer.main.get_command(app)
    command.invoke = _told_when_stopped(command.invoke)
    _unescape_help(command)
    return command


class _Stopped(Exception):
    """Ctrl-C, with what the command has to say about it; typer would end without a word."""


def _told_when_stopped(invoke: Callable) -> Callable:
    def invoked(context):
        try:
            return invoke(context)
        except KeyboardInterrupt as error:
            raise _Stopped(str(error)) from error

    return invoked


class _PlainHelp(click.HelpFormatter):
    """Help without the backslashes that typer puts before brackets for rich."""

    def write_dl(self, rows, *args, **kwargs) -> None:
        super().write_dl([(term, text.replace("\\[", "[")) for term, text in rows], *args, **kwargs)


class _Context(click.Context):
    formatter_class = _PlainHelp


def _unescape_help(command: click.Command) -> None:
    command.context_class = _Context
    for sub in getattr(command, "commands", {}).values():
        _unescape_help(sub)


def _hourglass() -> None:
    """Stays a group of commands, even when only one is loaded."""


_hourglass.__doc__ = HELP


def _usage_line(error: click.ClickException) -> str:
    """Click's message as one line; for an unknown option or command the nearest valid name."""
    message = " ".join(error.format_message().split()).rstrip(".")
    if isinstance(error, click.NoSuchOption):
        valid = [name for p in error.ctx.command.params for name in p.opts] if error.ctx else []
        return _with_nearest(f"unknown option {error.option_name}", error.option_name, valid)
    if isinstance(error, click.MissingParameter):
        return message[0].lower() + message[1:]
    if message.startswith("No such command") and isinstance(getattr(error.ctx, "command", None), click.Group):
        wrong = message.split("'")[1]
        return _with_nearest(f"unknown command {wrong}", wrong, error.ctx.command.commands)
    return message


def _with_nearest(message: str, wrong: str, valid) -> str:
    near = nearest_name(wrong, valid)
    return f"{message}; did you mean {near!r}?" if near else f"{message}; --help lists what there is"


def main(arguments: list[str] | None = None) -> None:
    """Run one command and exit."""
    sys.exit(run(arguments))


def run(arguments: list[str] | None = None) -> int:
    """Run one command; returns the exit code. Bad input prints one line, never a traceback."""
    given = [str(a) for a in (sys.argv[1:] if arguments is None else arguments)]
    try:
        result = assembled(given).main(args=given, prog_name="hourglass", standalone_mode=False)
    except BadInput as error:
        print(f"hourglass: {error}", file=sys.stderr)
        return 2
    except click.ClickException as error:
        print(f"hourglass: {_usage_line(error)}", file=sys.stderr)
        return 2
    except (_Stopped, KeyboardInterrupt, click.Abort) as stopped:
        print(f"hourglass: {str(stopped) or USUAL_STOP}", file=sys.stderr)
        return 130
    except BrokenPipeError:
        return 0
    except OSError as error:
        where = f" in {error.filename}" if error.filename else ""
        print(f"hourglass: {error.strerror or error}{where}; nothing was overwritten", file=sys.stderr)
        return 2
    return result if isinstance(result, int) else 0


if __name__ == "__main__":
    main()
