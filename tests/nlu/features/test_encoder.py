"""What both networks see of a text."""

from __future__ import annotations

import json
from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlu import tokenizers
from nlu.errors import BundleError
from nlu.features.encoder import FeatureEncoder, Features, FeatureSettings, FeatureVocabularies
from nlu.features.unit_features import ROWS, UNIT_FEATURES
from nlu.features.vocabulary import PADDING, UNKNOWN, Vocabulary
from nlu.korean.normalization import normalize
from nlu.lexicon.lexicon import Entry, Lexicon
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


ENCODER = an_encoder()


def row(features: Features, name: str) -> list[int]:
    return features.ids[ROWS[name]].tolist()


def same(one: Features, other: Features) -> bool:
    pairs = [(getattr(one, field.name), getattr(other, field.name)) for field in fields(Features)]
    return all(np.array_equal(a, b) if isinstance(a, np.ndarray) else a == b for a, b in pairs)


def normal(text: str) -> str:
    return normalize(text).text


@given(texts | messy_texts)
def test_there_is_one_unit_for_every_character_that_is_not_a_space(text: str) -> None:
    text = normal(text)
    units = ENCODER.encode(text).units
    assert [(unit.start, unit.text) for unit in units] == [
        (at, char) for at, char in enumerate(text) if not char.isspace()
    ]
    assert all(unit.end == unit.start + 1 for unit in units)


@given(texts | messy_texts)
@settings(max_examples=50)
def test_shapes_types_and_ids_are_as_documented(text: str) -> None:
    features, names = ENCODER.encode(normal(text)), ENCODER.vocabularies
    units, known = len(features.units), len(features.ngram)
    assert (features.ids.shape, features.ids.dtype) == ((len(ROWS), units), np.int64)
    assert (features.flags.shape, features.flags.dtype) == ((units, 2 * 3 + 1), np.float32)
    assert (features.ngram.shape, features.ngram.dtype) == ((known,), np.int64)
    for feature in UNIT_FEATURES:
        ids = features.ids[ROWS[feature.name]]
        assert ((ids > PADDING) & (ids < (feature.ids or len(getattr(names, feature.table))))).all(), feature.name
    assert np.isin(features.flags, (0.0, 1.0)).all()
    assert features.flags[:, -1].all()
    assert ((features.ngram > UNKNOWN) & (features.ngram < len(names.ngram))).all()
    assert 0.0 <= features.ngram_coverage <= 1.0


@given(several=st.lists(texts | messy_texts, max_size=8))
@settings(max_examples=50)
def test_texts_encoded_together_are_encoded_as_each_alone(several: list[str]) -> None:
    several = list(map(normal, several))
    found = ENCODER.encode_many(several)
    assert len(found) == len(several)
    for text, features in zip(several, found, strict=True):
        alone = ENCODER.encode(text)
        assert same(features, alone)
        assert features.unknown_ratio == alone.unknown_ratio


def jamo_of(text: str) -> list[list[int]]:
    """The ids of the initial, the medial and the final of each character."""
    return ENCODER.encode(text).ids[[ROWS[name] for name in ("initial", "medial", "final")]].T.tolist()


def test_letters_beyond_the_syllables_and_lone_surrogates_have_unknown_jamo() -> None:
    jamo = jamo_of("a뷁😀\ud800ㅏ")
    assert [ids == [UNKNOWN] * 3 for ids in jamo] == [True, False, True, True, False]


@given(text=messy_texts)
@settings(max_examples=50)
def test_encoding_is_the_same_after_a_trip_through_json(text: str) -> None:
    again = FeatureEncoder(
        ENCODER.tokenizer,
        Lexicon.from_json(ENCODER.lexicon.to_json()),
        FeatureVocabularies.from_json(ENCODER.vocabularies.to_json()),
        FeatureSettings.from_dict(json.loads(json.dumps(ENCODER.settings.to_dict()))),
    )
    assert again.settings == ENCODER.settings
    assert same(again.encode(normal(text)), ENCODER.encode(normal(text)))


def test_settings_of_an_earlier_version_are_read_where_it_tagged_syllables() -> None:
    written = ENCODER.settings.to_dict()
    assert FeatureSettings.from_dict({**written, "level": "syllable"}) == ENCODER.settings
    with pytest.raises(BundleError) as error:
        FeatureSettings.from_dict({**written, "level": "morpheme"})
    assert str(error.value) == "expected a model that tags syllables, got one that tags by morpheme; train it again"


