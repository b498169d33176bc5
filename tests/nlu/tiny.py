"""A tiny bot: hand-written frames over a few values, and networks small enough to train in a second."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import product
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from nlu import tokenizers
from nlu.config import Config
from nlu.data.iob import decode
from nlu.features.encoder import FeatureEncoder, FeatureSettings
from nlu.features.settings import VectorSettings
from nlu.features.word_vectors import WordVectors, train_vectors
from nlu.lexicon.lexicon import Entry, Lexicon
from nlu.networks.batching import collate
from nlu.networks.ensemble import BiLstmCrfEnsemble
from nlu.networks.settings import (
    BiLstmCrfSettings,
    CharCnnSettings,
    ClassifierSettings,
    TaggerSettings,
    TrainingSettings,
    UnitWidths,
)
from nlu.pipeline.calibrate import calibrate
from nlu.pipeline.fit import fit
from nlu.store.bundle import TokenizerInfo
from nlu.training.classifier import IntentClassifier
from nlu.training.tagger import EntityTagger
from nlu.types import FALLBACK_INTENT, LabelledUtterance, Span
from nlu.understanding.model import TrainedModel
from nlu.understanding.settings import UnderstandingSettings
from tests.bundles import a_manifest

PLACES = ("판교", "서울", "부산", "강남", "제주도", "인천", "대전", "수원")
DISHES = ("피자", "라면", "김밥", "냉면", "떡볶이", "딸기라떼", "딸기 라떼", "치킨")
LEXICON = Lexicon(
    [Entry("loc", place, (f"{place}시",)) for place in PLACES if place != "제주도"]
    + [Entry("loc", "제주도", ("제주",))]
    + [Entry("menu", dish) for dish in DISHES if not dish.startswith("딸기")]
    + [Entry("menu", "딸기라떼", ("딸기 라떼",))]
)

_FRAMES = {
    "order_food": ("{menu} 주문해 줘", "{menu} 하나 시켜줘", "{loc}에서 {menu} 먹고 싶어"),
    "weather": ("{loc} 날씨 알려줘", "오늘 {loc} 비 와"),
    "transport": ("{loc:from}에서 {loc:to}까지 얼마나 걸려", "{loc:from}에서 {loc:to} 가는 버스"),
    "greet": ("안녕하세요", "안녕 반가워", "하이"),
    FALLBACK_INTENT: ("주식이 올랐을까", "우리 고양이 이름 지어봐", "철학이란 무엇인가"),
}


def filled(frame: str, intent: str | None, values: dict[str, str]) -> LabelledUtterance:
    """Fill a frame's slots, `{entity}` or `{entity:role}`."""
    text, spans = "", []
    for part in frame.replace("}", "{").split("{"):
        if part in values:
            entity, _, role = part.partition(":")
            spans.append(Span(len(text), len(text) + len(values[part]), entity, role or None))
        text += values.get(part, part)
    return LabelledUtterance(text, intent, tuple(spans))


def corpus(places: tuple[str, ...] = PLACES, dishes: tuple[str, ...] = DISHES) -> list[LabelledUtterance]:
    """Every frame with values in turn."""
    utterances = []
    for intent, frames in _FRAMES.items():
        for frame, at in product(frames, range(len(places))):
            values = {
                "loc": places[at],
                "menu": dishes[at % len(dishes)],
                "loc:from": places[at],
                "loc:to": places[(at + 3) % len(places)],
            }
            if at == 0 or "{" in frame:
                utterances.append(filled(frame, intent, values))
    return utterances


WIDTHS = UnitWidths(syllable=24, jamo=8, bigram=8, word=16, pos=8, position=4, spacing=4, dictionary=8)
TRAINING = TrainingSettings(
    epochs=25, epochs_for=0, least_steps=0, batch_size=8, learning_rate=1e-2, averaging=0.9, device="cpu"
)
CLASSIFIER = ClassifierSettings(
    CharCnnSettings(filters=16, ngram_width=16), WIDTHS, embedding_dropout=0.1, training=TRAINING
)
TAGGER = TaggerSettings(
    BiLstmCrfSettings(hidden=32, dropout=0.2), WIDTHS, embedding_dropout=0.1, left_out=0.0, members=1, training=TRAINING
)
FEATURES = FeatureSettings(min_count=1)
VECTORS = VectorSettings(width=16, epochs=2, min_count=1, pretrained=300)


def equipment(utterances: list[LabelledUtterance], lexicon: Lexicon = LEXICON) -> tuple[FeatureEncoder, WordVectors]:
    """The encoder and the word vectors that fit some utterances."""
    tokenizer = tokenizers.create("mecab")
    texts = [utterance.text for utterance in utterances]
    vectors = train_vectors([[token.text for token in tokenizer.tokenize(text)] for text in texts], VECTORS)
    return FeatureEncoder.fit(texts, tokenizer, lexicon, vectors.words, FEATURES), vectors


class Classifier(IntentClassifier):
    """One that keeps its encoder, to be asked what its trained network says of a text."""

    def fit(self, train, dev, encoder, vectors, **options):
        self.encoder = encoder
        return super().fit(train, dev, encoder, vectors, **options)

    def logits(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """`(n, K)`."""
        (network,) = self._fitted()
        batches = [collate([self.encoder.encode(text)]) for text in texts]
        with torch.no_grad():
            return np.array([network(one.ids, one.flags, one.ngram)[0].numpy() for one in batches])

    def predict(self, texts: Sequence[str]) -> list[str]:
        return [self.intents[row] for row in self.logits(texts).argmax(1)]


class Tagger(EntityTagger):
    """One that keeps its encoder, to be asked what its trained networks say of a text."""

    def fit(self, train, dev, encoder, vectors, **options):
        self.encoder = encoder
        return super().fit(train, dev, encoder, vectors, **options)

    def predict(self, texts: Sequence[str]) -> list[tuple[Span, ...]]:
        together = BiLstmCrfEnsemble(self._fitted(), self.tags)
        found: list[tuple[Span, ...]] = []
        for features in map(self.encoder.encode, texts):
            batch = collate([features])
            with torch.no_grad():
                emissions = together(batch.ids, batch.flags)
            (path,) = together.crf.decode(emissions, mask=batch.mask) if features.units else [[]]
            found.append(decode([self.tags[tag] for tag in path], features.units))
        return found


def a_classifier(
    utterances: list[LabelledUtterance],
    settings: ClassifierSettings = CLASSIFIER,
    dev: list[LabelledUtterance] | None = None,
) -> Classifier:
    return Classifier(settings).fit(utterances, dev or [], *equipment(utterances))


def a_tagger(
    utterances: list[LabelledUtterance],
    settings: TaggerSettings = TAGGER,
    dev: list[LabelledUtterance] | None = None,
    lexicon: Lexicon = LEXICON,
) -> Tagger:
    return Tagger(settings).fit(utterances, dev or [], *equipment(utterances, lexicon))


MANIFEST = replace(a_manifest(), tokenizer=TokenizerInfo("mecab"))
CONFIG = Config(
    vectors=VECTORS,
    features=FEATURES,
    classifier=CLASSIFIER,
    tagger=TAGGER,
    understanding=UnderstandingSettings(false_reject_rate=0.0),
    processes=1,
)


def a_model(workspace: Path) -> TrainedModel:
    """The tiny bot's model, made by the same stages that the product takes."""
    utterances = corpus()
    fitted = fit(utterances, [], LEXICON, CONFIG, workspace, shown=utterances)
    return calibrate(fitted.model, utterances, CONFIG.understanding)
