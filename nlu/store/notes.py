"""What people wrote of the versions of a registry, and which are labelled how: the file `NOTES`.

It lies beside the bundles, so that a note changes no bundle's hash.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from nlu.errors import RegistryError, SourceError
from nlu.system.files import read_bytes, write_atomic

NOTES_NAME = "NOTES"
LABELS = ("champion", "challenger")


@dataclass(frozen=True, slots=True)
class Notes:
    """Notes and labels.

    Attributes:
        texts: version → note.
        labels: label → the one version that has it.
    """

    texts: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)

    def labels_of(self, version: str) -> tuple[str, ...]:
        """The labels of a version, in order."""
        return tuple(label for label, owner in sorted(self.labels.items()) if owner == version)

    def noted(self, version: str, text: str) -> Notes:
        """The same with another note of a version; without one where the text is empty."""
        texts = {name: note for name, note in self.texts.items() if name != version}
        return replace(self, texts=texts | ({version: text} if text else {}))

    def labelled(self, version: str, label: str) -> Notes:
        """The same with a label at a version, wherever it was before."""
        return replace(self, labels={**self.labels, label: version})

    def without(self, version: str) -> Notes:
        """The same without a version."""
        labels = {label: owner for label, owner in self.labels.items() if owner != version}
        return replace(self.noted(version, ""), labels=labels)


def read_notes(root: Path) -> Notes:
    """Read what a registry's folder says.

    Raises:
        RegistryError: the file is damaged, or no file but a folder or a pipe.
    """
    path = root / NOTES_NAME
    try:
        raw = json.loads(read_bytes(path))
        texts, labels = ({str(key): str(one) for key, one in raw[name].items()} for name in ("texts", "labels"))
        return Notes(texts, labels)
    except FileNotFoundError:
        return Notes()
    except (OSError, SourceError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise RegistryError("registry.notes_file", path=path, problem=repr(error)) from None


def write_notes(root: Path, notes: Notes) -> None:
    """Write them in one step."""
    write_atomic(root / NOTES_NAME, json.dumps(asdict(notes), ensure_ascii=False, indent=2) + "\n")
