"""Keep what an author's files were whenever data is made of them, or a model is trained on it."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from nlu.snapshots.author_files import AuthorFile, Places, in_order, read_files
from nlu.snapshots.snapshot import Snapshot
from nlu.snapshots.store import FOLDER, Action, Snapshots
from nlu.system.files import sha256

_OF_DATA = frozenset({"patterns", "imported"})
"""What data is made of, and training does not read itself."""


def snapshots_beside(data: Path) -> Snapshots:
    """The snapshots of the project that a data folder belongs to; they stay where the folder is removed."""
    return Snapshots(_around(data) / FOLDER)


def project_of(data: Path, patterns: Sequence[Path]) -> Path:
    """Give the folder that holds an author's files: the one around the data, unless the patterns lie elsewhere."""
    around = _around(data)
    return around if all(Path(os.path.abspath(path)).is_relative_to(around) for path in patterns) else Path.cwd()


def _around(data: Path) -> Path:
    return Path(os.path.abspath(data)).parent


def keep(places: Places, data: Path, action: Action = "generate", now: datetime | None = None) -> str:
    """Take a snapshot of an author's files and of the data set that was just made of them.

    Returns:
        The snapshot's hash.

    Raises:
        SnapshotError: another process has been writing all the time.
        OSError: it can't be written.
    """
    manifest = (data / "manifest.json").read_bytes()
    return snapshots_beside(data).save(read_files(places), action, manifest=manifest, counts=_counts(manifest), now=now)


def keep_training(places: Places, data: Path, version: str, now: datetime | None = None) -> str:
    """Note what a model was trained from: the patterns as they were when the data was made, the rest as it is now.

    Returns:
        The snapshot's hash.

    Raises:
        SnapshotError: another process has been writing all the time.
        OSError: it can't be written.
    """
    store, manifest = snapshots_beside(data), (data / "manifest.json").read_bytes()
    before = store.latest_of(sha256(data / "manifest.json"))
    files = _as_generated(read_files(places), before)
    return store.save(files, "train", manifest=manifest, counts=_counts(manifest), version=version, now=now)


def _as_generated(files: Sequence[AuthorFile], before: Snapshot | None) -> list[AuthorFile]:
    if before is None:
        return list(files)
    kept = [AuthorFile(entry, None) for entry in before.files if entry.kind in _OF_DATA]
    return in_order([*kept, *(file for file in files if file.entry.kind not in _OF_DATA)])


def _counts(manifest: bytes) -> dict[str, int]:
    """What the data holds."""
    facts = json.loads(manifest)
    parts = facts["counts"].values()
    return {
        "intents": len({intent for part in parts for intent in part["intents"]}),
        "patterns": len(facts.get("patterns", ())),
        "values": sum(some if isinstance(some, int) else len(some) for some in facts.get("values", {}).values()),
        "utterances": sum(part["utterances"] for part in parts),
    }
