from __future__ import annotations

import json
import os
import socket
import subprocess
import urllib.error
from pathlib import Path

import pytest

from nlu.store.registry import Registry
from server.commands.serve import main
from tests.processes import ROOT, ask, run_python, running
from tests.server.words import WordParser, publish


def test_a_missing_model_has_code_three(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--models", str(tmp_path)], WordParser.load) == 3
    assert capsys.readouterr().err == (
        f"{tmp_path}: 쓰는 모델이 없습니다. "
        "nlu-train으로 학습하거나, nlu-models list로 찾아 nlu-models activate로 고르세요.\n"
    )


@pytest.mark.parametrize("port", ["-1", "65536", "9" * 5000, "http", "８０００"])
def test_a_port_that_is_none_is_wrong_usage(port: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([f"--port={port}"], WordParser.load) == 2
    assert "--port: 0에서 65535까지의 정수가 필요한데" in capsys.readouterr().err


def test_a_port_that_is_taken_has_code_four_and_changes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    publish(tmp_path, 0)
    before = dict(os.environ)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert main(["--models", str(tmp_path), "--port", str(port)], WordParser.load) == 4
    assert f"http://127.0.0.1:{port}: Address already in use" in capsys.readouterr().err
    assert dict(os.environ) == before


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (None, "{}: 대답 파일이 없습니다. --answers 나 NLU_ANSWERS 로 어디 있는지 알려 주세요.\n"),
        ("greet: 안녕하세요!", "{}:1:1: "),
        ("nlu_fallback: 네?", ""),
    ],
)
def test_answers_that_the_skill_lacks_are_warned_of_at_the_start(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str | None, problem: str
) -> None:
    publish(tmp_path / "models", 0)
    answers = tmp_path / "answers.yml"
    if text is not None:
        answers.write_text(text, encoding="utf-8")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        main(["--models", str(tmp_path / "models"), "--answers", str(answers), "--port", port], WordParser.load)
    said = capsys.readouterr().err
    assert said.startswith(problem.format(answers))
    skill = "그때까지 카카오 스킬(/kakao/skill)은 503으로 답하고, 나머지는 그대로 답합니다.\n"
    assert (skill in said) == bool(problem)


def test_nothing_that_starts_a_thread_is_loaded_before_the_workers_are() -> None:
    """onnxruntime starts one when it is imported; a worker forked after that aborts or hangs at its end."""
    code = "import sys, server.commands.serve; print(sorted({'onnxruntime', 'torch'} & set(sys.modules)))"
    assert run_python(code, ROOT).stdout == "[]\n"


@pytest.mark.server
def test_the_line_to_paste_leads_to_a_server_with_the_given_limits(tmp_path: Path) -> None:
    publish(tmp_path, 0)
    program = (
        "import sys; from server.commands.serve import main; from tests.server.words import WordParser\n"
        "sys.exit(main(sys.argv[1:], WordParser.load))"
    )
    arguments = ["--models", str(tmp_path), "--port", "0", "--workers", "1", "--max-texts", "2"]
    with running(["-c", program, *arguments], tmp_path) as server:
        assert server.line_with("에서 답합니다. 멈추려면 Ctrl+C.").startswith("http://127.0.0.1:")
        curl = server.line_with("curl").strip()
        shown = subprocess.run(["bash", "-c", f"{curl} --silent --show-error"], capture_output=True, check=False)
        assert json.loads(shown.stdout)["model_version"] == Registry(tmp_path).active(), shown.stderr + server.output
        with pytest.raises(urllib.error.HTTPError) as caught:
            ask(curl.split()[-1].removesuffix("/parse"), ["피자"] * 3)
        with caught.value:
            assert json.load(caught.value)["message"] == "expected an array of at most 2 as 'text', got one of 3"
        assert server.interrupt() == 0, server.output
