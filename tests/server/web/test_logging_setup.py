from __future__ import annotations

import io
import json
import logging
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from nlu.store.registry import Registry
from nlu.types import Parse
from server import ServerSettings, create_app
from server.app import RECORDER
from server.web import logging_setup as logs
from tests.processes import PATIENCE
from tests.server.words import WordParser, publish

TABLES = "the tables of records are made"
SECRET = "판교에서"  # not a word of any route, name or message


@pytest.fixture
def stream() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def client(models: Path) -> FlaskClient:
    """A client that is not recorded, so that the thread which writes records has nothing to log."""
    return create_app(ServerSettings(models, record=0), WordParser.load).test_client()


def all_lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    """All lines but those of a thread that still makes the tables of an earlier test's records."""
    return [line for line in all_lines(stream) if not line["message"].startswith(TABLES)]


def test_a_request_is_one_json_line_that_says_what_was_done_and_nothing_of_what_was_said(
    client: FlaskClient, stream: io.StringIO
) -> None:
    logs.configure(ServerSettings(log_format="json"), stream)
    answer = client.post(
        f"/parse?explain=0&q={SECRET}", json={"text": f"{SECRET} 피자"}, headers={"X-Request-ID": "a-1"}
    )
    (line,) = lines(stream)
    assert {name: line[name] for name in ("level", "logger", "message", "request_id")} == {
        "level": "info",
        "logger": "nlu.access",
        "message": "answered",
        "request_id": "a-1",
    }
    assert {name: line[name] for name in ("route", "method", "status", "bytes", "model_version")} == {
        "route": "/parse",
        "method": "POST",
        "status": 200,
        "bytes": len(answer.data),
        "model_version": answer.json["model_version"],
    }
    assert 0 < line["ms"] < 60_000
    assert SECRET not in stream.getvalue()


def test_the_version_logged_is_the_one_that_answered_also_while_another_takes_over(
    models: Path, stream: io.StringIO
) -> None:
    class Swapped(WordParser):
        """Is replaced by the next version while it parses."""

        def parse_many(self, texts: Sequence[str], **options: Any) -> list[Parse]:
            parses = super().parse_many(texts, **options)
            if list(texts) == ["피자"] and len(Registry(models).list()) == 1:  # not what a new model is tried on
                thread = threading.Thread(target=swap)
                thread.start()
                thread.join()
            return parses

    def swap() -> None:
        version, deadline = publish(models, 1), time.monotonic() + 30
        while app.test_client().get("/version").json["model_version"] != version:
            assert time.monotonic() < deadline

    app = create_app(ServerSettings(models, reload_seconds=0, record=0), Swapped.load)
    logs.configure(ServerSettings(log_format="json"), stream)
    first, second = (app.test_client().post("/parse", json={"text": "피자"}).json for _ in range(2))
    assert first["model_version"] != second["model_version"]
    logged = [line["model_version"] for line in lines(stream) if line.get("route") == "/parse"]
    assert logged == [first["model_version"], second["model_version"]]


def test_what_needed_no_model_names_none(client: FlaskClient, stream: io.StringIO) -> None:
    logs.configure(ServerSettings(log_format="json"), stream)
    client.post("/parse", json={"text": "피자"})
    client.get("/openapi.json")
    assert [line["model_version"] is None for line in lines(stream)] == [False, True]


def test_no_path_that_a_client_made_up_is_logged(client: FlaskClient, stream: io.StringIO) -> None:
    logs.configure(ServerSettings(log_format="json"), stream)
    client.get(f"/{SECRET}?q={SECRET}")
    (line,) = lines(stream)
    assert (line["route"], line["status"]) == ("unknown", 404)
    assert SECRET not in stream.getvalue()


def test_every_line_of_a_request_bears_its_id_also_a_traceback(client: FlaskClient, stream: io.StringIO) -> None:
    logs.configure(ServerSettings(log_format="json"), stream)
    answer = client.post("/parse", json={"text": "고장"}, headers={"X-Request-ID": "b-2"})
    crash, line = lines(stream)
    assert crash["request_id"] == line["request_id"] == answer.headers["X-Request-ID"] == answer.json["request_id"]
    assert crash["level"] == "error"
    assert "ZeroDivisionError" in crash["exception"]
    assert line["status"] == 500


