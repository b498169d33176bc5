from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from nlu.data.importers import files_of, read_any
from nlu.errors import InputError, SourceErrors
from nlu.intake import sets
from nlu.intake.report import IntakeReport
from nlu.intake.run import intake
from nlu.intake.sets import ImportedSet
from nlu.intake.settings import IntakeSettings
from nlu.intake.sources import Options, open_source
from nlu.types import Span

ROWS = """\
번호,발화,의도
1,판교 날씨 알려줘,weather
2,판교  날씨 알려줘,weather
3,판교날씨 알려줘!!,weather
4,010-1234-5678로 전화해줘,call
5,hello there my friend,greet
6,ㅋㅋㅋㅋㅋ,
7,[강남](loc)에서 피자 먹고 싶어,order
8,내일 비 와?,
9,안녕, 반가워,greet
10,,greet
"""


def run(folder: Path, source: str = "a.csv", name: str = "a", **options: str) -> IntakeReport:
    opened = open_source(str(folder / source), Options(**options), lambda: pytest.fail("no journal"))  # type: ignore[arg-type]
    return intake(opened, ImportedSet(folder / "imports" / name), IntakeSettings())


def write(folder: Path, text: str, name: str = "a.csv") -> None:
    (folder / name).write_text(text, encoding="utf-8")


def content(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def rows(folder: Path, name: str = "a") -> list[tuple[str, str | None]]:
    return [(row.text, row.intent) for row in ImportedSet(folder / "imports" / name).rows()]


def test_every_row_is_kept_or_refused_with_a_reason(tmp_path: Path) -> None:
    write(tmp_path, ROWS)
    report = run(tmp_path)
    assert report.read == 10 == report.added + report.refused
    assert report.reasons == {
        "blank": 1, "cells_many": 1, "duplicate": 1, "language": 1, "near_duplicate": 1, "wordless": 1,
    }  # fmt: skip
    refused = [(row.place, row.code, row.intent) for row in ImportedSet(tmp_path / "imports/a").refused()]
    assert ("a.csv:3", "duplicate", "weather") in refused
    assert len(refused) == report.refused
    assert rows(tmp_path) == [
        ("판교 날씨 알려줘", "weather"),
        ("***-****-****로 전화해줘", "call"),
        ("강남에서 피자 먹고 싶어", "order"),
        ("내일 비 와?", None),
    ]
    assert json.loads(json.dumps(report.to_dict()))["labelled"] == 3
    assert "거의 같은 발화 1" in report.to_text()


def test_personal_data_stands_nowhere_in_a_set(tmp_path: Path) -> None:
    write(tmp_path, "발화,의도\n010-1234-5678로 전화해줘,call\nmail hong@example.com to me please,mail\n")
    run(tmp_path)
    text = "".join(path.read_text("utf-8") for path in (tmp_path / "imports").rglob("*.json*"))
    assert "1234" not in text
    assert "hong" not in text


def test_the_same_file_twice_changes_no_byte(tmp_path: Path) -> None:
    write(tmp_path, ROWS)
    run(tmp_path)
    before = content(tmp_path / "imports")
    report = run(tmp_path)
    assert (report.changed, report.added, report.known) == (False, 0, 5)
    assert content(tmp_path / "imports") == before


def test_a_file_that_grew_adds_what_is_new(tmp_path: Path) -> None:
    write(tmp_path, "발화,의도\n안녕하세요,greet\n")
    first = run(tmp_path)
    write(tmp_path, "발화,의도\n안녕하세요,greet\n잘 가요,bye\n")
    second = run(tmp_path)
    assert (second.added, second.known, second.version != first.version) == (1, 1, True)
    assert rows(tmp_path) == [("안녕하세요", "greet"), ("잘 가요", "bye")]


def test_the_label_that_came_last_counts(tmp_path: Path) -> None:
    write(tmp_path, "발화,의도\n안녕하세요,bye\n반가워요,\n네 좋아요,yes\n네 좋아요,ok\n")
    run(tmp_path)
    write(tmp_path, "발화,의도\n안녕하세요,greet\n반가워요,greet\n네 좋아요,\n")
    report = run(tmp_path)
    assert (report.added, report.relabelled, report.known) == (2, 2, 1)
    assert sorted(rows(tmp_path)) == [("네 좋아요", "ok"), ("반가워요", "greet"), ("안녕하세요", "greet")]
    assert report.total == {"rows": 3}


def test_many_runs_leave_few_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sets, "_MOST_FILES", 4)
    for number in range(10):
        write(tmp_path, f"발화,의도\n{number}번 주세요,order\n")
        run(tmp_path)
    found = ImportedSet(tmp_path / "imports/a")
    assert len(list(found.rows())) == 10
    assert len(list((found.folder / "rows").iterdir())) < 5


