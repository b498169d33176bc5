import dataclasses
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.augmentation.augmenter import OPERATIONS, AugmentationSettings, Augmenter, Edit, apply_edits, perturb
from nlu.errors import UnknownChoiceError
from nlu.korean import hangul
from nlu.types import LabelledUtterance, Span
from tests import oracles
from tests.strategies import utterances


def utterance(marked, roles=()):
    """Read `[피자]를 줘` as a labelled utterance."""
    text, spans, start = "", [], 0
    for char in marked:
        if char == "[":
            start = len(text)
        elif char == "]":
            role = roles[len(spans)] if roles else None
            spans.append(Span(start, len(text), "thing", role, text[start:]))
        else:
            text += char
    return LabelledUtterance(text, "intent", tuple(spans), "patterns/pattern.txt:1", 2.0)


def marked(labelled):
    text = labelled.text
    for span in reversed(labelled.spans):
        text = f"{text[: span.start]}[{text[span.start : span.end]}]{text[span.end :]}"
    return text


def results(operation, text, rate=1.0, tries=200, roles=()):
    """All that an operation makes of an utterance."""
    rng = random.Random(7)
    return {marked(perturb(utterance(text, roles), operation, rate, rng)) for _ in range(tries)}


CORPUS = [
    utterance(text)
    for text in (
        "[판교]에서 [강남]까지 얼마나 걸려?",
        "[피자]를 [두 개] 주문해줘",
        "[내일] [제주도]의 날씨를 알려줘",
        "[김치찌개] 얼마예요",
        "[불고기피자]랑 [콜라] 시켜줘요",
        "나는 [짜장면]을 먹고 싶어",
        "[강남]에 있는 맛집 추천해주세요",
        "응",
        "고마워요",
        "KTX 타고 [부산]으로 가는 법ㅋㅋ",
    )
]


# ------------------------------------------------------------------------------------------------------------- edits


def test_edits_carry_the_spans():
    rows = [
        ("[피자]를 줘", [Edit(2, 3, "")], "[피자] 줘"),
        ("[피자]를 줘", [Edit(0, 0, "음 ")], "음 [피자]를 줘"),
        ("[피자]를 줘", [Edit(2, 2, " ")], "[피자] 를 줘"),
        ("[피자]를 줘", [Edit(1, 1, " ")], "[피 자]를 줘"),
        ("[피자]를 줘", [Edit(0, 2, "핏자빵")], "[핏자빵]를 줘"),
        ("[피자]를 줘", [Edit(0, 1, "")], "[자]를 줘"),
        ("[판교][강남]", [Edit(2, 2, " ")], "[판교] [강남]"),
        ("[판교][강남]", [Edit(0, 1, ""), Edit(2, 2, "-"), Edit(4, 4, "!")], "[교]-[강남]!"),
        ("[나]는 가", [Edit(0, 2, "난")], "[나]는 가"),  # it would cross the edge
        ("[피자]를 줘", [Edit(0, 3, "")], "[피자]를 줘"),
        ("[피자]를 줘", [Edit(0, 2, "")], "[피자]를 줘"),  # the entity would vanish
        ("[피자]를 줘", [Edit(0, 1, ""), Edit(1, 2, " "), Edit(2, 3, "")], "[피자] 줘"),
        ("[피자]를 줘", [Edit(2, 4, "-"), Edit(3, 4, "+")], "[피자]-줘"),  # the second overlaps
        ("[피자]를 줘", [], "[피자]를 줘"),
    ]
    after = [(text, edits, marked(apply_edits(utterance(text), edits))) for text, edits, _ in rows]
    assert after == rows


def test_an_edit_outside_the_text_is_refused():
    for edit in (Edit(-1, 0, ""), Edit(2, 1, ""), Edit(0, 99, "")):
        with pytest.raises(ValueError, match="expected an edit inside the 5 characters, got Edit"):
            apply_edits(utterance("[피자]를 줘"), [edit])


