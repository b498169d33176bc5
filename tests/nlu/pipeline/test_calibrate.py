from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from nlu.pipeline import fit as fitting
from nlu.pipeline.calibrate import HeldOutView
from nlu.understanding.fallback import FallbackRule
from nlu.understanding.settings import UnderstandingSettings
from tests.nlu import tiny


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> fitting.FittedModels:
    workspace: Path = tmp_path_factory.mktemp("calibration")
    return fitting.fit_models(tiny.corpus(), [], tiny.LEXICON, tiny.CONFIG, workspace)


def test_utterances_it_is_sure_of_do_not_raise_the_threshold_beyond_what_is_set(models: fitting.FittedModels) -> None:
    sure = UnderstandingSettings(false_reject_rate=0.05, highest_threshold=0.99)
    view = HeldOutView.of(models, tiny.corpus())
    assert view.rule(sure).threshold > 0.5
    capped = UnderstandingSettings(false_reject_rate=0.05, highest_threshold=0.4)
    assert view.rule(capped).threshold == 0.4


def test_without_utterances_in_scope_the_rule_keeps_its_defaults(models: fitting.FittedModels) -> None:
    outside = [utterance for utterance in tiny.corpus() if utterance.intent == "nlu_fallback"]
    assert outside
    assert HeldOutView.of(models, outside).rule(UnderstandingSettings()) == FallbackRule()


def test_the_temperature_may_be_that_of_some_alone(models: fitting.FittedModels) -> None:
    wrong = [replace(utterance, intent="weather") for utterance in tiny.corpus() if utterance.intent == "order_food"]
    view, settings = HeldOutView.of(models, [*tiny.corpus(), *wrong]), UnderstandingSettings()
    alone = view.rule(settings, tiny.corpus())
    assert alone.temperature == HeldOutView.of(models, tiny.corpus()).rule(settings).temperature
    assert alone.temperature < view.rule(settings).temperature
