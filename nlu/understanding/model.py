"""A trained model as one value: parts that write themselves into a bundle and read themselves out of it."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from typing import Any, Protocol, Self, get_type_hints

from nlu.errors import BundleError, UnknownChoiceError
from nlu.features.encoder import FeatureEncoder
from nlu.features.spacing import Spacer
from nlu.store.bundle import Bundle, merge_files
from nlu.understanding.asked_lines import AskedLines
from nlu.understanding.authored import AuthoredUtterances
from nlu.understanding.corrector import Corrector
from nlu.understanding.entities.model import EntityModel
from nlu.understanding.fallback import FallbackRule
from nlu.understanding.intent_evidence import EntityEvidence
from nlu.understanding.intent_model import IntentModel
from nlu.understanding.nearest_pattern import PatternIndex
from nlu.understanding.training_examples import TrainingExamples


class Part(Protocol):
    """A part of a trained model. One that needs no trained network also has `learn(examples)`, which makes it."""

    def files(self) -> Mapping[str, bytes]:
        """What a bundle keeps of it, by file name; of `model.json` the keys that are its own."""

    @classmethod
    def read(cls, bundle: Bundle) -> Self:
        """Read what `files` wrote."""


@dataclass(frozen=True)
class TrainedModel:
    """Everything that is learned, and that answering needs. These rows are the table of parts: a new one is a row more.

    Attributes:
        encoder: text → features, with dictionary and vocabularies.
        spacer: puts back the spaces that were left out.
        corrector: undoes slips of typing.
        intents: the intent network.
        entities: the entity network.
        evidence: what entities say of the intent.
        rule: calibration and fallback.
        patterns: finds the training pattern that an utterance resembles.
        asked: says an intent in its author's words.
        authored: answers what was written, before any network is asked.
        version: of the bundle it was read from.
    """

    encoder: FeatureEncoder
    spacer: Spacer
    corrector: Corrector
    intents: IntentModel
    entities: EntityModel
    evidence: EntityEvidence
    rule: FallbackRule
    patterns: PatternIndex
    asked: AskedLines
    authored: AuthoredUtterances
    version: str = field(default="", kw_only=True)

    @classmethod
    def parts(cls) -> dict[str, type[Part]]:
        """The class of each part, by the name of its row."""
        classes = get_type_hints(cls)
        return {row.name: classes[row.name] for row in fields(cls) if row.name != "version"}

    @classmethod
    def learn(cls, examples: TrainingExamples, **trained: Part) -> Self:
        """Complete parts that were trained with those that learn from the examples alone."""
        parts: dict[str, Any] = dict(trained)
        for name, part in cls.parts().items():
            if name not in trained:
                parts[name] = part.learn(examples)  # type: ignore[attr-defined]
        return cls(**parts)

    def files(self) -> dict[str, bytes]:
        """Everything a bundle holds beside its manifest, by file name."""
        return merge_files(getattr(self, name).files() for name in self.parts())

    @classmethod
    def read(cls, bundle: Bundle) -> Self:
        """Read a model out of a checked bundle.

        Raises:
            BundleError: it lacks a part of the model, or one is of the wrong kind.
        """
        try:
            with _without_garbage_collection():
                parts: dict[str, Any] = {name: part.read(bundle) for name, part in cls.parts().items()}
                return cls(**parts, version=bundle.version)
        except UnknownChoiceError as error:
            raise BundleError("bundle.tokenizer", folder=bundle.folder, problem=str(error)) from error
        except (KeyError, TypeError, ValueError) as error:
            raise BundleError("bundle.part", folder=bundle.folder, problem=repr(error)) from error


@contextmanager
def _without_garbage_collection() -> Iterator[None]:
    """Switch Python's garbage collector off: many objects are made, and it would look through them again and again."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
