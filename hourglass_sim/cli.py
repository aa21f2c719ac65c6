"""`hourglass …`: the command line. Exit codes: 0 done, 1 a check failed, 2 bad input (one line on standard error)."""

import importlib
import sys

import click
import typer
from hourglass_policy.errors import BadInput, nearest_name

COMMANDS = ("rules", "simulate", "compare", "metrics", "experiment", "calibrate", "tune", "ship", "bench", "demo", "faces")

app = typer.Typer(
    name="hourglass",
    help="The Hourglass workbench: simulate, measure, calibrate, tune, confirm and ship the habit app's economy.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


def _assemble() -> click.Command:
    for name in COMMANDS:
        importlib.import_module(f"hourglass_sim.commands.{name}").register(app)
    return typer.main.get_command(app)


def _usage_line(error: click.ClickException) -> str:
    """Click's message as one line, with the nearest valid option or command when a name is unknown."""
    message = " ".join(error.format_message().split())
    context = getattr(error, "ctx", None)
    if context is not None and "mean" not in message:
        valid = [name for p in context.command.params for name in getattr(p, "opts", [])]
        valid += list(getattr(context.command, "commands", {}))
        wrong = getattr(error, "option_name", None) or (message.split("'")[1] if message.count("'") >= 2 else "")
        near = nearest_name(wrong, valid)
        if near:
            message = f"{message.rstrip('.')}; did you mean {near!r}?"
    return message


def main(arguments: list[str] | None = None) -> None:
    """Run one command and exit."""
    sys.exit(run(arguments))


def run(arguments: list[str] | None = None) -> int:
    """Run one command; returns the exit code. Bad input prints one line, never a traceback."""
    try:
        result = _assemble().main(args=arguments, prog_name="hourglass", standalone_mode=False)
    except BadInput as error:
        print(f"hourglass: {error}", file=sys.stderr)
        return 2
    except click.exceptions.NoArgsIsHelpError as error:
        print(error.ctx.get_help())
        return 2
    except click.ClickException as error:
        print(f"hourglass: {_usage_line(error)}", file=sys.stderr)
        return 2
    except (KeyboardInterrupt, click.Abort):
        print("hourglass: interrupted; finished work is kept, run the same command again to continue", file=sys.stderr)
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
