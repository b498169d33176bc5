"""What is different from the last run is marked, and kept where the project's results lie."""

from __future__ import annotations

import io
import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from nlu.commands.last_answers import _LONGEST, _MOST_TEXTS, Answer, LastAnswers, difference
from nlu.commands.parse import main
from nlu.types import FALLBACK_INTENT, Entity, Fallback, IntentScore, Parse
from tests.server.words import WordParser, publish


def a_parse(text: str = "내일 판교", intent: str = "weather", *entities: Entity, code: str | None = None) -> Parse:
    best = IntentScore(intent, 0.9)
    return Parse(text, best, (best,), entities, (), Fallback(code, 0.9, 0.2))  # type: ignore[arg-type]


def an_entity(kind: str = "date", value: str = "내일", role: str | None = None) -> Entity:
    return Entity(kind, 0, 2, "내일", value, role=role, confidence=0.9)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "reports" / "last_answers.json"


def run(path: Path, *parses: Parse) -> list[Answer | None]:
    last = LastAnswers(path)
    found = [last.compare(parse) for parse in parses]
    last.keep()
    return found


def test_an_answer_that_is_another_is_given_with_what_it_was(path: Path) -> None:
    assert run(path, a_parse(), a_parse("안녕", "greet")) == [None, None]
    assert run(path, a_parse(), a_parse("안녕", "bye"), a_parse("응")) == [None, Answer("greet"), None]
    assert run(path, a_parse("안녕", "bye")) == [None]
    assert run(path, a_parse(intent="greet")) == [Answer("weather")]  # kept over runs that did not ask for it


def test_a_confidence_is_no_difference(path: Path) -> None:
    run(path, a_parse("내일", "weather", an_entity()))
    moved = replace(an_entity(), confidence=0.5)
    assert run(path, replace(a_parse("내일", "weather", moved), intent=IntentScore("weather", 0.4))) == [None]


@pytest.mark.parametrize(
    ("now", "told"),
    [
        (a_parse("내일", "greet", an_entity()), ["- 의도  weather", "+ 의도  greet"]),
        (a_parse("내일"), ["- 개체  date  내일"]),
        (
            a_parse("내일", "weather", an_entity(value="12일", role="to")),
            ["- 개체  date  내일", "+ 개체  date:to  내일 = 12일"],
        ),
        (
            a_parse("내일", FALLBACK_INTENT, an_entity(), code="low_score"),
            ["- 의도  weather", f"+ 의도  {FALLBACK_INTENT}", "+ 못 알아들음"],
        ),
    ],
)
def test_what_is_different_is_told(now: Parse, told: list[str]) -> None:
    assert difference(Answer.of(a_parse("내일", "weather", an_entity())), now) == told


@pytest.mark.parametrize(
    "written", ["", "[]", "{", '{"format": 1}', '{"format": 9, "answers": {}}', '{"format": 1, "answers": {"a": 1}}']
)
def test_a_file_that_says_something_else_is_no_last_run(path: Path, written: str) -> None:
    path.parent.mkdir()
    path.write_text(written, encoding="utf-8")
    assert run(path, a_parse()) == [None]
    assert run(path, a_parse(intent="greet")) == [Answer("weather")]


def test_the_newest_are_kept_and_none_that_is_long(path: Path) -> None:
    run(path, a_parse("옛말"))
    run(path, a_parse("가" * (_LONGEST + 1)), *(a_parse(str(number)) for number in range(_MOST_TEXTS)))
    kept = json.loads(path.read_text(encoding="utf-8"))["answers"]
    assert list(kept) == [str(number) for number in range(_MOST_TEXTS)]


def test_only_the_owner_reads_what_people_said(path: Path) -> None:
    run(path, a_parse())
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("models", ["models", "models/versions/20261121-130441-e85b705b"])
def test_a_folder_that_can_not_be_written_is_no_failure(
    tmp_path: Path, models: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / models).mkdir(parents=True)
    if models != "models":
        (tmp_path / models / "manifest.json").touch()
    (tmp_path / "reports").touch()
    last = LastAnswers.beside(tmp_path / models)
    last.compare(a_parse())
    last.keep()
    assert (tmp_path / "reports").read_bytes() == b""


class _Taught(WordParser):
    """One that a retrain has taught to take every utterance for a greeting."""

    def parse(self, text, *arguments, **options):
        parse = super().parse(text, *arguments, **options)
        return replace(parse, intent=IntentScore("greet", 0.9))


@pytest.fixture
def models(tmp_path: Path) -> Path:
    publish(tmp_path / "models", 0)
    return tmp_path / "models"


def test_after_a_retrain_the_command_marks_what_changed(models: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["피자 주문", "--models", str(models), "--pretty"]
    assert main(arguments, WordParser.load) == main(arguments, WordParser.load) == 0
    before = capsys.readouterr()
    assert "지난번" not in before.out + before.err
    main(arguments, _Taught.load)
    told = capsys.readouterr()
    assert "  지난번과 다름\n  - 의도  " in told.out
    assert "  + 의도  greet\n" in told.out
    assert told.err == "지난번에도 물은 발화 1개 가운데 1개의 답이 달라졌습니다.\n"
    main(arguments, _Taught.load)
    assert "지난번" not in "".join(capsys.readouterr())


def test_json_says_what_it_was(models: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["피자", "--models", str(models), "--json"], WordParser.load)
    first = json.loads(capsys.readouterr().out)
    main(["피자", "--models", str(models), "--json"], _Taught.load)
    second = json.loads(capsys.readouterr().out)
    assert "before" not in first
    assert second["before"]["intent"] == first["intent"]["name"]


def test_nothing_is_kept_nor_compared_where_that_is_wished(models: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["피자", "--models", str(models), "--no-compare"], WordParser.load)
    assert not (models.parent / "reports").exists()


def test_lines_of_a_file_are_compared_as_those_of_standard_input(
    models: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = models.parent / "발화.txt"
    lines.write_bytes("\ufeff피자\r\n\r\n안녕\n".encode())
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO("안녕\n피자\n".encode())))
    main(["--models", str(models)], WordParser.load)
    capsys.readouterr()
    main(["--file", str(lines), "--models", str(models)], _Taught.load)
    told = capsys.readouterr()
    assert [json.loads(line)["text"] for line in told.out.splitlines()] == ["피자", "안녕"]
    assert told.err.endswith("2개 가운데 2개의 답이 달라졌습니다.\n")


def test_utterances_and_a_file_are_too_much(models: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["피자", "--file", os.devnull, "--models", str(models)], WordParser.load) == 2
    assert "--file" in capsys.readouterr().err


def test_a_line_of_a_file_that_is_not_utf8_is_said_with_its_place(
    models: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = models.parent / "옛.txt"
    lines.write_bytes("피자\n".encode() + "판교\n".encode("cp949"))
    assert main(["--file", str(lines), "--models", str(models)], WordParser.load) == 2
    assert f"{lines}: 2번째 줄이 UTF-8이 아닙니다." in capsys.readouterr().err
