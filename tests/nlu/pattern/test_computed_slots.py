from __future__ import annotations

from random import Random

import pytest

from nlu.errors import SourceErrors
from nlu.lexicon.lexicon import Entry, Lexicon
from nlu.pattern.expander import Expansion
from nlu.pattern.inventory import Inventory
from nlu.pattern.nodes import Slot, walk
from nlu.pattern.reader import parse_patterns
from nlu.values.shape_samples import ShapeRejected, check_shape, sample_shape

MENU = Lexicon([Entry("menu", "피자"), Entry("menu", "치킨")])
LINES = """\
[order]
{@date:when}~에 {menu} {@quantity} 주문
[track]
{@주문번호} 어디쯤
[@shapes]
주문번호 = [A-Z]{2}-\\d{4}
"""


def mistakes(text: str, lexicon: Lexicon = MENU) -> list[tuple[str, int, int]]:
    with pytest.raises(SourceErrors) as caught:
        parse_patterns(text, lexicon)
    return [(error.code, error.line, error.column) for error in caught.value.errors]


def test_slots_with_a_kind_need_no_dictionary() -> None:
    file = parse_patterns(LINES, MENU)
    assert file.computed == {"date": "date", "quantity": "quantity", "주문번호": "shape:[A-Z]{2}-\\d{4}"}
    assert file.intents == ("order", "track")
    slots = [node.label for pattern in file.patterns for node in walk(pattern.node) if isinstance(node, Slot)]
    assert slots == ["date:when", "menu", "quantity", "주문번호"]


def test_what_they_say_is_counted_and_generated_as_all_else_is() -> None:
    file = parse_patterns(LINES, MENU)
    lexicon = MENU.with_computed(file.computed)
    expansion = Expansion(file.patterns[1], Inventory(lexicon))
    assert expansion.count == len(lexicon.values("주문번호")) > 300
    said = expansion.utterance(7)
    assert lexicon.computed.covers("주문번호", said.text[said.spans[0].start : said.spans[0].end])


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        ("[a]\n{@dat} 뭐", ("pattern.kind_unknown", 2, 1)),
        ("[a]\n내일 {@} 뭐", ("pattern.kind_unknown", 2, 4)),
        ("[a]\n뭐\n[@shapes]\n주문번호", ("pattern.shape_equals", 4, 1)),
        ("[a]\n뭐\n[@shapes]\ndate = \\d+", ("pattern.shape_name", 4, 1)),
        ("[a]\n뭐\n[@shapes]\nn = (\\d", ("pattern.shape_no_expression", 4, 5)),
        ("[a]\n뭐\n[@shapes]\nn = \\d*", ("pattern.shape_empty", 4, 5)),
        ("[a]\n뭐\n[@shapes]\nn = (\\d+)+x", ("pattern.shape_repeats", 4, 5)),
        ("[a]\n뭐\n[@shapes]\nn = a(?=b)", ("pattern.shape_kind", 4, 5)),
    ],
)
def test_a_mistake_is_told_with_its_place(text: str, mistake: tuple[str, int, int]) -> None:
    assert mistakes(text) == [mistake]


def test_a_name_that_the_dictionary_lists_must_be_bound_there() -> None:
    listed = Lexicon([Entry("date", "내일")])
    assert mistakes("[a]\n{@date} 뭐", listed) == [("pattern.kind_listed", 2, 1)]
    bound = Lexicon([Entry("date", "내일"), Entry("date", "@date")])
    assert parse_patterns("[a]\n{@date} 뭐\n{date} 또", bound).computed == {"date": "date"}


@pytest.mark.parametrize("shape", [r"[A-Z]{2}-\d{4}", r"(AB|CD)\d{3,5}x?", "[^A-Z0]{3}", "[가-힣]{2}호"])
def test_samples_have_their_shape(shape: str) -> None:
    compiled = check_shape(shape)
    assert all(compiled.fullmatch(sample_shape(shape, Random(seed))) for seed in range(50))


def test_what_may_take_for_ever_is_no_shape() -> None:
    for written in ("(a+)+", "a{1,100000}", "(a)\\1", "a" * 3 + "|"):
        with pytest.raises(ShapeRejected):
            check_shape(written)
