"""The parts of an intent's margin, against the torch network itself."""

from __future__ import annotations

from unittest.mock import patch

import numpy as np
import pytest
import torch

from nlu.features.encoder import known_ngrams
from nlu.korean.normalization import normalize
from nlu.networks.batching import collate
from nlu.types import FALLBACK_INTENT, LabelledUtterance, Span
from nlu.understanding.entities.model import EntityModel
from nlu.understanding.explanation import IntentAttribution, explain, share_out
from nlu.understanding.parser import UtteranceParser
from nlu.understanding.reasons import Explanation
from nlu.understanding.sessions import IntentNetwork
from tests.parsers import (
    INTENTS,
    TEXTS,
    exported_classifier,
    untrained_classifier,
    untrained_encoder,
    untrained_parser,
)

PAIRS = [(0, 1), (3, 2), (1, 0), (2, None)]


@pytest.fixture(scope="module")
def parser() -> UtteranceParser:
    return untrained_parser()


def explained(parser: UtteranceParser, text: str) -> Explanation:
    return parser.explain(parser.parse(text))


@pytest.mark.parametrize("ngram_width", [8, 0])
@pytest.mark.parametrize("text", [*TEXTS, "아", "처음 보는 글자: 뷁쉛", "물" * 40])
def test_the_bias_is_that_of_the_network_so_the_parts_are_the_rest(ngram_width: int, text: str) -> None:
    """What the text does not decide is known from the weights alone: nothing else may be left over."""
    model = untrained_classifier(ngram_width)
    network = IntentNetwork(*_files(ngram_width))
    features = untrained_encoder().encode(text)
    logits, pooled, units = network.inside(features)
    attribution = IntentAttribution(network.tensors)
    for one, other in PAIRS:
        weights = attribution.difference(one, other)
        margin = float(logits[one] - (0 if other is None else logits[other]))
        parts = attribution.shares(weights, margin, pooled, units, features.ngram)
        biases = torch.cat([convolution[1].bias for convolution in model.convolutions]).detach().numpy()
        active = pooled[: len(biases)] > 0
        output = model.output.bias.detach().numpy()
        wanted = output[one] - (0 if other is None else output[other]) + (weights[: len(biases)] * active) @ biases
        assert parts.bias == pytest.approx(float(wanted), abs=1e-3)


@pytest.mark.parametrize("text", TEXTS)
def test_a_unit_that_wins_no_window_adds_nothing(text: str) -> None:
    """Against the gradient: of a network that is linear around a text, input × gradient is each input's part."""
    model, encoder = untrained_classifier(), untrained_encoder()
    batch = collate([encoder.encode(text)])
    x = model.embedding(batch.ids, batch.flags).detach().requires_grad_()
    logits = model.output(model.pool(x, batch.flags, batch.ngram))[0]
    (logits[2] - logits[0]).backward()
    assert x.grad is not None
    wanted = (x * x.grad)[0].sum(1).detach().numpy()
    network = IntentNetwork(*_files(8, int8=False))
    features = encoder.encode(text)
    _, pooled, units = network.inside(features)
    attribution = IntentAttribution(network.tensors)
    parts = attribution.shares(attribution.difference(2, 0), 0.0, pooled, units, features.ngram)
    np.testing.assert_allclose(parts.units, wanted, atol=1e-3)


@pytest.mark.parametrize("text", TEXTS)
def test_an_ngrams_part_is_what_its_vector_adds(text: str) -> None:
    model, features = untrained_classifier(), untrained_encoder().encode(text)
    network = IntentNetwork(*_files(8, int8=False))
    attribution = IntentAttribution(network.tensors)
    _, pooled, units = network.inside(features)
    parts = attribution.shares(attribution.difference(0, 3), 0.0, pooled, units, features.ngram)
    with torch.no_grad():
        bag = model._bag(torch.from_numpy(features.ngram)[None])[0]
        wanted = (model.output.weight[0] - model.output.weight[3])[-8:] @ bag
    assert parts.ngrams.sum() == pytest.approx(float(wanted), abs=1e-4)


@pytest.mark.parametrize("text", [*TEXTS, "  판교  날씨 "])
def test_bias_and_units_add_up_to_the_margin(parser: UtteranceParser, text: str) -> None:
    reason = explained(parser, text).intent
    assert reason is not None
    parts = sum(part.score for part in (*reason.units, *reason.entities))
    assert reason.bias + parts == pytest.approx(reason.margin, abs=1e-4)
    assert reason.margin >= 0
    assert "".join(unit.text for unit in reason.units) == "".join(text.split())
    assert all(text[part.start : part.end] == part.text for part in (*reason.units, *reason.ngrams))


