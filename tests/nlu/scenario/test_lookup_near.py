"""The nearest value is what comparing with every value finds; only quicker."""

from __future__ import annotations

from datetime import datetime

from hypothesis import given
from hypothesis import strategies as st

from nlu.korean.hangul import jamo
from nlu.lexicon.lexicon import Entry, Lexicon
from nlu.scenario.lookup import Lookup

WORDS = st.text(alphabet="가각간나난다달피핀자작치친", min_size=2, max_size=5)


def levenshtein(one: str, other: str) -> int:
    row = list(range(len(other) + 1))
    for at, char in enumerate(one, 1):
        before, row = row, [at]
        for to, its in enumerate(other, 1):
            row.append(min(row[-1] + 1, before[to] + 1, before[to - 1] + (char != its)))
    return row[-1]


@given(st.lists(WORDS, min_size=1, max_size=6, unique=True), WORDS)
def test_it_is_the_one_value_that_has_the_fewest_mistakes(values: list[str], word: str) -> None:
    keys = jamo(word)
    most = 0 if len(keys) < 4 else 1 if len(keys) < 9 else 2
    apart = {value: levenshtein(keys, jamo(value)) for value in values}
    best = [value for value, mistakes in apart.items() if mistakes == min(apart.values()) <= most]
    found = Lookup(Lexicon([Entry("menu", value) for value in values]), datetime.min)._nearest("menu", word)
    assert found == (best[0] if len(best) == 1 else None)
