from __future__ import annotations

import json
from pathlib import Path

import pytest

from nlu.commands.keys import main


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("NLU_MODELS", str(tmp_path / "models"))
    monkeypatch.setenv("NLU_ACTOR", "관리자")
    return tmp_path


def test_a_key_is_shown_once_and_alone_on_standard_output(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["add", "김저자", "--role", "label", "--days", "30"]) == 0
    shown = capsys.readouterr()
    key = shown.out.strip()
    assert key.startswith("nlu_")
    assert key not in shown.err
    assert "김저자의 열쇠(보기, 피드백과 받은함 가리기;" in shown.err
    assert main(["list"]) == 0
    told = capsys.readouterr().out
    assert key not in told
    assert told.startswith("김저자  label  열림  ")
    assert "쓴 적 없음  (관리자, " in told
    assert not any(key.encode() in path.read_bytes() for path in (place / "records").iterdir())


def test_a_key_is_taken_back(capsys: pytest.CaptureFixture[str]) -> None:
    main(["add", "a", "--role", "read"])
    assert main(["add", "a", "--role", "read"]) == 2
    assert main(["revoke", "a"]) == 0
    capsys.readouterr()
    assert main(["revoke", "b"]) == 2
    assert capsys.readouterr().err == "'b' 이름의 쓸 수 있는 열쇠가 없습니다. 있는 것: 없음\n"
    main(["list", "--json"])
    (shown,) = json.loads(capsys.readouterr().out)
    assert (shown["name"], shown["role"], shown["is_open"]) == ("a", "read", False)


@pytest.mark.parametrize("name", ["", " ", "-a", "a" * 101, "a\nb"])
def test_a_name_that_nobody_could_read_is_refused(name: str) -> None:
    assert main(["add", "--role", "read", "--", name]) == 2


@pytest.mark.parametrize("days", ["0", "36501", "99999999999"])
def test_a_key_ends_within_the_calendar(days: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["add", "a", "--role", "read", "--days", days]) == 2
    assert repr(days) in capsys.readouterr().err


def test_no_keys_are_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list"]) == 0
    assert capsys.readouterr().out == "열쇠가 없습니다. 만들려면: nlu-keys add 이름 --role label\n"
