"""A bundle: one folder that holds everything a model needs to answer, and the checksums that prove it whole.

    manifest.json      what the bundle is, and the size and SHA-256 of every other file
    intent.onnx …      the files, by names that the manifest lists; nothing else may lie in the folder

A bundle is written in one step (a kill at any moment leaves no folder of that name) and never changed afterwards.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import stat
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from nlu.errors import BundleError, BundleFormatError, UnknownChoiceError
from nlu.system.files import atomic_directory, sha256

FORMAT_VERSION = 4
"""The layout that this code writes and reads; it grows whenever an older bundle would be read wrongly."""

MANIFEST_NAME = "manifest.json"
SHARED_NAME = "model.json"
"""A JSON object of small things: each part of a model writes the keys that are its own."""

_MOST_MANIFEST = 16 * 1024 * 1024
"""Bytes of the longest manifest; one that is longer is none."""
_LEFT_BY_SYSTEMS = re.compile(r"\.DS_Store|\._.*|Thumbs\.db|desktop\.ini")
"""What file managers leave in folders that somebody looks into."""

_TIME = "%Y-%m-%dT%H:%M:%SZ"
DRAFT = "draft"
"""The setting that says of a manifest's model that it was trained only to be tried."""
_TABLES = ("normalization", "data", "settings", "scores", "libraries")
"""What a manifest holds as tables of JSON values."""

# Plain names only, at most a few folders deep, so that a name can never lead out of the bundle on any system.
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]*(/[A-Za-z0-9_][A-Za-z0-9._-]*){0,3}")


