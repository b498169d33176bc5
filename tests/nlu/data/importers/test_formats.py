"""Files as other programs write them, each built here by hand after its true layout."""

import datetime
import json
import zipfile

import pytest

from nlu.data import dataset as datasets
from nlu.data.importers import files_of, read_all, read_any
from nlu.data.rows import DatasetRow
from nlu.errors import SourceErrors
from nlu.lexicon.dictionary import Entry
from nlu.messages import word
from nlu.types import LabelledUtterance, Span, Token

KLUE = """\
## 음절 하나가 한 줄\t
## 토큰, 레이블 구분자 : \\t

## dev_0\t<경찰:OG>이 <한 달:DT> 찾았다
경\tB-OG
찰\tI-OG
이\tO
 \tO
한\tB-DT
 \tI-DT
달\tI-DT
 \tO
찾\tO
았\tO
다\tO
"""
KMOU = """\
## 1
## 그때 정약용은 떠났다.
## 그때 <정약용:PER>은 떠났다.
그때\t그때\tNNG\tO
_\t_\t_\tO
정약용\t정약용\tNNP\tB-PER
은\t은\tJX\tO
_\t_\t_\tO
떠났\t떠나+았\tVV+EP\tO
다\t다\tEF\tO
.\t.\tSF\tO
"""
KMOU_2016 = """\
; 딱 한 달만 놀고 서울로 갔다.
$딱 <한 달:DT>만 놀고 <서울:LC>로 갔다.
1\t딱\tMAG\tO
2\t한\tMM\tB_DT
3\t달\tNNB\tI
3\t만\tJX\tO
"""
MARKDOWN = """\
<!-- 처음에 나오는 메모,
여러 줄 -->
## intent:weather
- [판교](loc) 날씨
  - [낼](date:내일) 비 와? <!-- 메모 -->

## synonym:내일
- 명일
## lookup:menu
- 피자
data/more.txt
## regex:zip
- \\d{5}
"""
RASA_JSON = {
    "rasa_nlu_data": {
        "common_examples": [
            {
                "text": "낼 판교 날씨",
                "intent": "weather",
                "entities": [
                    {"start": 0, "end": 1, "value": "내일", "entity": "date"},
                    {"start": 2, "end": 4, "value": "판교", "entity": "loc", "role": "at"},
                    {"start": 20, "end": 22, "value": "?", "entity": "loc"},
                ],
            },
            {"text": "안녕", "intent": "greet"},
        ],
        "entity_synonyms": [{"value": "내일", "synonyms": ["명일"]}],
        "regex_features": [{"name": "zip", "pattern": "[0-9]{5}"}],
        "lookup_tables": [{"name": "menu", "elements": ["피자"]}, {"name": "city", "elements": "city.txt"}],
    }
}
SNIPS = {
    "language": "ko",
    "intents": {
        "order": {
            "utterances": [
                {
                    "data": [
                        {"text": "피자", "entity": "menu", "slot_name": "menu"},
                        {"text": " "},
                        {"text": "둘", "entity": "snips/number", "slot_name": "count"},
                    ]
                }
            ]
        }
    },
    "entities": {"menu": {"data": [{"value": "피자", "synonyms": ["핏자"]}]}, "snips/number": {}},
}


