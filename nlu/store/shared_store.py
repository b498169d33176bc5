"""A store of versions that several hosts share, by URL: a folder, or a bucket of an S3-compatible service.

It is laid out as a registry is. Of a version the manifest is written last, when all other files have been read back, so
a version whose manifest is there is whole; what names a version as the active one is written after that.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from nlu.errors import BundleError, ConfigError, MissingPackageError, RegistryError
from nlu.store.bundle import MANIFEST_NAME, Bundle, Manifest
from nlu.system.files import TEMPORARY_SUFFIX, atomic_directory

Kind = Literal["versions", "measured"]

_OPTIONS: dict[str, dict[str, Any]] = {
    "file": {"auto_mkdir": True},
    "s3": {
        "use_listings_cache": False,
        "config_kwargs": {"connect_timeout": 5, "read_timeout": 30, "retries": {"max_attempts": 3, "mode": "standard"}},
    },
}
"""What a file system is opened with; where an S3-compatible service is, and who we are, AWS' own variables say."""


def check_url(url: str) -> str:
    """Give the URL of a store.

    Raises:
        ConfigError: it is none, or holds a secret, which would be written into files.

    Example:
        >>> check_url("s3://bucket/models/")
        's3://bucket/models'
    """
    protocol, separator, place = url.partition("://")
    if "@" in place.partition("/")[0] or "?" in place:
        raise ConfigError("registry.store_secret", variable="NLU_MODELS_STORE")
    is_sound = place.startswith("/") if protocol == "file" else re.match(r"[^/]+", place)
    if not separator or protocol not in _OPTIONS or not is_sound:
        raise ConfigError("registry.store_url", variable="NLU_MODELS_STORE", got=url)
    return url.rstrip("/")


class SharedStore:
    """Versions, and the small files that say which of them is served, where several hosts reach them.

    Every method raises `RegistryError` where the store can't be reached.

    Args:
        url: `s3://bucket/folder`, or `file:///folder`.
    """

    def __init__(self, url: str) -> None:
        self.url = check_url(url)

    def check(self) -> None:
        """See that the folder, or the bucket, is there."""
        place = self.url.partition("://")[2]
        top = place.partition("/")[0] if self.url.startswith("s3:") else place
        with self._reaching():
            if not self._fs.exists(top):
                raise RegistryError("registry.store_missing", url=self.url, place=top)

    def read(self, name: str) -> bytes | None:
        """Read a small file; None where there is none."""
        with self._reaching():
            try:
                return bytes(self._fs.cat_file(self._path(name)))
            except FileNotFoundError:
                return None

    def write(self, name: str, data: bytes) -> None:
        """Write a small file in one step."""
        with self._reaching():
            if not self.url.startswith("file:"):
                self._fs.pipe_file(self._path(name), data)  # an object is there whole or not at all
                return
            unfinished = self._path(f".{name}.{secrets.token_hex(8)}{TEMPORARY_SUFFIX}")
            self._fs.pipe_file(unfinished, data)
            self._fs.mv(unfinished, self._path(name))

    def has(self, kind: Kind, version: str) -> bool:
        """Whether all of a version is there."""
        with self._reaching():
            return bool(self._fs.exists(self._path(kind, version, MANIFEST_NAME)))

    def upload(self, kind: Kind, version: str, bundle: Bundle) -> None:
        """Put a version there, unless it is there already.

        Raises:
            RegistryError: what is read back is not what was written.
        """
        if self.has(kind, version):
            return
        with self._reaching():
            for name, info in bundle.manifest.files.items():
                path = self._path(kind, version, name)
                self._fs.put_file(str(bundle.path(name)), path)
                if self._sha256(path) != info.sha256:
                    raise RegistryError("registry.store_damaged", url=self.url, file=f"{kind}/{version}/{name}")
        manifest = (bundle.folder / MANIFEST_NAME).read_bytes()
        with self._reaching():
            self._fs.pipe_file(self._path(kind, version, MANIFEST_NAME), manifest)

    def download(self, kind: Kind, version: str, folder: Path) -> None:
        """Make a folder of a version, which is there afterwards whole and checked, or not at all.

        Raises:
            BundleError: what came is not what the manifest says, or the manifest is another one's.
        """
        folder.parent.mkdir(parents=True, exist_ok=True)
        with atomic_directory(folder) as unfinished:
            written = self.read(f"{kind}/{version}/{MANIFEST_NAME}")
            if written is None:
                raise BundleError("bundle.no_manifest", folder=f"{self.url}/{kind}/{version}")
            for name in Manifest.from_json(written.decode()).files:
                path = unfinished / name
                path.parent.mkdir(parents=True, exist_ok=True)
                with self._reaching():
                    self._fs.get_file(self._path(kind, version, name), str(path))
            (unfinished / MANIFEST_NAME).write_bytes(written)
            got = Bundle.open(unfinished).version
            if kind == "versions" and got != version:
                raise BundleError("bundle.version", folder=f"{self.url}/{kind}/{version}", expected=version, got=got)

    @cached_property
    def _fs(self) -> Any:
        protocol = self.url.partition("://")[0]
        try:
            import fsspec

            return fsspec.filesystem(protocol, **_OPTIONS[protocol])  # the same one again in the same process
        except ImportError:
            raise MissingPackageError("s3fs", 'pip install ".[s3]"', "to share models in a store") from None

    def _path(self, *parts: str) -> str:
        return "/".join((self.url.partition("://")[2], *parts))

    def _sha256(self, path: str) -> str:
        digest = hashlib.sha256()
        with self._fs.open(path, "rb", block_size=1 << 22) as file:
            while block := file.read(1 << 22):
                digest.update(block)
        return digest.hexdigest()

    @contextmanager
    def _reaching(self) -> Iterator[None]:
        """Tell what goes wrong between here and the store, whatever library says it, as our error."""
        try:
            yield
        except (RegistryError, MissingPackageError):
            raise
        except Exception as error:
            problem = str(error) or type(error).__name__
            raise RegistryError("registry.store_away", url=self.url, problem=problem) from error
