"""Another dictionary for the active version, without training and without torch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from nlu.errors import RegistryError
from nlu.lexicon.lexicon import Lexicon
from nlu.store.registry import Registry
from nlu.system.files import sha256
from nlu.tokenizers.mecab import compile_user_dictionary
from nlu.understanding.parser import LEXICON, MODEL, USER_DICTIONARY


@dataclass(frozen=True)
class DictionaryUpdate:
    """What changed.

    Attributes:
        version: the new version, now active.
        added: surfaces that the dictionary did not hold before.
        removed: surfaces that it holds no longer.
        untrained: entity types that the model was not trained on; it finds them only after training.
    """

    version: str
    added: int
    removed: int
    untrained: tuple[str, ...]


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
    before = Lexicon.from_json(bundle.read(LEXICON).decode())
    trained = {tag[2:].split(":")[0] for tag in bundle.read_json(MODEL)["tags"]}
    lexicon = Lexicon.read(*dictionaries)
    files: dict[str, bytes | Path] = {name: bundle.path(name) for name in bundle.manifest.files}
    files[LEXICON] = lexicon.to_json().encode()
    if USER_DICTIONARY in files:
        files[USER_DICTIONARY] = _compiled(lexicon, registry.root / "work" / USER_DICTIONARY)
    data = {**bundle.manifest.data, **{path.name: sha256(path) for path in dictionaries}}
    data.pop("fingerprint", None)  # so that the next training run has something to do
    manifest = replace(bundle.manifest, data=data, created_at=now or datetime.now(UTC), files={})
    new = registry.publish(files, manifest)
    registry.activate(new)
    old_surfaces, new_surfaces = _surfaces(before), _surfaces(lexicon)
    return DictionaryUpdate(
        new,
        len(new_surfaces - old_surfaces),
        len(old_surfaces - new_surfaces),
        tuple(entity for entity in lexicon.entities if entity not in trained),
    )


def _compiled(lexicon: Lexicon, path: Path) -> bytes:
    path.parent.mkdir(parents=True, exist_ok=True)
    compile_user_dictionary(lexicon.all_surfaces(), path)
    compiled = path.read_bytes()
    path.unlink()
    return compiled


def _surfaces(lexicon: Lexicon) -> set[tuple[str, str]]:
    return {(entity, surface) for entity in lexicon.entities for surface in lexicon.surfaces(entity)}
