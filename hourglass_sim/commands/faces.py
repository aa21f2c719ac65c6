"""`hourglass app` and `hourglass page`: the cockpit and the product team's page, served on this machine only."""

from typing import Annotated

import typer

Port = Annotated[int, typer.Option("--port", help="Port on 127.0.0.1; 0 takes a free one.")]
Show = Annotated[bool, typer.Option("--show/--no-show", help="Open a browser window.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("app")(cockpit)
    app.command("page")(page)


def cockpit(port: Port = 0, show: Show = True) -> None:
    """Serve the cockpit: parameters on the left, what follows from them on the right."""
    from hourglass_sim.view.serving import free_port, serve_app

    free_port(port)
    _compile_first()
    serve_app(port, show)


def page(port: Port = 0, show: Show = True) -> None:
    """Serve the product team's page: a verdict, five numbers, two controls."""
    from hourglass_sim.view.serving import free_port, serve_page

    free_port(port)
    _compile_first()
    code = serve_page(port, show)
    if code:
        raise typer.Exit(code)


def _compile_first() -> None:
    """Have the engine compiled before a reader waits for it: compiling holds up the server's own thread."""
    from hourglass_sim.commands.notes import noted
    from hourglass_sim.run import simulate
    from hourglass_sim.scenario import Scenario

    with noted() as note:
        simulate(Scenario(users=512, days=2), digest=False, note=note)
