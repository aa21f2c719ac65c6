"""Serving the two pages: the cockpit by Panel, the product page by Voilà with nothing from outside."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

from hourglass_policy.errors import BadInput, require_between

FOLDER = Path(__file__).parent
NOTEBOOK = FOLDER.parents[1] / "apps" / "product_page.ipynb"
CELL = "from hourglass_sim.view.page import page_from_address\n\npage_from_address()"
NOT_ON_THE_PAGE = ("@pyviz/jupyterlab_pyviz", "jupyterlab-jupytext")  # extensions made for JupyterLab only
CULL_AFTER_SECONDS, CULL_EVERY_SECONDS = 180, 30  # a closed page leaves its kernel alive


def free_port(wanted: int = 0) -> int:
    """`wanted`, or a free port for 0; BadInput when it is taken or not 0 to 65535."""
    require_between("port", wanted, 0, 65535)
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", wanted))
        except OSError as error:
            raise BadInput("the port is taken", where="--port", value=wanted, allowed="a free port, or 0 for any") from error
        return probe.getsockname()[1]


def voila_command(notebook: Path, port: int, show: bool) -> list[str]:
    """The command that serves a notebook as a page, offline: own template, local extensions only, idle kernels ended."""
    browser = [] if show else ["--no-browser"]
    without = [f"--VoilaConfiguration.extension_denylist={name}" for name in NOT_ON_THE_PAGE]
    kernels = ("cull_interval", CULL_EVERY_SECONDS), ("cull_idle_timeout", CULL_AFTER_SECONDS)
    culled = [f"--MappingKernelManager.{name}={seconds}" for name, seconds in kernels]
    page = [f"--port={port}", "--Voila.ip=127.0.0.1", "--template=hourglass", "--VoilaConfiguration.allow_theme_override=YES"]
    return [sys.executable, "-m", "voila", str(notebook), *page, *browser, *without, *culled]


def voila_environment() -> dict[str, str]:
    """The environment in which Voilà finds the product's template."""
    paths = [str(FOLDER), *filter(None, [os.environ.get("JUPYTER_PATH")])]
    return {**os.environ, "JUPYTER_PATH": os.pathsep.join(paths), "OMP_WAIT_POLICY": "passive"}


def serve_page(port: int = 0, show: bool = True) -> int:
    """Serve the product page until interrupted; returns Voilà's exit code."""
    chosen = free_port(port)
    with tempfile.TemporaryDirectory(prefix="hourglass-page-") as folder:
        notebook = Path(folder) / "product_page.ipynb"
        if NOTEBOOK.is_file():
            shutil.copyfile(NOTEBOOK, notebook)
        else:
            write_notebook(notebook)
        print(f"http://127.0.0.1:{chosen}/", flush=True)
        return _until_interrupted(voila_command(notebook, chosen, show), voila_environment())


def _until_interrupted(command: list[str], environment: dict[str, str]) -> int:
    """Run a server; when this process is interrupted or told to end, the server (and its kernels) end first."""
    server = subprocess.Popen(command, env=environment)
    before = signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        return server.wait()
    except KeyboardInterrupt:
        return 0
    finally:
        signal.signal(signal.SIGTERM, before)
        server.terminate()
        try:
            server.wait(timeout=20)
        except subprocess.TimeoutExpired:
            server.kill()


def write_notebook(path: Path) -> None:
    """The page as a notebook of one cell."""
    import nbformat

    page = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(CELL, id="page")])
    page.metadata["kernelspec"] = {"display_name": "Python 3", "language": "python", "name": "python3"}
    nbformat.write(page, path)


def serve_app(port: int = 0, show: bool = True) -> None:
    """Serve the cockpit until interrupted."""
    from hourglass_sim.view.cockpit import serve

    chosen = free_port(port)
    print(f"http://127.0.0.1:{chosen}/cockpit", flush=True)
    serve(chosen, show=show)
