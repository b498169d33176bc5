from __future__ import annotations

import pytest

from nlu.training.classifier import IntentClassifier
from nlu.training.loop import one_thread
from nlu.training.tagger import EntityTagger
from tests.nlu import tiny


@pytest.fixture(scope="session")
def classifier() -> IntentClassifier:
    """A classifier fitted on the tiny bot."""
    with one_thread():
        return tiny.a_classifier(tiny.corpus())


@pytest.fixture(scope="session", params=["syllable", "morpheme"])
def tagger(request: pytest.FixtureRequest) -> EntityTagger:
    """A tagger fitted on the tiny bot, at each level."""
    with one_thread():
        return tiny.a_tagger(tiny.corpus(), level=request.param)