@pytest.fixture
def imported(tmp_path):
    """What a file gives, and all that is said about it."""

    def imported(name, content, encoding="utf-8"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if not isinstance(content, str | bytes):
            content = json.dumps(content, ensure_ascii=False, indent=1)
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return told(path)

    return imported


def told(path):
    said = []
    rows, entries = read_all([(path, 1.0)], lambda notice: said.append(word(notice.code, notice.values, "ko")))
    return rows, entries, [line.replace(f"{path.parent}/", "") for line in said]


def marked(row):
    return row.text, row.intent, [(row.text[span.start : span.end], span.label, span.value) for span in row.spans]


def summary(name, rows, kept, entities, kept_entities):
    return (
        f"{name}: 발화 {rows}개 가운데 {kept}개를 읽고 {rows - kept}개를 뺐습니다. "
        f"개체 {entities}개 가운데 {kept_entities}개를 읽고 {entities - kept_entities}개를 뺐습니다."
    )


@pytest.mark.parametrize(
    ("name", "content", "row"),
    [
        ("a.tsv", KLUE, ("경찰이 한 달 찾았다", None, [("경찰", "OG", None), ("한 달", "DT", None)])),
        ("a.txt", KMOU, ("그때 정약용은 떠났다.", None, [("정약용", "PER", None)])),
        ("a.txt", KMOU_2016, ("딱 한 달만 놀고 서울로 갔다.", None, [("한 달", "DT", None), ("서울", "LC", None)])),
        ("a.txt", "1\t서울\tLOC_B\n2\t역\tLOC_I\n3\t앞\t-\n", ("서울 역 앞", None, [("서울 역", "LOC", None)])),
        (
            "a.conll",
            "서울 S-LOC\n역 B-X\n앞 E-X\n",
            ("서울 역 앞", None, [("서울", "LOC", None), ("역 앞", "X", None)]),
        ),
        ("a.csv", "question,label\n오늘 날씨,weather\n", ("오늘 날씨", "weather", [])),
        ("a.csv", "question,label\n서울 시청  앞,B-L E-L O\n", ("서울 시청  앞", None, [("서울 시청", "L", None)])),
        ("a.csv", "question,label\n서울 앞,B-L I-L O\n", ("서울 앞", None, [("서울", "L", None)])),
        ("a.json", SNIPS, ("피자 둘", "order", [("피자", "menu", None), ("둘", "number:count", None)])),
        (
            "a.json",
            {"Play": [{"data": [{"text": "노래 "}, {"text": "봄날", "entity": "song"}]}]},
            ("노래 봄날", "Play", [("봄날", "song", None)]),
        ),
        ("a.jsonl", {"text": "판교 날씨", "label": [[0, 2, "loc"]]}, ("판교 날씨", None, [("판교", "loc", None)])),
        ("a.csv", "발화,의도\n[판교](loc) 날씨,weather\n", ("판교 날씨", "weather", [("판교", "loc", None)])),
        ("a.tsv", "text\tintent\n응\tyes\n", ("응", "yes", [])),
    ],
)
def test_each_format_gives_its_rows(imported, name, content, row):
    content = json.dumps(content, ensure_ascii=False) if name.endswith("l") and isinstance(content, dict) else content
    (found,), _, said = imported(name, content)
    assert marked(found) == row
    assert said[-1 if "사전 값" not in said[-1] else -2] == summary(name, 1, 1, len(row[2]), len(row[2]))


DOCCANO = [
    ('{"text": "판교 날씨", "label": [[0, 2, "loc"]]}', [("판교", "loc", None)], None),
    ('{"id": 1, "text": "판교 날씨", "labels": [[0, 2, "loc"]], "meta": {}}', [("판교", "loc", None)], None),
    (
        '{"id": 1, "text": "판교 날씨", "entities": [{"id": 1, "label": "loc", "start_offset": 0, "end_offset": 2}], '
        '"relations": [], "Comments": []}',
        [("판교", "loc", None)],
        None,
    ),
    ('{"text": "판교 날씨", "entities": [[0, 2, "loc"]], "cats": ["weather"]}', [("판교", "loc", None)], "weather"),
    ('{"text": "판교 날씨", "label": ["weather"]}', [], "weather"),
    ('{"text": "판교 날씨", "label": "weather"}', [], "weather"),
    ('{"text": "판교 날씨", "label": ["weather", "ask"]}', [], "weather+ask"),
    ('{"text": "판교 날씨", "spans": [{"start": 0, "end": 2, "label": "loc:at"}]}', [("판교", "loc:at", None)], None),
]


@pytest.mark.parametrize("suffix", ["jsonl", "json"])
@pytest.mark.parametrize(("line", "spans", "intent"), DOCCANO)
def test_no_label_of_doccano_and_its_kin_is_lost(imported, suffix, line, spans, intent):
    (row,), _, _ = imported(f"a.{suffix}", f"{line}\n" if suffix == "jsonl" else f"[{line}]")
    assert marked(row) == ("판교 날씨", intent, spans)


def test_what_doccano_has_and_a_row_can_not_have_is_counted_with_its_places(imported):
    lines = [
        '{"text": "판교 날씨 ", "label": [[0, 5, "곳 이름"], [0, 2, "곳 이름"], [4, 99, "x"], [0, "x"], [3, 6, "x"]]}',
        '{"text": " ", "label": []}',
        '{"text": "판교", "label": [[0, 2, "x"]], "relations": [{"from": 1}], "foo": 1}',
    ]
    rows, _, said = imported("a.jsonl", "\n".join(lines))
    assert [marked(row)[2] for row in rows] == [[("판교 날씨", "곳_이름", None)], [("판교", "x", None)]]
    assert said == [
        "a.jsonl: 개체 '곳 이름'은 곳_이름으로 읽었습니다 (2번; a.jsonl:1).",
        "a.jsonl: 자리가 글 밖인 개체 1개는 뺐습니다 (a.jsonl:1).",
        "a.jsonl: 읽을 수 없는 모양의 개체 1개는 뺐습니다 (a.jsonl:1).",
        "a.jsonl: 곳_이름과 겹치는 곳_이름 1개는 뺐습니다 (a.jsonl:1).",
        "a.jsonl: 곳_이름과 겹치는 x 1개는 뺐습니다 (a.jsonl:1).",
        "a.jsonl: 빈 발화 1개는 뺐습니다 (a.jsonl:2).",
        "a.jsonl: 'relations' 항목은 쓰지 않습니다 (1번; a.jsonl:3).",
        "a.jsonl: 'foo' 항목은 쓰지 않습니다 (1번; a.jsonl:3).",
        summary("a.jsonl", 3, 2, 6, 2),
    ]


@pytest.mark.parametrize("key", ["tags", "ner_tags", "tokens", "slots", "annotations"])
def test_labels_of_an_unknown_form_are_refused_not_lost(imported, key):
    with pytest.raises(SourceErrors, match="이름표를 잃지 않도록 이 파일은 읽지 않습니다"):
        imported("a.jsonl", f'{{"text": "판교", "{key}": ["B-loc"]}}')


def test_a_key_that_nothing_reads_is_told(imported):
    _, _, said = imported("a.jsonl", '{"text": "응", "intent": "yes", "memo": "?"}\n' * 5)
    assert said[0] == "a.jsonl: 'memo' 항목은 쓰지 않습니다 (5번; a.jsonl:1, a.jsonl:2, a.jsonl:3, …)."


def test_rasa_1_in_markdown(imported):
    rows, entries, said = imported("nlu.md", MARKDOWN)
    assert [marked(row) for row in rows] == [
        ("판교 날씨", "weather", [("판교", "loc", None)]),
        ("낼 비 와?", "weather", [("낼", "date", "내일")]),
    ]
    assert [row.origin for row in rows] == ["nlu.md:4", "nlu.md:5"]
    assert entries == (Entry("date", "내일", ("명일", "낼")), Entry("menu", "피자"))
    assert said[:2] == [
        "nlu.md: 정규식 'zip' (nlu.md:12): 쓰지 않습니다.",
        "nlu.md: 다른 파일에 있는 목록은 읽지 않았습니다 (nlu.md:11). 값을 사전에 옮기세요.",
    ]


def test_rasa_1_in_json(imported):
    rows, entries, said = imported("nlu.json", RASA_JSON)
    assert [marked(row) for row in rows] == [
        ("낼 판교 날씨", "weather", [("낼", "date", "내일"), ("판교", "loc:at", None)]),
        ("안녕", "greet", []),
    ]
    assert entries == (Entry("date", "내일", ("명일", "낼")), Entry("menu", "피자"))
    assert "nlu.json: 자리가 글 밖인 개체 1개는 뺐습니다 (nlu.json:5)." in said
    assert summary("nlu.json", 2, 2, 3, 2) in said


def test_an_agent_of_dialogflow(imported, tmp_path):
    imported("bot/agent.csv", "text,intent\n")
    for name, content in {
        "agent.json": {"language": "ko"},
        "intents/날씨 묻기.json": {"name": "날씨 묻기"},
        "intents/날씨 묻기_usersays_ko.json": [
            {
                "data": [
                    {"text": "내일", "alias": "date", "meta": "@sys.date", "userDefined": True},
                    {"text": " "},
                    {"text": "판교", "alias": "from", "meta": "@loc", "userDefined": True},
                    {"text": " 날씨"},
                ]
            },
            {"data": [{"text": "@loc:loc 날씨"}], "isTemplate": True},
        ],
        "intents/날씨 묻기_usersays_en.json": [{"data": [{"text": "weather"}]}],
        "entities/loc.json": {"name": "loc"},
        "entities/loc_entries_ko.json": [{"value": "판교", "synonyms": ["판교", "판교동"]}],
    }.items():
        path = tmp_path / "bot" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    rows, entries, said = told(tmp_path / "bot")
    assert [marked(row) for row in rows] == [
        ("내일 판교 날씨", "날씨_묻기", [("내일", "date", None), ("판교", "loc:from", None)])
    ]
    assert entries == (Entry("loc", "판교", ("판교동",)),)
    assert any("틀 1개는 뺐습니다" in line for line in said)
    assert any("한국어가 아닌 파일은 읽지 않았습니다" in line for line in said)
    assert summary("bot", 2, 1, 2, 2) in said
    assert len(files_of(tmp_path / "bot")) == 6


def test_a_spreadsheet_with_numbers_and_dates(imported, tmp_path):
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    for row in (
        ["발화", "의도", "언제"],
        [119, "emergency", datetime.datetime(2024, 5, 1)],
        [datetime.datetime(2024, 5, 1), "date"],
        [3.5, "number"],
        [None, "empty"],
        ["[판교](loc) 날씨", "날씨 문의"],
    ):
        book.active.append(row)
    book.create_sheet("둘째").append(["다른", "것"])
    book.save(tmp_path / "a.xlsx")
    rows, _, said = told(tmp_path / "a.xlsx")
    assert [(row.text, row.intent) for row in rows] == [
        ("119", "emergency"), ("2024-05-01", "date"), ("3.5", "number"), ("판교 날씨", "날씨_문의"),
    ]  # fmt: skip
    assert said[0] == "a.xlsx: '언제' 열은 쓰지 않습니다 (a.xlsx:1)."
    assert "a.xlsx: 빈 발화 1개는 뺐습니다 (a.xlsx:5)." in said
    assert "a.xlsx: '둘째' 시트는 읽지 않았습니다. 첫 시트만 읽습니다." in said


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949", "utf-16"])
def test_a_table_in_what_spreadsheets_write(imported, encoding):
    rows, _, _ = imported("a.csv", 'text;intent\r\n"값은 35,000원";price\r\n5" 피자;menu\r\n', encoding)
    assert [row.text for row in rows] == ["값은 35,000원", '5" 피자']


def test_money_with_a_comma_that_is_not_quoted_is_told(imported):
    with pytest.raises(SourceErrors) as caught:
        imported("a.csv", "text,intent\n값은 35,000원,price\n안녕,세상,greet\n")
    assert [(error.line, error.column, error.code) for error in caught.value.errors] == [
        (2, 1, "csv.number_cut"),
        (3, 7, "csv.cells_many"),
    ]
    assert '"값은 35,000원"처럼 묶고' in str(caught.value)


def test_rows_that_contradict_one_another_are_named_with_their_places(imported):
    _, _, said = imported("a.csv", "text,intent\n응,yes\n싫어,no\n 응,ok\n")
    assert said[-1] == "'응': 한 발화에 의도가 여럿입니다. [yes] a.csv:2, [ok] a.csv:4. 하나만 남기세요."


def test_tokens_with_spaces_and_no_break_spaces_stay_whole(imported):
    rows, _, _ = imported("a.iob", "서울 역 B-loc\n날씨 O\n\n롯데\u00a0호텔 B-hotel\n예약 O\n\n오늘\u00a0B-date\n")
    assert [marked(row)[2] for row in rows] == [
        [("서울 역", "loc", None)], [("롯데\u00a0호텔", "hotel", None)], [("오늘", "date", None)],
    ]  # fmt: skip


def test_spaces_at_the_edge_of_a_span_are_cut_off_and_counted(imported):
    line = '{"text": "판교 날씨", "entities": [{"start": 0, "end": 3, "entity": "loc"}]}'
    (row,), _, said = imported("a.jsonl", line)
    assert row.spans == (Span(0, 2, "loc"),)
    assert said[0] == "a.jsonl: 개체 1개의 끝에서 빈칸을 떼었습니다 (a.jsonl:1)."


@pytest.mark.parametrize("char", "\u2028\u2029\x85")
def test_what_yaml_1_1_takes_for_line_ends_moves_no_example(imported, char):
    content = f"nlu:\n- intent: a\n  examples: |\n    - 가{char}나\n    - 다\n- intent: b\n  examples: |\n    - 라\n"
    rows, _, _ = imported("a.yml", content)
    assert [(row.text, row.intent, row.origin) for row in rows] == [
        (f"가{char}나", "a", "a.yml:4"), ("다", "a", "a.yml:5"), ("라", "b", "a.yml:8"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("content", "code", "line"),
    [
        ("nlu:\n- intent: a\n  intent: b\n  examples: |\n    - 가\n", "data.key_twice", 3),
        ("nlu: []\nnlu: []\n", "data.key_twice", 2),
        ("nlu:\n- intent: a\n  examples: >\n    - 가\n    - 나\n", "rasa.examples_folded", 3),
        ('nlu:\n- intent: a\n  examples: |\n    - [가]{"entity": "x", "value": [1]}\n', "rasa.markup_value", 4),
        ('nlu:\n- intent: a\n  examples: |\n    - [가]{"entity": "x", "entity": "y"}\n', "data.key_twice", 4),
        ("nlu: &a\n- *a\n", "yaml.alias", 2),
        ("nlu: " + "[" * 90, "yaml.too_deep", 1),
    ],
)
def test_yaml_that_would_lose_something_is_refused_with_its_place(imported, content, code, line):
    with pytest.raises(SourceErrors) as caught:
        imported("a.yml", content)
    assert (caught.value.errors[0].code, caught.value.errors[0].line) == (code, line)


def test_groups_and_keys_that_nothing_reads_are_told(imported):
    content = (
        'nlu:\n- intent: a\n  foo: 1\n  examples: |\n    - [가]{"entity": "x", "group": "1", "bar": 2}\nrules: []\n'
    )
    _, _, said = imported("a.yml", content)
    assert said[:-1] == [
        "a.yml: 'rules' 항목은 쓰지 않습니다 (1번; a.yml:6).",
        "a.yml: 'foo' 항목은 쓰지 않습니다 (1번; a.yml:3).",
        "a.yml: 개체의 묶음(group)은 쓰지 않습니다 (1개; a.yml:5).",
        "a.yml: 'bar' 항목은 쓰지 않습니다 (1번; a.yml:5).",
    ]


def test_a_package_that_is_missing_is_named(tmp_path, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "openpyxl", None)
    (tmp_path / "a.xlsx").write_bytes(b"PK")
    with pytest.raises(Exception, match=r"\.\[excel\]"):
        read_any(tmp_path / "a.xlsx")


def test_what_a_data_set_exports_keeps_tokens_with_spaces(tmp_path):
    class Whole:
        name, settings = "whole", {}

        def tokenize(self, text):
            return [Token(text[:5], 0, 5), Token(text[6:], 6, len(text))]

    row = LabelledUtterance("LG TV 주문", None, (Span(0, 5, "product"),))
    with datasets.writing(tmp_path / "data", Whole()) as writer:
        writer.add(DatasetRow(row, "train"))
    (again,) = read_any(tmp_path / "data" / "iob.txt").utterances
    assert (again.text, again.spans) == (row.text, row.spans)


def test_a_workbook_that_unpacks_without_end_is_refused(tmp_path):
    pytest.importorskip("openpyxl")
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w", zipfile.ZIP_DEFLATED) as file, file.open("x", "w") as part:
        for _ in range(257):
            part.write(bytes(1 << 20))
    with pytest.raises(SourceErrors, match="256 MiB보다 큽니다"):
        read_any(tmp_path / "a.xlsx")


def test_a_hashtag_begins_a_row_of_a_table_and_no_comment(imported):
    rows, _, _ = imported("a.csv", "# 위의 메모\ntext,intent\n#맛집,tag\n응,yes\n")
    assert [row.text for row in rows] == ["#맛집", "응"]


def test_what_an_entity_has_and_a_row_can_not_have_is_told(imported):
    entity = '{"start": 0, "end": 1, "entity": "x", "group": "1"}'
    _, _, said = imported("a.jsonl", f'{{"text": "응", "intent": "yes", "entities": [{entity}]}}')
    assert said[0] == "a.jsonl: 'group' 항목은 쓰지 않습니다 (1번; a.jsonl:1)."


def test_a_folder_that_is_no_agent_is_told(tmp_path):
    with pytest.raises(SourceErrors, match="폴더는 Dialogflow 에이전트만 읽는데"):
        read_any(tmp_path)


def test_a_mark_that_is_not_closed_stays_text_with_a_word(tmp_path):
    (tmp_path / "bot.csv").write_text("text,intent\n[판교](loc 날씨,weather\n[주의] 안녕,greet\n", "utf-8")
    notices = []
    rows, _ = read_all([(tmp_path / "bot.csv", 1.0)], notices.append)
    assert [row.text for row in rows] == ["[판교](loc 날씨", "[주의] 안녕"]
    odd = [notice.values for notice in notices if notice.code == "import.mark_odd"]
    assert [one["count"] for one in odd] == [1]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.yml", "nlu:\n- intent: faq/book it!\n  examples: [예약]\n- intent: faq/book_it\n  examples: [잡아]\n"),
        ("a.md", "## intent:faq/book it!\n- 예약\n## intent:faq/book_it\n- 잡아\n"),
        (
            "a.json",
            json.dumps(
                {
                    "rasa_nlu_data": {
                        "common_examples": [
                            {"text": "예약", "intent": "faq/book it!"},
                            {"text": "잡아", "intent": "faq/book_it"},
                        ]
                    }
                }
            ),
        ),
    ],
)
def test_intents_of_rasa_may_have_names_of_several_words(tmp_path, name, text):
    (tmp_path / name).write_text(text, "utf-8")
    notices = []
    rows, _ = read_all([(tmp_path / name, 1.0)], notices.append)
    first, second = (row.intent for row in rows)
    assert first.startswith("faq/book_it")
    assert second.startswith("faq/book_it")
    assert first != second
    assert "import.intent_renamed" in {notice.code for notice in notices}


def test_a_table_of_tokens_whose_rows_differ_in_intent_is_told(tmp_path):
    (tmp_path / "a.csv").write_text("utterance,intent,token,tag\n0,a,피자,B-menu\n0,b,줘,O\n1,a,응,O\n", "utf-8")
    notices = []
    rows, _ = read_all([(tmp_path / "a.csv", 1.0)], notices.append)
    assert [row.intent for row in rows] == ["a", "a"]
    assert [notice.values["count"] for notice in notices if notice.code == "import.intents_of_one"] == [1]
