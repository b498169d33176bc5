"""Secrets stay out of what the server says, however much it is asked to say."""

from __future__ import annotations

import json
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

import pytest

from tests.processes import PATIENCE, Command
from tests.server.words import publish

KEY, PASSWORD = "a-key-that-nobody-may-see", "a-password-that-nobody-may-see"
PROGRAM = (
    "import sys; from server.commands.serve import main; from tests.server.words import WordParser\n"
    "sys.exit(main(sys.argv[1:], WordParser.load))"
)


@pytest.mark.server
def test_the_most_talkative_log_tells_no_key_password_or_utterance(tmp_path: Path) -> None:
    publish(tmp_path / "models", 0)
    environment = {
        "NLU_API_KEY": f" {KEY} ",
        "NLU_PARSE_NEEDS_KEY": "on",
        "NLU_RECORDS_URL": f"postgresql://nlu:{PASSWORD}@127.0.0.1:1/records",
        "NLU_LOG_LEVEL": "debug",
    }
    server = Command(["-c", PROGRAM, "--port", "0", "--workers", "1"], tmp_path, environment)
    try:
        url = server.line_with("에서 답합니다").split()[0]
        ask(f"{url}/parse", {"text": "비밀 피자"})
        assert ask(f"{url}/model/parse?token={KEY}", {"token": KEY, "text": "비밀 피자"}, {})["text"] == "비밀 피자"
        answer = ask(f"{url}/records?intent=비밀", None)
        assert answer["reason"] == "DatabaseUnavailable"
        server.line_with("records can't be written")
        server.interrupt()
        for secret in (KEY, PASSWORD, "비밀", "%EB%B9%84"):
            assert secret not in server.output
            assert secret not in json.dumps(answer, ensure_ascii=False)
    finally:
        server.close()


def ask(url: str, body: dict | None, headers: dict[str, str] | None = None) -> dict:
    data = None if body is None else json.dumps(body).encode()
    headers = {"X-API-Key": KEY} if headers is None else headers
    request = urllib.request.Request(urllib.parse.quote(url, ":/?="), data, headers)
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        with error:
            return json.load(error)
