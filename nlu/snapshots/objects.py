"""Contents by their hash: each is kept once, compressed, whole or not at all."""

from __future__ import annotations

import gzip
import hashlib
import re
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from nlu.errors import SnapshotError, SourceError
from nlu.system.files import TEMPORARY_SUFFIX, read_bytes, write_atomic

MOST_BYTES = 64 << 20
"""Bytes of the largest content that is kept."""

_HASH = re.compile(r"[0-9a-f]{64}")
_SUFFIX = ".gz"
_ERASED = "erased"
"""The file that names the contents that were taken out for good."""


def hash_of(content: bytes) -> str:
    """The SHA-256 of a content, in hexadecimal: its name."""
    return hashlib.sha256(content).hexdigest()


class Objects:
    """Contents in a folder, each in a file that its hash names: `objects/ab/cdef….gz`.

    Args:
        root: the folder; made when something is kept.
    """

    def __init__(self, root: Path) -> None:
        self.root = root

    def __contains__(self, name: str) -> bool:
        return self._path(name).is_file()

    def __iter__(self) -> Iterator[str]:
        """Give the names of all contents, sorted."""
        found = (path.parent.name + path.name.removesuffix(_SUFFIX) for path in self.root.glob(f"??/*{_SUFFIX}"))
        return iter(sorted(name for name in found if _HASH.fullmatch(name)))

    def put(self, content: bytes) -> str:
        """Keep a content and give its name; one that is there, and whole, is not written again."""
        name = hash_of(content)
        if not self._is_whole(name):
            path = self._path(name)
            path.parent.mkdir(parents=True, exist_ok=True)
            write_atomic(path, gzip.compress(content, mtime=0))  # the same content, the same bytes
        return name

    def get(self, name: str) -> bytes:
        """Read a content.

        Raises:
            SnapshotError: it is not there, or it is no longer what its name says.
        """
        path = self._path(name)
        try:
            content = _unpacked(read_bytes(path))
        except FileNotFoundError:
            code = "snapshot.object_erased" if name in self.erased() else "snapshot.object_missing"
            raise SnapshotError(code, path=path) from None
        except (OSError, SourceError, EOFError, ValueError, zlib.error) as error:
            raise SnapshotError("snapshot.object_broken", path=path, problem=type(error).__name__) from None
        if hash_of(content) != name:
            raise SnapshotError("snapshot.object_broken", path=path, problem="sha256")
        return content

    def size(self, name: str) -> int:
        """Count the bytes that a content takes on disk."""
        return self._path(name).stat().st_size

    def time(self, name: str) -> datetime:
        """Tell when a content was written, in UTC to the second."""
        return datetime.fromtimestamp(self._path(name).stat().st_mtime, UTC).replace(microsecond=0)

    def delete(self, name: str) -> None:
        """Remove a content."""
        self._path(name).unlink(missing_ok=True)

    def erase(self, name: str) -> None:
        """Remove a content for good, such as one that holds what a person said who wants it forgotten."""
        write_atomic(self.root / _ERASED, "".join(f"{one}\n" for one in sorted({*self.erased(), name})))
        self.delete(name)

    def erased(self) -> frozenset[str]:
        """Give the names of the contents that were taken out for good."""
        try:
            return frozenset((self.root / _ERASED).read_text(encoding="utf-8").split())
        except FileNotFoundError:
            return frozenset()

    def sweep(self) -> None:
        """Remove what killed writers left behind; only called while no other writer can be at work."""
        for path in self.root.glob(f"??/.*{TEMPORARY_SUFFIX}"):
            path.unlink(missing_ok=True)

    def _path(self, name: str) -> Path:
        if not _HASH.fullmatch(name):
            raise ValueError(f"expected a SHA-256 in hexadecimal, got {name!r}")
        return self.root / name[:2] / f"{name[2:]}{_SUFFIX}"

    def _is_whole(self, name: str) -> bool:
        try:
            self.get(name)
        except SnapshotError:
            return False
        return True


def _unpacked(packed: bytes) -> bytes:
    """Unpack a content, but no more than is ever kept, however much a damaged file would unpack to."""
    unpacker = zlib.decompressobj(wbits=31)
    content = unpacker.decompress(packed, MOST_BYTES + 1)
    if not unpacker.eof or unpacker.unused_data:
        raise ValueError("expected one whole gzip member")
    return content