def test_everything_but_text_and_places_stays():
    before = utterance("[피자]를 줘")
    after = apply_edits(before, [Edit(0, 1, "핏")])
    assert after.spans == (Span(0, 2, "thing", None, "피자"),)
    assert (after.intent, after.origin, after.weight) == (before.intent, before.origin, before.weight)


@st.composite
def utterances_with_edits(draw):
    labelled = draw(utterances())
    places = sorted(draw(st.lists(st.integers(0, len(labelled.text)), max_size=8)))
    pieces = st.sampled_from(["", " ", "가", "xy", "ㅋ"])
    return labelled, [Edit(a, b, draw(pieces)) for a, b in zip(places[::2], places[1::2], strict=False)]


def carried(labelled, edits):
    """The edits that labels can follow, found one by one."""
    edits = [
        edit
        for edit in edits
        if not any(edit.start < edge < edit.end for span in labelled.spans for edge in (span.start, span.end))
    ]
    for i, span in enumerate(labelled.spans):
        text, found = oracles.edited_with_owners(labelled.text, labelled.spans, edits)
        if found[i] is None or not text[slice(*found[i])].strip():
            edits = [
                edit
                for edit in edits
                if not (span.start <= edit.start and edit.end <= span.end and edit.start < edit.end)
                and not span.start < edit.start == edit.end < span.end
            ]
    return edits


@given(utterances_with_edits())
def test_spans_follow_as_if_every_character_were_tracked(case):
    labelled, edits = case
    text, places = oracles.edited_with_owners(labelled.text, labelled.spans, carried(labelled, edits))
    after = apply_edits(labelled, edits)
    assert after.text == text
    assert [(span.start, span.end) for span in after.spans] == places


# --------------------------------------------------------------------------------------------------- each operation


def test_what_an_operation_does_at_full_rate():
    rows = [
        ("drop_all_spaces", "[내일] [판교] 날씨 알려줘", "[내일][판교]날씨알려줘"),
        ("drop_spaces", "[두 개] 줘", "[두개]줘"),
        ("add_spaces", "[피자]를 줘", "[피 자] 를 줘"),
        ("drop_particles", "[피자]를 줘", "[피자] 줘"),
        ("drop_particles", "[판교]의 날씨를 알려줘", "[판교] 날씨 알려줘"),
        ("drop_particles", "[판교]에서 먹을 맛집", "[판교] 먹을 맛집"),
        ("drop_particles", "[강남]역 마을을 가는", "[강남]역 마을을 가는"),
        ("drop_particles", "[피자]만 [콜라]도 줘", "[피자]만 [콜라]도 줘"),
        ("spoken_particles", "나는 [피자] 먹을래", "난 [피자] 먹을래"),
        ("spoken_particles", "이것을 [친구]에게 보내", "이걸 [친구]한테 보내"),
        ("spoken_particles", "[나]는 갈래", "[나]는 갈래"),
        ("spoken_particles", "시킨 것은 [피자]", "시킨 건 [피자]"),
        ("spoken_particles", "[판교]에는 비 와", "[판교]엔 비 와"),
        ("misspellings", "[김치찌개] 할게", "[김치찌게] 할께"),
        ("misspellings", "동안 안 돼", "동안 안되"),
        ("misspellings", "며칠", "몇일"),
        ("blunt_endings", "[비] 응", "[비] 응"),
        ("blunt_endings", "[판교] 날씨 어때", "[판교] 날씨 어때"),
        ("polite_endings", "[판교] 날씨 알려주세요", "[판교] 날씨 알려주세요"),
        ("endings", "[판교] 날씨", "[판교] 날씨"),
        ("endings", "[피자 줘]", "[피자 줘]"),
    ]
    assert [(operation, text, *results(operation, text)) for operation, text, _ in rows] == rows


def test_particles_that_carry_a_role_are_kept():
    assert results("drop_particles", "[판교]에서 [강남]까지", roles=("from", "to")) == {"[판교]에서 [강남]까지"}


