from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from nlu.commands import generate
from nlu.commands.data import main
from nlu.store.registry import Registry
from tests.processes import running
from tests.projects import add_to_dictionary, contents

GENERATE = "from nlu.commands.generate import main; raise SystemExit(main())"


def run(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> str:
    capsys.readouterr()
    assert main(arguments) == code
    shown = capsys.readouterr()
    return shown.out + shown.err


def log(capsys: pytest.CaptureFixture[str]) -> list[dict]:
    found: list[dict] = json.loads(run(capsys, "log", "--json"))
    return found


def authored() -> dict[str, bytes]:
    return {name: data for name, data in contents(Path()).items() if name.startswith(("patterns", "dict", "nlu"))}


@pytest.mark.parametrize("arguments", [["log"], ["diff"], ["restore", "last"]])
def test_where_nothing_was_generated_the_way_on_is_told(
    project: Path, capsys: pytest.CaptureFixture[str], arguments: Sequence[str]
) -> None:
    shown = run(capsys, *arguments, code=0 if arguments == ["log"] else 1)
    assert "스냅샷이 아직 없습니다. nlu-generate 를 실행하면" in shown
    assert not (project / ".nlu").exists()


def test_an_author_looks_at_what_changed_and_goes_back(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = authored()
    generate.main([])
    add_to_dictionary(project, "menu,마라탕,마라")
    (project / "nlu.toml").write_bytes((project / "nlu.toml").read_bytes().replace(b"count = 300", b"count = 100"))
    shown = run(capsys, "diff")
    assert "개체 menu  +1\n  + 마라탕 (마라)\n" in shown
    assert "  ~ generator.count: 300 → 100\n" in shown
    assert "--force" in run(capsys, "restore", "last", code=1)
    assert "되돌리기 전의 파일" in run(capsys, "restore", "last", "--force")
    assert authored() == before
    newest, oldest = log(capsys)
    assert (newest["action"], newest["counts"]) == (
        "restore",
        {"intents": 5, "patterns": 12, "values": 28, "utterances": 300},
    )
    run(capsys, "restore", oldest["snapshot"][:6])
    assert "바뀐 것이 없습니다." in run(capsys, "diff", oldest["snapshot"])


def test_snapshots_outlive_the_data_folder(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    generate.main([])
    shutil.rmtree("data")
    assert len(log(capsys)) == 1
    generate.main([])
    assert len(log(capsys)) == 1


def test_another_folder_of_data_has_its_project_around_it(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    generate.main([])
    add_to_dictionary(project, "menu,마라탕,마라")
    monkeypatch.chdir(project.parent)
    assert "마라탕" in run(capsys, "diff", "last", "--data", "bot/data")
    run(capsys, "restore", "last", "--data", "bot/data", "--force")
    assert "바뀐 것이 없습니다." in run(capsys, "diff", "last", "--data", "bot/data")
    assert sorted(path.name for path in Path().iterdir()) == ["bot"]


def test_a_model_names_what_it_learned_from(trained: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Copies a trained bot; its version is found by the data that it learned from."""
    generate.main([])
    version = Registry(trained / "models").active()
    assert version is not None
    (row,) = log(capsys)
    assert row["versions"] == [version]
    assert f"모델 {version} *" in run(capsys, "log")


def test_a_snapshot_that_cannot_be_taken_is_a_warning(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / ".nlu").write_text("", encoding="utf-8")
    assert generate.main([]) == 0
    assert "주의: 스냅샷을 남기지 못했습니다" in capsys.readouterr().err


def test_a_broken_content_is_named(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    generate.main([])
    assert "깨진 것이 없습니다." in run(capsys, "verify")
    for path in (project / ".nlu").rglob("*.gz"):
        path.write_bytes(b"")
    assert "스냅샷의 내용이 깨졌습니다" in run(capsys, "verify", code=1)
    assert "깨짐: " in run(capsys, "log", code=1)
    assert "스냅샷의 내용이 깨졌습니다" in run(capsys, "restore", "last", code=1)


def test_pruning_says_what_it_removed(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "prune", "--keep", "1") == "지울 스냅샷이 없습니다.\n"
    generate.main([])
    add_to_dictionary(project, "menu,마라탕,마라")
    generate.main([])
    assert run(capsys, "prune", "--keep", "1").startswith("스냅샷 1개와 아무도 쓰지 않는 내용 3개")
    assert len(log(capsys)) == 1


@pytest.mark.slow
def test_two_at_once_both_leave_a_snapshot(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Starts two processes that generate into folders of their own beside one another."""
    commands = [["-c", GENERATE, "--data", name, "--seed", seed] for name, seed in (("data", "1"), ("other", "2"))]
    with running(commands[0], project) as one, running(commands[1], project) as two:
        assert (one.end(), two.end()) == (0, 0)
    assert len(log(capsys)) == 2
    assert "깨진 것이 없습니다." in run(capsys, "verify")
