"""The quickstart runs from top to bottom; notebooks are kept without outputs; the serving commands refuse what cannot be."""

import re
import socket
from pathlib import Path

import nbformat
import pytest
import typer
from hourglass_policy.errors import BadInput
from typer.testing import CliRunner

from hourglass_sim.commands import faces
from hourglass_sim.view import serving

ROOT = Path(__file__).parents[2]
QUICKSTART = ROOT / "notebooks" / "01_quickstart.ipynb"
TWO_ECONOMIES = ROOT / "notebooks" / "02_two_economies.ipynb"
EXTEND = ROOT / "notebooks" / "03_extend.ipynb"
FAST = ROOT / "notebooks" / "04_why_it_is_fast.ipynb"
KEPT = [QUICKSTART, TWO_ECONOMIES, EXTEND, FAST, ROOT / "apps" / "product_page.ipynb"]


def outputs_of(notebook):
    """Run a notebook from top to bottom: what its cells gave, none of it an error."""
    from nbclient import NotebookClient

    NotebookClient(notebook, timeout=600, kernel_name="python3", resources={"metadata": {"path": str(ROOT)}}).execute()
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", ())]
    assert [o for o in outputs if o.output_type == "error"] == []
    return outputs


@pytest.mark.slow
def test_the_quickstart_runs_from_top_to_bottom():
    notebook = nbformat.read(QUICKSTART, as_version=4)
    outputs = outputs_of(notebook)
    cards = [o["data"]["text/html"] for o in outputs if "hg-card" in o.get("data", {}).get("text/html", "")]
    assert len(cards) >= 3
    assert any("application/vnd.jupyter.widget-view+json" in o.get("data", {}) for o in outputs)
    assert sum("application/vnd.bokehjs_exec.v0+json" in o.get("data", {}) for o in outputs) >= 4


@pytest.mark.slow
def test_two_economies_are_compared_from_top_to_bottom():
    notebook = nbformat.read(TWO_ECONOMIES, as_version=4)
    for cell in notebook.cells:  # the same pages on fewer people, so that the test stays short
        cell.source = cell.source.replace("SEEDS = 5", "SEEDS = 2").replace("users=800", "users=300")
    outputs = outputs_of(notebook)
    assert sum("application/vnd.bokehjs_exec.v0+json" in o.get("data", {}) for o in outputs) >= 6
    text = "".join(str(o.get("data", {}).get("text/html", "")) + o.get("text", "") for o in outputs)
    assert "heritage −" in text or "heritage -" in text
    assert "returns to zero or above" in text


@pytest.mark.slow
def test_the_day_is_extended_from_top_to_bottom():
    notebook = nbformat.read(EXTEND, as_version=4)
    outputs = outputs_of(notebook)
    told = "".join(o.get("text", "") for o in outputs)
    assert 'wordy() cannot be compiled for the columns engine, line 6: felt += WEIGHTS["joy"] * joy' in told
    assert "in stage 'motivation', notebook" in told


@pytest.mark.slow
def test_the_engine_is_explained_from_top_to_bottom():
    notebook = nbformat.read(FAST, as_version=4)
    told = "".join(o.get("text", "") for o in outputs_of(notebook))
    assert re.search(r"columns are [\d,]+ times as fast as agents", told)
    assert re.search(r"\d+ bytes of state a user, \d+ kB a block of 512 users", told)
    assert 50 < float(re.search(r"the heritage of (\d+) % of the users", told).group(1)) < 100


@pytest.mark.parametrize("path", KEPT, ids=lambda p: p.name)
def test_notebooks_are_kept_without_outputs(path):
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    assert [cell for cell in notebook.cells if cell.get("outputs")] == []


def test_the_page_can_be_made_where_there_is_no_notebook(tmp_path):
    serving.write_notebook(tmp_path / "page.ipynb")
    made, kept = (nbformat.read(p, as_version=4) for p in (tmp_path / "page.ipynb", serving.NOTEBOOK))
    assert [c.source for c in made.cells] == [c.source for c in kept.cells]


def test_a_taken_port_is_refused():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(BadInput, match="the port is taken"):
            serving.free_port(taken.getsockname()[1])


def test_a_port_that_is_none_is_refused():
    with pytest.raises(BadInput, match="0 to 65535"):
        serving.free_port(70_000)


def test_voila_serves_offline_and_ends_idle_kernels():
    command = serving.voila_command(Path("page.ipynb"), 5000, show=False)
    assert "--no-browser" in command
    assert "--Voila.ip=127.0.0.1" in command
    assert "--template=hourglass" in command
    assert any("cull_idle_timeout" in part for part in command)
    assert (serving.FOLDER / "voila" / "templates" / "hourglass" / "index.html.j2").is_file()
    assert str(serving.FOLDER) in serving.voila_environment()["JUPYTER_PATH"]


def test_the_templates_link_nothing_from_outside():
    for file in serving.FOLDER.rglob("*"):
        if file.suffix in (".j2", ".html", ".css", ".js"):
            text = file.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
            assert "http" not in text, file


def test_both_commands_explain_themselves():
    app = typer.Typer()
    faces.register(app)
    for command in ("app", "page"):
        result = CliRunner().invoke(app, [command, "--help"])
        assert result.exit_code == 0
        assert "--port" in result.output
