"""Whether a pattern can say a text."""

from hypothesis import given
from hypothesis import strategies as st

from nlu.korean.particles import choose
from nlu.pattern import Inventory, Matcher
from nlu.pattern.nodes import Pattern, Place
from tests.nlu.pattern.helpers import LEXICON, pattern
from tests.nlu.pattern.test_expander import SURFACES, trees
from tests.oracles import derivations

others = st.text(st.sampled_from("가나다라마 판교서울시피자를을USB곱빼기"), max_size=8)


def matcher(node):
    return Matcher(Pattern("test", node, Place("p.txt", 2, 1)), Inventory(LEXICON))


@given(trees)
def test_every_text_that_the_pattern_says_matches(node):
    found = matcher(node)
    texts = [text for text, _ in derivations(node, SURFACES, choose)]
    assert all(found.matches(text) for text in texts)
    assert all(text[0] in found.first and text[-1] in found.last for text in texts if text)


@given(trees, others)
def test_a_text_matches_only_when_the_pattern_says_it(node, text):
    said = {text for text, _ in derivations(node, SURFACES, choose, distinct=False)}
    text = " ".join(text.split())
    assert matcher(node).matches(text) == (text in said)


@given(trees, st.data())
def test_a_part_of_what_the_pattern_says_matches_only_when_it_says_that_too(node, data):
    said = {text for text, _ in derivations(node, SURFACES, choose, distinct=False)}
    whole = data.draw(st.sampled_from(sorted(said) or [""]))
    cut = data.draw(st.integers(0, len(whole)))
    text = " ".join((whole[:cut] + whole[cut + 1 :]).split())
    assert matcher(node).matches(text) == (text in said)


def test_a_pattern_with_endless_ways_is_matched_at_once():
    found = Matcher(pattern("(가?)" * 300 + "나"), Inventory(LEXICON))
    assert found.matches("가" * 300 + "나")
    assert not found.matches("가" * 301 + "나")


def test_the_letters_at_the_edges_are_those_that_may_stand_there():
    found = Matcher(pattern("(네 )?{menu}(을(를) |(으)로 )?(줘|해(요)?)?"), Inventory(LEXICON))
    surfaces = {surface for surface, _ in Inventory(LEXICON).values("menu").surfaces}
    assert found.first == {"네", *(surface[0] for surface in surfaces)}
    assert found.last == {*"줘해요", *"을를로", *(surface[-1] for surface in surfaces)}
