import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.korean.normalization import normalize
from tests.strategies import messy_texts, syllables


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        ("피자 주문해줘", "피자 주문해줘"),
        (unicodedata.normalize("NFD", "닭갈비 값은?"), "닭갈비 값은?"),
        ("가\u11a8", "각"),  # a composed syllable and a loose final
        ("\u1100\u1100 \u1161", "ㄱㄱ ㅏ"),  # conjoining jamo that stay alone
        ("ㅇㅇ ㄱㅅ ㅋㅋ ㅠㅠ", "ㅇㅇ ㄱㅅ ㅋㅋ ㅠㅠ"),
        ("ㄱㅏ", "ㄱㅏ"),
        ("ﾡﾱ ￂ", "ㄱㅁ ㅏ"),
        ("ＫＴＸ　３시！", "KTX 3시!"),
        ("￦１０００", "₩1000"),
        ("  판교 \t\n 날씨\r\n", "판교 날씨"),
        ("판교\u3164날씨", "판교 날씨"),
        ("판\u200b교\ufeff \u202e날씨\u2069", "판교 날씨"),
        ("❤\ufe0f", "❤"),
        ("가\ud800나", "가나"),
        ("cafe\u0301", "café"),
        ("KTX", "KTX"),
        ("\u200b \u200b", ""),
        (" \u200b a", "a"),
    ],
)
def test_normalisation(text, expected):
    assert normalize(text).text == expected


@pytest.mark.parametrize(
    ("text", "start", "end", "expected"),
    [
        ("판교 날씨", 0, 2, "판교"),
        ("  판교  날씨", 0, 2, "판교"),
        ("  판교  날씨", 2, 3, "  "),
        ("  판교  날씨", 3, 5, "날씨"),
        (unicodedata.normalize("NFD", "판교 날씨"), 1, 2, unicodedata.normalize("NFD", "교")),
        ("판\u200b교", 0, 2, "판\u200b교"),
        ("😀ＫＴＸ", 1, 4, "ＫＴＸ"),
        ("cafe\u0301에", 3, 4, "e\u0301"),
    ],
)
def test_a_stretch_finds_its_original(text, start, end, expected):
    first, last = normalize(text).to_original(start, end)
    assert text[first:last] == expected


def test_an_empty_stretch_has_an_empty_original():
    normalized = normalize("  가  나 ")
    assert [normalized.to_original(edge, edge) for edge in range(4)] == [(2, 2), (3, 3), (5, 5), (6, 6)]
    assert normalize("  ").to_original(0, 0) == (0, 0)


@pytest.mark.parametrize(("start", "end"), [(-1, 1), (1, 0), (0, 3)])
def test_a_stretch_outside_the_text_is_refused(start, end):
    with pytest.raises(ValueError, match=f"expected 0 <= start <= end <= 2, got start={start}, end={end}"):
        normalize("가나").to_original(start, end)


@given(messy_texts)
def test_normalising_twice_changes_nothing(text):
    once = normalize(text).text
    again = normalize(once)
    assert again.text == once
    assert [again.to_original(start, start + 1) for start in range(len(once))] == [
        (start, start + 1) for start in range(len(once))
    ]


@given(messy_texts)
def test_ranges_are_valid_and_monotone(text):
    normalized = normalize(text)
    assert len(normalized.text) == len(normalized.starts) == len(normalized.ends)
    assert all(0 <= start < end <= len(text) for start, end in zip(normalized.starts, normalized.ends, strict=True))
    assert list(normalized.starts) == sorted(normalized.starts)
    assert list(normalized.ends) == sorted(normalized.ends)


@given(messy_texts)
def test_every_character_that_means_something_is_covered(text):
    normalized = normalize(text)
    covered = {
        place for start, end in zip(normalized.starts, normalized.ends, strict=True) for place in range(start, end)
    }
    for place, char in enumerate(text):
        assert place in covered or normalize(char).text == ""


@given(messy_texts)
def test_nothing_invisible_is_left(text):
    normal = normalize(text).text
    assert normal == normal.strip()
    assert "  " not in normal
    assert not any(unicodedata.category(char) in {"Cc", "Cf", "Cs", "Zl", "Zp"} for char in normal)


@given(messy_texts)
def test_spacing_of_the_form_does_not_matter(text):
    assert normalize(unicodedata.normalize("NFC", text)).text == normalize(text).text


@given(st.text(st.one_of(syllables, st.sampled_from("abcXYZ09 .,?!")), max_size=30))
def test_the_quick_path_agrees_with_the_slow_one(text):
    slow = normalize("\u200b" + text)
    quick = normalize(text)
    assert quick.text == slow.text
    assert [start + 1 for start in quick.starts] == list(slow.starts)


def test_long_texts_are_mapped_too():
    normalized = normalize("가" * 2000)
    assert normalized.to_original(1999, 2000) == (1999, 2000)