def test_outside_a_request_a_line_has_no_id(stream: io.StringIO) -> None:
    logs.configure(ServerSettings(log_format="json"), stream)
    logging.getLogger("nlu.server").info("serving model %s", "1")
    (line,) = lines(stream)
    assert "request_id" not in line
    assert (line["message"], line["logger"]) == ("serving model 1", "nlu.server")


@pytest.mark.parametrize(("level", "has_steps"), [("info", False), ("debug", True)])
def test_that_tables_of_records_were_made_is_one_line_and_the_steps_are_for_debugging(
    models: Path, stream: io.StringIO, level: str, has_steps: bool
) -> None:
    logs.configure(ServerSettings(log_format="json", log_level=level), stream)
    app = create_app(served := ServerSettings(models), WordParser.load)
    app.test_client().post("/parse", json={"text": "피자"})
    app.extensions[RECORDER].close(PATIENCE)
    made = [line for line in all_lines(stream) if line["message"].startswith(TABLES)]
    assert [line["logger"] for line in made if served.records_place in line["message"]] == ["nlu.server"]
    assert any(line["logger"].startswith("alembic") for line in all_lines(stream)) == has_steps


def test_line_feeds_quotes_and_lone_surrogates_stay_on_one_line(stream: io.StringIO) -> None:
    logs.configure(ServerSettings(log_format="json"), stream)
    logging.getLogger("nlu.server").info('a\nb "c" \ud800 피자')
    assert stream.getvalue().count("\n") == 1
    assert "피자" in stream.getvalue()
    assert lines(stream)[0]["message"] == 'a\nb "c" \ud800 피자'


def test_a_sound_request_id_is_kept(client: FlaskClient) -> None:
    for given in ("0af7651916cd43dd8448eb211c80319c", "a.b_c:d/e+f=-", "x" * 128):
        assert client.get("/health", headers={"X-Request-ID": given}).headers["X-Request-ID"] == given


def test_another_one_is_replaced(client: FlaskClient) -> None:
    for given in ("", " ", "a b", "x" * 129, '"', "피자", "a\tb", "<script>"):
        answer = client.get("/nowhere", headers={"X-Request-ID": given.encode().decode("latin-1")})
        made = answer.headers["X-Request-ID"]
        assert len(made) == 32, given
        assert made == answer.json["request_id"]


def test_ids_that_are_made_differ(client: FlaskClient) -> None:
    assert len({client.get("/health").headers["X-Request-ID"] for _ in range(20)}) == 20


def test_plain_lines_leave_the_terminal_to_the_person(client: FlaskClient, stream: io.StringIO) -> None:
    logs.configure(ServerSettings(log_format="text"), stream)
    client.post("/parse", json={"text": "피자"})
    assert stream.getvalue() == ""
    client.post("/parse", json={"text": "고장"}, headers={"X-Request-ID": "c-3"})
    first = stream.getvalue().splitlines()[0]
    assert "ERROR nlu.server: error " in first
    assert first.endswith(" [c-3]")


def test_plain_lines_tell_of_each_request_when_asked_for_all(client: FlaskClient, stream: io.StringIO) -> None:
    logs.configure(ServerSettings(log_format="text", log_level="debug"), stream)
    client.post("/parse", json={"text": "피자"}, headers={"X-Request-ID": "d-4"})
    (line,) = [line for line in stream.getvalue().splitlines() if logs.ACCESS in line]
    assert "INFO nlu.access: answered route=/parse method=POST status=200 ms=" in line
    assert line.endswith(" [d-4]")


def test_the_level_leaves_out_what_is_less_severe(client: FlaskClient, stream: io.StringIO) -> None:
    logs.configure(ServerSettings(log_format="json", log_level="error"), stream)
    client.post("/parse", json={"text": "고장"})
    assert [line["level"] for line in lines(stream)] == ["error"]


def test_what_is_no_terminal_gets_json(stream: io.StringIO) -> None:
    assert not logs.is_text(ServerSettings(), stream)
    assert logs.is_text(ServerSettings(log_format="text"), stream)


@pytest.mark.parametrize("form", ["json", "text"])
def test_personal_data_in_a_traceback_is_masked(stream: io.StringIO, form: str) -> None:
    logs.configure(ServerSettings(log_format=form), stream)
    try:
        raise ValueError("cannot decode: 내 번호는 880101~1234567, hong (at) naver.com")
    except ValueError:
        logging.getLogger("nlu.server").exception("failed")
    assert "내 번호는 ******~*******, **** (**) *****.***" in stream.getvalue()
    assert "ValueError" in stream.getvalue()
