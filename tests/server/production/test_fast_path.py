"""The short way to `/parse` answers as the route does."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from nlu.types import Parse
from server import ServerSettings, create_app
from server.production.fast_path import together
from tests.server.test_metrics import scrape
from tests.server.words import WordParser, publish

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


class CountingParser(WordParser):
    """Keeps which texts it was asked for at once."""

    def __init__(self, words: dict[str, str], version: str) -> None:
        super().__init__(words, version)
        self.asked: list[tuple[str, ...]] = []

    def parse_many(self, texts: Sequence[str], **options: Any) -> list[Parse]:
        self.asked.append(tuple(texts))
        return super().parse_many(texts, **options)


class Asked:
    """An app whose parser tells what it was asked."""

    def __init__(self, models: Path) -> None:
        self.parsers: list[CountingParser] = []
        self.app = create_app(ServerSettings(models, record=0.0, api_key=KEY), self._load)
        self.client = self.app.test_client()

    def _load(self, folder: Path) -> CountingParser:
        self.parsers.append(CountingParser.load(folder))
        return self.parsers[-1]

    def answers(self, bodies: Sequence[bytes]) -> list[Any]:
        found = [self.client.post("/parse", data=body, headers={"X-Request-ID": "abc-7"}) for body in bodies]
        return [(answer.status, list(answer.headers), without_ids(answer.json)) for answer in found]


def written(*several: Any) -> list[bytes]:
    return [json.dumps(one, ensure_ascii=False).encode() for one in several]


PLAIN = written({"text": "판교에서 피자"}, {"text": "주식", "message_id": "m"}, {"text": "피자"})


def test_requests_that_come_together_are_understood_at_once(models: Path) -> None:
    asked = Asked(models)
    alone = asked.answers(PLAIN)
    asked.parsers[0].asked.clear()
    with together(asked.app, [*PLAIN, PLAIN[0]]):
        assert asked.answers([*PLAIN, PLAIN[0]]) == [*alone, alone[0]]
    assert asked.parsers[0].asked == [("판교에서 피자", "주식", "피자", "판교에서 피자")]
    assert asked.answers(PLAIN) == alone, "what was understood then is forgotten"
    assert len(asked.parsers[0].asked) == 4


def test_requests_that_are_not_plain_are_answered_as_if_they_came_alone(models: Path) -> None:
    asked, bodies = Asked(models), [*written(*BODIES), b"{", b"\xff", *PLAIN, *PLAIN]
    alone = asked.answers(bodies)
    sound = [body for body in bodies if "고장".encode() not in body]
    for some in (bodies, sound):  # one that breaks the parser leaves each to itself
        with together(asked.app, some):
            assert asked.answers(bodies) == alone


def test_another_model_that_is_activated_meanwhile_answers_what_comes_later(models: Path) -> None:
    asked = Asked(models)
    second = publish(models, 2, activate=False)
    with together(asked.app, PLAIN):
        key = {"Authorization": f"Bearer {KEY}"}
        assert asked.client.put("/model", json={"model_file": second}, headers=key).status_code == 204
        versions = [asked.client.post("/parse", data=body).json["model_version"] for body in (*PLAIN, b'{"text": "a"}')]
    assert versions[3] == second
    assert second not in versions[:3], "each is answered by one model, the one that understood it"


def test_an_app_without_the_short_way_is_left_alone(models: Path) -> None:
    with together(create_app(ServerSettings(models, rate_per_second=1.0), WordParser.load), PLAIN):
        pass
    with together(None, PLAIN):  # type: ignore[arg-type]
        pass
