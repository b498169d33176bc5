import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.data.importers import read_any
from nlu.errors import DataError, SourceErrors
from nlu.events import Notice
from nlu.lexicon.dictionary import Entry
from nlu.lexicon.lexicon import Lexicon
from nlu.types import LabelledUtterance, Span
from tests.strategies import trimmed

WHOLE = """\
version: "3.1"
nlu:
- intent: weather   # 날씨
  examples: |
    - [판교](loc) 날씨
    # 빈칸과 다른 글은 예문이 아니다
    - [낼]{"entity": "date", "value": "내일"} [서울](loc:서울특별시)은 어때?

- intent: transport
  examples: |
    - [판교]{"entity": "loc", "role": "from"}에서 [부산]{"entity": "loc", "role": "to"}까지
- intent: greet
  examples:
  - text: |
      - 안녕
    metadata: {sentiment: good}
  - 반가워
- synonym: 내일
  examples: |
    - 명일
    - 낼
- synonym: 모름
  examples: |
    - 몰라
- lookup: menu
  examples: |
    - 피자
    - 콜라
- regex: phone
  examples: |
    - \\d+
"""


@pytest.fixture
def read(tmp_path):
    def read(content, weight=1.0):
        (tmp_path / "nlu.yml").write_text(content, encoding="utf-8")
        return read_any(tmp_path / "nlu.yml", weight)

    return read


@pytest.fixture
def complaints(read):
    def complaints(content):
        with pytest.raises(SourceErrors) as errors:
            read(content)
        assert all(isinstance(error, DataError) for error in errors.value.errors)
        return [(error.line, error.column, error.message) for error in errors.value.errors]

    return complaints


def test_examples_become_utterances_with_spans_roles_values_and_lines(read):
    content = WHOLE.replace("    # 빈칸과 다른 글은 예문이 아니다\n", "")
    assert read(content, 0.5).utterances == (
        LabelledUtterance("판교 날씨", "weather", (Span(0, 2, "loc"),), "nlu.yml:5", 0.5),
        LabelledUtterance(
            "낼 서울은 어때?",
            "weather",
            (Span(0, 1, "date", None, "내일"), Span(2, 4, "loc", None, "서울특별시")),
            "nlu.yml:6",
            0.5,
        ),
        LabelledUtterance(
            "판교에서 부산까지", "transport", (Span(0, 2, "loc", "from"), Span(5, 7, "loc", "to")), "nlu.yml:10", 0.5
        ),
        LabelledUtterance("안녕", "greet", (), "nlu.yml:14", 0.5),
        LabelledUtterance("반가워", "greet", (), "nlu.yml:16", 0.5),
    )


def test_synonyms_lookups_and_values_in_the_markup_become_dictionary_entries(read):
    imported = read(WHOLE.replace("    # 빈칸과 다른 글은 예문이 아니다\n", ""))
    assert imported.entries == (
        Entry("date", "내일", ("명일", "낼")),
        Entry("loc", "서울특별시", ("서울",)),
        Entry("menu", "피자"),
        Entry("menu", "콜라"),
    )
    assert Lexicon(imported.entries).canonical("date", "명일") == "내일"


def test_what_is_left_out_is_noted(read, tmp_path):
    path = tmp_path / "nlu.yml"
    assert read(WHOLE.replace("    # 빈칸과 다른 글은 예문이 아니다\n", "")).notes == (
        Notice("import.regex_unused", {"path": path, "name": "phone", "place": "nlu.yml:28"}),
        Notice("import.synonym_unused", {"path": path, "synonym": "몰라", "value": "모름", "place": "nlu.yml:23"}),
    )


def test_a_line_without_a_dash_is_told_with_its_place(complaints):
    assert complaints(WHOLE) == [(6, 5, "예문은 '- '로 시작해야 하고 비어 있으면 안 됩니다.")]


def test_all_mistakes_are_told_at_once(complaints):
    content = """\
nlu:
- intent: a
  examples: |
    - [판교](loc
    -
    - [판교]{"entity": }
    - [판교]{"role": "from"}
    - [ ](loc) 날씨
    - [판교]((loc)
- intent: b
- story: c
- intent: ""
  examples: |
    - 가
- lookup: a b
  examples: |
    - 가
- intent: d
  examples: {}
"""
    markup = '개체 표시를 읽을 수 없습니다. [판교](loc) 또는 [판교]{"entity": "loc"}처럼 적어 주세요.'
    assert complaints(content) == [
        (4, 10, markup),
        (5, 5, "예문은 '- '로 시작해야 하고 비어 있으면 안 됩니다."),
        (6, 22, "중괄호 안을 JSON으로 읽을 수 없습니다: Expecting value"),
        (7, 7, "개체 이름(entity)은 글자로 시작해 글자, 숫자, _ - / . 로 적어 주세요."),
        (8, 7, "대괄호 안에 공백만 있습니다."),
        (9, 7, "개체 이름(entity)은 글자로 시작해 글자, 숫자, _ - / . 로 적어 주세요."),
        (10, 3, "examples가 없습니다."),
        (11, 3, "intent, synonym, lookup, regex 가운데 하나가 있어야 합니다."),
        (12, 11, "intent 이름이 비어 있습니다."),
        (15, 11, "개체 이름(entity)은 글자로 시작해 글자, 숫자, _ - / . 로 적어 주세요."),
        (19, 13, "examples에는 '|' 다음 줄부터 '- 예문'을 적어 주세요."),
    ]


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("", (1, 1, "맨 위에 'nlu:' 목록이 있어야 합니다.")),
        ("- a", (1, 1, "맨 위에 'nlu:' 목록이 있어야 합니다.")),
        ("nlu: x", (1, 6, "'nlu:' 아래에는 '- intent: 이름' 같은 목록이 와야 합니다.")),
        ("a: [", (1, 5, "YAML로 읽을 수 없습니다: expected the node content, but found '<stream end>'")),
    ],
)
def test_a_file_of_another_kind_is_told(complaints, content, complaint):
    assert complaints(content) == [complaint]


def test_tags_that_build_python_objects_are_not_obeyed(read, tmp_path):
    read(f"nlu: []\nx: !!python/object/apply:os.mkdir ['{tmp_path}/made']\n")
    assert not (tmp_path / "made").exists()


words = st.text("가나다 ab", min_size=1, max_size=4).filter(str.strip)


@given(st.lists(st.tuples(words, st.none() | st.sampled_from(["loc", "date"])), min_size=1, max_size=5))
def test_markup_round_trip(tmp_path_factory, parts):
    text, spans, marked = "", [], ""
    for word, entity in [("시작", None), *parts, ("끝", None)]:
        if entity:
            spans.append(Span(len(text), len(text) + len(word), entity))
        text += word
        marked += f"[{word}]({entity})" if entity else word
    path = tmp_path_factory.mktemp("rasa") / "nlu.yml"
    path.write_text(f"nlu:\n- intent: x\n  examples: |\n    - {marked}\n", encoding="utf-8")
    assert read_any(path).utterances == (trimmed(LabelledUtterance(text, "x", tuple(spans), "nlu.yml:4")),)
