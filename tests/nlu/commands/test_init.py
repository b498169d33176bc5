"""A new bot: its files come with the program, are written whole or not at all, and say nothing that the checks mind."""

from __future__ import annotations

import json
import os
import re
import subprocess
import threading
from importlib import resources
from pathlib import Path

import pytest

from nlu.commands import init, validate
from nlu.config import Config
from nlu.dialogue.responses import read_answers
from nlu.errors import InputError
from tests.projects import contents

FILES = [
    ".gitignore",
    "README.md",
    "dictionaries/date.csv",
    "dictionaries/name.csv",
    "dictionaries/number.csv",
    "dictionaries/time.csv",
    "loop.toml",
    "nlu.toml",
    "patterns/answers.yml",
    "patterns/common.txt",
    "patterns/endings.txt",
    "patterns/must.jsonl",
    "patterns/pattern.txt",
    "promotion.toml",
]


@pytest.fixture
def bot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A new bot, in whose folder we stand."""
    init.new_bot(tmp_path / "봇", "피자 도우미")
    monkeypatch.chdir(tmp_path / "봇")
    return tmp_path / "봇"


def test_the_files_are_resources_of_the_package() -> None:
    starter = resources.files("nlu") / "starter"
    assert {entry.name for entry in starter.iterdir()} >= {"README.md", "dot.gitignore", "dictionaries", "patterns"}


def test_all_files_are_written_and_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert init.main([str(tmp_path / "a" / "봇 하나")]) == 0
    assert sorted(contents(tmp_path / "a")) == [f"봇 하나/{name}" for name in FILES]
    told = capsys.readouterr().out
    assert f"  cd '{tmp_path}/a/봇 하나'" in told
    assert all(f"  {name}\n" in told for name in FILES)


def test_the_name_is_where_the_bot_speaks_of_itself(bot: Path) -> None:
    assert "안녕하세요! 피자 도우미예요." in (bot / "patterns/answers.yml").read_text(encoding="utf-8")
    assert (bot / "README.md").read_text(encoding="utf-8").startswith("# 피자 도우미\n")
    assert not [path for path, text in contents(bot).items() if "__" in text.decode()]


def test_the_new_bot_is_without_a_finding(bot: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert validate.main(["--strict", "--json"]) == 0
    findings = json.loads(capsys.readouterr().out)
    own = [one for one in findings if one["code"] != "smalltalk-left-out"]  # of the talk that comes with the program
    assert own == []
    assert len(findings) < 60


def test_what_is_commented_out_in_the_settings_is_the_default(bot: Path) -> None:
    text = (bot / "nlu.toml").read_text(encoding="utf-8")
    before = Config.read(bot / "nlu.toml")
    (bot / "nlu.toml").write_text(re.sub(r"(?m)^#(?=[a-z])", "", text), encoding="utf-8")
    assert Config.read(bot / "nlu.toml") == before


def test_answers_can_be_read(bot: Path) -> None:
    assert read_answers(bot / "patterns/answers.yml")


@pytest.mark.parametrize("given", [".", "비었음"])
def test_an_empty_folder_is_filled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: str) -> None:
    folder = tmp_path / "비었음"
    folder.mkdir()
    monkeypatch.chdir(folder if given == "." else tmp_path)
    inode = folder.stat().st_ino
    assert init.main([given]) == 0
    assert sorted(contents(folder)) == FILES
    assert folder.stat().st_ino == inode  # whoever stands in it still does
    assert "# 비었음\n" in (folder / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("there", ["nlu.toml", ".git/config", "patterns/pattern.txt"])
def test_a_folder_with_something_in_it_is_left_alone(
    tmp_path: Path, there: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / there).parent.mkdir(exist_ok=True)
    (tmp_path / there).write_text("내 것", encoding="utf-8")
    assert init.main([str(tmp_path)]) == 2
    assert capsys.readouterr().err == (
        f"{tmp_path}: 비어 있지 않은 폴더라 아무것도 쓰지 않았습니다. 새 폴더나 빈 폴더를 적어 주세요.\n"
    )
    assert contents(tmp_path) == {there: "내 것".encode()}


def test_a_file_of_that_name_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "bot").write_text("내 것", encoding="utf-8")
    with pytest.raises(InputError) as refused:
        init.new_bot(tmp_path / "bot", "봇")
    assert refused.value.code == "init.no_folder"
    assert contents(tmp_path) == {"bot": "내 것".encode()}


def test_a_folder_that_can_not_be_is_refused_in_korean(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("내 것", encoding="utf-8")
    assert init.main([str(tmp_path / "file" / "bot")]) == 4
    assert init.main([str(tmp_path / ("긴" * 200))]) == 4
    said = capsys.readouterr().err
    there = tmp_path / "file"
    assert said.splitlines() == [
        f"이 이름의 파일이나 폴더가 이미 있습니다: {there}. 다른 이름을 적어 주세요.",
        "이름이 너무 깁니다. 더 짧은 이름을 적어 주세요.",
    ]


def test_the_next_steps_can_be_typed_whatever_the_folder_is_called(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("-봇", "빈 칸", "it's", "$HOME"):
        assert init.main(["--", name]) == 0
        (step,) = (line for line in capsys.readouterr().out.splitlines() if line.startswith("  cd "))
        shell = subprocess.run(["sh", "-c", f"{step.strip()} && pwd"], capture_output=True, text=True, check=True)
        assert shell.stdout.strip() == str(tmp_path / name)


@pytest.mark.parametrize("there", [True, False])
def test_a_failure_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, there: bool) -> None:
    def full(*_: object) -> str:
        raise OSError(28, "No space left on device")

    folder = tmp_path / "bot"
    if there:
        folder.mkdir()
    monkeypatch.setattr(init, "attach", full)
    with pytest.raises(OSError, match="No space"):
        init.new_bot(folder, "봇")
    assert list(tmp_path.rglob("*")) == ([folder] if there else [])


def test_of_two_at_once_one_is_refused(tmp_path: Path) -> None:
    folder, codes = tmp_path / "bot", []
    both = threading.Barrier(2)

    def start() -> None:
        both.wait()
        try:
            init.new_bot(folder, "봇")
        except InputError as error:
            codes.append(error.code)

    threads = [threading.Thread(target=start) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert codes == ["init.not_empty"]
    assert sorted(contents(tmp_path)) == [f"bot/{name}" for name in FILES]


@pytest.mark.parametrize("name", ["", " ", '"', "{menu}", "a\nb", "가" * 41, "../x", "_a"])
def test_a_name_that_would_break_a_file_is_refused(tmp_path: Path, name: str) -> None:
    assert init.main([str(tmp_path / "bot"), "--name", name]) == 2
    assert not os.listdir(tmp_path)


def test_a_folder_whose_name_can_not_be_said_gives_no_name(tmp_path: Path) -> None:
    assert init.bot_name(tmp_path / "{봇}", None) == "새 봇"
