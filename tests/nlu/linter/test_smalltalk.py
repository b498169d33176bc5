"""Which lines of the built-in small talk a bot keeps from being declined."""

from __future__ import annotations

from pathlib import Path

from nlu.augmentation.smalltalk import smalltalk_lines
from nlu.linter.linter import validate_files

PATTERNS = """\
[walk]
강아지 산책 (시켜 줘|부탁해)
{pet} 산책 언제 해

[nlu_fallback]
오늘은 첫사랑이 그립다
"""


def written(folder: Path, dictionary: str = "pet,고양이,\n") -> tuple[list[Path], list[Path]]:
    patterns, dictionaries = folder / "pattern.txt", folder / "dict.csv"
    patterns.write_text(PATTERNS, encoding="utf-8")
    dictionaries.write_text(f"entity,value,synonyms\n{dictionary}", encoding="utf-8")
    return [patterns], [dictionaries]


def test_lines_that_touch_patterns_or_dictionary_are_named_with_the_word(tmp_path: Path) -> None:
    found = {line.line: line.word for line in validate_files(*written(tmp_path), smalltalk=True).smalltalk}
    assert found["강아지가 너무 귀여워"] == "강아지"
    assert found["고양이가 무릎에 올라왔어"] == "고양이"
    assert not any("첫사랑" in line for line in found)  # what is declined already touches nothing
    assert all("강아지" in line or "고양이" in line or "산책" in line for line in found)


def test_they_are_one_line_of_the_text_and_each_has_its_own_on_demand(tmp_path: Path) -> None:
    checked = validate_files(*written(tmp_path), smalltalk=True)
    short = checked.to_text(is_whole=False)
    total = f"{len(smalltalk_lines()):,}"
    assert f"기본 잡담 {total}줄 가운데 이 봇의 말과 겹치는 {len(checked.smalltalk)}줄은" in short
    assert "기본 잡담 '강아지가 너무 귀여워': 이 봇의 말 '강아지'와 겹쳐" in checked.to_text()
    assert "기본 잡담" not in validate_files(*written(tmp_path)).to_text()
