import pickle
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu import tokenizers
from nlu.errors import UnknownChoiceError
from nlu.tokenizers.base import cover, verify
from nlu.types import Token
from tests.strategies import texts

NAMES = [pytest.param(name, marks=[pytest.mark.jvm] * name.startswith("konlpy")) for name in tokenizers.names()]
SLOW_TO_START = ("konlpy-komoran", "konlpy-kkma")
"""Their dictionaries take seconds to load; what they share with konlpy-okt is one class."""
AWKWARD = [
    "",
    " ",
    "판교에서  피자를 시켰어요ㅋㅋ 😀 KTX 3시",
    "\t판교\n에",
    "가나다라 \u3000 ab",
    "a\x00b",
    "\ud800 가",
    "e\u0301 ㅎㅏㄴ",
    "\u1112\u1161\u11ab국",
    "👨‍👩‍👧🇰🇷!!!",
    "됐어 갔다 해줘 데려다줄래",
    "\x1f\x85가",
]


@pytest.fixture(scope="module", params=NAMES)
def tokenizer(request):
    return tokenizers.create(request.param)


def test_awkward_texts_are_covered_with_true_offsets(tokenizer):
    for text in AWKWARD:
        verify(text, tokenizer.tokenize(text))


@given(text=texts)
def test_mixed_texts_are_covered_with_true_offsets(tokenizer, text):
    verify(text, tokenizer.tokenize(text))


@given(text=st.text(max_size=8))
def test_any_text_is_covered_with_true_offsets(tokenizer, text):
    verify(text, tokenizer.tokenize(text))


def test_the_same_text_gives_the_same_tokens(tokenizer):
    text = "오늘 판교에서 피자를 시켰어요"
    assert tokenizer.tokenize(text) == tokenizer.tokenize(text)


def test_threads_may_share_a_tokenizer(tokenizer):
    several = [f"오늘 판교에서 피자 {number}판을 시켰어요" for number in range(24)]
    alone = [tokenizer.tokenize(text) for text in several]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(tokenizer.tokenize, several)) == alone


def test_its_name_and_settings_make_an_equal_one_and_it_travels_between_processes(tokenizer):
    if tokenizer.name in SLOW_TO_START:
        assert tokenizers.create(tokenizer.name, **tokenizer.settings).settings == tokenizer.settings
        return
    text = "판교에서 피자를 시켰어요"
    again = pickle.loads(pickle.dumps(tokenizers.create(tokenizer.name, **tokenizer.settings)))
    assert again.tokenize(text) == tokenizer.tokenize(text)


def test_a_wrong_name_lists_what_there_is():
    with pytest.raises(UnknownChoiceError) as error:
        tokenizers.create("mecap")
    assert str(error.value) == f"no tokenizer 'mecap'; there are: {', '.join(tokenizers.names())}"


@pytest.mark.parametrize(
    ("tokens", "message"),
    [
        ([Token("가", 0, 1), Token("나다", 0, 2)], "expected a token within 1..4"),
        ([Token("나", 0, 1)], "expected the text '가'"),
        ([Token("가나 다", 0, 4)], "expected a token without spaces"),
        ([Token("가", 0, 1), Token("다", 3, 4)], "expected a token over '나' at 1, got none"),
        ([Token("가나", 0, 2)], "expected a token over '다' at 3, got none"),
        ([Token("가나", 0, 2), Token("다", 3, 5)], "expected a token within 2..4"),
    ],
)
def test_broken_promises_are_told(tokens, message):
    with pytest.raises(ValueError, match=message.replace(".", r"\.")):
        verify("가나 다", tokens)


@given(texts, st.sets(st.integers(0, 20)))
def test_covering_fills_just_the_gaps(text, kept):
    tokens = tuple(Token(char, i, i + 1, "X") for i, char in enumerate(text) if i in kept and not char.isspace())
    covered = cover(text, tokens)
    verify(text, covered)
    assert tuple(token for token in covered if token.pos) == tokens
