import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlu.errors import AcceptanceError
from nlu.induction import DictionaryRow, Proposal
from nlu.induction.acceptance import accept, accepted_numbers, changes, plan, undo
from nlu.lexicon.lexicon import Lexicon
from nlu.pattern import read_patterns
from nlu.snapshots.author_files import Places

PATTERNS = """\
# 나의 봇
@define 있어 = 있어|있나요

[order_food]
{menu} 시켜줘
{menu} 먹고 싶어

# ---- 날씨
[weather]
{loc} 날씨"""
LONG = 'entity,value,synonyms\nloc,판교,판교동\nloc,서울\nmenu,"피자, 하나",파자|핏자\nmenu,냉면\n'
WIDE = "loc,menu\n판교|판교동,피자\n서울,\n"
DAY = date(2026, 11, 30)
LINE = Proposal("pattern", "weather", "{loc} 기온 알려줘")


def a_project(folder: Path, patterns=PATTERNS, dictionary=LONG, encoding="utf-8") -> Places:
    for name, text in (("pattern.txt", patterns), ("dict.csv", dictionary)):
        (folder / name).write_bytes(text.encode(encoding))
    return Places(folder, [folder / "pattern.txt"], [folder / "dict.csv"])


def text_of(places, kind="patterns"):
    (path,) = getattr(places, kind)
    return path.read_bytes().decode()


def bytes_of(places):
    return [path.read_bytes() for path in (*places.patterns, *places.dictionaries)]


def without_digests(text):
    return re.sub(r" \([0-9a-f]{6}\)", "", text)


def test_a_line_goes_behind_the_last_of_its_intent_under_a_comment(tmp_path):
    places = a_project(tmp_path)
    accept(places, replace(LINE, intent="order_food", line="{menu} 하나 줘"), 17, DAY)
    assert without_digests(text_of(places)) == PATTERNS.replace(
        "{menu} 먹고 싶어\n", "{menu} 먹고 싶어\n# 받은함 2026-11-30 #17\n{menu} 하나 줘\n"
    )


def test_a_new_intent_gets_a_heading_of_its_own(tmp_path):
    places = a_project(tmp_path)
    accept(places, replace(LINE, intent="주차", line="{loc}에 주차장 <있어>"), 3, DAY)
    assert without_digests(text_of(places)) == (
        f"{PATTERNS}\n\n# 받은함 2026-11-30 #3 의도\n[주차]\n# 받은함 2026-11-30 #3\n{{loc}}에 주차장 <있어>"
    )


def test_values_go_behind_those_of_their_type_and_synonyms_into_the_row_of_their_value(tmp_path):
    places = a_project(tmp_path)
    rows = (
        DictionaryRow("loc", "광교"),
        DictionaryRow("menu", "피짜", "피자, 하나"),
        DictionaryRow("loc", "써울", "서울"),
    )
    accept(places, replace(LINE, rows=rows), 5, DAY)
    lexicon = Lexicon.read(*places.dictionaries)
    found = [lexicon.canonical(row.entity, row.surface) for row in rows]
    assert found == ["광교", "피자, 하나", "서울"]
    assert 'menu,"피자, 하나",파자|핏자|피짜\n' in text_of(places, "dictionaries")
    assert "loc,서울,써울\n" in text_of(places, "dictionaries")


def test_a_wide_dictionary_keeps_its_columns(tmp_path):
    places = a_project(tmp_path, dictionary=WIDE)
    accept(places, replace(LINE, rows=(DictionaryRow("menu", "냉면"), DictionaryRow("loc", "판꾜", "판교"))), 5, DAY)
    lexicon = Lexicon.read(*places.dictionaries)
    assert (lexicon.canonical("menu", "냉면"), lexicon.canonical("loc", "판꾜")) == ("냉면", "판교")


def test_what_the_files_have_already_is_not_written_again(tmp_path):
    places = a_project(tmp_path)
    accept(places, replace(LINE, rows=(DictionaryRow("loc", "판교동"),)), 1, DAY)
    assert text_of(places, "dictionaries") == LONG
    with pytest.raises(AcceptanceError) as error:
        accept(places, LINE, 2, DAY)
    assert error.value.code == "accept.nothing"


proposals = st.sampled_from(
    [
        LINE,
        replace(LINE, intent="새것", line="주차장 <있어>"),
        replace(LINE, intent="새것", line="주차비 얼마", rows=(DictionaryRow("loc", "광교"),)),
        Proposal("dictionary", "weather", "", (DictionaryRow("loc", "한양", "서울"),)),
        Proposal("dictionary", "weather", "", (DictionaryRow("menu", "라면"), DictionaryRow("menu", "파지", "피자"))),
    ]
)


@settings(max_examples=12, deadline=None)
@given(
    st.lists(proposals, min_size=1, max_size=4, unique_by=lambda one: (one.line, one.rows)),
    st.sampled_from(["utf-8", "utf-8-sig", "cp949", "utf-16"]),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from(["", "\n", "\n\n\n"]),
    st.sampled_from([LONG, WIDE]),
    st.randoms(use_true_random=False),
)
def test_what_was_accepted_goes_out_again_byte_by_byte_in_any_order(
    tmp_path_factory, several, encoding, line_end, end, dictionary, rng
):
    folder = tmp_path_factory.mktemp("project")
    texts = [text.replace("\n", line_end) for text in (PATTERNS + end, dictionary)]
    places = a_project(folder, *texts, encoding)
    before = bytes_of(places)
    for number, one in enumerate(several, 1):
        accept(places, one, number, DAY)
        lexicon = Lexicon.read(*places.dictionaries)
        said = read_patterns(*places.patterns, lexicon=lexicon).patterns
        assert not one.line or [p.intent for p in said if p.source.strip() == one.line] == [one.intent]
    numbers = list(range(1, len(several) + 1))
    assert accepted_numbers(places) == set(numbers)
    rng.shuffle(numbers)
    for number in numbers:
        undo(places, number)
    assert bytes_of(places) == before


