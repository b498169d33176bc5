from __future__ import annotations

import shutil
from pathlib import Path

from flask.testing import FlaskClient

from nlu.store.bundle import write_bundle
from nlu.store.registry import Registry
from server import ServerSettings, create_app
from tests.bundles import a_manifest, some_files
from tests.server.words import WordParser, publish

SCORES = {
    "slices": {"all": {"utterances": 2, "exact_match": 0.5}},
    "intents": {"greet": {"precision": 1.0, "recall": 0.5, "f1-score": 0.67, "support": 2}},
    "entities": {},
    "confusion": {"greet": {"greet": 1, "order_food": 1}},
    "examples": {"greet": "안녕하세요"},
}


KEY = "a-key-of-the-tests"


def client_of(models: Path) -> FlaskClient:
    settings = ServerSettings(models, models / "no-answers.yml", reload_seconds=0, api_key=KEY)
    return create_app(settings, WordParser.load).test_client()


def test_the_report_tells_what_the_bundle_in_use_holds(tmp_path: Path) -> None:
    manifest = a_manifest(scores=SCORES, settings={"generator": {"size": 100}}, libraries={"numpy": "2.1"})
    bundle = write_bundle(tmp_path / "bundle", some_files(), manifest)
    assert client_of(tmp_path / "bundle").get("/report").json == {
        "model_version": bundle.version,
        "product_version": "0.1.0",
        "created_at": "2026-11-21T14:30:15+00:00",
        "bytes": bundle.size(),
        "tokenizer": "mecab",
        "intents": ["greet", "order_food"],
        "display_names": {},
        "scores": {**{name: SCORES[name] for name in ("slices", "intents", "entities", "confusion")}, "utterances": {}},
        "examples": {"greet": "안녕하세요"},
        "settings": {"generator": {"size": 100}},
        "libraries": {"numpy": "2.1"},
        "data": {},
    }


def test_a_bundle_that_was_not_measured_has_empty_scores(client: FlaskClient) -> None:
    answer = client.get("/report").json
    assert answer["scores"] == {"slices": {}, "intents": {}, "entities": {}, "confusion": {}, "utterances": {}}
    assert answer["examples"] == {}


def test_the_report_is_of_the_version_that_answers(models: Path) -> None:
    client = client_of(models)
    second = publish(models, 1, activate=False)
    assert client.get("/report").json["model_version"] == Registry(models).active() != second
    assert client.put("/model", json={"model_file": second}, headers={"X-API-Key": KEY}).status_code == 204
    assert client.get("/report").json["model_version"] == second


def test_a_browser_that_has_the_report_is_not_sent_it_again(client: FlaskClient) -> None:
    tag = client.get("/report").headers["ETag"]
    again = client.get("/report", headers={"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")


def test_without_a_model_there_is_no_report(tmp_path: Path) -> None:
    response = client_of(tmp_path).get("/report")
    assert (response.status_code, response.json["reason"]) == (503, "ModelUnavailable")


def test_a_version_that_was_removed_while_it_answers_has_no_report(models: Path) -> None:
    client, version = client_of(models), Registry(models).active()
    shutil.rmtree(models / "versions" / str(version))
    response = client.get("/report")
    assert (response.status_code, response.json["reason"]) == (503, "ModelUnavailable")
    assert "removed" in response.json["message"]


def test_a_bundle_that_was_replaced_under_the_server_is_not_reported_as_the_one_that_answers(tmp_path: Path) -> None:
    write_bundle(tmp_path / "bundle", some_files(), a_manifest())
    app = create_app(ServerSettings(tmp_path / "bundle", reload_seconds=1000), WordParser.load)
    shutil.rmtree(tmp_path / "bundle")
    other = write_bundle(tmp_path / "bundle", some_files({}), a_manifest(1))
    response = app.test_client().get("/report")
    assert response.status_code == 503
    assert response.json["message"].endswith(f", got that of {other.version}")


def test_a_report_is_for_those_who_may_parse(models: Path) -> None:
    settings = ServerSettings(models, api_key=KEY, parse_needs_key=True)
    client = create_app(settings, WordParser.load).test_client()
    assert client.get("/report").status_code == 401
    assert client.get("/report", headers={"X-API-Key": KEY}).status_code == 200


def test_the_report_has_the_names_that_the_author_gives_intents(models: Path, tmp_path: Path) -> None:
    answers = tmp_path / "answers.yml"
    answers.write_text("greet: {name: 인사, answers: [안녕]}\nnlu_fallback: 네?", encoding="utf-8")
    client = create_app(ServerSettings(models, answers, reload_seconds=0), WordParser.load).test_client()
    first = client.get("/report")
    assert first.json["display_names"] == {"greet": "인사"}
    answers.write_text("greet: {name: 첫인사, answers: [안녕]}\nnlu_fallback: 네?", encoding="utf-8")
    again = client.get("/report", headers={"If-None-Match": first.headers["ETag"]})
    assert again.json["display_names"] == {"greet": "첫인사"}
