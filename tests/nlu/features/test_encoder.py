"""What both networks see of a text."""

from __future__ import annotations

import json
from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlu import tokenizers
from nlu.features.encoder import (
    POSITIONS,
    SPACINGS,
    FeatureEncoder,
    Features,
    FeatureSettings,
    FeatureVocabularies,
    Level,
)
from nlu.features.jamo_ids import JAMO_SIZES
from nlu.features.vocabulary import PADDING, UNKNOWN, Vocabulary
from nlu.korean.hangul import normalize
from nlu.lexicon.lexicon import Entry, Lexicon
from nlu.types import Token
from tests.strategies import messy_texts, texts

LEXICON = Lexicon(
    [
        Entry("loc", "판교", ("판교역",)),
        Entry("loc", "서울"),
        Entry("menu", "딸기 라떼"),
        Entry("menu", "시금치"),
        Entry("menu", "KTX 버거"),
        Entry("drink", "라떼"),
    ]
)
TEXTS = ("판교에서 피자 주문해줘", "서울에서 라떼 주문해줘", "피자 주문 취소해줘", "판교 날씨 알려줘")
WORDS = Vocabulary(["주문", "판교", "피자"])
ORDINARY = FeatureSettings(min_count=1)


def an_encoder(
    tokenizer: str = "mecab", lexicon: Lexicon = LEXICON, settings: FeatureSettings = ORDINARY
) -> FeatureEncoder:
    return FeatureEncoder.fit(TEXTS, tokenizers.create(tokenizer), lexicon, WORDS, settings)


ENCODERS = {level: an_encoder(settings=FeatureSettings(level, min_count=1)) for level in ("syllable", "morpheme")}


def same(one: Features, other: Features) -> bool:
    pairs = [(getattr(one, field.name), getattr(other, field.name)) for field in fields(Features)]
    return all(np.array_equal(a, b) if isinstance(a, np.ndarray) else a == b for a, b in pairs)


def normal(text: str) -> str:
    return normalize(text).text


@given(texts | messy_texts)
def test_there_is_one_unit_for_every_character_that_is_not_a_space(text: str) -> None:
    text = normal(text)
    units = ENCODERS["syllable"].encode(text).units
    assert [(unit.start, unit.text) for unit in units] == [
        (at, char) for at, char in enumerate(text) if not char.isspace()
    ]
    assert all(unit.end == unit.start + 1 for unit in units)


@given(texts | messy_texts)
def test_at_morpheme_level_the_units_are_the_morphemes(text: str) -> None:
    encoder = ENCODERS["morpheme"]
    assert encoder.encode(normal(text)).units == encoder.tokenizer.tokenize(normal(text))


@pytest.mark.parametrize("level", ["syllable", "morpheme"])
@given(text=texts | messy_texts)
@settings(max_examples=50)
def test_shapes_types_and_ids_are_as_documented(level: Level, text: str) -> None:
    encoder = ENCODERS[level]
    features, names = encoder.encode(normal(text)), encoder.vocabularies
    length = len(features.units)
    width = max((len(unit.text) for unit in features.units), default=1)
    known = len(features.ngram)
    shapes = {
        "syllable": (length, width),
        "jamo": (length, width, 3),
        "bigram": (length, 2),
        "word": (length,),
        "pos": (length,),
        "position": (length,),
        "spacing": (length,),
        "dictionary": (length, 2 * 3),
        "ngram": (known,),
    }
    highest = {
        "syllable": len(names.syllable),
        "jamo": max(JAMO_SIZES),
        "bigram": len(names.bigram),
        "word": len(names.word),
        "pos": len(names.pos),
        "position": POSITIONS,
        "spacing": SPACINGS,
        "dictionary": 2,
        "ngram": len(names.ngram),
    }
    for name, shape in shapes.items():
        array = getattr(features, name)
        assert array.shape == shape, name
        assert array.dtype == (np.float32 if name == "dictionary" else np.int64), name
        assert ((array >= 0) & (array < highest[name])).all(), name
    assert (features.syllable[:, 0] != PADDING).all()
    for name in ("bigram", "word", "pos", "position", "spacing"):
        assert (getattr(features, name) != PADDING).all(), name
    assert (features.ngram > UNKNOWN).all()
    assert 0.0 <= features.ngram_coverage <= 1.0
    for part, size in enumerate(JAMO_SIZES):
        assert (features.jamo[..., part] < size).all()


