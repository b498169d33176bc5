import random
import time
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.errors import UnknownChoiceError
from nlu.lexicon.lexicon import Entry, Lexicon
from tests import oracles

surfaces = st.text("가나다aAß1 ", min_size=1, max_size=4).filter(str.strip)
entries = st.lists(st.builds(Entry, st.sampled_from(["x", "y"]), surfaces, st.lists(surfaces, max_size=2).map(tuple)))
LEXICON = Lexicon(
    [
        Entry("loc", "서울", ("서울시", "Seoul")),
        Entry("loc", "서울역"),
        Entry("transport", "서울역"),
        Entry("menu", "아이스 아메리카노", ("아아",)),
        Entry("count", "한", ()),
    ]
)


def found(text, lexicon=LEXICON):
    return [(text[match.start : match.end], match.entity, match.value) for match in lexicon.matches(text)]


def test_the_longest_value_of_each_entity_wins_at_each_start():
    assert found("서울역에서") == [("서울역", "loc", "서울역"), ("서울역", "transport", "서울역")]


def test_a_value_is_found_inside_a_word():
    assert found("남서울시까지") == [("서울시", "loc", "서울")]


@pytest.mark.parametrize("text", ["아이스아메리카노", "아이스 아메리카노", "아 이스  아메\t리카노"])
def test_spaces_inside_a_value_do_not_matter(text):
    assert found(text) == [(text, "menu", "아이스 아메리카노")]


def test_case_does_not_matter():
    assert found("SEOUL seoul") == [("SEOUL", "loc", "서울"), ("seoul", "loc", "서울")]


def test_surrounding_spaces_are_no_part_of_a_match():
    assert found(" 서울 ") == [("서울", "loc", "서울")]


def test_values_of_one_character_are_found():
    assert found("한 잔") == [("한", "count", "한")]


@given(entries, st.text("가나다aAß1 \t", max_size=10))
def test_matches_agree_with_trying_every_surface_everywhere(entries, text):
    first = {}
    for entry in entries:
        for surface in (entry.value, *entry.synonyms):
            key = (entry.entity, "".join(surface.split()).replace("A", "a"))
            first.setdefault(key, (entry.entity, surface, entry.value))
    matches = Lexicon(entries).matches(text)
    assert [(m.start, m.end, m.entity, m.value) for m in matches] == oracles.lexicon_matches(first.values(), text)


def test_canonical_ignores_spaces_and_case():
    assert LEXICON.canonical("loc", "sEoUl") == "서울"
    assert LEXICON.canonical("menu", "아이스아메리카노") == "아이스 아메리카노"


def test_canonical_of_an_unknown_surface_or_entity_is_none():
    assert LEXICON.canonical("menu", "서울") is None
    assert LEXICON.canonical("nothing", "서울") is None


def test_values_and_surfaces_keep_the_authors_order():
    assert LEXICON.values("loc") == ("서울", "서울역")
    assert [surface for entity, surface in LEXICON.surfaces() if entity == "loc"] == [
        "서울",
        "서울시",
        "Seoul",
        "서울역",
    ]


def test_entities_are_sorted():
    assert LEXICON.entities == ("count", "loc", "menu", "transport")


def test_an_entity_without_values_lists_those_that_have_some():
    with pytest.raises(UnknownChoiceError, match="no entity 'city'; there are: count, loc, menu, transport"):
        LEXICON.values("city")


def test_a_restricted_lexicon_knows_only_what_was_kept():
    kept = LEXICON.restricted_to(lambda entry: entry.value != "서울")
    assert found("서울시 서울역", kept) == [("서울역", "loc", "서울역"), ("서울역", "transport", "서울역")]
    assert len(kept) == len(LEXICON) - 1


@given(entries)
def test_json_round_trip(entries):
    lexicon = Lexicon(entries)
    again = Lexicon.from_json(lexicon.to_json())
    assert again.entries == lexicon.entries
    assert again.to_json() == lexicon.to_json()


@pytest.mark.parametrize("text", ["[]", "{}", '{"entries": [1]}', "no", '{"entries": 3}'])
def test_other_json_is_refused(text):
    with pytest.raises(ValueError, match=r"expected|Expecting"):
        Lexicon.from_json(text)


def test_a_blank_surface_is_refused():
    with pytest.raises(ValueError, match="expected surfaces that are not blank"):
        Lexicon([Entry("loc", " ")])


def test_a_hundred_thousand_values_are_built_and_searched_fast_and_small():
    rng = random.Random(0)
    syllables = [chr(code) for code in rng.sample(range(0xAC00, 0xD7A4), 1500)]
    many = [Entry(rng.choice("abcde"), "".join(rng.choices(syllables, k=rng.randint(2, 12)))) for _ in range(100_000)]
    text = f"오늘 {many[0].value[:8]}에서 {many[1].value}"[:20]
    tracemalloc.start()
    lexicon = Lexicon(many)
    size = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    # The best of several runs, with room for a slow machine; quiet, it is 10 µs.
    best = min(_seconds(lambda: [lexicon.matches(text) for _ in range(200)]) / 200 for _ in range(10))
    assert size < 60e6
    assert best < 60e-6


def _seconds(work):
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin
