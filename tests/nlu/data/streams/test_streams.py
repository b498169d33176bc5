from __future__ import annotations

import csv
import io
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.data.streams import open_table, tables_of
from nlu.data.streams.json_file import BROKEN
from nlu.errors import SourceErrors


def read(path: Path, *, fill: bool = False) -> list[dict[str, object]]:
    table = open_table(path)
    return [dict(row.cells) for row in table.rows(table.header(lambda names: "발화" in names), fill=fill)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949", "utf-16"])
def test_korean_encodings_are_told(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "a.csv").write_bytes("발화,의도\n피자 줘,order\n".encode(encoding))
    assert read(tmp_path / "a.csv") == [{"발화": "피자 줘", "의도": "order"}]


def test_a_mark_of_the_encoding_inside_the_header_is_no_part_of_a_name(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"\xef\xbb\xbf\xef\xbb\xbf" + "발화,,의도,의도\n가,나,다,라\n".encode())
    assert read(tmp_path / "a.csv") == [{"발화": "가", "열2": "나", "의도": "다", "의도_2": "라"}]


def test_titles_above_the_header_are_no_header(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("2026년 상담 내역\n\n번호;발화\n1;가\n", encoding="utf-8")
    assert read(tmp_path / "a.csv") == [{"번호": "1", "발화": "가"}]


def test_a_quote_that_is_not_closed_costs_its_line_only(tmp_path: Path) -> None:
    rows = ["발화,의도", '"피자 줘,order', *(f"말 {number},x" for number in range(300))]
    (tmp_path / "a.csv").write_text("\n".join(rows), encoding="utf-8")
    found = read(tmp_path / "a.csv")
    assert len(found) == 301
    assert found[0] == {"발화": '"피자 줘', "의도": "order"}


def test_a_quote_that_is_closed_by_anothers_opens_none_of_the_rows_between(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text('발화,의도\n"열린 말,a\n정상,b\n"정상 ""둘""",c\n', encoding="utf-8")
    assert [list(row.values()) for row in read(tmp_path / "a.csv")] == [
        ['"열린 말', "a"],
        ["정상", "b"],
        ['정상 "둘"', "c"],
    ]


def test_cells_in_quotes_go_on_over_lines_and_keep_the_numbers_right(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text('발화,의도\r\n"가\r\n""나""",x\r\n다,y\r\n', encoding="utf-8", newline="")
    table = open_table(tmp_path / "a.csv")
    rows = list(table.rows(table.header(lambda names: True)))
    assert [(row.line, row.cells["발화"]) for row in rows] == [(2, '가\r\n"나"'), (4, "다")]


CELLS = st.text(
    st.characters(codec="utf-8", exclude_characters="\r\0\ufeff\x1a", exclude_categories=["Z", "C"]), max_size=8
)


@given(st.lists(st.lists(CELLS, min_size=2, max_size=2).filter(lambda row: row[-1] != ""), min_size=1, max_size=6))
def test_what_a_csv_writer_writes_is_read_back(tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]]) -> None:
    file = io.StringIO()
    csv.writer(file, lineterminator="\n").writerows([["발화", "의도"], *rows])
    path = tmp_path_factory.getbasetemp() / "round.csv"
    path.write_text(file.getvalue(), encoding="utf-8", newline="")
    assert [list(row.values()) for row in read(path)] == rows


def test_a_table_of_many_columns_is_read(tmp_path: Path) -> None:
    wide = ",".join(f"c{number}" for number in range(100_000))
    (tmp_path / "a.csv").write_text(f"{wide},발화\n{',' * 100_000}가\n", encoding="utf-8")
    (row,) = read(tmp_path / "a.csv")
    assert len(row) == 100_001
    assert row["발화"] == "가"


def test_a_file_of_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"text,intent\n\xff\xff\xff\n")
    with pytest.raises(SourceErrors, match=r"a\.csv:2"):
        open_table(tmp_path / "a.csv")


def a_workbook(path: Path) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["상담 모음"])
    sheet.append(["발화", None, "의도"])
    for said in ("가", "나", "다"):
        sheet.append([said, None, "인사" if said == "가" else None])
    sheet.append(['="라"&"마"', None, 3.0])
    sheet.merge_cells("A1:C1")
    sheet.merge_cells("C3:C5")
    book.create_sheet("빈 시트")
    book.save(path)
    return path


def test_merged_cells_count_for_all_that_they_cover(tmp_path: Path) -> None:
    rows = read(a_workbook(tmp_path / "a.xlsx"), fill=True)
    assert [(row["발화"], row["의도"]) for row in rows] == [("가", "인사"), ("나", "인사"), ("다", "인사"), ("", "3")]


def test_empty_sheets_are_left_out(tmp_path: Path) -> None:
    assert [table.name for table in tables_of(a_workbook(tmp_path / "a.xlsx"))] == ["Sheet"]


def test_a_broken_workbook_is_refused(tmp_path: Path) -> None:
    whole = a_workbook(tmp_path / "a.xlsx").read_bytes()
    (tmp_path / "a.xlsx").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(SourceErrors, match="엑셀 파일로 읽을 수 없습니다"):
        open_table(tmp_path / "a.xlsx")


def test_lines_that_are_no_objects_are_rows_that_say_so(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"발화": "가", "n": {"m": 1}}\n[1]\n\n{"발화":\n', encoding="utf-8")
    assert read(tmp_path / "a.jsonl") == [{"발화": "가", "n": {"m": 1}}, {BROKEN: "[1]"}, {BROKEN: '{"발화":'}]
