import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.errors import SourceErrors
from nlu.lexicon.csv_cells import read_rows
from nlu.lexicon.dictionary import Entry, read_entries, squeeze

LONG = "entity,value,synonyms\nloc,서울,서울시|서울특별시\nmenu,피자,\n"
EXPECTED = (Entry("loc", "서울", ("서울시", "서울특별시")), Entry("menu", "피자"))


@pytest.fixture
def read(tmp_path):
    def read(content, encoding="utf-8"):
        (tmp_path / "dict.csv").write_bytes(content.encode(encoding))
        return read_entries(tmp_path / "dict.csv")

    return read


@pytest.fixture
def complaints(read, tmp_path):
    def complaints(content):
        with pytest.raises(SourceErrors) as errors:
            read(content)
        return [(error.line, error.column, error.message.replace(f"{tmp_path}/", "")) for error in errors.value.errors]

    return complaints


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949"])
def test_every_usual_encoding_is_read(read, encoding):
    assert read(LONG, encoding) == EXPECTED


@pytest.mark.parametrize(
    "content",
    [
        LONG.replace("\n", "\r\n"),
        LONG.replace(",", "\t"),
        LONG.replace(",", ";"),
        "sep=;\n" + LONG.replace(",", ";"),
        "entity,value,synonyms,,\nloc,서울,서울시,서울특별시,\nmenu,피자,,,\n",
        "entity,value,synonyms\nloc,서울,서울시;서울특별시\nmenu,피자\n",
        "# 설명, 둘\n\nentity,value,synonyms\n,,,\nloc,서울,서울시 | 서울특별시 |\n# 끝\nmenu,피자",
        '"entity","value","synonyms"\n"loc","서울","서울시|서울특별시"\n"menu","피자",""\n',
        "개체,대표값,동의어\nloc,서울,서울시|서울특별시\nmenu,피자\n",
        "loc,menu\n서울|서울시|서울특별시,피자\n",
        "loc;menu;\n서울|서울시|서울특별시;피자;\n",
        "loc\tmenu\t\n서울|서울시|서울특별시\t피자\t\n\t\t\n",
        "loc , menu\r\n서울; 서울시; 서울특별시,피자\r\n",
    ],
)
def test_spreadsheet_habits_are_understood(read, content):
    assert read(content) == EXPECTED


def test_a_wide_file_may_have_one_column(read):
    assert read("loc\n서울\n부산|부산시\n") == (Entry("loc", "서울"), Entry("loc", "부산", ("부산시",)))


def test_quoted_values_keep_commas_and_quotes(read):
    assert read('entity,value\nmenu,"치킨, ""반반"""\n') == (Entry("menu", '치킨, "반반"'),)


def test_a_quoted_hash_is_a_value(read):
    assert read('tag\n"#맛집"\n') == (Entry("tag", "#맛집"),)


def test_values_are_normalised_as_utterances_are(read):
    assert read("entity,value\nloc,\u1109\u1165\u110b\u116e\u11af  역\nmenu,ＫＦＣ\n") == (
        Entry("loc", "서울 역"),
        Entry("menu", "KFC"),
    )


def test_a_synonym_that_repeats_its_value_is_dropped_but_another_spacing_stays(read):
    assert read("entity,value,synonyms\nmenu,치즈 버거,치즈 버거|치즈버거\n")[0].synonyms == ("치즈버거",)


def test_entries_know_their_line(read, tmp_path):
    entries = read("# 머리\n" + LONG)
    assert [(entry.path, entry.line) for entry in entries] == [(str(tmp_path / "dict.csv"), n) for n in (3, 4)]


def test_all_mistakes_of_a_long_file_are_told_at_once(complaints):
    content = "\n".join(
        [
            "entity,value,synonyms,note",
            ",서울,",
            "loc,,서울시",
            "lo c,부산,",
            "loc,인천,인천시",
            "loc,인 천,",
            "loc,인천역,제물포|인천",
            "loc,하인천,  제물포",
            "loc",
            'loc,"열린',
        ]
    )
    assert complaints(content) == [
        (1, 23, "모르는 머리글 'note'입니다. 셋째 열부터는 synonyms입니다."),
        (2, 1, "개체 이름(entity)이 비어 있습니다."),
        (3, 5, "대표값(value)이 비어 있습니다."),
        (4, 1, "개체 이름 'lo c'가 바르지 않습니다. 글자로 시작해 글자, 숫자, _ - / . 로 적으세요."),
        (6, 5, "대표값 '인 천': 개체 loc에 이미 있습니다 (dict.csv:5)."),
        (7, 13, "동의어 '인천': 개체 loc의 다른 대표값입니다 (dict.csv:5)."),
        (8, 11, "동의어 '제물포': 개체 loc의 다른 값 '인천역'의 동의어입니다 (dict.csv:7)."),
        (9, 1, "대표값(value)이 비어 있습니다."),
        (10, 5, "따옴표가 닫히지 않았습니다. 글자로 쓴 따옴표는 두 번 적어 주세요."),
    ]


