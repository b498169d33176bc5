"""From an empty folder to a first answer, as the page of a new bot says it, by the commands themselves."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from nlu.commands import evaluate, generate, init, models, parse, train, validate
from nlu.understanding.parser import UtteranceParser
from server import ServerSettings, create_app
from tests.projects import contents

pytestmark = pytest.mark.slow  # trains a draft: half a minute of one core


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new bot with its data set and a draft, made in its own folder."""
    folder = tmp_path_factory.mktemp("bots") / "예약봇"
    with pytest.MonkeyPatch.context() as patch:
        assert init.main([str(folder)]) == 0
        patch.chdir(folder)
        assert validate.main(["--strict"]) == 0
        assert generate.main([]) == 0
        assert train.main(["--draft"]) == 0
    return folder


def test_the_page_tells_the_commands_that_there_are(folder: Path) -> None:
    told = set(re.findall(r"nlu-[a-z]+", (folder / "README.md").read_text(encoding="utf-8")))
    assert {"nlu-validate", "nlu-generate", "nlu-train", "nlu-parse", "nlu-serve", "nlu-evaluate", "nlu-data"} == told


@pytest.mark.parametrize(
    ("text", "intent", "entities"),
    [
        (
            "내일 7시에 두 명 예약해줘",
            "reserve",
            [("date", "내일"), ("time", "7시"), ("people", "두 명")],
        ),
        ("모레 저녁 8시 세명 자리 있어?", "reserve", [("date", "모레"), ("time", "오후 8시"), ("people", "세 명")]),
        ("하이", "greet", []),
        ("ㄱㅅ", "thanks", []),
        ("ㅇㅋ", "affirm", []),
        ("ㄴㄴ", "deny", []),
        ("도움말", "help", []),
        ("취소할게요", "cancel", []),
        ("바이", "goodbye", []),
    ],
)
def test_first_answers_from_outside(
    folder: Path, text: str, intent: str, entities: list[tuple[str, str]], capsys: pytest.CaptureFixture[str]
) -> None:
    assert parse.main([text, "--models", str(folder / "models"), "--json", "--no-compare"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["intent"]["name"] == intent
    assert [(one["entity"], one["value"]) for one in answer["entities"]] == entities


def test_the_other_commands_work_there(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(folder)
    assert generate.main([]) == 0
    assert train.main(["--draft"]) == 0
    told = capsys.readouterr().out
    assert "바뀐 것이 없어 그대로 씁니다" in told
    assert "바뀐 것이 없어 학습을 건너뜁니다" in told
    assert models.main(["list"]) == 0
    assert "(초안)" in capsys.readouterr().out
    assert evaluate.main([]) == 0


def test_kakao_hears_the_answers(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    client = create_app(ServerSettings(record=0.0), UtteranceParser.load).test_client()

    def said(utterance: str) -> str:
        body = {"userRequest": {"utterance": utterance, "user": {"id": "u"}}, "bot": {"id": "b"}, "action": {}}
        answer = client.post("/kakao/skill", json=body).get_json()
        return str(answer["template"]["outputs"][0]["simpleText"]["text"])

    assert said("내일 7시에 두 명 예약해줘") == "내일 7시, 두 명 예약할게요. 맞을까요?"
    assert said("두 명 예약해줘") == "언제, 몇 분이 오시나요?"
    assert said("하이") == "안녕하세요! 예약봇이에요. 무엇을 도와 드릴까요?"


def test_the_authors_files_are_as_they_were(folder: Path, tmp_path: Path) -> None:
    init.new_bot(tmp_path / "예약봇", "예약봇")
    there = contents(folder)
    assert {name: there[name] for name in contents(tmp_path / "예약봇")} == contents(tmp_path / "예약봇")
