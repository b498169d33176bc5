"""Another dictionary for the active version, without training and without torch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from nlu import tokenizers
from nlu.data.dataset import input_hashes
from nlu.drift.sketch import SKETCH_NAME
from nlu.errors import RegistryError
from nlu.features.encoder import FeatureEncoder
from nlu.lexicon.lexicon import Lexicon
from nlu.pipeline.fingerprint import FINGERPRINT
from nlu.pipeline.publish import DATA_MANIFEST, publish
from nlu.store.registry import Registry
from nlu.tokenizers.mecab import compile_user_dictionary
from nlu.understanding.model import TrainedModel


@dataclass(frozen=True)
class DictionaryUpdate:
    """What changed.

    Attributes:
        version: the new version, now active.
        added: surfaces that the dictionary did not hold before.
        removed: surfaces that it holds no longer.
        untrained: entity types that the model was not trained on; it finds them only after training.
        ambiguous: surfaces among those added that are values of several types: which one is meant, only training tells.
    """

    version: str
    added: int
    removed: int
    untrained: tuple[str, ...]
    ambiguous: tuple[str, ...] = ()


def update_dictionary(
    registry: Registry, dictionaries: Sequence[Path], *, now: datetime | None = None
) -> DictionaryUpdate:
    """Publish and activate the active version with another dictionary; its networks stay as they are.

    Args:
        registry: where the model lives.
        dictionaries: the author's CSV files, all of them.
        now: time of the version; None for the clock's.

    Raises:
        SourceErrors: mistakes in the files, all of them; the active version stays.
        RegistryError: no version is active.
    """
    version = registry.active()
    if version is None:
        raise RegistryError("registry.none_active", models=registry.root)
    bundle = registry.open(version)
    model = TrainedModel.read(bundle)
    older = model.encoder.lexicon
    read = Lexicon.read(*dictionaries)
    lexicon = read.with_computed({**older.computed.kinds, **read.computed.kinds}).since(older)
    data = {**bundle.manifest.data, **input_hashes(dictionaries)}
    data.pop(FINGERPRINT, None)  # so that the next training run has something to do
    manifest = replace(bundle.manifest, data=data, created_at=now or datetime.now(UTC), files={})
    kept = {name: bundle.read(name) for name in (DATA_MANIFEST, SKETCH_NAME) if name in bundle.manifest.files}
    with TemporaryDirectory() as folder:
        encoder = with_dictionary(model.encoder, lexicon, Path(folder, "user.dic"))
        changed = replace(model, encoder=encoder)
        new = publish(changed, registry, manifest, beside=kept, measured=_measured(registry, version))
    registry.activate(new)
    trained = {label.split(":")[0] for label in model.entities.labels}
    old_surfaces, new_surfaces = set(model.encoder.lexicon.surfaces()), set(lexicon.surfaces())
    added = new_surfaces - old_surfaces
    return DictionaryUpdate(
        new,
        len(added),
        len(old_surfaces - new_surfaces),
        tuple(entity for entity in lexicon.entities if entity not in trained),
        tuple(sorted({surface for _, surface in added if len(lexicon.types(surface)) > 1})),
    )


def _measured(registry: Registry, version: str) -> dict[str, bytes] | None:
    """The model that was measured for a version: its networks are still those of a version with another dictionary."""
    bundle = registry.measured(version)
    return {name: bundle.read(name) for name in bundle.manifest.files} if bundle else None


def with_dictionary(encoder: FeatureEncoder, lexicon: Lexicon, compiled: Path) -> FeatureEncoder:
    """The same encoder over another dictionary, compiled for its tokenizer where the first one was.

    Args:
        encoder: text → features.
        lexicon: the other dictionary.
        compiled: the file to write for the tokenizer.
    """
    tokenizer = encoder.tokenizer
    if "user_dictionary" in tokenizer.settings:
        compile_user_dictionary((surface for _, surface in lexicon.surfaces()), compiled)
        tokenizer = tokenizers.create(tokenizer.name, user_dictionary=compiled)
    return FeatureEncoder(tokenizer, lexicon, encoder.vocabularies, encoder.settings)
