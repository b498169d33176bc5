import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.korean import hangul
from tests.strategies import syllables

ALL_SYLLABLES = [chr(code) for code in range(0xAC00, 0xD7A4)]
KEYS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎㅏㅐㅑㅒㅓㅔㅕㅖㅗㅛㅜㅠㅡㅣ"


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