def test_a_set_is_read_as_files_are_and_what_is_masked_is_left_out(tmp_path: Path) -> None:
    write(tmp_path, ROWS)
    run(tmp_path)
    read = read_any(tmp_path / "imports/a", 3.0)
    assert [(one.text, one.intent, one.weight, one.origin) for one in read.utterances] == [
        ("판교 날씨 알려줘", "weather", 3.0, "a.csv:2"),
        ("강남에서 피자 먹고 싶어", "order", 3.0, "a.csv:8"),
    ]
    assert read.utterances[1].spans == (Span(0, 2, "loc"),)
    assert [(note.code, note.values["count"]) for note in read.notes] == [("intake.masked_unused", 1)]
    assert files_of(tmp_path / "imports/a") == tuple((tmp_path / "imports/a/rows").iterdir())


def test_files_that_nothing_learns_from_may_be_gone_and_others_not(tmp_path: Path) -> None:
    write(tmp_path, ROWS)
    run(tmp_path)
    for kind in ("unlabelled", "refused"):
        for path in (tmp_path / "imports/a" / kind).iterdir():
            path.unlink()
    assert (run(tmp_path).added, len(rows(tmp_path))) == (1, 4)  # the row without a label is new again
    for path in (tmp_path / "imports/a/rows").iterdir():
        path.unlink()
    for read in (lambda: run(tmp_path), lambda: read_any(tmp_path / "imports/a")):
        with pytest.raises(SourceErrors, match="묶음의 파일이 없습니다"):
            read()


def test_a_dry_run_writes_nothing(tmp_path: Path) -> None:
    write(tmp_path, ROWS)
    source = open_source(str(tmp_path / "a.csv"), Options(), lambda: pytest.fail("no journal"))
    report = intake(source, ImportedSet(tmp_path / "imports/a"), IntakeSettings(), is_dry=True)
    assert (report.added, report.is_dry) == (4, True)
    assert not (tmp_path / "imports").exists()


def test_a_folder_that_is_no_set_is_left_alone(tmp_path: Path) -> None:
    write(tmp_path, "x", "b.txt")
    with pytest.raises(InputError, match="no imported set"):
        ImportedSet(tmp_path)


def test_what_a_person_deleted_is_gone_from_every_file(tmp_path: Path) -> None:
    write(tmp_path, "발화,의도\n안녕하세요,greet\n비밀 이야기,secret\n비밀 하나 더,\n비밀 하나 더!,\nhello,\n")
    run(tmp_path)
    target = ImportedSet(tmp_path / "imports/a")
    with target.writing() as writer:
        assert writer.remove(lambda row: "비밀" in row.text) == 2
        assert writer.remove_refused(lambda row: "비밀" in row.text) == 1
        assert writer.commit("a.csv", None)
    assert "비밀" not in "".join(path.read_text("utf-8") for path in target.folder.rglob("*.json*"))
    assert rows(tmp_path) == [("안녕하세요", "greet")]
    assert [row.text for row in target.refused()] == ["hello"]


@pytest.mark.parametrize(
    ("text", "options", "said"),
    [
        ("아무거나,그거\n1,2\n", {}, "어느 열이 발화인지 알 수 없습니다"),
        ("발화,의도\n가,나\n", {"text": "말씀"}, "'말씀' 열이 없습니다. 있는 것: 발화, 의도"),
    ],
)
def test_a_column_that_is_not_there_is_told(tmp_path: Path, text: str, options: dict[str, str], said: str) -> None:
    write(tmp_path, text)
    with pytest.raises(InputError) as caught:
        run(tmp_path, **options)
    assert said in caught.value.worded("ko")