def test_what_the_author_wrote_meanwhile_stays(tmp_path):
    places = a_project(tmp_path)
    accept(places, LINE, 1, DAY)
    (path,) = places.patterns
    path.write_text(text_of(places).replace("{menu} 시켜줘", "{menu} 배달해줘") + "\n{loc} 비 와\n[greet]\n안녕")
    undo(places, 1)
    assert text_of(places) == PATTERNS.replace("{menu} 시켜줘", "{menu} 배달해줘") + "\n{loc} 비 와\n[greet]\n안녕"


def test_a_heading_stays_while_something_is_below_it(tmp_path):
    places = a_project(tmp_path)
    accept(places, replace(LINE, intent="주차", line="주차장 <있어>"), 1, DAY)
    (path,) = places.patterns
    path.write_text(text_of(places) + "\n주차비 얼마")
    undo(places, 1)
    assert without_digests(text_of(places)).endswith("의도\n[주차]\n주차비 얼마")


def test_a_block_that_the_author_changed_stays_and_is_said(tmp_path):
    places = a_project(tmp_path)
    accept(places, LINE, 9, DAY)
    (path,) = places.patterns
    path.write_text(text_of(places).replace("기온", "온도"))
    before = bytes_of(places)
    with pytest.raises(AcceptanceError) as error:
        undo(places, 9)
    assert error.value.worded("ko") == f"{path}:11: 받은함 #9에서 쓴 줄을 그 뒤에 고치셨습니다. 손으로 지우세요."
    assert bytes_of(places) == before


@pytest.mark.parametrize(
    ("proposal", "code", "said"),
    [
        (replace(LINE, line="{city} 날씨"), "accept.refused", "{city}"),
        (replace(LINE, line="(날씨|기온"), "accept.refused", "pattern.txt:12:1"),
        (replace(LINE, line="<없는것> 날씨"), "accept.refused", "없는것"),
        (replace(LINE, intent="두 낱말"), "accept.refused", "두 낱말"),
        (replace(LINE, line="날씨\n[greet]\n안녕"), "accept.line", "날씨"),
        (replace(LINE, line="[greet]"), "accept.line", "greet"),
        (replace(LINE, line="", rows=()), "accept.nothing", ""),
        (replace(LINE, rows=(DictionaryRow("loc", "피자 "), DictionaryRow("2loc", "x"))), "accept.refused", "2loc"),
    ],
)
def test_what_the_linter_refuses_is_not_written(tmp_path, proposal, code, said):
    places = a_project(tmp_path)
    before = bytes_of(places)
    with pytest.raises(AcceptanceError) as error:
        accept(places, proposal, 1, DAY)
    assert error.value.code == code
    assert said in error.value.worded("ko")
    assert bytes_of(places) == before


def test_a_character_that_the_file_cannot_hold_is_refused(tmp_path):
    places = a_project(tmp_path, encoding="cp949")
    before = bytes_of(places)
    with pytest.raises(AcceptanceError) as error:
        accept(places, replace(LINE, line="{loc} 날씨 😀 어때"), 1, DAY)
    assert (error.value.code, bytes_of(places)) == ("accept.encoding", before)


def test_the_same_number_is_not_accepted_twice_and_what_is_not_there_not_undone(tmp_path):
    places = a_project(tmp_path)
    accept(places, LINE, 1, DAY)
    for act, code in (
        (lambda: accept(places, LINE, 1, DAY), "accept.taken"),
        (lambda: undo(places, 2), "accept.missing"),
    ):
        with pytest.raises(AcceptanceError) as error:
            act()
        assert error.value.code == code


def test_what_would_be_written_is_shown_first_with_what_the_linter_says(tmp_path):
    places = a_project(tmp_path)
    before = bytes_of(places)
    shown = plan(places, replace(LINE, line="{loc} 먹고 싶어를", intent="order_food"), 1, DAY)
    assert "+{loc} 먹고 싶어를" in shown.diff.splitlines()
    assert bytes_of(places) == before
    clash = plan(places, replace(LINE, line="{menu} 먹고 싶어"), 1, DAY)
    assert [one.code for one in clash.findings] == ["same-text-two-intents"]


def test_nothing_is_written_where_one_file_cannot_be(tmp_path, monkeypatch):
    places = a_project(tmp_path)
    before, written = bytes_of(places), []

    def broken(path, data):
        written.append(path)
        if len(written) == 2:
            raise OSError(28, "No space left on device")
        path.write_bytes(data)

    monkeypatch.setattr(changes, "write_atomic", broken)
    with pytest.raises(OSError, match="No space"):
        accept(places, replace(LINE, rows=(DictionaryRow("loc", "광교"),)), 1, DAY)
    assert bytes_of(places) == before


def test_a_file_that_changes_meanwhile_is_left_alone(tmp_path):
    places = a_project(tmp_path)
    change = plan(places, LINE, 1, DAY)
    (path,) = places.patterns
    path.write_text(PATTERNS + "\n# 새 메모")
    with pytest.raises(AcceptanceError) as error:
        changes.write(change)
    assert (error.value.code, text_of(places)) == ("accept.meanwhile", PATTERNS + "\n# 새 메모")
