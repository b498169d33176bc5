"""A snapshot: which files an author had, each by its content's hash, and what data was made of them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import PurePosixPath
from typing import Any, Literal, get_args

from nlu.errors import SnapshotError

FORMAT = 1
"""Version of the layout of a snapshot."""

Kind = Literal["patterns", "dictionary", "settings", "policy", "regression", "answers", "imported"]
KINDS: tuple[Kind, ...] = get_args(Kind)
"""What a file is to its author, in the order in which files are listed."""

COUNTS = ("intents", "patterns", "values", "utterances")
"""What is counted of the data that was made."""

MOST_FILES = 10_000
"""Files of the largest snapshot."""

_HASH = re.compile(r"[0-9a-f]{64}")
_DEVICE = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class FileEntry:
    """One file of an author.

    Attributes:
        name: its path within the project, with `/`; of a file outside of it, its whole path.
        kind: what it is.
        sha256: its content.
        size: in bytes.
        is_kept: whether the content is kept; one that is too large is known by its hash alone.
        is_outside: whether it lies outside of the project, or hidden in it, so that it is never put back.
    """

    name: str
    kind: Kind
    sha256: str
    size: int
    is_kept: bool = True
    is_outside: bool = False


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The files of an author at some time, and the data that was made of them.

    Attributes:
        files: by kind and name.
        counts: how many intents, patterns, values and utterances the data has.
        manifest: hash of the data's manifest; None where no data was made.
    """

    files: tuple[FileEntry, ...]
    counts: Mapping[str, int] = field(default_factory=dict)
    manifest: str | None = None

    def file(self, name: str) -> FileEntry | None:
        """Give the file of a name."""
        return next((one for one in self.files if one.name == name), None)

    @property
    def contents(self) -> tuple[str, ...]:
        """The hashes of all contents that are kept for it."""
        kept = [one.sha256 for one in self.files if one.is_kept]
        return tuple(dict.fromkeys([*kept, *([self.manifest] if self.manifest else [])]))

    def to_json(self) -> bytes:
        """Write it; the same snapshot is always the same bytes."""
        return json.dumps({"format": FORMAT, **asdict(self)}, sort_keys=True, indent=1).encode()

    @classmethod
    def from_json(cls, content: bytes, name: str = "") -> Snapshot:
        """Read a snapshot.

        Args:
            content: what `to_json` wrote.
            name: of the snapshot, for the message.

        Raises:
            SnapshotError: it is damaged, of another format, or names a file that leads out of the project.
        """
        try:
            raw = json.loads(content)
            if raw["format"] != FORMAT:
                raise SnapshotError("snapshot.format", snapshot=name[:12], expected=FORMAT, got=raw["format"])
            files = tuple(_entry(one, name) for one in raw["files"][:MOST_FILES])
            counts = {key: int(raw["counts"][key]) for key in COUNTS if key in raw["counts"]}
            manifest = raw["manifest"]
            if manifest is not None and not _HASH.fullmatch(manifest):
                raise ValueError(manifest)
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError, OverflowError) as error:
            raise SnapshotError("snapshot.unreadable", snapshot=name[:12], problem=type(error).__name__) from None
        return cls(files, counts, manifest)


def _entry(raw: Mapping[str, Any], snapshot: str) -> FileEntry:
    entry = FileEntry(
        str(raw["name"]), raw["kind"], str(raw["sha256"]), int(raw["size"]),
        raw["is_kept"] is True, raw["is_outside"] is True,
    )  # fmt: skip
    if entry.kind not in KINDS or not _HASH.fullmatch(entry.sha256) or entry.size < 0:
        raise ValueError(entry)
    if not entry.is_outside and not is_inside(entry.name):
        raise SnapshotError("snapshot.leads_out", snapshot=snapshot[:12], name=entry.name)
    return entry


def is_inside(name: str) -> bool:
    r"""Whether a name is a plain path within a folder on every system, none of whose parts is hidden.

    Example:
        >>> [is_inside(name) for name in ("patterns/a.txt", "../a.txt", "/a", "a/../../b", "C:\\a", ".git/hooks/x")]
        [True, False, False, False, False, False]
    """
    parts = name.split("/")
    return PurePosixPath(name).as_posix() == name and all(
        part
        and not part.startswith(".")
        and not part.endswith((".", " "))
        and part.isprintable()
        and not set(part) & set('\\:*?"<>|')
        and not _DEVICE.fullmatch(part)
        for part in parts
    )
