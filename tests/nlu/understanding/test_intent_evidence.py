from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.store.bundle import shared_file
from nlu.types import FALLBACK_INTENT, LabelledUtterance, Span
from nlu.understanding.intent_evidence import EntityEvidence
from tests.bundles import MemoryBundle
from tests.oracles import bernoulli_log_likelihood

INTENTS = ("greet", FALLBACK_INTENT, "order", "weather")
LABELS = ("loc", "loc:from", "menu")


def said(intent: str | None, *labels: str, weight: float = 1.0) -> LabelledUtterance:
    parts = [label.partition(":")[::2] for label in labels]
    spans = tuple(Span(at, at + 1, entity, role or None) for at, (entity, role) in enumerate(parts))
    return LabelledUtterance("가나다라마", intent, spans, weight=weight)


TRAIN = (said("order", "menu"), said("order", "menu", "loc"), said("weather", "loc"), said("greet"))


def counted(*utterances: LabelledUtterance, weight: float = 1.0) -> EntityEvidence:
    return EntityEvidence.count(utterances, INTENTS, LABELS, weight)


def rate(evidence: EntityEvidence, label: str, intent: str) -> float:
    return float(evidence.rates[LABELS.index(label), INTENTS.index(intent)])


def test_an_entity_speaks_for_the_intents_that_it_comes_with() -> None:
    added = counted(*TRAIN).of(np.array([0.0, 0.0, 1.0]))

    assert INTENTS[int(added.argmax())] == "order"


def test_nothing_found_speaks_for_the_intents_that_need_nothing() -> None:
    added = dict(zip(INTENTS, counted(*TRAIN).of(np.zeros(3)), strict=True))

    assert added["greet"] == max(added.values())
    assert added["order"] == min(added.values())


@given(st.lists(st.floats(0, 1), min_size=3, max_size=3), st.floats(0, 2))
def test_evidence_is_what_a_naive_bayes_classifier_says(present: list[float], weight: float) -> None:
    evidence = counted(*TRAIN, weight=weight)
    wanted = [
        weight * bernoulli_log_likelihood([rate(evidence, label, intent) for label in LABELS], present)
        for intent in INTENTS
    ]

    assert evidence.of(np.array(present)).tolist() == pytest.approx(wanted, abs=1e-4)


def test_what_is_heavier_counts_more() -> None:
    light, heavy = (counted(said("order", "menu", weight=weight), said("order")) for weight in (0.5, 2.0))

    assert rate(light, "menu", "order") < rate(heavy, "menu", "order")


def test_an_entity_that_comes_twice_in_an_utterance_counts_once() -> None:
    assert counted(said("order", "menu", "menu")).rates.tolist() == counted(said("order", "menu")).rates.tolist()


def test_utterances_of_fallback_and_of_no_intent_say_nothing() -> None:
    more = (said(FALLBACK_INTENT, "menu"), said(None, "menu"))

    assert counted(*TRAIN, *more).rates.tolist() == counted(*TRAIN).rates.tolist()


@pytest.mark.parametrize("intent", [FALLBACK_INTENT, "weather"])
def test_fallback_and_an_intent_never_seen_have_what_all_utterances_have(intent: str) -> None:
    train = [said("order", "menu")] * 30 + [said("greet")] * 30

    assert rate(counted(*train), "menu", intent) == pytest.approx(0.5, abs=0.01)


def test_no_label_is_ever_certain_or_impossible() -> None:
    evidence = counted(*[said("order", "menu")] * 10_000)

    assert 0 < evidence.rates.min() < evidence.rates.max() < 1
    assert math.isfinite(float(evidence.of(np.array([1.0, 1.0, 0.0])).min()))


def test_without_weight_there_is_no_evidence() -> None:
    assert counted(*TRAIN, weight=0.0).of(np.array([0.0, 0.5, 1.0])).tolist() == [0.0] * 4


def test_without_labels_there_is_no_evidence() -> None:
    nothing = EntityEvidence.count([said("order")], INTENTS, (), 1.0)

    assert nothing.of(np.zeros(0)).tolist() == [0.0] * 4


@pytest.mark.parametrize("labels", [LABELS, ()])
def test_evidence_comes_back_from_a_bundle(labels: tuple[str, ...]) -> None:
    train = TRAIN if labels else ()
    evidence = EntityEvidence.count(train, INTENTS, labels, 0.7)
    bundle = MemoryBundle({**evidence.files(), **shared_file(intents=INTENTS)})
    read = EntityEvidence.read(bundle)

    assert (read.labels, read.weight, read.rates.tolist()) == (labels, 0.7, evidence.rates.tolist())
    assert read.rates.shape == (len(labels), len(INTENTS))