def test_what_an_operation_may_do():
    rows = [
        (
            "endings",
            "[판교] 날씨 알려줘",
            {"[판교] 날씨 알려주세요", "[판교] 날씨 알려줄래", "[판교] 날씨 알려주십시오", "[판교] 날씨 알려달라"},
        ),
        ("endings", "[판교] 날씨 어때?", {"[판교] 날씨 어때요?", "[판교] 날씨 어떤가요?"}),
        ("endings", "이거 뭐예요", {"이거 뭐야", "이거 뭔가요", "이거 뭐임"}),
        ("endings", "[피자] 있어", {"[피자] 있어요", "[피자] 있나요", "[피자] 있음"}),
        (
            "endings",
            "[피자] 먹고 싶어ㅋㅋ",
            {"[피자] 먹고 싶어요ㅋㅋ", "[피자] 먹고 싶습니다ㅋㅋ", "[피자] 먹고 싶은데ㅋㅋ"},
        ),
        (
            "endings",
            "[피자] 주문할래",
            {"[피자] 주문할래요", "[피자] 주문해줘", "[피자] 주문할게", "[피자] 주문하고 싶어"},
        ),
        ("endings", "[맛집] 추천해", {"[맛집] 추천해줘", "[맛집] 추천해주세요", "[맛집] 추천해봐"}),
        ("polite_endings", "[알람] 설정해줘", {"[알람] 설정해주세요", "[알람] 설정해줘요"}),
        ("endings", "응", {"네", "ㅇㅇ", "넵"}),
        ("polite_endings", "[판교] 날씨 알려줘", {"[판교] 날씨 알려주세요", "[판교] 날씨 알려주시겠어요"}),
        ("blunt_endings", "[판교] 날씨 알려주세요", {"[판교] 날씨 알려줘", "[판교] 날씨 알려줄래"}),
        ("spoken_particles", "[피자]랑 [콜라]", {"[피자]하고 [콜라]", "[피자]와 [콜라]"}),
        ("spoken_particles", "[치킨]과 [콜라]", {"[치킨]하고 [콜라]", "[치킨]이랑 [콜라]"}),
        ("chat_marks", "[피자]", {"[피자]ㅋㅋ", "[피자] ㅠㅠ", "[피자]~", "[피자]??"}),
        ("chat_marks", "[피자] 줘!!", {"[피자] 줘", "[피자] 줘!!ㅋㅋ", "[피자] 줘."}),
        ("fillers", "[피자] 주문해", {"음 [피자] 주문해", "혹시 [피자] 주문해", "[피자] 좀 주문해"}),
        ("jamo_slips", "[개]", {"[게]", "[깨]"}),
        ("jamo_slips", "밥", {"바", "빱", "밮"}),
        ("typos", "각", {"갇", "각ㄱ", "가", "ㄱㄱ", "ㄱ각"}),
        ("typos", "까", {"가", "ㄲ", "까ㅏ", "ㅏㄲ"}),
    ]
    assert [row for row in rows if not row[2] <= results(*row[:2], tries=2000)] == []


def test_the_last_word_that_leans_back_gets_no_filler_before_it():
    assert not any(" 좀 싶어" in text for text in results("fillers", "[피자] 먹고 싶어", tries=500))


def test_a_filler_never_splits_an_entity():
    assert all("[불고기 피자]" in text for text in results("fillers", "[불고기 피자]", tries=300))


@pytest.mark.parametrize("rate", [0.05, 0.1])
def test_typos_strike_exactly_the_rate_of_syllables(rate):
    rng = random.Random(3)
    words = [LabelledUtterance(" ".join("각" * 10), None) for _ in range(2000)]
    struck = sum(sum(word != "각" for word in perturb(word, "typos", rate, rng).text.split(" ")) for word in words)
    assert abs(struck / 20_000 - rate) < 0.005


def test_typos_on_either_side_of_an_edge_stay_there():
    typed = results("typos", "[판]어", rate=0.5, tries=2000)
    assert {"[파]어", "[판]ㅓ", "[판ㄴ]어"} <= typed
    assert "[파]너" not in typed  # as typed without the edge and without ㅇ


