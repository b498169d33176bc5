from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import openpyxl
import pytest

from nlu.intake.run import intake
from nlu.intake.sets import ImportedSet
from nlu.intake.settings import IntakeSettings
from nlu.intake.sources import JOURNAL, Options, open_source
from nlu.journal.rows import UnmaskedRecord, to_row
from nlu.journal.store import RecordStore
from nlu.types import Fallback, IntentScore, Parse, Span


def rows(path: Path, options: Options = Options()) -> list[tuple[str, str | None]]:  # noqa: B008
    source = open_source(str(path), options, lambda: pytest.fail("no journal"))
    target = ImportedSet(path.parent / "imports" / path.name)
    intake(source, target, IntakeSettings(korean=0, spam=False))
    return [(row.text, row.intent) for row in target.rows()]


def write(folder: Path, name: str, text: str) -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


TALK = """\
홍길동 님과 카카오톡 대화
저장한 날짜 : 2026-11-30 10:00:00

--------------- 2026년 11월 30일 월요일 ---------------
[홍길동] [오전 9:12] 배송 언제 와요?
[상담원] [오전 9:13] 확인해 보겠습니다
[홍길동] [오전 9:14] 사진
[홍길동] [오후 12:01] 주소가 바뀌었어요
서울 강남구로 보내 주세요
홍길동님이 나갔습니다.
"""
MOBILE = """\
2026년 11월 30일 월요일
2026년 11월 30일 오후 3:21, 홍길동 : 배송 언제 와요?
2026. 11. 30. 오후 3:23, 상담원 : 확인해 보겠습니다
2026년 11월 30일 오후 3:24, 홍길동님을 초대했습니다.
2026년 11월 30일 오후 3:25, 홍길동 : 주소가 바뀌었어요
서울 강남구로 보내 주세요
"""
EXPORTED = (
    'Date,User,Message\n2026-11-30 10:00:00,"홍길동","배송 언제 와요?"\n2026-11-30 10:01:00,"상담원","네, 확인할게요"\n'
)


@pytest.mark.parametrize(("name", "text"), [("a.txt", TALK), ("b.txt", MOBILE)])
def test_conversations_of_kakaotalk_are_what_was_said(tmp_path: Path, name: str, text: str) -> None:
    said = rows(write(tmp_path, name, text), Options(not_speakers=("상담원",)))
    assert said == [("배송 언제 와요?", None), ("주소가 바뀌었어요 서울 강남구로 보내 주세요", None)]
    assert "홍길동" not in "".join(path.read_text("utf-8") for path in (tmp_path / "imports").rglob("*.json*"))


def test_conversations_of_kakaotalk_as_tables(tmp_path: Path) -> None:
    assert rows(write(tmp_path, "talk.csv", EXPORTED), Options(speakers=("홍길동",))) == [("배송 언제 와요?", None)]


def a_builder(path: Path, *, by_sheet: bool) -> Path:
    book = openpyxl.Workbook()
    if by_sheet:
        book.remove(book.active)
        for block, said in (("환불 문의", ("환불 되나요", "돈 돌려줘")), ("배송", ("언제 와요",))):
            sheet = book.create_sheet(block)
            for text in ("사용자 발화", *said):
                sheet.append([text])
    else:
        sheet = book.active
        for row in (
            ("2026년 봇", None),
            ("블록명", "발화"),
            ("환불 문의", "환불 되나요"),
            (None, "돈 돌려줘"),
            ("배송", "언제 와요"),
        ):
            sheet.append(row)
    book.save(path)
    return path


