from __future__ import annotations

from pathlib import Path

import pytest

from nlu.errors import ConfigError
from server import ServerSettings, create_app
from server.app import RECORDER
from tests.server.words import WordParser


@pytest.mark.parametrize(
    ("texts", "explain", "status"),
    [
        (["가" * 90], False, 200),
        (["가" * 91], False, 413),
        (["가"] * 9, False, 200),
        (["가"] * 10, False, 413),
        (["가" * 15], True, 200),
        (["가" * 16], True, 413),
        ("가" * 16, True, 413),
        ("가" * 90, False, 200),
    ],
)
@pytest.mark.parametrize("way", ["body", "query"])
def test_a_request_has_a_budget_of_code_points_times_what_is_asked(
    models: Path, texts: str | list[str], explain: bool, status: int, way: str
) -> None:
    app = create_app(ServerSettings(models, max_cost=100, record="off"), WordParser.load)
    query, more = (f"?explain={int(explain)}", {}) if way == "query" else ("", {"explain": explain})
    answer = app.test_client().post(f"/parse{query}", json={"text": texts, **more})
    assert answer.status_code == status
    if status == 413:
        assert answer.json["reason"] == "RequestTooExpensive"
        assert answer.json["message"].startswith(
            "expected a request that costs at most 100 (the code points of all texts, 10 more for each, "
            "4 times as much with reasons), got one that costs 1"
        )
    app.extensions[RECORDER].close()


def test_the_largest_request_without_reasons_fits_and_with_them_it_does_not(models: Path) -> None:
    client = create_app(ServerSettings(models, record="off"), WordParser.load).test_client()
    body = {"text": ["가" * 1000] * 64}
    assert client.post("/parse", json=body).status_code == 200
    assert client.post("/parse?explain=1", json=body).status_code == 413


def test_a_request_names_no_more_intents_than_a_bot_could_have(models: Path) -> None:
    client = create_app(ServerSettings(models, record="off"), WordParser.load).test_client()
    assert client.post("/parse", json={"text": "피자", "intents": ["greet"] * 1000}).status_code == 200
    answer = client.post("/parse", json={"text": "피자", "intents": ["greet"] * 100_000})
    assert (answer.status_code, answer.json["details"]["parameter"]) == (400, "intents")


@pytest.mark.parametrize("cost", ["99", "100000001", "many"])
def test_the_budget_has_bounds(cost: str) -> None:
    with pytest.raises(ConfigError, match="NLU_MAX_COST"):
        ServerSettings.from_environment({"NLU_MAX_COST": cost})


def test_a_packed_body_is_refused(models: Path) -> None:
    client = create_app(ServerSettings(models, record="off"), WordParser.load).test_client()
    answer = client.post("/parse", data=b"\x1f\x8b\x08", headers={"Content-Encoding": "gzip"})
    assert (answer.status_code, answer.json["reason"]) == (415, "UnsupportedMediaType")
