"""The demo: what a visitor sees on a phone, also without a network."""

from __future__ import annotations

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

KEPT = """async () => {
  const { serviceWorker } = navigator;
  if (!serviceWorker.controller) await new Promise((done) => serviceWorker.addEventListener("controllerchange", done));
}"""
"""Waits until the service worker holds all files and answers for the network."""
BUSY = 30_000
"""Milliseconds for a page to load its model on a machine with much else to do."""

pytestmark = [pytest.mark.chromium, pytest.mark.slow]


def test_what_is_typed_is_understood(page: Page) -> None:
    page.fill("#utterance", "판교에서 서울까지 얼마나 걸려")
    expect(page.locator("#verdict")).to_have_text("transport패턴에 있는 말")
    expect(page.locator("#marked mark")).to_have_text(["판교", "서울"])
    expect(page.locator("#entities tbody tr").first).to_have_text("판교loc (from)판교100%")
    page.fill("#utterance", "")
    expect(page.locator("#answer")).to_be_hidden()


def test_an_example_can_be_tapped(page: Page) -> None:
    example = page.locator("#examples button").first
    example.click()
    expect(page.locator("#utterance")).to_have_value(example.inner_text())
    expect(page.locator("#answer")).to_be_visible()


def test_what_is_typed_is_shown_as_text(page: Page) -> None:
    page.fill("#utterance", "<img src=x onerror=alert(1)> 피자 시켜줘")
    expect(page.locator("#marked")).to_contain_text("<img src=x onerror=alert(1)>")
    assert page.locator("#marked img").count() == 0


def test_it_fits_a_phone_and_is_accessible(page: Page) -> None:
    page.fill("#utterance", "피자 두 개 배달해줘")
    expect(page.locator("#answer")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert [one["id"] for one in Axe().run(page).response["violations"]] == []


def test_it_opens_and_answers_without_a_network_and_tells_what_is_broken(own_page: Page) -> None:
    page = own_page
    page.evaluate(KEPT)
    page.context.set_offline(True)
    page.reload()
    page.wait_for_selector("#utterance:enabled")
    page.fill("#utterance", "안녕하세요")
    expect(page.locator("#verdict")).to_contain_text("greet", timeout=BUSY)
    page.evaluate("caches.keys().then((names) => Promise.all(names.map((name) => caches.delete(name))))")
    page.context.set_offline(False)
    page.context.route("**/intent.onnx", lambda route: route.fulfill(body=b"broken"))
    page.reload()
    expect(page.locator("#told")).to_contain_text("모델을 불러오지 못했습니다", timeout=BUSY)


def test_the_folder_tells_no_more_than_answering_needs(web: Path, syllable_bot: Path) -> None:
    model = {path.name for path in (web / "model").iterdir()}
    assert model.isdisjoint({"manifest.json", "nearest.json", "data_manifest.json"})
    told = b"".join(path.read_bytes() for path in web.rglob("*") if path.is_file() and path.suffix != ".wasm")
    assert str(syllable_bot).encode() not in told
    assert "눈이 오려나".encode() not in told