@dataclass(frozen=True, slots=True)
class FileInfo:
    """What a listed file must be: its SHA-256 in hexadecimal and its size in bytes."""

    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class TokenizerInfo:
    """The tokenizer that the model was trained with, and that serving must use."""

    name: str
    settings: Mapping[str, str | int | bool] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a bundle is. All values are JSON values, and kept as JSON gives them back: lists for tuples, text for keys.

    Attributes:
        product_version: version of the product that wrote it.
        created_at: when it was made, with a time zone; kept in UTC, to the second.
        tokenizer: the tokenizer of training, hence of serving.
        normalization: settings of the normalisation.
        data: name of each input -> its SHA-256.
        settings: the config of the training.
        scores: what the evaluation measured.
        libraries: package -> version.
        files: name -> size and checksum; filled by `write_bundle`.
        format_version: layout of the bundle.
    """

    product_version: str
    created_at: datetime
    tokenizer: TokenizerInfo
    normalization: Mapping[str, Any] = field(default_factory=dict)
    data: Mapping[str, str] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)
    scores: Mapping[str, Any] = field(default_factory=dict)
    libraries: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, FileInfo] = field(default_factory=dict)
    format_version: int = FORMAT_VERSION

    def __post_init__(self) -> None:
        if self.created_at.tzinfo is None:
            raise ValueError(f"expected created_at with a time zone, got {self.created_at}")
        object.__setattr__(self, "created_at", self.created_at.astimezone(UTC).replace(microsecond=0))
        for name in _TABLES:
            object.__setattr__(self, name, json.loads(json.dumps(dict(getattr(self, name)))))

    @property
    def version(self) -> str:
        """The id of this model: its time, and the start of the SHA-256 of all that the manifest says."""
        digest = hashlib.sha256(self.to_json().encode()).hexdigest()
        return f"{self.created_at:%Y%m%d-%H%M%S}-{digest[:8]}"

    @property
    def is_draft(self) -> bool:
        """Whether the model was trained only to be tried."""
        return self.settings.get(DRAFT) is True

    def to_json(self) -> str:
        """Write the manifest; the same manifest is always the same text."""
        values = asdict(self) | {"created_at": self.created_at.strftime(_TIME)}
        return json.dumps(values, ensure_ascii=False, indent=2, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> Manifest:
        """Read a manifest.

        Raises:
            BundleFormatError: it is of another format.
            BundleError: it is damaged, or lists a file outside the bundle.
        """
        try:
            raw = json.loads(text)
            format_version = raw["format_version"]
        except (ValueError, TypeError, KeyError, RecursionError) as error:
            raise BundleError("bundle.no_format", path=MANIFEST_NAME, problem=repr(error)) from None
        if format_version != FORMAT_VERSION:
            raise BundleFormatError("bundle.format", path=MANIFEST_NAME, expected=FORMAT_VERSION, got=format_version)
        try:
            manifest = cls(
                product_version=str(raw["product_version"]),
                created_at=datetime.strptime(raw["created_at"], _TIME).replace(tzinfo=UTC),
                tokenizer=TokenizerInfo(str(raw["tokenizer"]["name"]), dict(raw["tokenizer"]["settings"])),
                files={name: FileInfo(str(one["sha256"]), int(one["size"])) for name, one in raw["files"].items()},
                format_version=format_version,
                **{name: dict(raw[name]) for name in _TABLES},
            )
        except (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError) as error:
            raise BundleError("bundle.manifest", path=MANIFEST_NAME, problem=repr(error)) from None
        for name in manifest.files:
            _check_name(name)
        return manifest


class Bundle:
    """A bundle that was checked; made by `Bundle.open`.

    Attributes:
        folder: where it lies.
        manifest: what it is.
    """

    def __init__(self, folder: Path, manifest: Manifest) -> None:
        self.folder = folder
        self.manifest = manifest

    @classmethod
    def open(cls, folder: Path, verify: bool = True) -> Bundle:
        """Open a bundle and check it.

        Args:
            folder: the bundle.
            verify: read every file and compare its checksum; without, only names and sizes are compared.

        Raises:
            BundleError: it is half-written, altered, or of a newer format; says which file, what was expected and
                what is there.
        """
        bundle = cls(folder, _read_manifest(folder))
        _check_names(folder, bundle.manifest)
        for name, info in bundle.manifest.files.items():
            path = folder / name
            if (size := path.stat().st_size) != info.size:
                raise BundleError("bundle.size", path=path, expected=info.size, got=size)
            if verify and (digest := sha256(path)) != info.sha256:
                raise BundleError("bundle.digest", path=path, expected=info.sha256, got=digest)
        return bundle

    @property
    def version(self) -> str:
        """The id of this model, such as `20261121-143015-ab12cd34`."""
        return self.manifest.version

    def path(self, name: str) -> Path:
        """Give the path of a listed file."""
        if name not in self.manifest.files:
            raise UnknownChoiceError("bundle_file", name, sorted(self.manifest.files))
        return self.folder / name

    def read(self, name: str) -> bytes:
        """Read a listed file."""
        return self.path(name).read_bytes()

    def read_json(self, name: str) -> Any:
        """Read a listed JSON file.

        Raises:
            BundleError: it is not JSON.
        """
        try:
            return json.loads(self.read(name))
        except ValueError as error:
            raise BundleError("bundle.not_json", path=self.folder / name, problem=str(error)) from None

    def shared(self, key: str, *default: object) -> Any:
        """Read what a part of the model wrote into `model.json` under a key; where it has none, the default if given.

        Raises:
            BundleError: the file is not JSON.
            KeyError: it has no such key, and there is no default.
        """
        shared = self.read_json(SHARED_NAME)
        return shared.get(key, *default) if default else shared[key]

    def size(self) -> int:
        """Count the bytes of all its files, the manifest's among them."""
        manifest_size = (self.folder / MANIFEST_NAME).stat().st_size
        return manifest_size + sum(info.size for info in self.manifest.files.values())


def merge_files(parts: Iterable[Mapping[str, bytes]]) -> dict[str, bytes]:
    """Put the files of all parts of a model together; the keys that parts write into `model.json` become one object.

    Raises:
        ValueError: two parts write the same file or the same key.

    Example:
        >>> merge_files([{"model.json": b'{"intents": []}', "a.onnx": b""}, {"model.json": b'{"tags": ["O"]}'}])
        {'model.json': b'{"intents": [], "tags": ["O"]}', 'a.onnx': b''}
    """
    shared: dict[str, Any] = {}
    files: dict[str, bytes] = {SHARED_NAME: b""}
    for part in parts:
        own = json.loads(part.get(SHARED_NAME, b"{}"))
        if twice := (own.keys() & shared.keys()) | (part.keys() & files.keys()) - {SHARED_NAME}:
            raise ValueError(f"expected each part to write files and keys of its own, got {min(twice)!r} twice")
        shared |= own
        files |= part
    return {**files, SHARED_NAME: json.dumps(shared, ensure_ascii=False).encode()}


