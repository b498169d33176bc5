from __future__ import annotations

from dataclasses import replace

import pytest

from nlu.pipeline.calibrate import HeldOutView
from nlu.understanding.fallback import FallbackRule
from nlu.understanding.model import TrainedModel
from nlu.understanding.parser import UtteranceParser
from nlu.understanding.settings import UnderstandingSettings
from tests.nlu import tiny


@pytest.fixture(scope="module")
def model(tiny_parser: UtteranceParser) -> TrainedModel:
    return tiny_parser.model


def test_utterances_it_is_sure_of_do_not_raise_the_threshold_beyond_what_is_set(model: TrainedModel) -> None:
    sure = UnderstandingSettings(false_reject_rate=0.05, highest_threshold=0.99)
    view = HeldOutView.of(model, tiny.corpus())
    assert view.rule(sure).threshold > 0.5
    capped = UnderstandingSettings(false_reject_rate=0.05, highest_threshold=0.4)
    assert view.rule(capped).threshold == 0.4


def test_without_utterances_in_scope_the_rule_keeps_its_defaults(model: TrainedModel) -> None:
    outside = [utterance for utterance in tiny.corpus() if utterance.intent == "nlu_fallback"]
    assert outside
    assert HeldOutView.of(model, outside).rule(UnderstandingSettings()) == FallbackRule()


def test_the_temperature_may_be_that_of_some_alone(model: TrainedModel) -> None:
    wrong = [replace(utterance, intent="weather") for utterance in tiny.corpus() if utterance.intent == "order_food"]
    view, settings = HeldOutView.of(model, [*tiny.corpus(), *wrong]), UnderstandingSettings()
    alone = view.rule(settings, tiny.corpus())
    assert alone.temperature == HeldOutView.of(model, tiny.corpus()).rule(settings).temperature
    assert alone.temperature < view.rule(settings).temperature
