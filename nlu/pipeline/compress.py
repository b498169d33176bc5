"""Compress a version: make a smaller one of it, and measure both on utterances that neither has learned."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nlu.compression.filters import prune
from nlu.compression.int8 import to_bytes
from nlu.compression.word_table import word_vectors
from nlu.config import Config, build
from nlu.data.alignment import normalize_utterance
from nlu.data.dataset import Dataset
from nlu.errors import RegistryError
from nlu.evaluation.report import Report
from nlu.events import Listener, Notice, ignore
from nlu.features.batches import batches_by_length, pad
from nlu.features.reading import plain_utterance
from nlu.networks.onnx_graph import ExportedNetwork
from nlu.networks.settings import TaggerSettings
from nlu.pipeline.fingerprint import FINGERPRINT
from nlu.pipeline.measure import measure
from nlu.pipeline.publish import DATA_MANIFEST
from nlu.store.bundle import DRAFT, Bundle
from nlu.store.registry import Registry
from nlu.training.loop import one_thread
from nlu.training.student import StudentTagger
from nlu.types import LabelledUtterance
from nlu.understanding.model import TrainedModel
from nlu.understanding.network_format import POOLED

_MOST_READ = 10_000
"""Utterances whose responses decide which filters stay."""
_BATCH = 64
_LONGER = 2
"""How many times as long a student learns as each of its teachers did: it is smaller, and alone."""


@dataclass(frozen=True)
class Steps:
    """What is done to a model; what is None or False is left out.

    Attributes:
        filters: the part of the intent network's filters that stays.
        student: the width of the one entity network that learns what all of them say.
        int8: whether tables and kernels that are floats become bytes.
    """

    filters: float | None = None
    student: int | None = None
    int8: bool = False


@dataclass(frozen=True)
class Stage:
    """A model on its way.

    Attributes:
        name: the step that made it; "before" for none.
        bundle_bytes: size of what is served.
        report: how the measured model did.
    """

    name: str
    bundle_bytes: int
    report: Report


@dataclass(frozen=True)
class Compression:
    """A smaller version and what became of it step by step.

    Attributes:
        version: the candidate.
        stages: the first is the version that was compressed.
        is_unseen: whether they were measured on utterances that the measured model never learned.
    """

    version: str
    stages: tuple[Stage, ...]
    is_unseen: bool


@dataclass(frozen=True)
class _Pair:
    """The model that serves, and the one that is measured; may be the same."""

    served: TrainedModel
    measured: TrainedModel
    learned: tuple[LabelledUtterance, ...]
    learned_by_measured: tuple[LabelledUtterance, ...]

    def changed(self, change: Callable[[TrainedModel, Sequence[LabelledUtterance]], TrainedModel]) -> _Pair:
        measured = change(self.measured, self.learned_by_measured)
        if self.served is self.measured:
            return replace(self, served=measured, measured=measured)
        return replace(self, served=change(self.served, self.learned), measured=measured)


def compress(
    registry: Registry,
    version: str,
    dataset: Dataset,
    steps: Steps,
    *,
    now: datetime | None = None,
    listen: Listener = ignore,
) -> Compression:
    """Publish a smaller version of a version, as a candidate.

    Every step is taken on the model that serves and, in the same way, on the one that was measured when it was trained,
    so that the figures are of utterances that were held out.

    Args:
        registry: where it lies.
        version: which one.
        dataset: what it was trained on; its test part is measured on.
        steps: what is done.
        now: time of the new version; None for the clock's.
        listen: is told what is being done, and how far it is.

    Raises:
        UnknownChoiceError: there is no such version.
        RegistryError: the data set has no test part to measure on.
    """
    bundle, twin = registry.open(version), registry.measured(version)
    if not dataset.part("test"):
        raise RegistryError("compress.no_test")
    config = config_of(bundle)
    served = TrainedModel.read(bundle)
    train, everything = dataset.utterances("train"), tuple(row.utterance for row in dataset.rows)
    measured = served if twin is None else TrainedModel.read(twin)
    pair = _Pair(served, measured, everything if config.refit else train, train)
    stages = [_stage("before", pair, dataset, listen)]
    for name, change in _changes(steps, config, listen):
        listen(Notice(f"compress.{name}"))
        pair = pair.changed(change)
        stages.append(_stage(name, pair, dataset, listen))
    new = _publish(registry, bundle, twin, pair, stages, now)
    return Compression(new, tuple(stages), twin is not None or not config.refit)


def config_of(bundle: Bundle) -> Config:
    """The settings that a bundle was trained with."""
    settings: dict[str, Any] = dict(bundle.manifest.settings)
    settings.pop(DRAFT, None)
    settings.pop(COMPRESSED, None)
    return build(Config(), settings)


COMPRESSED = "compressed"
"""The setting of a bundle that was compressed: its steps, and the version that it was."""


def _changes(
    steps: Steps, config: Config, listen: Listener
) -> list[tuple[str, Callable[[TrainedModel, Sequence[LabelledUtterance]], TrainedModel]]]:
    """The steps in the order in which they are taken."""
    chosen: list[tuple[str, Callable[[TrainedModel, Sequence[LabelledUtterance]], TrainedModel]]] = []
    if (share := steps.filters) is not None:
        chosen.append(("filters", lambda model, learned: with_fewer_filters(model, learned, share)))
    if (hidden := steps.student) is not None:
        longer = replace(config.tagger.training, epochs=_LONGER * config.tagger.training.epochs)
        settings = replace(config.tagger, lstm=replace(config.tagger.lstm, hidden=hidden), training=longer)
        chosen.append(
            ("student", lambda model, learned: with_one_tagger(model, learned, settings, config.int8, listen))
        )
    if steps.int8:
        chosen.append(("int8", lambda model, learned: with_bytes(model)))
    return chosen


def with_fewer_filters(model: TrainedModel, learned: Sequence[LabelledUtterance], share: float) -> TrainedModel:
    """Leave out the filters of the intent network that say least of what was learned."""
    intents, texts = model.intents, _read(model, learned[:: -(-len(learned) // _MOST_READ)])
    files = intents.files()
    graph, weights = (files[name] for name in ("intent.onnx", intents.WEIGHTS_NAME))
    smaller = prune(graph, weights, intents.WEIGHTS_NAME, _pooled(model, texts), share)
    return replace(model, intents=replace(intents, graph=smaller.graph, weights=smaller.weights))


def with_one_tagger(
    model: TrainedModel,
    learned: Sequence[LabelledUtterance],
    settings: TaggerSettings,
    int8: bool,
    listen: Listener,
) -> TrainedModel:
    """Teach one entity network what all of a model's say together."""
    entities, encoder = model.entities, model.encoder
    files = entities.files()
    graph, weights = (files[name] for name in ("entity.onnx", entities.WEIGHTS_NAME))
    vectors = word_vectors(graph, weights, encoder.vocabularies.word, settings.widths)
    with one_thread():
        student = StudentTagger(settings, entities.network).fit(
            _read(model, learned), (), encoder, vectors, listen=listen
        )
        network = student.to_onnx(entities.WEIGHTS_NAME, int8=int8)
    return replace(model, entities=replace(entities, graph=network.graph, weights=network.weights))


