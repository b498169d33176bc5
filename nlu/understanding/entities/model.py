"""The entity network, its tags and the scores between them, as a part of a trained model that finds entities."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from nlu.data.iob import decode
from nlu.features.batches import PaddedFeatures
from nlu.features.encoder import FeatureEncoder, Features
from nlu.korean.normalization import NormalizedText
from nlu.store.bundle import Bundle, content_of, shared_file
from nlu.types import Span
from nlu.understanding.crf_inference import Inference, Transitions
from nlu.understanding.entities.edges import Ground
from nlu.understanding.entities.merge import DEFAULT_BOUNDS, Bounds, Finding, Sources, merge
from nlu.understanding.sessions import EntityNetwork

_GRAPH = "entity.onnx"


@dataclass(frozen=True)
class EntityModel:
    """What finds entities.

    Attributes:
        tags: the IOB2 tags in the order of the emissions.
        graph: the exported network, or the file that holds it; memory has it as a network already.
        weights: its large tensors, the CRF's scores among them, or their file.
        bounds: how sure the network must be of what is served.
        ends_before_particles: whether it learned that entities end before particles, not with their word.
    """

    tags: tuple[str, ...]
    graph: bytes | Path = field(repr=False)
    weights: bytes | Path = field(repr=False)
    bounds: Bounds = DEFAULT_BOUNDS
    ends_before_particles: bool = False

    WEIGHTS_NAME: ClassVar[str] = "entity.safetensors"
    """The name by which the graph points at its weights."""

    @cached_property
    def network(self) -> EntityNetwork:
        """The network, ready to run.

        Raises:
            BundleError: graph or weights are none.
        """
        return EntityNetwork(content_of(self.graph), content_of(self.weights))

    @cached_property
    def transitions(self) -> Transitions:
        """The CRF's scores.

        Raises:
            BundleError: the weights hold none.
        """
        return Transitions.from_safetensors(content_of(self.weights))

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """What an entity may be, a type or a type and a role, in the order of the tags."""
        return tuple(tag[2:] for tag in self.tags if tag.startswith("B-"))

    def files(self) -> dict[str, bytes]:
        """What a bundle keeps of it."""
        shared = shared_file(
            tags=self.tags,
            least_dictionary_confidence=self.bounds.known,
            least_entity_confidence=self.bounds.unknown,
            entities_end_before_particles=self.ends_before_particles,
        )
        return {**shared, _GRAPH: content_of(self.graph), self.WEIGHTS_NAME: content_of(self.weights)}

    @classmethod
    def read(cls, bundle: Bundle) -> EntityModel:
        """Read what `files` wrote.

        Raises:
            BundleError: the network can't be loaded.
        """
        unknown = bundle.shared("least_entity_confidence", DEFAULT_BOUNDS.unknown)  # what older versions lack
        bounds = Bounds(bundle.shared("least_dictionary_confidence"), unknown)
        tags = tuple(bundle.shared("tags"))
        before_particles = bundle.shared("entities_end_before_particles", False)
        model = cls(tags, bundle.path(_GRAPH), bundle.path(cls.WEIGHTS_NAME), bounds, before_particles)
        _ = model.network, model.transitions
        return model

    def infer(self, inputs: PaddedFeatures) -> list[Inference]:
        """The likeliest tags of each of several utterances of at least one unit, and how likely others are."""
        return self.transitions.infer(self.network.emissions(inputs), inputs.lengths)

    def present(self, inferred: Inference) -> NDArray[np.float64]:
        """How likely each label is to be in the utterance, `(X,)`."""
        return inferred.anywhere()[self._begins]

    def find(
        self, reading: NormalizedText, features: Features, inferred: Inference, encoder: FeatureEncoder
    ) -> tuple[Finding, ...]:
        """Find the entities of a text as it was read: those tagged, and those of the dictionary, likely enough."""
        tagged = decode([self.tags[tag] for tag in inferred.path], features.units)
        if not tagged and not features.matches:
            return ()
        ids, labels_of = self._tag_ids, self._labels_of
        first_at = {unit.start: row for row, unit in enumerate(features.units)}
        last_at = {unit.end: row + 1 for row, unit in enumerate(features.units)}

        def confidence(span: Span) -> float:
            if span.start not in first_at or span.end not in last_at:
                return 0.0
            labels = [span.label] if span.role else labels_of.get(span.entity, ())
            rows = first_at[span.start], last_at[span.end]
            return min(1.0, sum(inferred.confidence(*rows, ids[f"B-{one}"], ids[f"I-{one}"]) for one in labels))

        sources = Sources(tagged, features.matches, encoder.lexicon, confidence, self.ends_before_particles)
        return merge(Ground(reading, encoder.untaught.tokenize), sources, self.bounds)

    @cached_property
    def _tag_ids(self) -> Mapping[str, int]:
        return {tag: number for number, tag in enumerate(self.tags)}

    @cached_property
    def _begins(self) -> NDArray[np.intp]:
        """The places of the tags that begin each label."""
        return np.array([self._tag_ids[f"B-{label}"] for label in self.labels], dtype=np.intp)

    @cached_property
    def _labels_of(self) -> Mapping[str, list[str]]:
        """The labels of each entity type, with a role and without."""
        labels: dict[str, list[str]] = {}
        for label in self.labels:
            labels.setdefault(label.split(":")[0], []).append(label)
        return labels
