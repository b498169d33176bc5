from __future__ import annotations

import pytest

from nlu.training.loop import one_thread
from tests.nlu import tiny


@pytest.fixture(scope="session")
def classifier() -> tiny.Classifier:
    """A classifier fitted on the tiny bot."""
    with one_thread():
        return tiny.a_classifier(tiny.corpus())


@pytest.fixture(scope="session")
def tagger() -> tiny.Tagger:
    """A tagger fitted on the tiny bot."""
    with one_thread():
        return tiny.a_tagger(tiny.corpus())