def with_bytes(model: TrainedModel) -> TrainedModel:
    """Round the tables and kernels of both networks."""

    def rounded(files: Mapping[str, bytes], graph: str, weights: str) -> ExportedNetwork:
        return to_bytes(files[graph], files[weights], weights)

    intents, entities = model.intents, model.entities
    one = rounded(intents.files(), "intent.onnx", intents.WEIGHTS_NAME)
    other = rounded(entities.files(), "entity.onnx", entities.WEIGHTS_NAME)
    return replace(
        model,
        intents=replace(intents, graph=one.graph, weights=one.weights),
        entities=replace(entities, graph=other.graph, weights=other.weights),
    )


def _read(model: TrainedModel, utterances: Sequence[LabelledUtterance]) -> list[LabelledUtterance]:
    """Utterances as the networks read them."""
    lexicon = model.encoder.lexicon
    plain = (plain_utterance(normalize_utterance(one), lexicon) for one in utterances)
    return [model.spacer.respace(one, lexicon) for one in plain]


def _pooled(model: TrainedModel, utterances: Sequence[LabelledUtterance]) -> NDArray[np.float32]:
    """What the intent network's output layer reads of utterances, `(n, P)`."""
    features = model.encoder.encode_many([one.text for one in utterances])
    network = model.intents.network
    found = [
        network.run(pad([features[row] for row in rows]), POOLED)[0]
        for rows in batches_by_length([len(one.units) for one in features], _BATCH)
    ]
    return np.concatenate(found)


def _stage(name: str, pair: _Pair, dataset: Dataset, listen: Listener) -> Stage:
    size = sum(map(len, pair.served.files().values()))
    return Stage(name, size, measure(pair.measured, dataset, listen=listen))


def _publish(
    registry: Registry,
    bundle: Bundle,
    twin: Bundle | None,
    pair: _Pair,
    stages: Sequence[Stage],
    now: datetime | None,
) -> str:
    steps = [stage.name for stage in stages[1:]]
    manifest = replace(
        bundle.manifest,
        data={name: digest for name, digest in bundle.manifest.data.items() if name != FINGERPRINT},
        settings={**bundle.manifest.settings, COMPRESSED: {"of": bundle.manifest.version, "steps": steps}},
        scores={**bundle.manifest.scores, **stages[-1].report.to_dict()},
        created_at=now or datetime.now(UTC),
        files={},
    )
    own = pair.served.files()
    beside = {name: bundle.read(name) for name in bundle.manifest.files if name == DATA_MANIFEST and name not in own}
    measured = None
    if twin is not None:
        files = pair.measured.files()
        kept = {name: twin.read(name) for name in twin.manifest.files if name not in files}
        measured = {**files, **kept}
    return registry.publish({**own, **beside}, manifest, measured)
