"""The features of gaps as numbers, against the strings that they stand for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.features.gaps import EDGE, LEFT, RIGHT, WINDOWS, GapKeys
from nlu.features.spacing import Spacer

ALPHABET = "가나다a1😀"
TEXTS = st.text(st.sampled_from(ALPHABET + "밖𝄞"), max_size=12)


def features(squeezed: str) -> list[list[str]]:
    """Those of each gap, spelled out."""
    text = EDGE * LEFT + squeezed + EDGE * RIGHT
    return [
        [f"{text[at - left : at]} {text[at : at + right]}" for left, right in WINDOWS]
        for at in range(LEFT + 1, LEFT + len(squeezed))
    ]


NAMES = st.builds(
    lambda texts: sorted({name for text in texts for names in features(text) for name in names}),
    st.lists(st.text(st.sampled_from(ALPHABET), max_size=6), max_size=4),
)


@given(
    st.dictionaries(
        st.sampled_from([name for names in features(ALPHABET + "가나") for name in names]),
        st.floats(-5, 5),
        max_size=30,
    ),
    TEXTS,
)
def test_log_odds_are_those_of_a_dictionary_of_strings(weights: dict[str, float], text: str) -> None:
    wanted = [-1.5 + sum(weights.get(name, 0.0) for name in names) for names in features(text)]
    assert Spacer(weights, -1.5, 2.0, 5).log_odds(text) == pytest.approx(wanted, abs=1e-12)


@given(NAMES)
def test_names_come_back_from_their_keys_and_no_two_have_one_key(names: list[str]) -> None:
    keys = GapKeys(ALPHABET)
    numbers = keys.of_names(names).tolist()
    assert keys.names(numbers) == names
    assert len({*numbers}) == len(names)


@given(TEXTS)
def test_keys_of_a_text_are_those_of_its_features(text: str) -> None:
    keys = GapKeys(text)
    assert keys.of_text(text).T.tolist() == [keys.of_names(names).tolist() for names in features(text)]


@pytest.mark.parametrize("name", ["밖 가", " 밖", "가 나다가나", "가나다가나 ", " "])
def test_what_no_gap_of_the_alphabet_has_gets_no_key(name: str) -> None:
    first, second = GapKeys(ALPHABET).of_names([" 가", name]).tolist()
    assert first != 0 == second


@pytest.mark.parametrize("names", [["가나"], ["가  나"], ["가 나", "다"]])
def test_names_that_are_none_are_refused(names: list[str]) -> None:
    with pytest.raises(ValueError, match="expected one space in each name"):
        GapKeys(ALPHABET).of_names(names)
