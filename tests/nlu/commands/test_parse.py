from __future__ import annotations

import io
import json
import os
import pty
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import get_args

import pytest

from nlu.commands.parse import main, view
from nlu.types import FALLBACK_INTENT, Entity, Fallback, FallbackCode, IntentScore, Parse
from tests.server.words import WordParser, publish


@pytest.fixture
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("NLU_MODELS", str(tmp_path / "models"))
    publish(tmp_path / "models", 0)
    return tmp_path / "models"


def feed(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(data)))


def texts(captured: str) -> list[str]:
    return [json.loads(line)["text"] for line in captured.splitlines()]


def test_each_argument_gives_one_line_of_json(models: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["판교에서 피자", "안녕"], WordParser.load) == 0
    first, second = map(json.loads, capsys.readouterr().out.splitlines())
    assert [entity["value"] for entity in first["entities"]] == ["판교", "피자"]
    assert second["intent"]["name"] == FALLBACK_INTENT


def test_an_argument_without_a_letter_is_answered_too(models: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["", "피자"], WordParser.load) == 0
    nothing, order = map(json.loads, capsys.readouterr().out.splitlines())
    assert (nothing["text"], nothing["fallback"]["is_fallback"]) == ("", True)
    assert order["text"] == "피자"


def test_each_line_of_standard_input_gives_one_line_of_json(
    models: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    feed(monkeypatch, "피자 하나\r\n\n  \n안녕".encode())
    assert main([], WordParser.load) == 0
    assert texts(capsys.readouterr().out) == ["피자 하나", "안녕"]


def test_a_line_without_an_end_is_not_waited_for(models: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--file", "/dev/zero"], WordParser.load) == 2
    assert "/dev/zero: 1번째 줄이 1,048,576바이트보다 깁니다." in capsys.readouterr().err


def test_spaces_around_a_line_are_kept_so_that_offsets_hold(
    models: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    feed(monkeypatch, b"\xef\xbb\xbf" + "  피자 \n".encode())
    main([], WordParser.load)
    assert texts(capsys.readouterr().out) == ["  피자 "]


def test_a_line_that_is_not_utf8_is_said_with_its_number(
    models: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    feed(monkeypatch, "피자\n".encode() + "판교\n".encode("cp949"))
    assert main([], WordParser.load) == 2
    captured = capsys.readouterr()
    assert texts(captured.out) == ["피자"]
    assert captured.err == "입력을 읽을 수 없습니다: 표준 입력 2번째 줄이 UTF-8이 아닙니다.\n"


def test_a_missing_model_has_code_three(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["피자", "--models", str(tmp_path)], WordParser.load) == 3
    assert capsys.readouterr().err == (
        f"{tmp_path}: 쓰는 모델이 없습니다. "
        "nlu-train으로 학습하거나, nlu-models list로 찾아 nlu-models activate로 고르세요.\n"
    )


def test_a_broken_model_has_code_three(models: Path) -> None:
    next(models.glob("versions/*/words.json")).write_bytes(b"")
    assert main(["피자"], WordParser.load) == 3


def test_json_and_pretty_exclude_each_other(models: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["피자", "--json", "--pretty"], WordParser.load) == 2
    assert "--pretty: --json과 함께 쓸 수 없습니다" in capsys.readouterr().err


UNDERSTOOD = Parse(
    text="판교에서 핏자 주문",
    intent=IntentScore("order_food", 0.914),
    ranking=(IntentScore("order_food", 0.914), IntentScore("menu_price", 0.05), IntentScore("greet", 0.01)),
    entities=(
        Entity("loc", 0, 2, "판교", "판교", "from", "에서", 0.99, ("tagger", "dictionary")),
        Entity("menu", 5, 7, "핏자", "피자", None, "", 0.8, ("tagger",)),
    ),
    tokens=(),
    fallback=Fallback(None, 0.914, 0.4),
)


def test_a_person_sees_the_entities_in_their_place_and_what_was_understood() -> None:
    assert view(UNDERSTOOD).splitlines() == [
        "[판교]에서 [핏자] 주문",
        "  의도  order_food 91.4%  (다음: menu_price 5.0%, greet 1.0%)",
        "  개체  loc:from  판교 +에서  99.0%  tagger+dictionary",
        "  개체  menu  핏자 = 피자  80.0%  tagger",
    ]


def test_colours_mark_the_entities_on_a_terminal() -> None:
    assert view(UNDERSTOOD, colour=True).splitlines()[0] == "\x1b[1;36m판교\x1b[0m에서 \x1b[1;33m핏자\x1b[0m 주문"


def test_what_was_not_understood_is_said_with_its_reason(models: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["안녕", "--pretty"], WordParser.load) == 0
    assert capsys.readouterr().out.splitlines() == [
        "안녕",
        "  의도  nlu_fallback 20.0%",
        "  못 알아들음: 가장 그럴듯한 의도의 확신도가 20%입니다 (점수 0.20, 기준 0.50)",
    ]


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("unfamiliar", "학습한 글에 있는 글자 조합이 25%뿐입니다"),
        ("unsure", "가장 그럴듯한 의도의 확신도가 80%입니다"),
        ("out_of_scope", "봇이 다루지 않는 말과 가장 비슷합니다"),
        ("nothing", "알아볼 글자가 없습니다"),
        ("not_allowed", "고를 수 있는 다른 의도가 없습니다"),
    ],
)
def test_every_reason_is_said_in_korean(code: FallbackCode, reason: str) -> None:
    verdict = Fallback(code, 0.2, 0.4, 0.25, 0.8)
    shown = view(replace(UNDERSTOOD, fallback=verdict)).splitlines()
    assert shown[-1] == f"  못 알아들음: {reason} (점수 0.20, 기준 0.40)"


def test_every_reason_that_a_parser_can_give_has_its_words() -> None:
    for code in get_args(FallbackCode):
        verdict = Fallback(code, 0.0, 0.4, 0.0)
        assert verdict.reason != f"fallback.{code}" != verdict.worded("ko")


def test_a_terminal_gets_the_view_for_people(models: Path) -> None:
    program = (
        "import sys; from nlu.commands.parse import main; from tests.server.words import WordParser\n"
        "sys.exit(main(['판교 피자'], WordParser.load))"
    )
    leader, follower = pty.openpty()
    subprocess.run([sys.executable, "-c", program], stdout=follower, check=True, env={**os.environ, "NO_COLOR": "1"})
    os.close(follower)
    shown = os.read(leader, 4096).decode()
    os.close(leader)
    assert shown.splitlines()[0] == "[판교] [피자]"
