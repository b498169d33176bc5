from __future__ import annotations

from pathlib import Path

from flask.testing import FlaskClient

from nlu.version import VERSION
from server import ServerSettings, create_app
from tests.server.words import WordParser


def test_a_server_with_a_model_is_well(client: FlaskClient) -> None:
    response = client.get("/health")
    version = client.post("/parse", json={"text": "피자"}).json["model_version"]
    assert response.status_code == 200
    assert response.json == {"status": "ok", "model_version": version, "degraded": None}


def test_the_version_names_product_and_model(client: FlaskClient) -> None:
    version = client.get("/health").json["model_version"]
    assert client.get("/version").json == {
        "version": VERSION,
        "minimum_compatible_version": "0.1.0",
        "model_version": version,
    }


def test_a_server_without_a_model_says_so_and_does_not_fall(tmp_path: Path) -> None:
    client = create_app(ServerSettings(tmp_path), WordParser.load).test_client()
    for response in (client.get("/health"), client.post("/parse", json={"text": "피자"})):
        assert (response.status_code, response.json["reason"]) == (503, "ModelUnavailable")
        assert response.json["message"] == f"no model is being served: no version is active in {tmp_path}"
    assert client.get("/version").json["model_version"] is None


def test_bad_input_is_said_even_without_a_model(tmp_path: Path) -> None:
    client = create_app(ServerSettings(tmp_path), WordParser.load).test_client()
    assert client.post("/parse", json={"text": ""}).status_code == 400


def test_two_apps_with_other_settings_live_in_one_process(models: Path) -> None:
    short = create_app(ServerSettings(models, max_text_length=2), WordParser.load).test_client()
    long = create_app(ServerSettings(models, max_text_length=9), WordParser.load).test_client()
    assert [one.post("/parse", json={"text": "피자 주문"}).status_code for one in (short, long)] == [400, 200]