def shared_file(**values: object) -> dict[str, bytes]:
    """The keys that a part of a model writes into `model.json`, as a file of its own; see `merge_files`."""
    return {SHARED_NAME: json.dumps(values, ensure_ascii=False).encode()}


def complete_manifest(files: Mapping[str, bytes | Path], manifest: Manifest) -> Manifest:
    """Fill in the size and checksum of every file.

    Raises:
        BundleError: a name would lead out of the bundle.
    """
    for name in files:
        _check_name(name)
    return replace(manifest, files={name: _info(source) for name, source in sorted(files.items())})


def write_bundle(folder: Path, files: Mapping[str, bytes | Path], manifest: Manifest) -> Bundle:
    """Write a bundle in one step: either the whole folder is there afterwards or nothing is.

    Args:
        folder: where; must not exist.
        files: name in the bundle -> its content, or the file to copy.
        manifest: what the bundle is; its `files` are filled in here.

    Raises:
        BundleError: the folder exists, or a name would lead out of the bundle.
    """
    if folder.exists():
        raise BundleError("bundle.folder_taken", folder=folder)
    complete = complete_manifest(files, manifest)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with atomic_directory(folder) as unfinished:
        for name, source in files.items():
            path = unfinished / name
            path.parent.mkdir(parents=True, exist_ok=True)
            _write(path, source)
        _write(unfinished / MANIFEST_NAME, complete.to_json().encode())
        # A file that changed between being measured and being copied would make a bundle that never opens.
        Bundle.open(unfinished)
    return Bundle(folder, complete)


def _read_manifest(folder: Path) -> Manifest:
    path = folder / MANIFEST_NAME
    try:
        _check_kind(path)
        if (size := path.stat().st_size) > _MOST_MANIFEST:
            raise BundleError("bundle.long", path=path, most=_MOST_MANIFEST, size=size)
        return Manifest.from_json(path.read_bytes().decode())
    except BundleFormatError as error:
        raise BundleFormatError(error.code, **{**error.values, "path": path}) from None
    except FileNotFoundError:
        code = "bundle.no_manifest" if folder.is_dir() else "bundle.no_folder"
        raise BundleError(code, folder=folder) from None
    except (OSError, UnicodeDecodeError) as error:
        raise BundleError("bundle.unreadable", path=path, problem=str(error)) from None


def _check_names(folder: Path, manifest: Manifest) -> None:
    """Compare the files that lie there with those that are listed; a link is never a bundle's file."""
    found = set()
    for path in folder.rglob("*"):
        if (path.is_symlink() or not path.is_dir()) and not _LEFT_BY_SYSTEMS.fullmatch(path.name):
            _check_kind(path)
            found.add(path.relative_to(folder).as_posix())
    listed = {*manifest.files, MANIFEST_NAME}
    if missing := sorted(listed - found):
        raise BundleError("bundle.file_missing", path=folder / missing[0])
    if extra := sorted(found - listed):
        raise BundleError("bundle.file_unlisted", path=folder / extra[0])


def _check_kind(path: Path) -> None:
    """Refuse what reading would wait for, or never end, such as a pipe or a device."""
    kind = path.lstat().st_mode
    if stat.S_ISLNK(kind):
        raise BundleError("bundle.link", path=path)
    if not stat.S_ISREG(kind):
        raise BundleError("bundle.special", path=path)


def _check_name(name: str) -> None:
    if not _NAME.fullmatch(name) or name == MANIFEST_NAME:
        raise BundleError("bundle.file_name", name=name, manifest=MANIFEST_NAME)


def _info(source: bytes | Path) -> FileInfo:
    if isinstance(source, Path):
        return FileInfo(sha256(source), source.stat().st_size)
    return FileInfo(hashlib.sha256(source).hexdigest(), len(source))


def content_of(source: bytes | Path) -> bytes:
    """The bytes of a file that is in memory, or lies somewhere."""
    return source.read_bytes() if isinstance(source, Path) else source


def _write(path: Path, source: bytes | Path) -> None:
    if isinstance(source, Path):
        shutil.copyfile(source, path)
    else:
        path.write_bytes(source)
