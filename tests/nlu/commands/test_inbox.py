from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from nlu.commands.common import ExitCode
from nlu.commands.inbox import main
from nlu.database.engine import Database
from nlu.database.place import database_url
from nlu.journal.store import RecordStore
from tests.nlu.inbox.examples import failed
from tests.nlu.journal.examples import a_feedback, an_id
from tests.parsers import untrained_parser

PATTERNS = """\
[order]
{menu} 주문해 줘

[greet]
안녕하세요
"""
REFUNDS = ("환불해 줘", "피자 환불해 줘", "콜라 환불해 줘")


@pytest.fixture
def bot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A bot's folder with three refunds in its records, and one answer that somebody complained of."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NLU_RECORDS_URL", raising=False)
    monkeypatch.setenv("NLU_ACTOR", "김저자")
    (tmp_path / "patterns").mkdir()
    (tmp_path / "patterns" / "pattern.txt").write_text(PATTERNS, encoding="utf-8")
    (tmp_path / "dictionaries").mkdir()
    (tmp_path / "dictionaries" / "dict.csv").write_text("menu,피자\nmenu,콜라\n", encoding="utf-8")
    database = Database(database_url(Path("models")))
    database.prepare()
    journal = RecordStore(database)
    journal.write([failed(text, number) for number, text in enumerate((*REFUNDS, "매장 어디야"), 1)])
    journal.add_feedback(an_id(4), a_feedback("weather"))
    database.close()
    return tmp_path


def run(*arguments: str) -> int:
    parser = untrained_parser(threshold=1.0)  # it understands nothing
    return main([*arguments, "--models", "models"], lambda _: parser)


def answer(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    assert run(*arguments, "--json") == ExitCode.OK
    return json.loads(capsys.readouterr().out)


@pytest.fixture(autouse=True)
def a_model(monkeypatch: pytest.MonkeyPatch) -> None:
    """The model is given, so that no registry is needed."""
    monkeypatch.setattr("nlu.commands.inbox.locate", lambda path: path)


def test_groups_are_listed_with_their_words_reasons_and_members(bot: Path, capsys: pytest.CaptureFixture[str]) -> None:
    listed = answer(capsys, "list")
    assert listed["counts"] == {"open": 2, "held": 0, "excluded": 0, "done": 0}
    refunds = next(one for one in listed["groups"] if one["count"] == 3)
    assert (refunds["words"][0], refunds["frequency"], refunds["reasons"]) == ("환불", 3, {"failed": 3})
    (complained,) = answer(capsys, "list", "--reason", "complained")["groups"]
    assert complained["members"][0]["text"] == "매장 어디야"
    assert run("list") == ExitCode.OK
    assert "환불" in capsys.readouterr().out


def test_a_proposal_is_shown_accepted_into_the_file_and_undone(bot: Path, capsys: pytest.CaptureFixture[str]) -> None:
    patterns = bot / "patterns" / "pattern.txt"
    (group,) = [one for one in answer(capsys, "list")["groups"] if one["count"] == 3]
    number = str(group["id"])
    shown = answer(capsys, "show", number, "--intent", "refund")
    first = next(one for one in shown["proposals"] if len(one["covers"]) == 3)
    accepting = ("accept", number, str(first["number"]), "--intent", "refund")
    assert run(*accepting) == ExitCode.OK  # nobody is there to be asked
    assert f"+{first['line']}" in capsys.readouterr().out
    assert patterns.read_text(encoding="utf-8") == PATTERNS
    assert run(*accepting, "--yes") == ExitCode.OK
    written = patterns.read_text(encoding="utf-8")
    assert "[refund]" in written
    assert first["line"] in written
    capsys.readouterr()
    assert [one["id"] for one in answer(capsys, "list", "--state", "done")["groups"]] == [group["id"]]
    (decision,) = answer(capsys, "log")["decisions"]
    assert (decision["by"], decision["action"], decision["intent"]) == ("김저자", "accept", "refund")
    assert run("undo", str(decision["id"]), "--yes") == ExitCode.OK
    assert patterns.read_text(encoding="utf-8") == PATTERNS
    capsys.readouterr()
    assert answer(capsys, "list")["counts"]["open"] == 2


def test_decisions_are_made_and_those_that_can_not_be_are_told(bot: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first, second = (str(one["id"]) for one in answer(capsys, "list")["groups"])
    assert run("hold", first) == run("exclude", second) == ExitCode.OK
    assert run("reopen", first) == ExitCode.OK
    assert run("edit", first, "weather") == run("answer", second) == ExitCode.OK
    capsys.readouterr()
    assert answer(capsys, "list", "--no-gather")["counts"] == {"open": 0, "held": 0, "excluded": 0, "done": 2}
    assert run("hold", "99") == ExitCode.USAGE
    assert "99번이 없습니다" in capsys.readouterr().err
    assert run("edit", first, "두 낱말") == ExitCode.USAGE
    assert run("edit", first, "order", "--entities", "{") == ExitCode.USAGE
    assert run("accept", first, "9", "--yes") == ExitCode.USAGE


def test_a_file_is_looked_at_or_taken_in_once(bot: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("상담.csv").write_text("고객,문의\nkim,환불 할래\nkim,환불 할래\nlee,쿠폰 있어\n", encoding="utf-8")
    looked = answer(capsys, "list", "--file", "상담.csv", "--margin", "0.99")
    assert sum(one["count"] for one in looked["groups"]) == 3
    taken = answer(capsys, "add", "상담.csv", "--margin", "0.99")
    assert (taken["read"], taken["added"]) == (3, 3)
    again = answer(capsys, "add", "상담.csv", "--margin", "0.99")
    assert (again["added"], again["found"]) == (0, 0)


def test_labels_go_to_label_studio_and_come_back_from_two_people(bot: Path, capsys: pytest.CaptureFixture[str]) -> None:
    answer(capsys, "list")
    assert run("export", "tasks.json") == ExitCode.OK
    assert '<Choice value="weather"/>' in Path("tasks.xml").read_text(encoding="utf-8")
    tasks = json.loads(Path("tasks.json").read_text(encoding="utf-8"))
    for task, intents in zip(
        tasks, (("order", "order"), ("order", "greet"), ("greet", "greet"), ("order", "order")), strict=True
    ):
        task["annotations"] = [
            {"completed_by": {"email": who}, "result": [{"type": "choices", "value": {"choices": [intent]}}]}
            for who, intent in zip(("kim", "lee"), intents, strict=True)
        ]
    Path("done.json").write_text(json.dumps(tasks), encoding="utf-8")
    assert run("import", "done.json") == run("import", "done.json") == ExitCode.OK
    assert "새 답 8개" in (told := capsys.readouterr().out)
    assert "이미 있던 답 8개" in told
    (pair,) = answer(capsys, "agreement")["pairs"]
    assert (pair["people"], pair["count"], pair["kappa"]) == (["kim", "lee"], 4, pytest.approx(0.5))
    assert run("agreement") == ExitCode.OK
    assert "κ 0.500" in capsys.readouterr().out
    Path("done.json").write_text("[", encoding="utf-8")
    assert run("import", "done.json") == ExitCode.USAGE


def test_without_the_authors_files_nothing_is_proposed(bot: Path, capsys: pytest.CaptureFixture[str]) -> None:
    os.remove(bot / "patterns" / "pattern.txt")
    first = str(answer(capsys, "list")["groups"][0]["id"])
    assert run("show", first) == ExitCode.USAGE
    assert "패턴과 사전이 없어" in capsys.readouterr().err
