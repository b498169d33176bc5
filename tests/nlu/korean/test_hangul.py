import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.korean import hangul
from tests.strategies import messy_texts, syllables

ALL_SYLLABLES = [chr(code) for code in range(0xAC00, 0xD7A4)]
KEYS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎㅏㅐㅑㅒㅓㅔㅕㅖㅗㅛㅜㅠㅡㅣ"


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
    assert hangul.normalize(text).text == expected


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
    first, last = hangul.normalize(text).to_original(start, end)
    assert text[first:last] == expected


def test_an_empty_stretch_has_an_empty_original():
    normalized = hangul.normalize("  가  나 ")
    assert [normalized.to_original(edge, edge) for edge in range(4)] == [(2, 2), (3, 3), (5, 5), (6, 6)]
    assert hangul.normalize("  ").to_original(0, 0) == (0, 0)


@pytest.mark.parametrize(("start", "end"), [(-1, 1), (1, 0), (0, 3)])
def test_a_stretch_outside_the_text_is_refused(start, end):
    with pytest.raises(ValueError, match=f"expected 0 <= start <= end <= 2, got start={start}, end={end}"):
        hangul.normalize("가나").to_original(start, end)


@given(messy_texts)
def test_normalising_twice_changes_nothing(text):
    once = hangul.normalize(text).text
    again = hangul.normalize(once)
    assert again.text == once
    assert [again.to_original(start, start + 1) for start in range(len(once))] == [
        (start, start + 1) for start in range(len(once))
    ]


@given(messy_texts)
def test_ranges_are_valid_and_monotone(text):
    normalized = hangul.normalize(text)
    assert len(normalized.text) == len(normalized.starts) == len(normalized.ends)
    assert all(0 <= start < end <= len(text) for start, end in zip(normalized.starts, normalized.ends, strict=True))
    assert list(normalized.starts) == sorted(normalized.starts)
    assert list(normalized.ends) == sorted(normalized.ends)


@given(messy_texts)
def test_every_character_that_means_something_is_covered(text):
    normalized = hangul.normalize(text)
    covered = {
        place for start, end in zip(normalized.starts, normalized.ends, strict=True) for place in range(start, end)
    }
    for place, char in enumerate(text):
        assert place in covered or hangul.normalize(char).text == ""


@given(messy_texts)
def test_nothing_invisible_is_left(text):
    normal = hangul.normalize(text).text
    assert normal == normal.strip()
    assert "  " not in normal
    assert not any(unicodedata.category(char) in {"Cc", "Cf", "Cs", "Zl", "Zp"} for char in normal)


@given(messy_texts)
def test_spacing_of_the_form_does_not_matter(text):
    assert hangul.normalize(unicodedata.normalize("NFC", text)).text == hangul.normalize(text).text


@given(st.text(st.one_of(syllables, st.sampled_from("abcXYZ09 .,?!")), max_size=30))
def test_the_quick_path_agrees_with_the_slow_one(text):
    slow = hangul.normalize("\u200b" + text)
    quick = hangul.normalize(text)
    assert quick.text == slow.text
    assert [start + 1 for start in quick.starts] == list(slow.starts)


def test_long_texts_are_mapped_too():
    normalized = hangul.normalize("가" * 2000)
    assert normalized.to_original(1999, 2000) == (1999, 2000)


def test_every_syllable_decomposes_as_unicode_says():
    for syllable in ALL_SYLLABLES:
        initial, medial, final = hangul.decompose(syllable)
        assert unicodedata.normalize("NFKD", initial + medial)[:2] == unicodedata.normalize("NFD", syllable)[:2]
        assert hangul.final_consonant(syllable) == final
        assert bool(final) == (len(unicodedata.normalize("NFD", syllable)) == 3)
        assert hangul.compose(initial, medial, final) == syllable


@pytest.mark.parametrize("char", ["", "ㄱ", "a", "가나"])
def test_what_is_no_syllable_is_refused(char):
    assert not hangul.is_syllable(char)
    with pytest.raises(ValueError, match="expected one Hangul syllable"):
        hangul.decompose(char)
    with pytest.raises(ValueError, match="expected one Hangul syllable"):
        hangul.final_consonant(char)


@pytest.mark.parametrize("parts", [("ㄱ", "ㄱ", ""), ("ㅏ", "ㅏ", ""), ("ㄱ", "ㅏ", "ㄸ"), ("", "ㅏ", "")])
def test_what_makes_no_syllable_is_refused(parts):
    with pytest.raises(ValueError, match="expected initial, medial and final jamo"):
        hangul.compose(*parts)


def test_jamo_spell_syllables_and_leave_the_rest():
    assert hangul.jamo("값 2개ㅋ") == "ㄱㅏㅄ 2ㄱㅐㅋ"


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("각", "ㄱㅏㄱ"),
        ("값이", "ㄱㅏㅂㅅㅇㅣ"),
        ("과외", "ㄱㅗㅏㅇㅗㅣ"),
        ("까치", "ㄲㅏㅊㅣ"),
        ("있어", "ㅇㅣㅆㅇㅓ"),
        ("얘들아 3시", "ㅇㅒㄷㅡㄹㅇㅏ 3ㅅㅣ"),
    ],
)
def test_keystrokes_of_words(text, keys):
    assert hangul.keystrokes(text) == keys
    assert hangul.from_keystrokes(keys) == text


@pytest.mark.parametrize(
    ("keys", "shown"),
    [
        ("ㄱㅏㄱㅏ", "가가"),
        ("ㄷㅏㄹㄱㅏ", "달가"),
        ("ㅋㅋㅋ", "ㅋㅋㅋ"),
        ("ㅠㅠ", "ㅠㅠ"),
        ("ㅗㅏ", "ㅘ"),
        ("ㄱㅏㄸㅏ", "가따"),
        ("ㅏㄱ", "ㅏㄱ"),
        ("ㄱㅏㅏ", "가ㅏ"),
        ("ㄱㄱㅏ", "ㄱ가"),
        ("ㄱㅏㄱㅅㅅㅏ", "갃사"),
        ("a가 ", "a가 "),
    ],
)
def test_the_input_method_composes_as_people_see_it(keys, shown):
    assert hangul.from_keystrokes(keys) == shown


@given(st.text(st.one_of(syllables, st.sampled_from("aZ0 ?.😀")), max_size=20))
def test_text_typed_key_by_key_comes_back(text):
    assert hangul.from_keystrokes(hangul.keystrokes(text)) == text


@given(st.text(st.sampled_from(KEYS), max_size=20))
def test_keys_composed_and_spelled_again_come_back(keys):
    assert hangul.keystrokes(hangul.from_keystrokes(keys)) == keys
