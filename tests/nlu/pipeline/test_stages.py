"""Each stage by itself: values in, values out."""

from __future__ import annotations

from pathlib import Path

import pytest

from nlu.data import dataset as datasets
from nlu.errors import UnknownChoiceError
from nlu.events import Event, Progress
from nlu.pipeline.measure import measure
from nlu.pipeline.promote import promote
from nlu.pipeline.publish import manifest_of, publish
from nlu.store.registry import Registry
from nlu.understanding.model import TrainedModel
from nlu.understanding.parser import UtteranceParser
from tests.nlu import tiny

pytestmark = pytest.mark.slow


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    return Registry(tmp_path / "models")


def test_a_published_model_is_a_candidate_that_says_where_it_comes_from(
    tiny_parser: UtteranceParser, registry: Registry
) -> None:
    version = publish(tiny_parser.model, registry, manifest_of(tiny.CONFIG, {"dict.csv": "ab"}, {"f1": 0.5}))
    assert (registry.candidates(), registry.active()) == ((version,), None)
    manifest = registry.open(version).manifest
    assert (manifest.data, manifest.scores, manifest.tokenizer.name) == ({"dict.csv": "ab"}, {"f1": 0.5}, "mecab")
    assert TrainedModel.read(registry.open(version)).files() == tiny_parser.model.files()


def test_a_promoted_candidate_answers_and_says_what_it_took_the_place_of(
    tiny_parser: UtteranceParser, registry: Registry
) -> None:
    manifests = (manifest_of(tiny.CONFIG, scores={"run": run}) for run in (1, 2))
    first, second = (publish(tiny_parser.model, registry, manifest) for manifest in manifests)
    decided = [promote(registry, version) for version in (first, second)]
    assert [(one.version, one.is_live, one.before, one.reason) for one in decided] == [
        (first, True, None, "kept"),
        (second, True, first, "kept"),
    ]
    assert (registry.active(), registry.candidates()) == (second, ())


def test_what_was_never_published_can_not_be_promoted(tiny_parser: UtteranceParser, registry: Registry) -> None:
    version = publish(tiny_parser.model, registry, manifest_of(tiny.CONFIG))
    with pytest.raises(UnknownChoiceError):
        promote(registry, "20261121-143015-ab12cd34")
    assert (registry.active(), registry.candidates()) == (None, (version,))


def test_a_model_is_measured_without_being_published(trained_once: Path) -> None:
    heard: list[Event] = []
    model = UtteranceParser.load(trained_once / "models").model
    report = measure(model, datasets.read(trained_once / "data"), listen=heard.append)
    assert report.overall.utterances == 40
    assert heard[-1] == Progress("measure", 40, 40, "utterance")
    assert {"unseen_pattern/unseen_value", "seen_pattern/seen_value"} <= report.slices.keys()
