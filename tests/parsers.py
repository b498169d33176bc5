"""A parser for tests: real analysis, real exported networks, and weights that nobody trained."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import cache

import torch

from nlu import tokenizers
from nlu.data.iob import tag_names
from nlu.features.encoder import FeatureEncoder, FeatureSettings
from nlu.features.spacing import Spacer, SpacingSettings
from nlu.features.vocabulary import Vocabulary
from nlu.lexicon.lexicon import Entry, Lexicon
from nlu.networks.bilstm_crf import BiLstmCrf
from nlu.networks.char_cnn import CharCnn
from nlu.networks.onnx_graph import ExportedNetwork
from nlu.networks.onnx_networks import entity_network, intent_network
from nlu.networks.settings import BiLstmCrfSettings, CharCnnSettings, UnitWidths
from nlu.networks.unit_embedding import UnitEmbedding, UnitSizes
from nlu.types import IntentScore, LabelledUtterance, Parse, Span
from nlu.understanding.asked_lines import AskedLines
from nlu.understanding.authored import AuthoredUtterances
from nlu.understanding.corrector import Corrector
from nlu.understanding.entities.model import EntityModel
from nlu.understanding.fallback import FallbackRule
from nlu.understanding.intent_evidence import EntityEvidence
from nlu.understanding.intent_model import IntentModel
from nlu.understanding.model import TrainedModel
from nlu.understanding.nearest_pattern import PatternIndex
from nlu.understanding.parser import UtteranceParser
from tests.nlu.random_features import shaken

INTENTS = ("greet", "nlu_fallback", "order", "weather")
TEXTS = ("피자 주문해줘", "라지 피자 두 판", "판교 날씨 어때", "내일 서울 날씨", "안녕하세요", "안녕 반가워")
LEXICON = Lexicon([Entry("loc", "판교", ("분당",)), Entry("loc", "서울"), Entry("menu", "피자"), Entry("menu", "콜라")])

EXAMPLES = (
    LabelledUtterance("피자 주문해줘", "order", (Span(0, 2, "menu"),)),
    LabelledUtterance("판교 날씨 어때", "weather", (Span(0, 2, "loc"),)),
    LabelledUtterance("안녕하세요", "greet"),
)


@cache
def untrained_encoder() -> FeatureEncoder:
    words = Vocabulary.build(text.split() for text in TEXTS)
    settings = FeatureSettings(min_count=1)
    return FeatureEncoder.fit(TEXTS, tokenizers.create("mecab"), LEXICON, words, settings)


@cache
def untrained_classifier(ngram_width: int = 8) -> CharCnn:
    settings = CharCnnSettings(kernels=(1, 2, 3, 4), filters=6, ngram_width=ngram_width)
    with torch.random.fork_rng():
        torch.manual_seed(1)
        model = CharCnn(_embedding(), len(untrained_encoder().vocabularies.ngram), len(INTENTS), settings)
    return shaken(model, 1)


@cache
def exported_classifier(ngram_width: int = 8, *, int8: bool = True) -> ExportedNetwork:
    model = untrained_classifier(ngram_width)
    return intent_network(model, IntentModel.WEIGHTS_NAME, int8=int8)


def untrained_parser(threshold: float = 0.0, examples: Iterable[LabelledUtterance] = ()) -> UtteranceParser:
    tags = tag_names(LEXICON.entities)
    with torch.random.fork_rng():
        torch.manual_seed(2)
        tagger = BiLstmCrf(_embedding(), tags, BiLstmCrfSettings(hidden=8))
    crf = {f"crf.{name}": value.detach().numpy() for name, value in tagger.crf.named_parameters()}
    entity = entity_network([tagger], EntityModel.WEIGHTS_NAME, int8=True, more=crf)
    intent = exported_classifier()
    model = TrainedModel(
        encoder=untrained_encoder(),
        spacer=Spacer.fit([], SpacingSettings(texts=0)),
        corrector=Corrector.fit([], 0),
        intents=IntentModel(INTENTS, intent.graph, intent.weights),
        entities=EntityModel(tags, entity.graph, entity.weights),
        evidence=EntityEvidence.count(EXAMPLES, INTENTS, LEXICON.entities, 1.0),
        rule=FallbackRule(threshold=threshold),
        patterns=PatternIndex.build(examples),
        asked=AskedLines({}),
        authored=AuthoredUtterances(),
        version="untrained",
    )
    return UtteranceParser(model)


def _embedding() -> UnitEmbedding:
    vocabularies = untrained_encoder().vocabularies
    vectors = torch.randn(len(vocabularies.word), 7, generator=torch.Generator().manual_seed(0))
    return shaken(UnitEmbedding(UnitSizes.of(vocabularies), UnitWidths(), vectors, dropout=0.0))


def rounded(parse: Parse) -> Parse:
    """The same answer, its numbers rounded: several utterances together are summed in another order."""
    ranking = tuple(IntentScore(name, round(confidence, 4)) for name, confidence in parse.ranking)
    return replace(
        parse,
        intent=ranking[0],
        ranking=ranking,
        entities=tuple(replace(one, confidence=round(one.confidence, 4)) for one in parse.entities),
        fallback=replace(parse.fallback, score=round(parse.fallback.score, 4)),
    )