def test_all_mistakes_of_a_wide_file_are_told_at_once(complaints):
    assert complaints("loc,,2nd\n서울,가,나\n|서울시,,\n서울,,,다\n") == [
        (1, 6, "개체 이름 '2nd'가 바르지 않습니다. 글자로 시작해 글자, 숫자, _ - / . 로 적으세요."),
        (2, 4, "이 열의 머리글에 개체 이름이 없습니다."),
        (3, 1, "대표값이 비어 있습니다. '대표값|동의어|동의어'처럼 적어 주세요."),
        (4, 1, "대표값 '서울': 개체 loc에 이미 있습니다 (dict.csv:2)."),
        (4, 6, "이 열의 머리글에 개체 이름이 없습니다."),
    ]


@pytest.mark.parametrize("header", ["entity,values", "value,entity", "entity"])
def test_an_unknown_header_is_told(complaints, header):
    assert complaints(header + "\nloc,서울\n") == [
        (1, 1, "머리글을 알 수 없습니다. entity,value,synonyms 순서로 적어 주세요.")
    ]


@pytest.mark.parametrize("content", ["", "\n\n", "# 설명\n"])
def test_an_empty_file_is_told(complaints, content):
    hint = "첫 줄에 entity,value,synonyms 또는 개체 이름들을 적어 주세요."
    assert complaints(content) == [(1, 1, f"사전이 비어 있습니다. {hint}")]


def test_a_value_over_two_lines_is_told_and_line_numbers_stay_right(complaints):
    assert complaints('entity,value\nloc,"서\n울"\n,부산\n') == [
        (2, 5, "값에 줄바꿈이나 보이지 않는 글자만 있습니다. 한 줄로 적어 주세요."),
        (4, 1, "개체 이름(entity)이 비어 있습니다."),
    ]


def test_a_mistake_is_shown_with_its_line_and_a_caret(read, tmp_path):
    with pytest.raises(SourceErrors) as errors:
        read("entity,value\nloc,서울\nloc,서 울\n")
    path = tmp_path / "dict.csv"
    assert str(errors.value) == (
        f"{path}:3:5: 대표값 '서 울': 개체 loc에 이미 있습니다 ({path}:2).\n"
        "    loc,서 울\n"
        "        ^\n"
        "잘못된 곳이 1군데 있습니다."
    )


def test_clashes_between_files_are_told(tmp_path):
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).write_text("entity,value\nloc,서울\n", encoding="utf-8")
    with pytest.raises(SourceErrors) as errors:
        read_entries(tmp_path / "a.csv", tmp_path / "b.csv")
    (error,) = errors.value.errors
    assert (error.path, error.line) == (str(tmp_path / "b.csv"), 2)


def test_the_same_value_may_belong_to_two_entities(read):
    assert len(read("entity,value\nloc,서울역\ntransport,서울역\n")) == 2


@given(st.lists(st.lists(st.text('가a,;"\n\t|#=', max_size=4), min_size=1, max_size=4), max_size=4))
def test_cells_stand_where_they_say(rows):
    quoted = ["*" + ",".join('"' + cell.replace('"', '""') + '"' for cell in ("가", *row)) for row in rows]
    lines = "\n".join(quoted).replace("*", "").split("\n")
    for row in read_rows(["a,b,c,d,e", *lines], print):
        for cell in row:
            line = ["a,b,c,d,e", *lines][cell.line - 1]
            assert not cell.text or line[cell.column - 1] in (cell.text[0], '"')


@given(st.text())
def test_any_text_is_cut_into_cells_without_a_crash(text):
    read_rows(text.split("\n"), lambda *mistake: None)


@given(st.text("가나aAßİ \t\u3000"))
def test_squeezing_takes_spaces_and_case_but_no_character(text):
    squeezed = squeeze(text)
    assert len(squeezed) == len("".join(text.split()))
    assert squeeze(squeezed) == squeezed