@pytest.mark.parametrize("level", ["syllable", "morpheme"])
@given(several=st.lists(texts | messy_texts, max_size=8))
@settings(max_examples=50)
def test_texts_encoded_together_are_encoded_as_each_alone(level: Level, several: list[str]) -> None:
    several = list(map(normal, several))
    found = ENCODERS[level].encode_many(several)
    assert len(found) == len(several)
    for text, features in zip(several, found, strict=True):
        alone = ENCODERS[level].encode(text)
        assert same(features, alone)
        assert features.unknown_ratio == alone.unknown_ratio


def test_letters_beyond_the_syllables_and_lone_surrogates_have_unknown_jamo() -> None:
    jamo = ENCODERS["syllable"].encode("a뷁😀\ud800ㅏ").jamo[:, 0].tolist()
    assert [row == [UNKNOWN] * 3 for row in jamo] == [True, False, True, True, False]


@given(text=messy_texts)
@settings(max_examples=50)
def test_encoding_is_the_same_after_a_trip_through_json(text: str) -> None:
    for level, encoder in ENCODERS.items():
        again = FeatureEncoder(
            encoder.tokenizer,
            Lexicon.from_json(encoder.lexicon.to_json()),
            FeatureVocabularies.from_json(encoder.vocabularies.to_json()),
            FeatureSettings.from_dict(json.loads(json.dumps(encoder.settings.to_dict()))),
        )
        assert again.settings == encoder.settings
        assert again.settings.level == level
        assert same(again.encode(normal(text)), encoder.encode(normal(text)))


def test_places_in_the_morpheme() -> None:
    features = an_encoder("whitespace").encode("판교역에서 줘 해줘")
    assert features.position.tolist() == [1, 2, 2, 2, 3, 4, 1, 3]


def test_spaces_around() -> None:
    features = an_encoder("mecab").encode("가 나다 라마바")
    assert "".join(unit.text for unit in features.units) == "가나다라마바"
    none, before, after, both = 1, 2, 3, 4
    assert features.spacing.tolist() == [both, before, after, before, none, after]


def test_morpheme_features_are_shared_by_its_syllables() -> None:
    encoder = an_encoder("whitespace")
    features = encoder.encode("판교 판교역 피자")
    assert features.word.tolist() == [WORDS.id("판교")] * 2 + [UNKNOWN] * 3 + [WORDS.id("피자")] * 2


def test_parts_of_speech_come_from_the_analyser() -> None:
    encoder = an_encoder("mecab")
    features = encoder.encode("판교에서")
    nouns, particles = encoder.vocabularies.pos.ids(["NNG", "JKB"])
    assert features.pos.tolist() == [nouns, nouns, particles, particles]


def test_jamo_of_syllables_of_lone_jamo_and_of_other_characters() -> None:
    jamo = an_encoder("syllable").encode("가 각 ㅋ ㅏ a").jamo[:, 0].tolist()
    ga, gag, kieuk, a, latin = jamo
    assert ga[:2] == gag[:2]
    assert ga[2] != gag[2]
    assert kieuk[1:] == [UNKNOWN, UNKNOWN]
    assert kieuk[0] == an_encoder("syllable").encode("카").jamo[0, 0, 0]
    assert [a[0], a[2]] == [UNKNOWN, UNKNOWN]
    assert a[1] == ga[1]
    assert latin == [UNKNOWN] * 3


