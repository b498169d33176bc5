"""Pattern files that strangers wrote: they show no file outside of the project, and cost no more than their size."""

import os
import time

import pytest

from nlu.errors import SourceErrors
from nlu.lexicon.lexicon import Entry, Lexicon
from nlu.pattern import read_patterns
from nlu.pattern.linking import MOST_MISTAKES
from nlu.pattern.reader import parse_patterns

LEXICON = Lexicon([Entry("loc", "판교"), Entry("loc", "서울")])


def mistakes(path, **options):
    with pytest.raises(SourceErrors) as caught:
        read_patterns(path, lexicon=LEXICON, **options)
    return caught.value


@pytest.fixture
def bot(tmp_path, monkeypatch):
    """A bot's folder, and beside it a file that is nobody's business."""
    (tmp_path / "bot" / "patterns").mkdir(parents=True)
    (tmp_path / "bot" / "nlu.toml").write_text("", "utf-8")
    (tmp_path / "secret.txt").write_text("root:x:0:0\n", "utf-8")
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    return tmp_path / "bot"


@pytest.mark.parametrize("name", ["/etc/passwd", "../../secret.txt", "link.txt", "../../../nowhere.txt"])
def test_a_file_outside_of_the_project_is_not_imported_and_none_of_its_lines_shown(bot, name):
    (bot / "patterns" / "link.txt").symlink_to(bot.parent / "secret.txt")
    (bot / "patterns" / "pattern.txt").write_text(f"[a]\n@import {name}\n응\n", "utf-8")
    error = mistakes(bot / "patterns" / "pattern.txt")
    assert "root:" not in str(error)
    assert [(one.code, one.line) for one in error.errors] == [("pattern.import_outside", 2)]
    assert "프로젝트 폴더 밖에 있어 불러오지 않습니다" in str(error)
    assert "--import-from" in str(error)


def test_files_of_the_project_of_the_working_folder_and_of_allowed_folders_are_imported(bot, monkeypatch):
    (bot / "shared").mkdir()
    (bot / "shared" / "ends.txt").write_text("@define 요청 = 줘\n", "utf-8")
    main = bot / "patterns" / "pattern.txt"
    main.write_text("@import ../shared/ends.txt\n[a]\n피자 <요청>\n", "utf-8")
    assert len(read_patterns(main, lexicon=LEXICON).patterns) == 1
    (bot / "nlu.toml").unlink()
    assert mistakes(main).errors[0].code == "pattern.import_outside"
    assert len(read_patterns(main, lexicon=LEXICON, import_from=[bot / "shared"]).patterns) == 1
    monkeypatch.chdir(bot)
    assert len(read_patterns(main, lexicon=LEXICON).patterns) == 1


def test_a_pipe_is_not_waited_for(bot):
    os.mkfifo(bot / "patterns" / "pipe.txt")
    (bot / "patterns" / "pattern.txt").write_text("[a]\n@import pipe.txt\n응\n", "utf-8")
    assert "보통 파일이 아니라 파이프나 장치입니다" in str(mistakes(bot / "patterns" / "pattern.txt"))


def test_a_chain_of_imports_has_an_end(bot):
    folder = bot / "patterns"
    for number in range(1_000):
        (folder / f"{number}.txt").write_text(f"@import {number + 1}.txt\n[a{number}]\n응\n", "utf-8")
    (error,) = mistakes(folder / "0.txt").errors
    assert error.code == "pattern.import_deep"
    assert "한 파일에서 모두 불러오세요" in str(error)


LONG = {
    "closing": "[a]\n" + ")" * 20_000,
    "brackets": "[a]\n" + "]" * 20_000 + "\n<",
    "header": "[a" + "]" * 20_000,
    "braces": "[a]\n" + "}" * 20_000,
    "slots": "[a]\n" + "{" * 20_000,
    "macros of one line": "[a]\n" + "".join(f"<m{number}> " for number in range(20_000)),
    "macros of many lines": "[a]\n" + "".join(f"<m{number}>\n" for number in range(20_000)),
    "macros that need others": "".join(f"@define m{number} = <n{number}>\n" for number in range(20_000)),
    "one long line": "[a]\n" + "가" * 2_000_000 + "\n<",
    "long macro": "@define m = " + "가 " * 2_000_000 + "\n",
    "entities": "[a]\n" + "".join(f"{{e{number}}}\n" for number in range(20_000)),
}


@pytest.mark.parametrize("text", LONG.values(), ids=LONG)
def test_many_mistakes_are_told_in_time(text):
    begun = time.process_time()
    with pytest.raises(SourceErrors) as caught:
        parse_patterns(text, LEXICON)
    said = str(caught.value)
    assert time.process_time() - begun < 8  # it was a minute; what is left is linear
    assert len(said) < 200_000
    assert "잘못된 곳이 " in said or "100,000자까지 쓸 수 있습니다" in said


def test_reading_ends_after_so_many_mistakes():
    with pytest.raises(SourceErrors) as caught:
        parse_patterns("[a]\n" + "{없음}\n" * 5_000, LEXICON)
    assert len(caught.value.errors) == MOST_MISTAKES
