"""The short way to `/parse` answers as the route does."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from server import ServerSettings, create_app
from tests.server.test_metrics import scrape
from tests.server.words import WordParser

KEY = "a-key-of-this-test-alone-0123456789"
BY_FLASK = "?record=1"
"""A query, which changes nothing else."""

BODIES: list[dict[str, Any]] = [
    {"text": "판교에서 피자"},
    {"text": "주식", "message_id": "m", "top_n": 1},
    {"text": ["피자", "판교"], "intents": ["order_food"]},
    {"text": "피자", "explain": True},
    {"text": ""},
    {"text": "피자", "top_n": 0},
    {"text": "피자", "intents": ["nobody"]},
    {"text": "고장"},
    {"texts": "피자"},
]


def without_ids(answer: Any) -> Any:
    """An answer without what is new in each."""
    if isinstance(answer, list):
        return [without_ids(one) for one in answer]
    if not isinstance(answer, dict):
        return answer
    own = ("parse_id", "request_id", "error_id")
    kept = {name: without_ids(value) for name, value in answer.items() if name not in own}
    if "error_id" in answer.get("details", {}):
        kept["message"] = ""
    return kept


@pytest.mark.parametrize("body", BODIES, ids=str)
def test_the_short_way_answers_logs_and_counts_as_the_route_does(
    client: FlaskClient, body: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    seen = []
    for query in ("", BY_FLASK):
        caplog.clear()
        before = scrape(client)
        with caplog.at_level(logging.INFO, "nlu.access"):
            answer = client.post(f"/parse{query}", json=body, headers={"X-Request-ID": "abc-7"})
        after = scrape(client)
        (line,) = [record.fields for record in caplog.records if record.name == "nlu.access"][:1]  # type: ignore[attr-defined]
        counted = {
            key: after[key] - before.get(key, 0) for key in after if key[0].endswith("_total") and "GET" not in key
        }
        seen.append((answer.status, list(answer.headers), without_ids(answer.json), {**line, "ms": 0}, counted))
    assert seen[0] == seen[1]


def test_a_lone_surrogate_a_bom_and_a_chunked_body_take_the_long_way(client: FlaskClient) -> None:
    surrogate = client.post("/parse", data=b'{"text": "\\ud83c"}')
    assert (surrogate.status_code, surrogate.json["details"]) == (400, {"parameter": "text", "in": "body"})
    assert client.post("/parse", data='{"text": "피자"}'.encode("utf-8-sig")).status_code == 200
    chunked = {"HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input_terminated": True}
    answer = client.post("/parse", data='{"text": "피자"}'.encode(), environ_overrides=chunked)
    assert answer.json["intent"]["name"] == "order_food"


@pytest.mark.parametrize(
    "more", [{"parse_needs_key": True, "api_key": KEY}, {"rate_per_second": 0.001, "rate_burst": 1}]
)
def test_keys_and_rates_hold_for_plain_requests_too(models: Path, more: dict[str, Any]) -> None:
    client = create_app(ServerSettings(models, record=0.0, **more), WordParser.load).test_client()
    answers = [client.post("/parse", json={"text": "피자"}) for _ in range(2)]
    assert answers[-1].status_code == (401 if "api_key" in more else 429)
