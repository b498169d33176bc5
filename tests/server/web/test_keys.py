from __future__ import annotations

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from nlu.errors import ConfigError
from server import ServerSettings, create_app
from server.web.keys import security_of
from tests.server.words import WordParser, publish

KEY, NEXT = "the-first-key-of-all", "the-second-key-of-all"


def serve(models: Path, api_key: str = "", parse_needs_key: bool = False) -> FlaskClient:
    answers = models / "answers.yml"
    answers.write_text("nlu_fallback: 네?", encoding="utf-8")
    settings = ServerSettings(models, answers, api_key=api_key, parse_needs_key=parse_needs_key)
    return create_app(settings, WordParser.load).test_client()


def activate(client: FlaskClient, models: Path, **headers: str) -> tuple[int, str]:
    version = publish(models, 1, activate=False)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    response = client.put("/model", json={"model_file": version}, headers=named)
    return response.status_code, response.json["message"] if response.data else ""


def test_the_key_opens_as_a_bearer_token(models: Path) -> None:
    client = serve(models, KEY)
    for headers in ({"Authorization": f"Bearer {KEY}"}, {"authorization": f"bearer  {KEY} "}):
        assert activate(client, models, **headers) == (204, "")


def test_each_of_several_keys_opens_as_a_header(models: Path) -> None:
    client = serve(models, f"{KEY}, {NEXT}")
    for key in (KEY, NEXT):
        assert activate(client, models, X_API_Key=key) == (204, "")


def test_another_key_does_not(models: Path) -> None:
    client = serve(models, f"{KEY},{NEXT}")
    for headers in (
        {"X_API_Key": KEY[:-1]},
        {"X_API_Key": f"{KEY}{NEXT}"},
        {"X_API_Key": f"{KEY},{NEXT}"},
        {"X_API_Key": "한글"},
        {"Authorization": f"Bearer {KEY}x"},
        {"Authorization": "Bearer x", "X_API_Key": KEY},
    ):
        encoded = {name: value.encode().decode("latin-1") for name, value in headers.items()}
        assert activate(client, models, **encoded) == (
            401,
            "expected a valid API key with the role 'operate', got another",
        ), headers


def test_without_a_key_the_answer_says_how_to_send_it(models: Path) -> None:
    client = serve(models, KEY)
    for headers in ({}, {"Authorization": f"Basic {KEY}"}, {"Authorization": KEY}, {"X-API-Key": ""}):
        response = client.put("/model", headers=headers)
        assert (response.status_code, response.json["reason"]) == (401, "Unauthorized")
        assert response.json["message"] == "expected an API key with the role 'operate', got none"
        assert response.json["help"] == (
            "Send the key as 'Authorization: Bearer …' or 'X-API-Key: …'; POST /model/parse takes Rasa's 'token' too."
        )
        assert response.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_server_without_a_key_is_closed_and_says_what_to_set(models: Path) -> None:
    response = serve(models).put("/model", headers={"X-API-Key": KEY})
    assert (response.status_code, response.json["reason"]) == (403, "Forbidden")
    assert "NLU_API_KEY" in response.json["help"]


def test_parsing_is_open_unless_the_settings_say_otherwise(models: Path) -> None:
    body = {"text": "피자", "userRequest": {"utterance": "피자"}}
    opened, closed = serve(models, KEY), serve(models, KEY, parse_needs_key=True)
    for url in ("/parse", "/model/parse", "/kakao/skill"):
        assert opened.post(url, json=body).status_code == 200
        assert closed.post(url, json=body).status_code == 401
        assert closed.post(url, json=body, headers={"X-API-Key": KEY}).status_code == 200
    assert opened.get("/metrics").status_code == 200
    assert closed.get("/metrics").status_code == 401
    assert closed.get("/metrics", headers={"Authorization": f"Bearer {KEY}"}).status_code == 200


def test_health_needs_no_key(models: Path) -> None:
    assert serve(models, KEY, parse_needs_key=True).get("/health").status_code == 200


def test_the_description_names_both_ways_to_send_the_key(models: Path) -> None:
    described = serve(models, KEY).get("/openapi.json").json
    assert described["components"]["securitySchemes"].keys() == {"bearer", "apiKey"}
    assert described["paths"]["/model"]["put"]["security"] == security_of("operate")
    assert "security" not in described["paths"]["/parse"]["post"]


@pytest.mark.parametrize(
    ("variables", "message"),
    [
        ({"NLU_API_KEY": "kurz!"}, "NLU_API_KEY: expected at least 16 characters, got 5"),
        ({"NLU_API_KEY": f"{KEY},geheim"}, "NLU_API_KEY: expected at least 16 characters, got 6"),
        (
            {"NLU_API_KEY": "열쇠는열여섯글자보다길어야하니까"},
            "NLU_API_KEY: expected visible ASCII characters, got others",
        ),
        ({"NLU_PARSE_NEEDS_KEY": "on"}, "NLU_API_KEY: expected a key where NLU_PARSE_NEEDS_KEY is on, got none"),
    ],
)
def test_a_bad_key_is_refused_at_the_start_and_never_told(variables: dict[str, str], message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        ServerSettings.from_environment(variables)
    assert str(caught.value) == message
    assert variables.get("NLU_API_KEY", "no key") not in repr(caught.value)


def test_the_settings_do_not_show_the_key() -> None:
    assert KEY not in repr(ServerSettings(api_key=KEY))
