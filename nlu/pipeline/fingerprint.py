"""What a version was trained on, as a hash: equal means there is nothing to train."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from nlu.config import Config
from nlu.data.dataset import input_hashes
from nlu.errors import BundleError
from nlu.store.bundle import Bundle, Manifest
from nlu.store.registry import Registry
from nlu.system.files import sha256 as file_sha256
from nlu.version import VERSION

_MANIFEST = "manifest.json"
FINGERPRINT = "fingerprint"
"""The key in a manifest under which it stands among the hashes of the inputs."""


@dataclass(frozen=True)
class Texts:
    """Unlabelled text to learn from beside the data set.

    Attributes:
        corpus: more text for the word vectors.
        outside: what people say that this bot is not for; it learns to answer `nlu_fallback` to the like.
    """

    corpus: Sequence[str] = ()
    outside: Sequence[str] = ()

    def digest(self) -> str:
        """A hash of all text."""
        return sha256(json.dumps([*self.corpus, None, *self.outside]).encode()).hexdigest()


def fingerprint(data: Path, dictionaries: Sequence[Path], config: Config, texts: Texts) -> str:
    """A hash of everything that decides what training makes."""
    inputs = {
        "config": {name: value for name, value in config.to_dict().items() if name != "intake"},  # it is in the data
        "texts": texts.digest(),
        "version": VERSION,
        **_hashes(data, dictionaries),
    }
    return sha256(json.dumps(inputs, sort_keys=True, default=list).encode()).hexdigest()


def provenance(data: Path, dictionaries: Sequence[Path], config: Config, texts: Texts) -> dict[str, str]:
    """What a manifest says of what its model was trained on: name of each input → its SHA-256, and the fingerprint.

    Pattern files, and what was mixed in, are as they were when the data was made of them; dictionaries as they are now.
    """
    made_of = json.loads((data / _MANIFEST).read_text(encoding="utf-8")).get("inputs", {})
    return {**made_of, **_hashes(data, dictionaries), FINGERPRINT: fingerprint(data, dictionaries, config, texts)}


def trained_version(
    data: Path, dictionaries: Sequence[Path], registry: Registry, config: Config, texts: Texts | None = None
) -> str | None:
    """Find the version that was trained on just this data set, dictionary, config and text.

    Returns:
        The active one, else the newest candidate; None where there is something to train. A version that was served
        before, and is no longer, counts as none: there was a reason.

    Raises:
        ActiveModelError: the active version is gone or damaged.
    """
    if not (data / "manifest.json").exists():
        return None
    wanted = fingerprint(data, dictionaries, config, texts or Texts())
    return next((version for version, found in _fingerprints(registry) if found == wanted), None)


def _fingerprints(registry: Registry) -> Iterator[tuple[str, str | None]]:
    if (active := registry.active()) is not None:
        yield active, registry.open_active(active).manifest.data.get(FINGERPRINT)
    for version in reversed(registry.candidates()):
        try:
            yield version, Bundle.open(registry.path(version), verify=False).manifest.data.get(FINGERPRINT)
        except BundleError:  # it will not be served either
            continue


def _hashes(data: Path, dictionaries: Sequence[Path]) -> dict[str, str]:
    return {_MANIFEST: file_sha256(data / _MANIFEST), **input_hashes(dictionaries)}


def learned_from(manifest: Manifest, data: Path) -> bool:
    """Whether a model was trained on the data set of this folder."""
    return manifest.data.get(_MANIFEST) == file_sha256(data / _MANIFEST)