def test_entities_speak_for_the_intents_that_they_come_with() -> None:
    model, read = untrained_parser().model, normalize("피자 판교")
    allowed = [INTENTS.index("order"), INTENTS.index("weather")]

    def scores(loc: float, menu: float) -> dict[str, float]:
        with patch.object(EntityModel, "present", return_value=np.array([loc, menu])):
            reason = explain(model, UtteranceParser(model).parse(read.text), read, allowed).intent
        assert reason is not None
        sign = 1 if reason.intent == "order" else -1
        return {one.entity: sign * one.score for one in reason.entities}

    assert scores(0.0, 0.0) == {}
    assert set(scores(0.0, 1.0)) == {"menu"}
    both = scores(1.0, 0.5)
    assert both["menu"] > 0 > both["loc"]
    assert both["menu"] == pytest.approx(scores(0.0, 1.0)["menu"] / 2)


def test_the_intent_explained_is_the_best_and_the_other_the_next(parser: UtteranceParser) -> None:
    parse = parser.parse(TEXTS[0])
    reason = parser.explain(parse).intent
    assert reason is not None
    logits = dict(zip(parser.intents, parser.intent_logits(TEXTS[0]).tolist(), strict=True))
    best, following, *_ = sorted(logits, key=lambda name: -logits[name])
    assert (reason.intent, reason.over) == (best, following)
    sure = [score.name for score in parse.ranking if score.name != FALLBACK_INTENT]  # whose place the score decides
    assert sure == sorted(sure, key=lambda name: -logits[str(name)])


def test_only_intents_that_were_allowed_are_compared(parser: UtteranceParser) -> None:
    parse = parser.parse(TEXTS[0], intents=["weather"])
    reason = parser.explain(parse, intents=["weather"]).intent
    assert reason is not None
    assert {reason.intent, reason.over} == {"weather", "nlu_fallback"}


def test_the_places_of_the_ngrams_are_those_of_the_features(parser: UtteranceParser) -> None:
    for text in TEXTS:
        features = parser.model.encoder.encode(text)
        grams = known_ngrams(parser.model.encoder, text, features)
        known = parser.model.encoder.vocabularies.ngram
        assert len(grams) == len(features.ngram)
        for (gram, start, end), number in zip(grams, features.ngram, strict=True):
            assert gram == known.symbols[number - 2].strip("\x02 ")
            assert gram.replace(" ", "") == "".join(text[start:end].split())


def test_an_ngrams_part_is_shared_out_over_what_it_covers() -> None:
    spans = [(0, 1), (1, 2), (3, 4)]
    assert share_out(spans, [(0, 2), (1, 4)], np.array([2.0, 4.0])).tolist() == [1.0, 3.0, 2.0]


def test_the_rows_that_matched_are_named_and_whether_they_were_used(parser: UtteranceParser) -> None:
    parse = parser.parse("분당에서 피자")
    rows = parser.explain(parse).dictionary
    assert [(row.raw, row.start, row.end, row.entity, row.value, row.synonyms) for row in rows] == [
        ("분당", 0, 2, "loc", "판교", ("분당",)),
        ("피자", 5, 7, "menu", "피자", ()),
    ]
    found = {(entity.start, entity.end, entity.entity) for entity in parse.entities}
    assert [row.used for row in rows] == [(row.start, row.end, row.entity) in found for row in rows]


@pytest.mark.parametrize("text", ["", " ", "\u200b"])
def test_where_there_is_nothing_to_understand_there_is_nothing_to_explain(parser: UtteranceParser, text: str) -> None:
    assert explained(parser, text) == Explanation(None, (), None)


def test_the_nearest_pattern_is_named_with_its_place() -> None:
    parse = untrained_parser().parse("피자 주문해줘")
    spans = tuple(Span(entity.start, entity.end, entity.entity) for entity in parse.entities)
    examples = [LabelledUtterance(parse.text, "order", spans, "p.txt:3"), LabelledUtterance("안녕", "greet")]
    found = explained(untrained_parser(examples=examples), parse.text).pattern
    assert found is not None
    assert (found.origin, found.intent, found.similarity) == ("p.txt:3", "order", 1.0)
    assert explained(untrained_parser(), parse.text).pattern is None


def test_intents_are_all_explained_by_name() -> None:
    reasons = [explained(untrained_parser(), text).intent for text in TEXTS]
    assert {reason.intent for reason in reasons if reason} <= set(INTENTS)


def _files(ngram_width: int, *, int8: bool = True) -> tuple[bytes, bytes]:
    exported = exported_classifier(ngram_width, int8=int8)
    return exported.graph, exported.weights
