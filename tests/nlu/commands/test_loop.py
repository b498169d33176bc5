from __future__ import annotations

import json
from pathlib import Path

import pytest

from nlu.commands.loop import main
from tests.server.words import publish


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "patterns").mkdir()
    (tmp_path / "patterns" / "pattern.txt").write_text("[greet]\n안녕\n", encoding="utf-8")
    publish(tmp_path / "models", 0)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NLU_MODELS", raising=False)
    return tmp_path


def test_a_project_without_a_policy_says_that_it_is_off(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["status"]) == 0
    assert capsys.readouterr().out == ("꺼져 있습니다. 켜려면 loop.toml에 enabled = true\n아직 돈 적이 없습니다.\n")
    (project / "loop.toml").write_text("drift = false\n")
    assert main(["explain"]) == 0
    assert capsys.readouterr().out == (
        "지금은 시작하지 않습니다.\n  + 시작할 까닭이 없습니다.\n  - 꺼져 있습니다. 켜려면 loop.toml에 enabled = true\n"
    )


def test_a_run_is_begun_by_hand_and_shown(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "loop.toml").write_text("enabled = true\ndrift = false\n")
    assert main(["run"]) == 0
    assert capsys.readouterr().out == "지금은 시작하지 않습니다.\n  + 시작할 까닭이 없습니다.\n"
    assert main(["run", "--now"]) == 0
    assert "UTC  학습하는 중 (작업 1, 2, 3, 4)\n      사람이 시작했습니다.\n" in capsys.readouterr().out
    assert main(["explain", "--json"]) == 0
    assert [one["code"] for one in json.loads(capsys.readouterr().out)["brakes"]][:2] == ["loop.open", "loop.quiet"]
    assert main(["status", "--json"]) == 0
    (run,) = json.loads(capsys.readouterr().out)["runs"]
    assert (run["state"], run["jobs"], run["reasons"][0]["code"]) == ("working", [1, 2, 3, 4], "loop.asked")


def test_a_mistake_in_the_policy_is_said_with_its_place(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "loop.toml").write_text("enabled = 예\n", encoding="utf-8")
    assert main(["status"]) == 1
    assert "loop.toml:1" in capsys.readouterr().err
