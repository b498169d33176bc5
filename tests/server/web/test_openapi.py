from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.schemas import BaseSchema
from schemathesis.specs.openapi.checks import ignored_auth, positive_data_acceptance

from server import ServerSettings, create_app
from server.app import RECORDER
from server.web.keys import KEY_HEADER
from server.wire import is_blank
from tests.server.words import WordParser, publish

KEY = "a-key-of-the-tests"
ROUTES = [
    ("/parse", "POST"),
    ("/model/parse", "POST"),
    ("/model", "PUT"),
    ("/kakao/skill", "POST"),
    ("/chat", "POST"),
    ("/chat", "GET"),
    ("/webhooks/rest/webhook", "POST"),
    ("/feedback", "POST"),
    ("/records", "GET"),
    ("/jobs", "GET"),
    ("/jobs/kinds", "GET"),
    ("/jobs/{kind}", "POST"),
    ("/jobs/{job_id}", "GET"),
    ("/jobs/{job_id}", "DELETE"),
    ("/jobs/{job_id}/events", "GET"),
    ("/monitoring", "GET"),
    ("/monitoring/rebase", "POST"),
    ("/inbox", "GET"),
    ("/inbox/groups/{group_id}/decisions", "POST"),
    ("/inbox/groups/{group_id}/accept", "POST"),
    ("/status", "GET"),
    ("/health", "GET"),
    ("/version", "GET"),
    ("/report", "GET"),
    ("/metrics", "GET"),
    ("/trials", "GET"),
    ("/trials/{kind}", "PUT"),
    ("/trials/{kind}", "DELETE"),
    ("/differences", "GET"),
    ("/loop", "GET"),
]
LIKE_THOSE = [
    ("/inbox/gather", "POST"),
    ("/inbox/groups/{group_id}", "GET"),
    ("/inbox/groups/{group_id}/proposals", "GET"),
    ("/inbox/decisions", "GET"),
    ("/inbox/decisions/{number}/undo", "POST"),
]
"""Routes whose requests are made of parts that others try."""


def is_said_in_words(body: Any, query: Any) -> bool:
    """Whether a request breaks a rule that JSON Schema has no words for: visible characters, names, times, places."""
    if not {"since", "until", "after"}.isdisjoint(query or ()):
        return True
    if not isinstance(body, dict):
        return False
    texts = body["text"] if isinstance(body.get("text"), list) else [body.get("text")]
    request = body.get("userRequest")
    texts = [*texts, request.get("utterance") or "?"] if isinstance(request, dict) else texts
    texts = [*texts, body["user"]] if isinstance(body.get("user"), str) else texts
    return (
        bool(body.get("intents"))
        or not {"model_file", "parse_id", "version", "action"}.isdisjoint(body)
        or any(isinstance(text, str) and (is_blank(text) or not _is_unicode(text)) for text in texts)
    )


def _is_unicode(text: str) -> bool:
    return not any("\ud800" <= char <= "\udfff" for char in text)


@pytest.fixture(scope="module")
def described(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BaseSchema]:
    """The description of a server, which answers all these tests."""
    folder = tmp_path_factory.mktemp("described")
    publish(folder / "models", 0)
    answers = folder / "answers.yml"
    answers.write_text("nlu_fallback: 네?\norder_food: {answers: 네., quick_replies: [취소]}", encoding="utf-8")
    app = create_app(
        ServerSettings(folder / "models", answers, max_text_length=20, max_texts=3, api_key=KEY), WordParser.load
    )
    yield schemathesis.openapi.from_wsgi("/openapi.json", app)
    app.extensions[RECORDER].close()


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
@pytest.mark.parametrize(("path", "method"), ROUTES)
def test_every_route_keeps_to_its_description(
    described: BaseSchema, path: str, method: str, mode: GenerationMode
) -> None:
    operation = described[path][method]
    if mode == GenerationMode.NEGATIVE and not operation.body:
        return  # it takes nothing, so nothing it takes can be wrong

    @settings(max_examples=30, suppress_health_check=list(HealthCheck), derandomize=True)
    @given(operation.as_strategy(generation_mode=mode))
    def check(case: schemathesis.Case) -> None:
        response = case.call(headers={KEY_HEADER: KEY})
        excluded = [positive_data_acceptance] if is_said_in_words(case.body, case.query) else []
        # It takes the key that is sent here for one of its own making; `test_keys` tries wrong ones.
        case.validate_response(response, excluded_checks=[ignored_auth, *excluded])

    check()


def test_the_description_is_of_openapi_3_1_and_holds_every_route(client: FlaskClient) -> None:
    described = client.get("/openapi.json").json
    routes = {
        (re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", str(rule)), method.lower())
        for rule in client.application.url_map.iter_rules()
        for method in rule.methods - {"HEAD", "OPTIONS"}
        if str(rule) != "/" and not str(rule).startswith(("/docs", "/openapi.json", "/page/"))
    }
    assert described["openapi"].startswith("3.1.")
    described_routes = {(path, method) for path, methods in described["paths"].items() for method in methods}
    assert described_routes == routes == {(path, method.lower()) for path, method in [*ROUTES, *LIKE_THOSE]}


def test_the_description_names_the_limits_of_this_server(client: FlaskClient) -> None:
    one, several = client.get("/openapi.json").json["components"]["schemas"]["ParseBody"]["properties"]["text"]["oneOf"]
    assert (one["maxLength"], several["maxItems"], several["items"]["maxLength"]) == (20, 3, 20)


def test_every_error_is_described_in_the_one_shape(client: FlaskClient) -> None:
    described = client.get("/openapi.json").json
    for methods in described["paths"].values():
        for operation in methods.values():
            failures = {status for status in operation["responses"] if status >= "400"}
            assert "500" in failures
            for status in failures:
                content = operation["responses"][status]["content"]["application/json"]
                assert content == {"schema": {"$ref": "#/components/schemas/ErrorAnswer"}}


def test_the_page_needs_nothing_from_outside(client: FlaskClient) -> None:
    page = client.get("/docs", follow_redirects=True)
    assert page.status_code == 200
    wanted = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert len(wanted) >= 3
    for path in wanted:
        with client.get(f"/docs/{path}") as asset:
            assert asset.status_code == 200, path
    assert 'new URL("../openapi.json"' in client.get("/docs/start.js").text


def test_the_server_loads_no_torch() -> None:
    program = "import sys, server.app; print([name for name in sys.modules if name.split('.')[0] in ('torch', 'onnx')])"
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, text=True).stdout == "[]\n"
