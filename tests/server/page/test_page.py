from __future__ import annotations

import json
import re
from configparser import ConfigParser
from pathlib import Path
from typing import get_args

import pytest
from flask.testing import FlaskClient

from nlu.scenario.state import ActKind, Why
from server.page import STATIC
from server.page.bar import HEAD, VIEWS, bar

ROOT = Path(__file__).resolve().parents[3]
FILES = sorted(path.name for path in STATIC.iterdir())
MODULES = {name: (STATIC / name).read_text(encoding="utf-8") for name in FILES if name.endswith(".js")}
PAGES = {name: (STATIC / name).read_text(encoding="utf-8") for name in FILES if name.endswith(".html")}
MARKUP = "\n".join([*PAGES.values(), HEAD, bar("", {view.path for view in VIEWS})])


def texts() -> dict[str, dict[str, str]]:
    """The texts of all pages: those that they share, and those that each brings itself."""
    found: dict[str, dict[str, str]] = {}
    for name, code in MODULES.items():
        if name.endswith("texts.js"):
            own = json.loads(code.partition("TEXTS = ")[2].strip().removesuffix(";"))
            assert not own.keys() & found.keys(), name
            found |= own
    return found


def test_the_page_is_html_that_knows_the_servers_limit(client: FlaskClient) -> None:
    page = client.get("/")
    assert page.status_code == 200
    assert page.content_type == "text/html; charset=utf-8"
    assert 'data-max-text-length="20"' in page.text


def test_all_that_the_page_names_is_served_with_its_type(client: FlaskClient) -> None:
    named = set(re.findall(r'(?:src|href)="(page/[^"]+)"', MARKUP))
    named |= {f"page/{name}" for code in MODULES.values() for name in re.findall(r'from "\./([^"]+)"', code)}
    assert {path.removeprefix("page/") for path in named} | PAGES.keys() == set(FILES)
    types = {".js": "javascript", ".css": "text/css", ".svg": "image/svg+xml"}
    for path in named:
        with client.get(f"/{path}") as response:
            assert response.status_code == 200, path
            assert types[Path(path).suffix] in response.content_type


def test_a_browser_asks_each_time_whether_its_copy_is_good(client: FlaskClient) -> None:
    for path in ("/", "/page/app.js"):
        with client.get(path) as first:
            assert first.headers["Cache-Control"] == "no-cache"
            tag = first.headers["ETag"]
        with client.get(path, headers={"If-None-Match": tag}) as again:
            assert again.status_code == 304


@pytest.mark.parametrize(
    "path", ["/page/nothing.js", "/page/../__init__.py", "/page/%2e%2e/__init__.py", "/page/", "/page/index.html"]
)
def test_nothing_but_the_pages_files_is_served(client: FlaskClient, path: str) -> None:
    response = client.get(path)
    assert (response.status_code, response.json["reason"]) == (404, "NotFound")


def test_every_text_is_there_in_both_languages_with_the_same_places_to_fill() -> None:
    for key, row in texts().items():
        assert row.keys() == {"ko", "en"}, key
        assert all(text.strip() for text in row.values()), key
        assert len({frozenset(re.findall(r"\{(\w+)\}", text)) for text in row.values()}) == 1, key


def test_every_text_is_used_and_every_text_used_is_there() -> None:
    named = set(re.findall(r'data-(?:text|label|placeholder)="(\w+)"', MARKUP))
    code = "\n".join(text for name, text in MODULES.items() if not name.endswith("texts.js"))
    named |= set(re.findall(r'\bt\("(\w+)"', code))
    assert named - texts().keys() == set()
    made = set(re.findall(r"`(\w+_)\$\{", code))
    unused = {key for key in texts() if key not in named and f'"{key}"' not in code}
    assert {key for key in unused if not key.startswith(tuple(made))} == set()


def test_there_are_words_for_everything_that_a_bot_does_in_a_talk_and_every_reason() -> None:
    named = texts()
    assert [kind for kind in get_args(ActKind) if f"talk_act_{kind}" not in named] == []
    assert [why for why in get_args(Why) if f"talk_why_{why}" not in named] == []


def test_a_strict_policy_finds_nothing_written_inline() -> None:
    assert re.findall(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=|javascript:", MARKUP) == []
    for name, code in MODULES.items():
        assert re.findall(r'innerHTML|outerHTML|insertAdjacentHTML|eval\(|new Function|"style"', code) == [], name


def test_no_file_names_another_host() -> None:
    for name in FILES:
        found = re.findall(r"https?://[^\s\"'<>]+", (STATIC / name).read_text(encoding="utf-8"))
        assert set(found) <= {"http://www.w3.org/2000/svg"}, name  # a name, not an address


def test_every_file_goes_into_the_package() -> None:
    setup = ConfigParser()
    setup.read(ROOT / "setup.cfg", encoding="utf-8")
    patterns = setup["options.package_data"]["server.page"].split()
    assert {path.name for pattern in patterns for path in STATIC.parent.glob(pattern)} == set(FILES)
