"""What a bot declines does not drown what it does, however much there is of it."""

from fractions import Fraction
from math import ceil

from hypothesis import given
from hypothesis import strategies as st

from nlu.generation.declined_share import DeclinedShare
from nlu.lexicon.lexicon import Lexicon
from nlu.pattern import parse_patterns
from nlu.types import FALLBACK_INTENT
from tests.samples import draw

SMALL = "".join(f"[일{number}]\n{word} (하나|둘|셋)\n{word} 넷\n" for number, word in enumerate("가나다라마바사아"))
HUGE = f"[{FALLBACK_INTENT}]\n" + "".join(
    f"{word} {'(이|그|저|요|어느)? ' * 5}말\n" for word in ("딴", "먼", "새", "옛", "헌", "온", "첫", "뭇")
)


def counted(text, count, **weights):
    file = parse_patterns(text, Lexicon([]))
    return draw(file, Lexicon([]), count=count, intent_weights=weights).report


def test_the_others_do_not_drown_in_what_is_declined():
    report = counted(SMALL + HUGE, 9_000)
    assert report.intents[FALLBACK_INTENT] <= 1.1 * 9_000 / 9 + 4
    assert report.written + sum(report.missing.values()) == 9_000
    assert report.held_back > 1_000
    assert f"{report.held_back:,}개를 덜 만들었습니다" in report.to_text()


def test_a_larger_share_that_an_author_asks_for_is_given():
    report = counted(SMALL + HUGE, 9_000, nlu_fallback=4.0)
    assert 2_700 < report.intents[FALLBACK_INTENT] <= 1.1 * 3_000 + 4


def test_nothing_is_held_back_where_the_others_have_enough():
    enough = "".join(
        f"[일{number}]\n{HUGE.replace('말', word).partition(chr(10))[2]}" for number, word in enumerate("가나다")
    )
    report = counted(enough + HUGE, 4_000)
    assert (report.written, report.held_back) == (4_000, 0)
    assert "덜 만들었습니다" not in report.to_text()


def test_what_is_all_there_is_is_not_held_back():
    report = counted(HUGE, 500)
    assert (report.written, report.held_back) == (500, 0)


@given(
    st.integers(0, 1_000),
    st.dictionaries(st.sampled_from(["a", "b", FALLBACK_INTENT]), st.integers(0, 1_000), min_size=1),
    st.lists(st.sampled_from(["a", "b", FALLBACK_INTENT]), max_size=50),
)
def test_there_may_be_the_fair_share_or_twice_the_most_of_another(quota, planned, written):
    share = DeclinedShare(quota, dict.fromkeys(("a", "b", FALLBACK_INTENT), 1.0))
    for intent in written:
        share.add(intent)
    others = max(planned.get(name, 0) + written.count(name) for name in "ab")
    expected = Fraction(11, 10) * max(Fraction(quota, 3), 2 * others) - written.count(FALLBACK_INTENT)
    assert share.most(planned) == max(ceil(expected), 0)
