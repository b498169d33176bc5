import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.tokenizers.base import verify
from nlu.tokenizers.rebuild import rebuild
from tests.strategies import texts


def cut(text, *morphemes):
    pairs = [tuple(morpheme.split("/")) for morpheme in morphemes]
    return [f"{token.text}/{token.pos}" for token in rebuild(text, pairs)]


@pytest.mark.parametrize(
    ("text", "morphemes", "expected"),
    [
        ("판교에서 피자를", ["판교/N", "에서/J", "피자/N", "를/J"], ["판교/N", "에서/J", "피자/N", "를/J"]),
        ("갔다", ["가/V", "았/P", "다/E"], ["갔/V+P", "다/E"]),
        ("됐어", ["되/V", "었/P", "어/E"], ["됐/V+P", "어/E"]),
        ("시켰어요", ["시키/V", "었/P", "어요/E"], ["시켰/V+P", "어요/E"]),
        ("됩니다", ["되/V", "ㅂ니다/E"], ["됩니다/V+E"]),
        ("해줘", ["하/V", "아/E", "주/X", "어/E"], ["해/V+E", "줘/X+E"]),
        ("KTX 3시", ["ktx/F", "3/N", "시/N"], ["KTX/F", "3/N", "시/N"]),
        ("가 😀 나", ["가/N", "나/N"], ["가/N", "😀/", "나/N"]),
        ("바람과 함께", ["바람과 함께/N"], ["바람과/N", "함께/N"]),
        ("시켰어요ㅋㅋ", ["시켰어욬ㅋ/N"], ["시켰어요ㅋㅋ/N"]),
        ("전혀다른말", ["abc/N", "def/N"], ["전혀다른말/N+N"]),
        ("가나", [], ["가나/"]),
        ("", [], []),
    ],
)
def test_morphemes_are_laid_over_the_text(text, morphemes, expected):
    assert cut(text, *morphemes) == expected


@given(texts, st.lists(st.tuples(st.text("가갔나다ㅂㅏ a1", max_size=4), st.sampled_from("NVE")), max_size=6))
def test_whatever_the_analyser_says_the_text_is_covered(text, morphemes):
    verify(text, rebuild(text, morphemes))


@given(st.lists(st.text("가나각힣갔ab1", min_size=1, max_size=4), max_size=6), st.data())
def test_morphemes_that_are_in_the_text_as_they_are_become_the_tokens(surfaces, data):
    text = "".join(surface + " " * data.draw(st.integers(0, 2)) for surface in surfaces)
    tokens = rebuild(text, [(surface, "N") for surface in surfaces])
    assert [token.text for token in tokens] == surfaces


def test_a_long_text_is_aligned_in_time():
    text = "판교에서 피자를 시켰어요 " * 60
    assert len(rebuild(text, [("판교", "N"), ("에서", "J"), ("피자", "N"), ("를", "J"), ("시켰어요", "V")] * 60)) == 300