def test_places_in_the_morpheme() -> None:
    features = an_encoder("whitespace").encode("판교역에서 줘 해줘")
    assert row(features, "position") == [1, 2, 2, 2, 3, 4, 1, 3]


def test_spaces_around() -> None:
    features = an_encoder("mecab").encode("가 나다 라마바")
    assert "".join(unit.text for unit in features.units) == "가나다라마바"
    none, before, after, both = 1, 2, 3, 4
    assert row(features, "spacing") == [both, before, after, before, none, after]


def test_morpheme_features_are_shared_by_its_syllables() -> None:
    encoder = an_encoder("whitespace")
    features = encoder.encode("판교 판교역 피자")
    assert row(features, "word") == [WORDS.id("판교")] * 2 + [UNKNOWN] * 3 + [WORDS.id("피자")] * 2


def test_parts_of_speech_come_from_the_analyser() -> None:
    encoder = an_encoder("mecab")
    features = encoder.encode("판교에서")
    nouns, particles = encoder.vocabularies.pos.ids(["NNG", "JKB"])
    assert row(features, "pos") == [nouns, nouns, particles, particles]


def test_jamo_of_syllables_of_lone_jamo_and_of_other_characters() -> None:
    ga, gag, kieuk, a, latin = jamo_of("가 각 ㅋ ㅏ a")
    assert ga[:2] == gag[:2]
    assert ga[2] != gag[2]
    assert kieuk[1:] == [UNKNOWN, UNKNOWN]
    assert kieuk[0] == jamo_of("카")[0][0]
    assert [a[0], a[2]] == [UNKNOWN, UNKNOWN]
    assert a[1] == ga[1]
    assert latin == [UNKNOWN] * 3


def test_pairs_skip_spaces_and_know_the_edges() -> None:
    encoder = an_encoder("syllable")
    bigram = encoder.vocabularies.bigram
    features = encoder.encode("피자 주문")
    assert list(zip(row(features, "left"), row(features, "right"), strict=True)) == [
        (bigram.id("\x02피"), bigram.id("피자")),
        (bigram.id("피자"), bigram.id("자주")),
        (bigram.id("자주"), bigram.id("주문")),
        (bigram.id("주문"), UNKNOWN),  # no training text ends there
    ]
    assert {bigram.id("\x02피"), bigram.id("피자"), bigram.id("자주"), bigram.id("주문")}.isdisjoint({UNKNOWN})


