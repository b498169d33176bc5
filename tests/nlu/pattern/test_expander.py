"""Counting and indexing, against plain recursion."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.korean.particles import choose
from nlu.lexicon.lexicon import Entry, Lexicon
from nlu.pattern import Expansion, Inventory, parse_patterns
from nlu.pattern.nodes import Particle, Pattern, Place, Sequence, Slot, Space, Text
from tests.nlu.pattern.helpers import LEXICON, SURFACES, expansion, texts, trees_of
from tests.oracles import derivations

trees = trees_of(
    st.one_of(
        st.sampled_from(["가", " 나", "다 ", " ", "라 마", "USB"]).map(Text),
        st.sampled_from(
            [Slot("menu"), Slot("loc", "from"), Slot("loc", "to"), Slot("loc"), Slot("size"), Slot("date")]
        ),
        st.just(Space()),
        st.sampled_from([Particle("을(를)"), Particle("은(는)", is_apart=True)]),
    )
)


def make(node):
    return Expansion(Pattern("test", node, Place("p.txt", 2, 1)), Inventory(LEXICON))


@given(trees)
def test_every_derivation_is_counted_and_indexed_exactly_once(node):
    expected = sorted(derivations(node, SURFACES, choose), key=repr)
    found = make(node)
    assert found.count == len(expected)
    assert sorted((found.render(index) for index in range(found.count)), key=repr) == expected


@given(trees, st.data())
def test_an_index_can_be_chosen_at_a_value(node, data):
    found = make(node)
    if not found.count:
        return
    index = data.draw(st.integers(0, found.count - 1))
    entity = data.draw(st.sampled_from(LEXICON.entities))
    surface, value = data.draw(st.sampled_from(SURFACES[entity]))
    chosen = found.index_with(index, entity, surface)
    if entity not in found.entities:
        assert chosen is None
        return
    text, spans = found.render(chosen)
    assert (surface, value) in [(text[s:e], v) for s, e, n, _, v in spans if n == entity]


@given(trees, st.randoms(use_true_random=False))
def test_each_index_that_covers_more_does_until_all_is_covered(node, rng):
    found, covered = make(node), set()
    if not found.count:
        return
    for _ in range(len(found.all_alternatives()) + 1):
        index = found.index_covering_more(rng.randrange(found.count), covered)
        if index is None:
            break
        taken = set(found.alternatives_at(index))
        assert taken - covered
        covered |= taken
    every = {one for index in range(min(found.count, 2000)) for one in found.alternatives_at(index)}
    assert covered == found.all_alternatives()
    assert every <= covered
    assert found.count > 2000 or every == covered


def test_alternatives_are_those_that_the_text_says():
    found = expansion("(가|나)(다|라)?")
    written = {}
    for index in range(found.count):
        for alternative in found.alternatives_at(index):
            written.setdefault(alternative, []).append(found.render(index)[0])
    assert sorted(written.values()) == sorted(
        [
            ["가", "가다", "가라"],
            ["나", "나다", "나라"],
            ["가", "나"],
            ["가다", "나다", "가라", "나라"],
            ["가다", "나다"],
            ["가라", "나라"],
        ]
    )


def test_a_macros_alternative_is_the_same_wherever_it_stands():
    file = parse_patterns("@define 끝 = 줘|주세요\n[a]\n피자 <끝>\n콜라 <끝>", LEXICON)
    one, other = (Expansion(each, Inventory(LEXICON)) for each in file.patterns)
    assert one.all_alternatives() == other.all_alternatives()
    assert other.index_covering_more(0, one.all_alternatives()) is None


@given(trees)
def test_entities_are_those_that_some_derivation_has(node):
    expected = {span[2] for _, spans in derivations(node, SURFACES, choose) for span in spans}
    assert make(node).entities == expected


def test_spans_cover_the_value_without_its_particle():
    utterance = expansion("{loc:from}에서 {menu}을(를) 주문").utterance(0)
    raws = [(utterance.text[s.start : s.end], s.label, s.value) for s in utterance.spans]
    assert raws == [("판교", "loc:from", "판교"), ("피자", "menu", "피자")]
    assert utterance.text == "판교에서 피자를 주문"
    assert (utterance.intent, utterance.origin) == ("test", "patterns.txt:2")


def test_a_synonym_keeps_its_canonical_value():
    found = expansion("{loc}")
    spans = [found.utterance(i).spans[0] for i in range(found.count)]
    assert [s.value for s in spans] == ["판교", "서울", "서울", "서울", "부산", "부산"]


def test_the_same_entity_twice_gets_two_values_counted_with_synonyms():
    found = expansion("{loc:from}에서 {loc:to}까지")
    assert found.count == 36 - (1 + 9 + 4)
    values = [tuple(s.value for s in found.utterance(i).spans) for i in range(found.count)]
    assert all(a != b for a, b in values)


def test_an_entity_with_one_value_cannot_come_twice():
    assert expansion("{size} {size}").count == 0
    assert texts("{size}( {size})? 하나") == ["곱빼기 하나"]


def test_a_pattern_without_a_slot_stands_for_itself():
    assert texts("안녕하세요") == ["안녕하세요"]


def test_a_left_out_part_leaves_no_double_space_and_no_space_at_the_edges():
    assert sorted(texts("{size}? 피자 (좀)? 주세요 (네)?")) == sorted(
        [
            "피자 주세요",
            "곱빼기 피자 주세요",
            "피자 좀 주세요",
            "곱빼기 피자 좀 주세요",
            "피자 주세요 네",
            "곱빼기 피자 주세요 네",
            "피자 좀 주세요 네",
            "곱빼기 피자 좀 주세요 네",
        ]
    )


def test_particles_fit_what_an_optional_part_leaves_before_them():
    assert set(texts("{menu}( 곱빼기| 하나|)을(를) 줘")) == {
        "피자를 줘",
        "냉면을 줘",
        "물냉면을 줘",
        "피자 곱빼기를 줘",
        "냉면 곱빼기를 줘",
        "물냉면 곱빼기를 줘",
        "피자 하나를 줘",
        "냉면 하나를 줘",
        "물냉면 하나를 줘",
    }


def test_a_particle_is_left_out_with_the_word_it_belongs_to():
    assert set(texts("{size}?을(를) 줘")) == {"줘", "곱빼기를 줘"}


def test_a_billion_billion_utterances_are_counted_and_reached_at_once():
    lexicon = Lexicon([Entry(name, f"{name}{i}", ()) for name in "abcdef" for i in range(1000)])
    found = expansion("{a} {b} {c} {d} {e} {f}", lexicon)
    assert found.count == 10**18
    assert found.utterance(10**18 - 1).text == "a999 b999 c999 d999 e999 f999"
    assert found.utterance(0).text == "a0 b0 c0 d0 e0 f0"


def test_many_slots_of_one_entity_are_counted_by_falling_factorials():
    lexicon = Lexicon([Entry("x", f"값{i}", ()) for i in range(500)])
    found = expansion("{x} {x} {x} {x} {x}", lexicon)
    assert found.count == 500 * 499 * 498 * 497 * 496
    assert len({s.value for s in found.utterance(found.count // 3).spans}) == 5


@pytest.mark.parametrize("index", [-1, 6])
def test_an_index_outside_the_pattern_is_refused(index):
    with pytest.raises(ValueError, match="expected an index from 0 to 5"):
        expansion("{loc}").utterance(index)


def test_a_slot_with_fixed_words_says_them_with_their_canonical_value():
    known = make(Sequence((Slot("loc", "to", SURFACES["loc"][-1][0]), Text("까지"))))
    unknown = make(Sequence((Slot("loc", None, "달나라"), Particle("을(를)"))))
    assert known.count == unknown.count == 1
    assert known.utterance(0).spans[0].value == SURFACES["loc"][-1][1]
    assert known.utterance(0).spans[0].role == "to"
    assert unknown.utterance(0).text == "달나라를"
    assert unknown.utterance(0).spans[0].value == "달나라"