def test_pairs_skip_spaces_and_know_the_edges() -> None:
    encoder = an_encoder("syllable")
    bigram = encoder.vocabularies.bigram
    features = encoder.encode("피자 주문")
    assert features.bigram.tolist() == [
        [bigram.id("\x02피"), bigram.id("피자")],
        [bigram.id("피자"), bigram.id("자주")],
        [bigram.id("자주"), bigram.id("주문")],
        [bigram.id("주문"), UNKNOWN],  # no training text ends there
    ]
    assert {bigram.id("\x02피"), bigram.id("피자"), bigram.id("자주"), bigram.id("주문")}.isdisjoint({UNKNOWN})


def marked(encoder: FeatureEncoder, text: str, entity: str) -> str:
    """The units of a text, each followed by what the dictionary says of it."""
    features = encoder.encode(text)
    kind = 2 * encoder.vocabularies.entities.index(entity)
    marks = {(0.0, 0.0): "", (1.0, 0.0): "B", (0.0, 1.0): "I"}
    return " ".join(
        unit.text + marks[tuple(row[kind : kind + 2])]
        for unit, row in zip(features.units, features.dictionary, strict=True)
    )


@pytest.mark.parametrize(
    ("text", "entity", "wanted"),
    [
        ("판교 가", "loc", "판B 교I 가"),
        ("판교역에서", "loc", "판B 교I 역I 에 서"),
        ("딸기라떼 줘", "menu", "딸B 기I 라I 떼I 줘"),
        ("딸기 라떼 줘", "menu", "딸B 기I 라I 떼I 줘"),
        ("딸 기라 떼", "menu", "딸B 기I 라I 떼I"),
        ("딸기 라떼", "drink", "딸 기 라B 떼I"),
        ("ktx버거요", "menu", "kB tI xI 버I 거I 요"),
        ("서울서울", "loc", "서B 울I 서B 울I"),
        ("부산", "loc", "부 산"),
    ],
)
def test_dictionary_values_are_marked_however_they_are_spaced(text: str, entity: str, wanted: str) -> None:
    assert marked(an_encoder(), text, entity) == wanted


def test_at_morpheme_level_a_value_is_marked_where_its_edges_are_edges_of_units() -> None:
    encoder = an_encoder("whitespace", settings=FeatureSettings("morpheme", min_count=1))
    assert marked(encoder, "딸기 라떼 줘", "menu") == "딸기B 라떼I 줘"
    assert marked(encoder, "딸기 라떼를 줘", "menu") == "딸기 라떼를 줘"


def test_training_may_cut_units_at_entity_edges() -> None:
    encoder = an_encoder("whitespace", settings=FeatureSettings("morpheme", min_count=1))
    cut = (Token("딸기", 0, 2), Token("라떼", 3, 5), Token("를", 5, 6), Token("줘", 7, 8))
    features = encoder.encode("딸기 라떼를 줘", cut)
    assert features.units == cut
    assert features.dictionary[:, 2 * encoder.vocabularies.entities.index("menu")].tolist() == [1, 0, 0, 0]
    assert [token.text for token in features.tokens] == ["딸기", "라떼를", "줘"]


def test_other_dictionary_gives_other_marks_and_nothing_else() -> None:
    encoder = an_encoder()
    newer = encoder.with_lexicon(Lexicon([Entry("loc", "제주도"), Entry("planet", "화성")]))
    assert marked(newer, "제주도 화성", "loc") == "제B 주I 도I 화 성"
    before, after = encoder.encode("제주도 화성"), newer.encode("제주도 화성")
    assert same(replace(after, flags=before.flags, matches=before.matches), before)


def test_known_ngrams_are_counted_as_often_as_they_occur_and_unknown_ones_skipped() -> None:
    settings = FeatureSettings(min_count=1, ngram_orders=(2,), morpheme_orders=())
    encoder = FeatureEncoder.fit(["가나", "나다"], tokenizers.create("syllable"), LEXICON, WORDS, settings)
    names = encoder.vocabularies.ngram
    features = encoder.encode("가나 라 가나")
    assert features.ngram.tolist() == names.ids(["\x02가", "가나", "가나", "나\x02"])
    assert features.ngram_coverage == pytest.approx(4 / 6)  # 나라 and 라가 are new
    assert features.familiarity == pytest.approx((4 + 5) / (6 + 10))