def marked(encoder: FeatureEncoder, text: str, entity: str) -> str:
    """The units of a text, each followed by what the dictionary says of it."""
    features = encoder.encode(text)
    kind = 2 * encoder.vocabularies.entities.index(entity)
    marks = {(0.0, 0.0): "", (1.0, 0.0): "B", (0.0, 1.0): "I"}
    return " ".join(
        unit.text + marks[tuple(flags[kind : kind + 2])]
        for unit, flags in zip(features.units, features.flags, strict=True)
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


def test_other_dictionary_gives_other_marks_and_nothing_else() -> None:
    encoder, lexicon = an_encoder(), Lexicon([Entry("loc", "제주도"), Entry("planet", "화성")])
    newer = FeatureEncoder(encoder.tokenizer, lexicon, encoder.vocabularies, encoder.settings)
    assert marked(newer, "제주도 화성", "loc") == "제B 주I 도I 화 성"
    before, after = encoder.encode("제주도 화성"), newer.encode("제주도 화성")
    assert (before.is_unknown_name, after.is_unknown_name) == (True, False)
    of_the_dictionary = {"flags": before.flags, "matches": before.matches, "is_unknown_name": True}
    assert same(replace(after, **of_the_dictionary), before)


@pytest.mark.parametrize(
    ("text", "is_unknown"),
    [
        ("굿모닝", True),
        ("양자역학 강의", True),
        ("hello", True),
        ("피자 주문", False),
        ("서울", False),
        ("굿모닝이야", False),
        ("", False),
    ],
)
def test_nouns_that_nothing_is_known_of_are_unknown_names(text: str, is_unknown: bool) -> None:
    assert an_encoder().encode(text).is_unknown_name == is_unknown


def test_known_ngrams_are_counted_as_often_as_they_occur_and_unknown_ones_skipped() -> None:
    settings = FeatureSettings(min_count=1, ngram_orders=(2,), morpheme_orders=())
    encoder = FeatureEncoder.fit(["가나", "나다"], tokenizers.create("syllable"), LEXICON, WORDS, settings)
    names = encoder.vocabularies.ngram
    features = encoder.encode("가나 라 가나")
    assert features.ngram.tolist() == names.ids(["\x02가", "가나", "가나", "나\x02"])
    assert features.ngram_coverage == pytest.approx(3 / 5)  # of different ones; 나라 and 라가 are new
    assert features.familiarity == pytest.approx((3 + 5) / (5 + 10))


def test_morpheme_ngrams_are_no_character_ngrams() -> None:
    settings = FeatureSettings(min_count=1, ngram_orders=(2,), morpheme_orders=(1, 2))
    encoder = FeatureEncoder.fit(["피자 줘"], tokenizers.create("whitespace"), LEXICON, WORDS, settings)
    assert set(encoder.vocabularies.ngram.symbols) == {"\x02피", "피자", "자줘", "줘\x02", " 피자", " 줘", " 피자 줘"}


def test_missing_spaces_change_no_character_ngram() -> None:
    encoder = an_encoder("whitespace", settings=FeatureSettings(min_count=1, morpheme_orders=()))
    assert encoder.encode("피자주문취소해줘").ngram.tolist() == encoder.encode("피자 주문 취소 해 줘").ngram.tolist()


@pytest.mark.parametrize("sign", ["🐈", "…", "~~"])
def test_signs_and_pictures_make_no_text_stranger(sign: str) -> None:
    encoder = ENCODER
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


@pytest.mark.parametrize("text", ["", " ", "?", "...!?", "ㅋ", "뷁", "😀", "zzz", "👍🏽"])
def test_texts_without_anything_known_are_encoded(text: str) -> None:
    features = ENCODER.encode(text)
    assert len(features.units) == features.ids.shape[1] == len(features.flags)
    assert "".join(unit.text for unit in features.units) == text.strip()


def test_without_a_dictionary_there_are_no_dictionary_features() -> None:
    assert an_encoder(lexicon=Lexicon([])).encode("판교").flags.shape == (2, 1)


@given(st.lists(st.text("가나다", min_size=1), unique=True))
def test_vocabularies_survive_json(symbols: list[str]) -> None:
    some = FeatureVocabularies(*(Vocabulary(symbols) for _ in range(5)), entities=("a", "b"))
    again = FeatureVocabularies.from_json(some.to_json())
    assert again.entities == some.entities
    assert again.ngram.symbols == some.ngram.symbols == tuple(symbols)


def test_saying_it_again_makes_it_no_more_familiar() -> None:
    encoder = FeatureEncoder.fit(["피자 주문"] * 2, tokenizers.create("syllable"), LEXICON, WORDS, FeatureSettings())
    once, often = encoder.encode("피자 줘"), encoder.encode(" ".join(["피자"] * 20) + " 줘")
    assert often.familiarity <= once.familiarity + 0.1
    assert often.ngram_coverage < 0.8


def test_a_name_that_only_others_know_is_new_though_it_has_an_id() -> None:
    words = Vocabulary([*WORDS.symbols, "파스타"])
    encoder = FeatureEncoder.fit(TEXTS, tokenizers.create(), Lexicon([]), words, ORDINARY, len(WORDS))
    seen = encoder.encode("파스타")
    assert seen.ids[ROWS["word"]].tolist() == [words.id("파스타")] * 3
    assert seen.is_unknown_name
    assert not encoder.encode("피자").is_unknown_name
    again = FeatureVocabularies.from_json(encoder.vocabularies.to_json())
    assert [word for word in words.symbols if again.is_new_word(again.word.id(word))] == ["파스타"]
    assert again.is_new_word(UNKNOWN)


def test_what_was_written_before_words_of_others_were_known_knows_all_of_its_words() -> None:
    vocabularies = an_encoder().vocabularies
    assert "taught" not in json.loads(vocabularies.to_json())
    read = FeatureVocabularies.from_json(vocabularies.to_json())
    assert not any(map(read.is_new_word, read.word.ids(WORDS.symbols)))
