from __future__ import annotations

import json
from pathlib import Path

import pytest

from nlu.commands.validate import main
from tests.projects import contents


def test_doubtful_places_are_told_and_are_no_mistake(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--all"]) == 0
    shown = capsys.readouterr().out
    assert "의도 [greet]" in shown
    assert "[unbalanced-intents]" in shown
    assert shown.splitlines()[-1].startswith("오류 0개, 주의 ")


def test_what_is_doubtful_is_gathered_by_kind(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    *lines, summary = capsys.readouterr().out.splitlines()
    assert "patterns/pattern.txt: 주의 3곳 (9:1, 17:1, 21:1): " in lines[0]
    assert summary.endswith(" (하나하나 보려면 --all)")
    assert len(lines) < 10


def test_strict_takes_warnings_for_mistakes(project: Path) -> None:
    assert main(["--strict"]) == 1


def test_a_mistake_has_code_one_and_its_place(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = project / "patterns" / "pattern.txt"
    path.write_text(path.read_text(encoding="utf-8") + "{lok} 어디\n<없는것>\n", encoding="utf-8")
    assert main([]) == 1
    shown = capsys.readouterr().out
    assert "patterns/pattern.txt:25:1: " in shown
    assert "patterns/pattern.txt:26:1: " in shown
    assert "\n    {lok} 어디\n    ^\n" in shown


def test_the_preview_shows_utterances_of_every_pattern(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--preview", "2"]) == 0
    shown = capsys.readouterr().out
    assert "](menu)" in shown
    assert "](loc:from)에서 [" in shown


def test_findings_come_as_json_too(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--json"]) == 0
    findings = json.loads(capsys.readouterr().out)
    assert {"few-patterns", "unbalanced-intents"} <= {finding["code"] for finding in findings}


def test_checking_changes_nothing(project: Path) -> None:
    before = contents(project)
    main(["--preview", "3"])
    assert contents(project) == before
