import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlu.features.reading import plain
from nlu.induction import BotLanguage, DictionaryRow, Proposal, Stolen, propose
from nlu.korean.final_marks import core
from nlu.korean.normalization import normalize
from nlu.lexicon.dictionary import squeeze
from nlu.lexicon.lexicon import Entry, Lexicon
from nlu.pattern import Expansion, Inventory, Recognizer, parse_patterns
from nlu.pattern.table import PatternTable
from nlu.types import LabelledUtterance, Span
from tests.nlu.induction.bots import LEXICON, PATTERNS, language, utterances, with_held_out

PARKING = (
    "강남역 주차장 있어요",
    "판교 주차장 있나요?",
    "서울역에 주차장 있니",
    "주차비 얼마예요",
    "판교 주차비가 얼마야",
    "주차비는 얼마인가요",
)


def lines(proposals):
    return [one.line for one in proposals]


def accepted(proposal):
    """The dictionary and the patterns with a proposal in them."""
    lexicon = Lexicon([*LEXICON.entries, *(Entry(row.entity, row.surface) for row in proposal.rows)])
    file = parse_patterns(f"{PATTERNS}[{proposal.intent}]\n{proposal.line}", lexicon)
    return lexicon.with_computed(file.computed), file


def says(proposal, text):
    """Whether the line in the author's file says a text, read as the product reads it."""
    lexicon, file = accepted(proposal)
    recognizer, exact = Recognizer(PatternTable.of(file.patterns[-1:])), normalize(text)
    return any(recognizer.lines(read.text, lexicon) for read in (exact, plain(exact, lexicon)))


def test_what_agrees_is_kept_and_what_differs_becomes_alternatives_and_optional_parts():
    assert lines(propose(utterances(*PARKING), language(), intent="parking")) == [
        "{loc}(에)? 주차장 <있어>",
        "{loc}? 주차비(가|는)? <얼마>",
    ]


def test_a_proposal_says_what_it_covers_what_else_it_would_say_and_how_much():
    first, _ = propose(utterances(*PARKING), language(), intent="parking")
    assert (first.covers, first.texts) == ((0, 1, 2), PARKING[:3])
    assert first.size == 2 * 4 * 6
    assert len(set(first.samples)) == 5
    assert not {squeeze(text) for text in first.samples} & {squeeze(core(text)) for text in first.texts}
    assert all(says(first, text) for text in first.samples)
    assert first.is_new_intent


def test_a_particle_that_agrees_is_written_so_after_a_slot_and_as_it_is_after_a_word():
    texts = ("피자를 빨리 데워라", "냉면을 빨리 데워라", "짜장면을 빨리 데워라")
    (one,) = propose(utterances(*texts), language(), intent="heat")
    assert one.line == "{menu}을(를) 빨리 데워라"
    (one,) = propose(utterances("커튼을 닫아라"), language(), intent="curtain")
    assert one.line == "커튼을 닫아라"


def test_given_entities_count_and_what_the_dictionary_lacks_comes_with_the_line():
    given_one = LabelledUtterance("광교 주차장 있어요", None, (Span(0, 2, "loc"),))
    (one,) = propose([given_one], language(), intent="parking")
    assert one.line == "{loc} 주차장 <있어>"
    assert one.rows == (DictionaryRow("loc", "광교"),)
    assert says(one, "광교 주차장 있나요")


def test_roles_are_kept():
    text = "판교에서 강남역까지 멀어"
    spans = (Span(0, 2, "loc", "from"), Span(5, 8, "loc", "to"))
    (one,) = propose([LabelledUtterance(text, None, spans)], language(), intent="far")
    assert one.line == "{loc:from}에서 {loc:to}까지 멀어"


def test_a_noun_in_the_place_of_a_slot_becomes_a_dictionary_row():
    found = propose(utterances("마라탕 두 판 시켜줘", "마라탕 먹고 싶어"), language(), intent="order_food")
    rows = [one for one in found if one.kind == "dictionary"]
    assert [(one.rows, one.covers) for one in rows] == [((DictionaryRow("menu", "마라탕"),), (0, 1))]
    assert rows[0].samples
    assert all("마라탕" in text for text in rows[0].samples)


