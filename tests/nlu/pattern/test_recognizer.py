"""Which patterns say a text, against enumeration of all that they say."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.korean.normalization import normalize
from nlu.korean.particles import choose
from nlu.lexicon.lexicon import Entry, Lexicon
from nlu.pattern import Inventory, Recognizer, parse_patterns
from nlu.pattern.expander import Expansion
from nlu.pattern.nodes import Particle, Pattern, Place, Slot, Space, Text
from nlu.pattern.table import PatternTable
from tests.nlu.pattern.helpers import LEXICON, SURFACES, trees_of
from tests.oracles import derivations, says_but_for_spaces_and_final_marks

trees = trees_of(
    st.one_of(
        st.sampled_from(["가", " 나", "다 ", " ", "라 마", "USB", "가?", "!", "나ㅋㅋ", "판교"]).map(Text),
        st.sampled_from([Slot("menu"), Slot("loc", "from"), Slot("loc", "to"), Slot("loc")]),
        st.just(Space()),
        st.sampled_from([Particle("을(를)"), Particle("(으)로")]),
    )
)
others = st.text(st.sampled_from("가나다라마 판교서울시피자를을로usb오늘?!ㅋ"), max_size=8)


def recognizer(*trees):
    patterns = [Pattern(f"intent_{at}", node, Place("p.txt", at, 1)) for at, node in enumerate(trees, 1)]
    return Recognizer(PatternTable.from_json(PatternTable.of(patterns).to_json()))


def said(node, *, distinct=True):
    """The texts of a pattern, each with the ways in which its entities may lie in it, spaces left out."""
    found = {}
    for text, spans in derivations(node, SURFACES, choose, distinct=distinct):
        places = [len("".join(text[:at].split())) for at in range(len(text) + 1)]
        found.setdefault(text, []).append(
            [(places[start], places[end], entity, role, value) for start, end, entity, role, value in spans]
        )
    return found


@given(st.lists(trees, min_size=1, max_size=3), st.data())
def test_each_utterance_is_recognized_with_just_its_entities(nodes, data):
    found = recognizer(*nodes)
    for number, node in enumerate(nodes, 1):
        texts = said(node)
        if not (whole := sorted(filter(None, texts))):
            continue
        text = data.draw(st.sampled_from(whole))
        lines = {one.line.origin: one for one in found.lines(text, LEXICON)}
        assert list(map(tuple, lines[f"p.txt:{number}"].entities)) in [
            spans for other, several in texts.items() for spans in several if same_but_spaces(other, text)
        ]


@given(st.lists(trees, min_size=1, max_size=3), st.data())
def test_spaces_case_and_final_marks_do_not_matter(nodes, data):
    found = recognizer(*nodes)
    for number, node in enumerate(nodes, 1):
        if not (whole := sorted(filter(None, said(node)))):
            continue
        text = data.draw(st.sampled_from(whole))
        spaced = "".join(char + " " * data.draw(st.integers(0, 1)) for char in text).upper()
        marked = spaced.rstrip("?! ") + data.draw(st.sampled_from(["", "?", "!!", "~", "ㅋㅋㅋ", "…😀"]))
        if any(char.isalnum() for char in marked.rstrip("ㅋ ")):
            assert f"p.txt:{number}" in {one.line.origin for one in found.lines(normalize(marked).text, LEXICON)}


@given(st.lists(trees, min_size=1, max_size=3), others)
def test_no_text_is_recognized_that_the_pattern_does_not_say(nodes, text):
    check_against_all(nodes, text)


@given(st.lists(trees, min_size=1, max_size=2), st.data())
def test_a_part_of_an_utterance_is_recognized_only_where_it_is_one(nodes, data):
    whole = data.draw(st.sampled_from(sorted(said(nodes[0])) or [""]))
    cut = data.draw(st.integers(0, len(whole)))
    instead = data.draw(st.sampled_from(["", "를", "을", "가", "?", " "]))
    check_against_all(nodes, whole[:cut] + instead + whole[cut + 1 :])


def check_against_all(nodes, text):
    text = normalize(text).text
    expected = {
        f"p.txt:{number}"
        for number, node in enumerate(nodes, 1)
        if any(says_but_for_spaces_and_final_marks(member, text) for member in said(node))
    }
    assert {one.line.origin for one in recognizer(*nodes).lines(text, LEXICON)} == expected


def same_but_spaces(one, other):
    return "".join(one.split()) == "".join(other.split())


def a_recognizer(text, lexicon=LEXICON):
    return Recognizer(PatternTable.of(parse_patterns(text, lexicon).patterns))


def origins(found, text, lexicon=LEXICON):
    return [one.line.origin for one in found.lines(normalize(text).text, lexicon)]


@pytest.mark.parametrize(
    ("pattern", "right", "wrong"),
    [
        ("응", ["응", "응!", "응ㅋㅋ", "응 ~", "응…", "응😀", "응ㅎ"], ["응응", "응?아", "ㅇ", "?", "응원"]),
        ("ㅇㅋ", ["ㅇㅋ", "ㅇㅋㅋㅋ", "ㅇㅋ!!"], ["ㅇ", "ㅇㅎ", "ㅋ", "ㅇㅇ"]),
        ("ㅋㅋ", ["ㅋㅋ", "ㅋㅋㅋㅋ", "ㅋ"], ["ㅎㅎ", "?", "ㅋㅋ응"]),
        ("뭐해\\?", ["뭐해", "뭐해?", "뭐 해!!", "뭐해ㅋㅋ"], ["뭐", "뭐해줘"]),
        ("50%", ["50%", "50 %!"], ["50", "50?"]),
        ("KTX 타자", ["ktx타자", "ＫＴＸ 타자", "Ktx 타 자~"], ["KT 타자"]),
        ("{menu}", ["피자", "물 냉면!"], ["피자집", "파스타", ""]),
        ("{menu}을(를) 줘", ["피자를 줘", "냉면을줘"], ["피자을 줘", "냉면를 줘", "파스타를 줘"]),
        ("{loc:from}에서 {loc:to}까지", ["서울에서 부산까지"], ["서울에서 서울까지", "서울시에서 서울까지"]),
    ],
)
def test_what_a_pattern_says_and_what_not(pattern, right, wrong):
    found = a_recognizer(f"[test]\n{pattern}")
    assert [text for text in right if not origins(found, text)] == []
    assert [text for text in wrong if origins(found, text)] == []


def test_more_characters_in_entities_are_the_better_reading():
    lexicon = Lexicon([Entry("loc", "서울"), Entry("loc", "서울역")])
    (found,) = a_recognizer("[test]\n{loc}역? 날씨", lexicon).lines("서울역 날씨", lexicon)
    assert [one.value for one in found.entities] == ["서울역"]


def test_new_values_are_recognized_without_a_new_table():
    found = a_recognizer("[test]\n{menu}을(를) 줘")
    assert origins(found, "라멘을 줘", Lexicon([Entry("menu", "라멘")])) == ["patterns.txt:2"]


def test_a_table_of_a_trillion_utterances_is_small_and_quick():
    lines = "[test]\n" + "(가|나|다|라|마|바|사|아|자|차)" * 12 + "\n" + "{menu}{loc}? " * 8
    table = PatternTable.of(parse_patterns(lines, LEXICON).patterns)
    assert len(table.to_json()) < 2_000
    assert origins(Recognizer(table), "가나다라마바사아자차가나") == ["patterns.txt:2"]


def test_endless_ways_to_read_a_text_take_bounded_steps():
    lexicon = Lexicon([Entry("menu", "가" * size) for size in range(1, 40)])
    found = a_recognizer("[test]\n" + "{menu}" * 8 + "나", lexicon)
    assert found.lines("가" * 400 + "다", lexicon) == []
    for count in (20, 300):
        many = a_recognizer("[test]\n" + "(가?)" * count + "나")
        assert bool(origins(many, "가" * count + "나")) is (count == 20)
        assert not origins(many, "가" * (count + 1) + "나")


def test_the_table_holds_what_lines_share_once():
    file = parse_patterns("@define 요청 = 알려줘|알려~주세요\n[a]\n{loc} 날씨 <요청>\n[b]\n{menu} 값 <요청>", LEXICON)
    table = PatternTable.of(file.patterns)
    assert [row for row in table.rows if "알려줘" in row] == [("w", "알려줘", "알려 주세요", "알려주세요")]


def test_each_derivation_of_the_shipped_language_is_said():
    rng = random.Random(0)
    text = "[a]\n(나|갑자기)? {menu}이(가)? (먹고 싶어|먹자)\n{menu}와(과) {menu} (하나씩)? 줘~요\n{loc}(으)로 가는 길"
    file = parse_patterns(text, LEXICON)
    found = Recognizer(PatternTable.of(file.patterns))
    for pattern in file.patterns:
        expansion = Expansion(pattern, Inventory(LEXICON))
        for _ in range(100):
            utterance = expansion.utterance(rng.randrange(expansion.count))
            assert pattern.origin in origins(found, utterance.text)
