"""Who visits the page in a real browser, and what the tests of the page share."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, Route
from werkzeug.serving import make_server

from nlu.understanding.parser import UtteranceParser
from server import ServerSettings, create_app
from server.app import RECORDER

FIELD = "#utterance"
KEY = "a-key-of-the-tests"
BUS = "판교에서 서울까지 얼마나 걸려"
LATE = """() => {
  const quick = window.fetch;
  window.fetch = async (...asked) => { await new Promise((done) => setTimeout(done, 300)); return quick(...asked); };
}"""
"""Makes every answer late."""
ANSWERS = """\
weather: {name: 날씨 묻기, answers: [날씨를 볼게요]}
transport: {answers: ["{loc:from}에서 {loc:to}까지 볼게요"], quick_replies: [{label: 인사, text: 안녕 반가워}]}
nlu_fallback: 네?
"""


def site_of(models: Path, reload_seconds: float = 1000) -> Iterator[str]:
    files = {"answers": models.parent / "answers.yml", "scenarios": models.parent / "scenarios.yml"}
    settings = ServerSettings(models, **files, max_text_length=1000, reload_seconds=reload_seconds, api_key=KEY)
    app = create_app(settings, UtteranceParser.load)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.port}/"
    server.shutdown()
    thread.join()
    server.server_close()
    app.extensions[RECORDER].close()


def answering(answer: dict[str, Any] | None) -> Callable[[Route], None]:
    return lambda route: route.abort() if answer is None else route.fulfill(**answer)


class Visitor:
    """Opens pages as someone with these preferences would, and watches what they ask for."""

    def __init__(self, browser: Browser, site: str) -> None:
        self.browser, self.site = browser, site
        self.strays: list[str] = []
        self.complaints: list[str] = []

    def open(self, at: str = "", *, locale: str = "ko-KR", width: int = 1100, **preferences: str) -> Page:
        context = self.browser.new_context(locale=locale, viewport={"width": width, "height": 800}, **preferences)
        context.set_default_timeout(20_000)
        context.on("request", lambda request: self._watch(request.url))
        context.on("console", lambda message: self._hear(message.type, message.text))
        context.on("weberror", lambda error: self.complaints.append(str(error.error)))
        page = context.new_page()
        page.goto(self.site + at)
        return page

    def _watch(self, url: str) -> None:
        if not url.startswith((self.site, "data:")):
            self.strays.append(url)

    def _hear(self, kind: str, text: str) -> None:
        if kind in ("error", "warning") and not text.startswith("Failed to load resource"):
            self.complaints.append(text)

    def close(self) -> None:
        for context in self.browser.contexts:
            context.close()
