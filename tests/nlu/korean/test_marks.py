from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from nlu.korean.marks import body_end, cuts, may_begin, may_end, without_marks
from nlu.korean.normalization import NormalizedText, normalize

MARKS = [*",./;:~…·|*#@`^+&=\\→★※•ㆍ", "😀", "❤️", "👍🏽", "👨‍👩‍👧", "\n", " / ", " - ", "ㅋㅋ", "ㅠㅠ"]
QUOTES = ["()", "[]", "{}", "<>", '""', "''", "“”", "‘’", "「」", "『』", "《》", "〈〉", "【】", "（）", "**", "``"]


def plain(text: str, *values: tuple[int, int]) -> NormalizedText:
    return without_marks(normalize(text), lambda _: values)


@pytest.mark.parametrize("mark", MARKS)
@pytest.mark.parametrize("frame", ["{m}피자", "피자{m}", "{m}피자{m}", "피자{m}콜라", "피자{m} 콜라", "피자 {m}콜라"])
def test_a_mark_beside_a_word_reads_as_a_space_or_nothing(mark: str, frame: str) -> None:
    text = frame.format(m=mark)
    read = plain(text)
    assert read.text == ("피자 콜라" if "콜라" in frame else "피자")
    assert [text[slice(*read.to_original(at, at + 1))] for at in range(2)] == ["피", "자"]


@pytest.mark.parametrize("quotes", QUOTES)
@pytest.mark.parametrize(
    ("frame", "reads"),
    [
        ("{}피자{} 줘", "피자 줘"),
        ("{}피자{}를 줘", "피자를 줘"),
        ("내일{}판교{}에서", "내일 판교에서"),
        ("피자{}콜라{}", "피자 콜라"),
    ],
)
def test_quotes_and_brackets_go_and_particles_stay_at_their_word(quotes: str, frame: str, reads: str) -> None:
    assert plain(frame.format(quotes[0], quotes[1])).text == reads


@pytest.mark.parametrize(
    "text",
    [
        *(
            "3.5리터",
            "35,000원",
            "1,234,567",
            "10:30에",
            "12/26 예약",
            "2026-11-30",
            "010-1234-5678",
            "3~4명",
            "2+1 행사",
        ),
        *(
            "50% 할인",
            "$5",
            "₩1000",
            "23.5℃",
            "-5도",
            "T-50",
            "AT&T",
            "don't",
            "a@b.co",
            "C++ 책",
            "C# 책",
            "k. b. s. 뉴스",
            "KTX-이음",
        ),
        *(
            "피자 줘?",
            "피자 줘??",
            "피자 줘 ?",
            "ㅎㅇ",
            "ㄱㄱ",
            "ㅇㅋ",
            "ㅋㄷ",
            "???",
            "ㅋㅋ",
            "😀",
            "❤",
            "日本語 です",
            "피자",
        ),
    ],
)
def test_what_belongs_to_a_word_or_ends_the_utterance_stays(text: str) -> None:
    assert plain(text).text == text


def test_of_marks_at_the_end_question_marks_stay() -> None:
    assert plain("뭐야???????").text == "뭐야??"
    assert plain("뭐야?!?!?!?!?!").text == "뭐야??"
    assert plain("피자 줘ㅋㅋㅋㅋㅋㅋ").text == plain("피자 줘 ㅠㅠ").text == "피자 줘"
    assert plain("피자 줘~~~...;;;!!!^^").text == "피자 줘"


def test_a_list_of_numbers_is_no_number() -> None:
    assert plain("1,2번").text == "1 2번"


def test_marks_of_a_dictionary_value_stay() -> None:
    assert plain("치킨(순살),피자", (0, 6)).text == "치킨(순살) 피자"


def test_what_was_cut_is_known() -> None:
    assert cuts(plain("피자,콜라")) == {3}
    assert cuts(plain("'피자'를 줘")) == {2}
    assert cuts(plain("피자\n콜라")) == {3}
    assert cuts(plain("피자 콜라")) == cuts(plain("피\u200b자")) == frozenset()


def test_edges_of_values() -> None:
    assert all(may_begin(char) and may_end(char) for char in "가a7日ㅋ")
    assert not any(may_begin(char) or may_end(char) for char in " ,'\")😀~…_")
    assert body_end("판교 날씨? ㅠㅠ") == 5


any_text = st.text(st.sampled_from("가를피자 ab15,.?!'\"()~-:/%😀ㅋㅠ…·\n\u200bㆍ+#"), max_size=14) | st.text(
    max_size=12
)


@given(any_text)
@example("5'를5")
def test_only_marks_and_spaces_change(text: str) -> None:
    normalized = normalize(text)
    read = without_marks(normalized, lambda _: ())
    letters = [char for char in normalized.text if char.isalnum() and char not in "ㅋㅎㅠㅜㅡㆍ"]
    assert [char for char in read.text if char.isalnum() and char not in "ㅋㅎㅠㅜㅡㆍ"] == letters
    assert read.original == text
    assert read.text == read.text.strip()
    assert "  " not in read.text


@given(any_text)
def test_every_character_knows_its_stretch(text: str) -> None:
    read = plain(text)
    assert len(read.text) == len(read.starts) == len(read.ends)
    assert all(start <= end for start, end in zip(read.starts, read.ends, strict=True))
    assert all(before <= after for before, after in pairwise(read.starts))
    for at, char in enumerate(read.text):
        assert char == " " or char in normalize(text[read.starts[at] : read.ends[at]]).text


@given(any_text)
def test_reading_what_was_read_changes_nothing(text: str) -> None:
    read = plain(text).text
    assert plain(read).text == read


@pytest.mark.parametrize(
    ("text", "reads"),
    [
        ("1) 피자 2) 콜라 줘", "피자 콜라 줘"),
        ("1. 피자\n2. 콜라\n3.치킨", "피자 콜라 치킨"),
        ("① 피자 ② 콜라", "피자 콜라"),
        ("❶피자❷콜라", "피자 콜라"),
        ("1. 피자", "1 피자"),
        ("1.5리터 2) 콜라", "1.5리터 2 콜라"),
        ("피자 1) 콜라 2)", "피자 1 콜라 2"),
        ("1) 피자 3) 콜라", "1 피자 3 콜라"),
    ],
)
def test_numbers_of_a_list_are_marks(text: str, reads: str) -> None:
    assert plain(text).text == reads