@pytest.mark.parametrize("by_sheet", [False, True])
def test_blocks_of_kakaos_builder_are_intents(tmp_path: Path, by_sheet: bool) -> None:
    found = rows(a_builder(tmp_path / "bot.xlsx", by_sheet=by_sheet))
    assert found == [("환불 되나요", "환불_문의"), ("돈 돌려줘", "환불_문의"), ("언제 와요", "배송")]


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        ("a.jsonl", '{"question": "배송 언제", "category": "배송"}\n{"question": ["x"]}\nx\n', [("배송 언제", "배송")]),
        ("b.jsonl", '{"text": "판교 날씨", "label": [[0, 2, "loc"]]}\n', [("판교 날씨", None)]),
        ("c.txt", "첫 번째 말이에요\n두 번째 말이에요\n", [("첫 번째 말이에요", None), ("두 번째 말이에요", None)]),
        (
            "d.csv",
            ",,\n안녕하세요 저예요,a,1\n주문하고 싶어요,b,2\n",
            [("안녕하세요 저예요", None), ("주문하고 싶어요", None)],
        ),
        ("e.yml", 'version: "3.1"\nnlu:\n- intent: w\n  examples: |\n    - 비 와?\n', [("비 와?", "w")]),
        ("f.txt", "판교 B-loc\n날씨 O\n", [("판교 날씨", None)]),
        ("g.csv", "question,label\n판교 날씨,weather\n", [("판교 날씨", "weather")]),
        ("h.tsv", "발화\t의도\n주문할게요\t주문\n", [("주문할게요", "주문")]),
    ],
)
def test_files_are_read_as_what_they_are(
    tmp_path: Path, name: str, text: str, found: list[tuple[str, str | None]]
) -> None:
    assert rows(write(tmp_path, name, text)) == found


def test_entities_of_predictions_that_were_corrected_are_taken(tmp_path: Path) -> None:
    entities = json.dumps([{"start": 0, "end": 2, "entity": "loc", "value": "판교"}]).replace('"', '""')
    path = write(tmp_path, "a.csv", f'text,intent,entities\n판교 날씨,weather,"{entities}"\n판교 비,weather,"[1]"\n')
    rows(path)
    (kept,) = ImportedSet(tmp_path / "imports/a.csv").labelled()
    assert kept.spans == (Span(0, 2, "loc"),)
    (refused,) = ImportedSet(tmp_path / "imports/a.csv").refused()
    assert refused.code == "row"


NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)


def record(number: int, text: str) -> dict[str, object]:
    parse = Parse(text, IntentScore("greet", 0.5), (), (), (), Fallback(None, 1, 0))
    return to_row(UnmaskedRecord(f"{number:032x}", NOW + timedelta(seconds=number), "/parse", "r", parse))


def correct(store: RecordStore, number: int, intent: str) -> None:
    given = {"time": NOW, "intent": intent, "known_intent": True, "entities": [], "comment": None}
    store.add_feedback(f"{number:032x}", given)


def test_the_journal_gives_what_was_corrected_with_its_label_and_each_record_once(tmp_path: Path) -> None:
    store = RecordStore(f"sqlite:///{tmp_path / 'records.db'}")
    store.prepare()
    store.write([record(1, "안녕하세요"), record(2, "환불해 주세요"), record(3, "010-1234-5678로 연락 줘")])
    correct(store, 2, "refund")
    target = ImportedSet(tmp_path / "imports/journal")

    def run() -> tuple[int, int]:
        report = intake(open_source(JOURNAL, Options(), lambda: store), target, IntakeSettings())
        return report.added, report.relabelled

    assert run() == (3, 0)
    assert [(row.text, row.intent, row.masks) for row in target.rows()] == [
        ("환불해 주세요", "refund", ()),
        ("***-****-****로 연락 줘", None, ("phone",)),
        ("안녕하세요", None, ()),
    ]
    assert run() == (0, 0)
    correct(store, 1, "greet")
    store.write([record(4, "새로 온 말이에요")])
    assert run() == (2, 1)
    assert sorted((row.text, row.intent or "") for row in target.rows())[2:] == [
        ("안녕하세요", "greet"),
        ("환불해 주세요", "refund"),
    ]
    store.close()


@pytest.mark.parametrize(
    "text",
    [
        "고객 말씀,분류\n배송 언제 와요?,배송\n",
        "고객 말씀,접수한 때\n배송 언제 와요?,2026-11-01\n",
        "번호 (상담),고객님이 하신 말씀\n1,배송 언제 와요?\n",
    ],
)
def test_a_first_row_that_names_the_columns_beside_the_text_is_no_utterance(tmp_path: Path, text: str) -> None:
    source = open_source(str(write(tmp_path, "a.csv", text)), Options(), lambda: pytest.fail("no journal"))
    target = ImportedSet(tmp_path / "imports")
    intake(source, target, IntakeSettings())
    assert [row.text for row in target.rows()] == ["배송 언제 와요?"]