def test_morpheme_ngrams_are_no_character_ngrams() -> None:
    settings = FeatureSettings(min_count=1, ngram_orders=(2,), morpheme_orders=(1, 2))
    encoder = FeatureEncoder.fit(["피자 줘"], tokenizers.create("whitespace"), LEXICON, WORDS, settings)
    assert set(encoder.vocabularies.ngram.symbols) == {"\x02피", "피자", "자줘", "줘\x02", " 피자", " 줘", " 피자 줘"}


def test_missing_spaces_change_no_character_ngram() -> None:
    encoder = an_encoder("whitespace", settings=FeatureSettings(min_count=1, morpheme_orders=()))
    assert encoder.encode("피자주문취소해줘").ngram.tolist() == encoder.encode("피자 주문 취소 해 줘").ngram.tolist()


@pytest.mark.parametrize("sign", ["🐈", "…", "~~"])
def test_signs_and_pictures_make_no_text_stranger(sign: str) -> None:
    encoder = ENCODERS["syllable"]
    for text in TEXTS:
        assert encoder.encode(f"{text} {sign}").ngram_coverage == 1.0


def test_coverage_is_whole_for_training_texts_and_none_for_foreign_ones() -> None:
    encoder = an_encoder()
    assert all(encoder.encode(text).ngram_coverage == 1.0 for text in TEXTS)
    assert encoder.encode("xyz qq").ngram_coverage == 0.0
    strange, stranger, nothing = (encoder.encode(text).familiarity for text in ("xy", "xyz qq xyz qq", "🐈"))
    assert 0.5 > strange > stranger > nothing == 0.0


def test_number_of_ngrams_is_limited() -> None:
    assert len(an_encoder(settings=FeatureSettings(min_count=1, max_ngrams=5)).vocabularies.ngram) == 5 + 2


def test_rare_symbols_are_unknown() -> None:
    encoder = an_encoder(settings=FeatureSettings(min_count=2))
    assert encoder.vocabularies.syllable.id("라") == UNKNOWN
    assert encoder.vocabularies.syllable.id("피") != UNKNOWN


@pytest.mark.parametrize("level", ["syllable", "morpheme"])
@pytest.mark.parametrize("text", ["", " ", "?", "...!?", "ㅋ", "뷁", "😀", "zzz", "👍🏽"])
def test_texts_without_anything_known_are_encoded(text: str, level: Level) -> None:
    features = ENCODERS[level].encode(text)
    assert len(features.units) == len(features.syllable)
    assert "".join(unit.text for unit in features.units) == text.strip()


def test_without_a_dictionary_there_are_no_dictionary_features() -> None:
    assert an_encoder(lexicon=Lexicon([])).encode("판교").dictionary.shape == (2, 0)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"level": "word"}, "expected level to be one of ('syllable', 'morpheme'), got 'word'"),
        ({"min_count": 0}, "expected min_count >= 1, got 0"),
        ({"ngram_orders": (2, 0)}, "expected ngram_orders >= 1, got (2, 0)"),
        ({"morpheme_orders": (-1,)}, "expected morpheme_orders >= 1, got (-1,)"),
        ({"max_ngrams": -1}, "expected max_ngrams >= 0, got -1"),
    ],
)
def test_settings_out_of_range_are_refused(wrong: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=r"^expected") as error:
        FeatureSettings(**wrong)
    assert str(error.value) == message


@given(st.lists(st.text("가나다", min_size=1), unique=True))
def test_vocabularies_survive_json(symbols: list[str]) -> None:
    some = FeatureVocabularies(*(Vocabulary(symbols) for _ in range(5)), entities=("a", "b"))
    again = FeatureVocabularies.from_json(some.to_json())
    assert again.entities == some.entities
    assert again.ngram.symbols == some.ngram.symbols == tuple(symbols)
