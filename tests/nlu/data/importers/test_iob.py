import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.data.importers import read_any
from nlu.data.rows import DatasetRow
from nlu.errors import SourceErrors
from nlu.types import LabelledUtterance, Span
from tests.nlu.data.test_dataset import write
from tests.strategies import utterances


@pytest.fixture
def read(tmp_path):
    def read(name, content, weight=1.0, encoding="utf-8"):
        (tmp_path / name).write_bytes(content.encode(encoding))
        return read_any(tmp_path / name, weight).utterances

    return read


@pytest.fixture
def complaints(read):
    def complaints(name, content):
        with pytest.raises(SourceErrors) as errors:
            read(name, content)
        return [(error.line, error.column, error.message) for error in errors.value.errors]

    return complaints


def test_tokens_are_joined_with_spaces_and_tags_become_spans(read):
    content = "-DOCSTART- O\n\n# intent: weather\n오늘 B-date\n판교 NNP B-loc:at\n역\tI-loc:at\n날씨 O\n\n\n# O\n"
    assert read("data.iob", content, 2.0) == (
        LabelledUtterance(
            "오늘 판교 역 날씨", "weather", (Span(0, 2, "date"), Span(3, 7, "loc", "at")), "data.iob:4", 2.0
        ),
        LabelledUtterance("#", None, (), "data.iob:10", 2.0),
    )


def test_illegal_tags_are_read_as_conlleval_reads_them(read):
    assert read("data.iob", "오늘 I-date\r\n판교 I-loc\r\n")[0].spans == (Span(0, 2, "date"), Span(3, 5, "loc"))


def test_cp949_is_read(read):
    assert read("data.iob", "판교 B-loc\n", encoding="cp949")[0].text == "판교"


def test_all_mistakes_of_the_lines_are_told(complaints):
    assert complaints("data.iob", "오늘\n판교 X-loc\n날씨 B-:at\n피자 O\n") == [
        (1, 1, "토큰과 태그를 빈칸으로 나누어 적어 주세요."),
        (2, 4, "태그 'X-loc': O, B-개체, I-개체 가운데 하나여야 합니다."),
        (3, 4, "태그 'B-:at': 개체는 글자로 시작해 글자, 숫자, _ - / . 로, 역할은 글자, 숫자, _ - / . 로 적어 주세요."),
    ]


def test_a_table_with_offsets_gives_the_text_back(read):
    content = "utterance,intent,token,start,end,tag\n0,x,판교,0,2,B-loc\n0,x,에서,2,4,O\n1,,콜라,1,3,B-menu\n"
    assert read("data.csv", content) == (
        LabelledUtterance("판교에서", "x", (Span(0, 2, "loc"),), "data.csv:2"),
        LabelledUtterance(" 콜라", None, (Span(1, 3, "menu"),), "data.csv:4"),
    )


def test_a_table_without_offsets_joins_tokens_with_spaces(read):
    content = "tag;token;utterance\nB-loc;판교;a\nO;날씨;a\n"
    assert read("data.csv", content)[0].text == "판교 날씨"


def test_all_mistakes_of_a_table_are_told(complaints):
    content = (
        "utterance,token,start,end,tag\n0,판교,0,3,O\n1,가,x,1,O\n2,,0,1,O\n3,가,0,1,Z\n4,가나,0,2,O\n4,다,1,2,O\n"
    )
    assert complaints("data.csv", content) == [
        (2, 6, "토큰 '판교': 길이 2, start와 end의 차이 3"),
        (3, 5, "start와 end는 정수여야 합니다."),
        (4, 1, "token과 tag를 모두 적어 주세요."),
        (5, 9, "태그 'Z': O, B-개체, I-개체 가운데 하나여야 합니다."),
        (7, 1, "토큰 '다': 앞 토큰과 자리가 겹칩니다."),
    ]


@pytest.mark.parametrize("content", ["", "a,b\n1,2\n", "text,memo\n응,\n"])
def test_a_table_of_another_kind_is_told(complaints, content):
    ((line, column, message),) = complaints("data.csv", content)
    assert (line, column) == (1, 1)
    assert message.startswith("머리글을 알 수 없습니다. 발화와 의도는 text,intent")


def test_a_table_of_tokens_without_their_utterance_is_told(complaints):
    assert complaints("data.csv", "token,tag\n판교,O\n") == [(1, 1, "머리글에 이 열이 없습니다: utterance")]


@given(st.lists(utterances(), max_size=4))
def test_what_a_data_set_exports_as_a_table_is_read_back(tmp_path_factory, several):
    folder = tmp_path_factory.mktemp("iob") / "data"
    write(folder, [DatasetRow(utterance, "train") for utterance in several], "mecab")
    again = read_any(folder / "iob.csv").utterances
    assert [only_labels(utterance) for utterance in again] == [only_labels(utterance) for utterance in several]


@given(st.lists(utterances(), max_size=4))
def test_what_a_data_set_exports_as_text_keeps_its_entities(tmp_path_factory, several):
    folder = tmp_path_factory.mktemp("iob") / "data"
    write(folder, [DatasetRow(utterance, "train") for utterance in several], "whitespace")
    again = read_any(folder / "iob.txt").utterances
    assert [words(utterance) for utterance in again] == [words(utterance) for utterance in several]


def words(utterance):
    return [(span.label, "".join(utterance.text[span.start : span.end].split())) for span in utterance.spans]


def only_labels(utterance):
    """What a table keeps: characters that are not spaces, where they stand, and their labels."""
    marks = [(place, char) for place, char in enumerate(utterance.text) if not char.isspace()]
    spans = [(span.label, [place for place, _ in marks if span.start <= place < span.end]) for span in utterance.spans]
    return marks, utterance.intent, spans
