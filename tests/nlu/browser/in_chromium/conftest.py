from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Request

from nlu.browser.export import export
from nlu.store.registry import Registry
from tests.chromium import launched
from tests.nlu.browser.bots import train_bot
from tests.shared import made_once


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture(scope="session")
def syllable_bot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny bot that reads syllables, trained; for reading only."""

    return made_once(tmp_path_factory, "syllable-bot", train_bot)


@pytest.fixture(scope="session")
def web(syllable_bot: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """That bot as a folder for browsers."""
    models = Registry(syllable_bot / "models")

    def make(folder: Path) -> None:
        version = models.active()
        assert version is not None
        export(models.open(version), folder)

    return made_once(tmp_path_factory, "web", make)


@pytest.fixture(scope="session")
def site(web: Path) -> Iterator[str]:
    """Its URL on a server that only knows files."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(web)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="package")  # two of them at a time can't be in one process
def browser() -> Iterator[Browser]:
    with launched() as browser:
        yield browser


@contextmanager
def opened(browser: Browser, site: str) -> Iterator[Page]:
    """The demo on a phone, its model loaded; nothing may be asked of another host, nor complained of."""
    complaints: list[str] = []

    def watch(request: Request) -> None:
        if not request.url.startswith(site):
            complaints.append(request.url)

    context = browser.new_context(locale="ko-KR", viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.on("request", watch)
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(site)
    page.wait_for_selector("#utterance:enabled")
    yield page
    context.close()
    assert complaints == []


@pytest.fixture(scope="package")
def page(browser: Browser, site: str) -> Iterator[Page]:
    """An open demo for all tests that leave it as they found it."""
    with opened(browser, site) as page:
        yield page


@pytest.fixture
def own_page(browser: Browser, site: str) -> Iterator[Page]:
    """An open demo of the test's own."""
    with opened(browser, site) as page:
        yield page