def test_another_spelling_of_a_value_becomes_its_synonym():
    found = propose(utterances("떡뽁이 두 판 시켜줘"), language(), intent="order_food")
    assert [one.rows for one in found if one.rows] == [(DictionaryRow("menu", "떡뽁이", "떡볶이"),)]


def test_what_the_bot_says_already_needs_no_proposal():
    assert propose(utterances("피자 두 판 시켜줘"), language(), intent="order_food") == []


@pytest.mark.parametrize("text", ["010-1234-5678로 전화해줘", "***-****-****로 전화해줘", "[전화번호]로 전화해줘"])
def test_a_masked_number_becomes_the_slot_of_such_numbers(text):
    (one,) = propose(utterances(text), language(), intent="call")
    assert one.line == "{@phone}(으)로 전화해<짧은줘>"
    assert says(one, "02-123-4567로 전화해 줘")


@pytest.mark.parametrize("text", ["계좌 110-123-456789로 보내", "계좌 ***-***-******로 보내", "[계좌번호]로 보내"])
def test_personal_data_that_no_slot_stands_for_becomes_no_letters_of_a_line(text):
    found = propose(utterances(text, "엄마한테 돈 보내줘"), language(), intent="transfer")
    assert [one.texts for one in found] == [("엄마한테 돈 보내줘",)]
    assert not any(sign in one.line for one in found for sign in "*0123456789[")


def test_times_become_slots_where_the_bot_lists_none_of_its_own():
    texts = ("내일 아침 7시에 깨워줘", "모레 저녁 8시 반에 깨워줘")
    bare = Lexicon(entry for entry in LEXICON.entries if entry.entity != "date")
    file = parse_patterns("@define 짧은줘 = 줘|주세요\n[order_food]\n{menu} 시켜<짧은줘>", bare)
    (one,) = propose(utterances(*texts), BotLanguage(file, bare, language().tokenizer), intent="alarm")
    assert one.line == "{@datetime}에 깨워<짧은줘>"
    assert not any("@" in one.line for one in propose(utterances(*texts), language(), intent="alarm"))


def test_held_out_utterances_of_other_intents_that_a_line_says_too_are_shown():
    bot = with_held_out(("판교 주차장 있니", "parking"), ("제주도 주차장 있을까", "travel"), ("안녕", "greet"))
    first, *_ = propose(utterances(*PARKING), bot, intent="parking")
    assert first.stolen == (Stolen("제주도 주차장 있을까", "travel"),)


def test_the_intent_is_the_nearest_there_is_or_a_new_one_named_by_its_words():
    near = propose(utterances("서울역 날씨 궁금하다", "판교 날씨 궁금하다"), language())
    assert {(one.intent, one.is_new_intent) for one in near} == {("weather", False)}
    new = propose(utterances(*PARKING), language())
    assert {(one.intent, one.is_new_intent) for one in new} == {("주차비_주차장", True)}


def test_the_same_utterances_give_the_same_proposals_and_they_survive_json():
    found = propose(utterances(*PARKING), language())
    assert propose(utterances(*PARKING), language()) == found
    assert [Proposal.from_dict(one.to_dict()) for one in found] == found


words = st.sampled_from(
    [
        *("피자", "냉면을", "판교에", "강남역", "오늘", "주차장", "주차비가", "은행", "(은행)", "50%", "몇시"),
        *("tagline", "언제", "열려요?", "닫아줘", "알려", "줘", "있어", "a|b", "~", "#", "[x]", "을/를"),
    ]
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(words, min_size=1, max_size=5).map(" ".join), min_size=1, max_size=6))
def test_every_line_can_be_read_says_what_it_claims_and_counts_it_exactly(texts):
    for proposal in propose(utterances(*texts), language(), intent="new"):
        lexicon, file = accepted(proposal)
        assert proposal.size == Expansion(file.patterns[-1], Inventory(lexicon)).count
        assert proposal.texts == tuple(texts[number] for number in proposal.covers)
        assert proposal.covers
        assert all(says(proposal, text) for text in proposal.texts)