def test_a_typo_always_shows():
    rng = random.Random(5)
    assert all(perturb(labelled, "typos", 1.0, rng).text != labelled.text for labelled in CORPUS for _ in range(50))


def test_a_slip_stays_one_syllable():
    for code in range(0xAC00, 0xD7A4, 97):
        slipped = perturb(LabelledUtterance(chr(code), None), "jamo_slips", 1.0, random.Random(code)).text
        assert hangul.is_syllable(slipped)
        assert slipped != chr(code)


def test_a_rate_of_zero_changes_nothing():
    rng = random.Random(0)
    for operation in OPERATIONS:
        assert [perturb(labelled, operation, 0.0, rng) for labelled in CORPUS * 20] == CORPUS * 20, operation


@given(labelled=utterances(), rate=st.floats(0, 1), seed=st.integers(0, 9999))
def test_labels_survive_any_operation(labelled, rate, seed):
    labels = [(span.entity, span.role, span.value) for span in labelled.spans]
    for operation in OPERATIONS:
        after = perturb(labelled, operation, rate, random.Random(seed))
        assert [(span.entity, span.role, span.value) for span in after.spans] == labels, operation
        assert all(after.text[span.start : span.end].strip() for span in after.spans), operation
        assert after.intent == labelled.intent


def test_an_unknown_operation_lists_what_there_is():
    with pytest.raises(UnknownChoiceError, match="no augmentation 'typo'; there are: endings, polite_endings"):
        perturb(CORPUS[0], "typo", 0.1, random.Random(0))


def test_a_rate_outside_0_to_1_is_refused():
    for rate in (-0.1, 1.1, float("nan")):
        with pytest.raises(ValueError, match="expected a rate of typos from 0 to 1, got"):
            perturb(CORPUS[0], "typos", rate, random.Random(0))


# --------------------------------------------------------------------------------------------------------- augmenter


def test_every_operation_has_a_rate_and_every_rate_an_operation():
    assert {field.name for field in dataclasses.fields(AugmentationSettings)} == set(OPERATIONS)


def test_rates_of_nothing_change_nothing():
    augmenter = Augmenter(AugmentationSettings(**dict.fromkeys(OPERATIONS, 0.0)))
    assert [augmenter.augment(labelled, random.Random(0)) for labelled in CORPUS] == CORPUS


def test_the_same_seed_gives_the_same_noise():
    def noise(seed):
        rng = random.Random(seed)
        augmenter = Augmenter(AugmentationSettings())
        return [augmenter.augment(labelled, rng) for labelled in CORPUS * 20]

    assert noise(1) == noise(1)
    assert noise(1) != noise(2)


PINNED = [
    "[판교]에서 [강남]까지 얼마나 걸려",
    "[피자]를 [두 개] 주문할래여 ㅋㅋ",
    "[내일] [제주도]의 날씨를 알려줘",
    "[김치찌게]얼마예요",
    "[불고기피자]랑 [콜라] 시켜조요 ㅋㅋㅋ",
    "나는 [쨔장면]을 먹고 싶어",
    "[강남]에 엤는맛집추천해주세요",
    "응",
    "땡큐",
    "KTX 타고 [부산]으로 가는 법ㅋㅋ",
]


def test_noise_is_the_same_on_every_machine():
    augmenter, rng = Augmenter(AugmentationSettings(chat_marks=0.2)), random.Random(11)
    assert [marked(augmenter.augment(labelled, rng)) for labelled in CORPUS] == PINNED


@given(utterances(), st.integers(0, 9999))
def test_all_noise_at_once_keeps_the_labels(labelled, seed):
    after = Augmenter(AugmentationSettings(**dict.fromkeys(OPERATIONS, 0.5))).augment(labelled, random.Random(seed))
    assert [(s.entity, s.role, s.value) for s in after.spans] == [(s.entity, s.role, s.value) for s in labelled.spans]
    assert all(after.text[span.start : span.end].strip() for span in after.spans)
