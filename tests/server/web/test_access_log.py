from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import request
from flask.testing import FlaskClient

from server import ServerSettings, create_app
from tests.server.words import WordParser


@pytest.mark.parametrize("path", ["/health", "/nowhere", "/docs/", "/metrics"])
def test_every_answer_tells_a_browser_to_be_careful(client: FlaskClient, path: str) -> None:
    headers = client.get(path).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cache-Control"] == "no-store"
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]


def test_an_api_answer_may_load_nothing(client: FlaskClient) -> None:
    policy = client.post("/parse", json={"text": "피자"}).headers["Content-Security-Policy"]
    assert policy == "default-src 'none'; frame-ancestors 'none'"


def test_the_documentation_runs_the_scripts_of_this_server_alone(client: FlaskClient) -> None:
    page = client.get("/docs/")
    assert all("src=" in script for script in re.findall(r"<script[^>]*>", page.text))
    (rule,) = re.findall(r"script-src ([^;]*);", page.headers["Content-Security-Policy"])
    assert rule == "'self'"


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, "10.9.9.9", "127.0.0.1"),  # a client may write what it likes
        (1, "10.9.9.9", "10.9.9.9"),
        (1, "6.6.6.6, 10.9.9.9", "10.9.9.9"),  # the last is our proxy's word, the first the client's
        (2, "10.9.9.9, 10.0.0.1", "10.9.9.9"),
    ],
)
def test_the_clients_address_is_what_trusted_proxies_say(
    models: Path, proxies: int, forwarded: str, address: str
) -> None:
    app = create_app(ServerSettings(models, trusted_proxies=proxies), WordParser.load)
    seen = []
    app.before_request(lambda: seen.append(request.remote_addr))
    app.test_client().get("/health", headers={"X-Forwarded-For": forwarded})
    assert seen == [address]
