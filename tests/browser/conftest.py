"""Pages in Debian's Chromium. Every request that leaves the machine and every console error of a test is recorded."""

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import urlparse

import pytest

CHROMIUM = Path(os.environ.get("CHROMIUM", "/usr/bin/chromium"))
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip
LOCAL = ("127.0.0.1", "localhost", "")
PATIENCE = 150_000  # milliseconds; the engine may have to be compiled first


def pytest_collection_modifyitems(items):
    for item in items:
        if "tests/browser" in item.nodeid.replace(os.sep, "/") or item.fspath.dirname.endswith("browser"):
            item.add_marker(pytest.mark.browser)


class Watch:
    """What a page did that it must not do."""

    def __init__(self, page):
        self.outside, self.errors = [], []
        page.on("request", self._request)
        page.on("pageerror", lambda error: self.errors.append(f"page error: {error}"))
        page.on("console", lambda message: self.errors.append(message.text) if message.type == "error" else None)
        page.on("response", lambda r: self.errors.append(f"{r.status} {r.url}") if r.status >= 400 else None)

    def _request(self, request):
        url = urlparse(request.url)
        if url.scheme in ("http", "https", "ws", "wss") and url.hostname not in LOCAL:
            self.outside.append(request.url)


@pytest.fixture(scope="session")
def chromium():
    if not CHROMIUM.exists():
        reason = f"no Chromium at {CHROMIUM}: install the Debian package chromium, or name another by CHROMIUM="
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=PATIENCE)

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium):
    """`open_page(url, **context options)` gives a page whose misdeeds fail the test at its end."""
    contexts, watches = [], []

    def open_one(url=None, *, offline=False, width=1280, height=900, **options):
        context = chromium.new_context(viewport={"width": width, "height": height}, **{"color_scheme": "light", **options})
        context.set_default_timeout(PATIENCE)
        context.set_offline(offline)
        contexts.append(context)
        page = context.new_page()
        watches.append(Watch(page))
        if url:
            page.goto(url)
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert [url for watch in watches for url in watch.outside] == [], "requests left the machine"
    assert [error for watch in watches for error in watch.errors] == [], "console errors"


@pytest.fixture(scope="session")
def serve(tmp_path_factory):
    """`serve("app" | "page")` starts a server of this project once and gives its address."""
    started = {}

    def start(what):
        if what not in started:
            started[what] = _start(what, tmp_path_factory.mktemp(what) / "log")
        return started[what][1]

    yield start
    for process, _ in started.values():
        process.terminate()
        process.wait(timeout=40)


def _start(what, log):
    from hourglass_sim.view.serving import free_port

    port = free_port()
    call = {"app": "cockpit", "page": "page"}[what]
    code = f"from hourglass_sim.commands.faces import {call} as serve; serve(port={port}, show=False)"
    with open(log, "w") as output:
        process = subprocess.Popen([sys.executable, "-c", code], stdout=output, stderr=subprocess.STDOUT)
    address = f"http://127.0.0.1:{port}/{'cockpit' if what == 'app' else 'voila/static/'}"
    _wait_for(address, process, log)
    return process, f"http://127.0.0.1:{port}/{'cockpit' if what == 'app' else ''}"


def _wait_for(address, process, log):
    until = time.monotonic() + 120
    while time.monotonic() < until:
        if process.poll() is not None:
            break
        try:
            urllib.request.urlopen(address, timeout=30)
            return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.3)
    process.terminate()
    pytest.fail(f"no server at {address}:\n{log.read_text()[-2000:]}")


@pytest.fixture(scope="session", autouse=True)
def compiled_engine():
    """Have the fast engine on disk before a page waits for it."""
    if CHROMIUM.exists():
        import hourglass_sim as hg

        hg.simulate(hg.Scenario(users=20, days=5), digest=False)
