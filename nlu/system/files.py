"""Files that are read whatever Korean encoding they are in, and written whole or not at all."""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path

from nlu.errors import SourceError

TEMPORARY_SUFFIX = ".tmp"
"""The end of a half-written file's or folder's name, `.NAME.RANDOM.tmp`; only a killed process leaves one behind."""

_UTF8_MARK = b"\xef\xbb\xbf"
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


def read_text(path: Path) -> tuple[str, str]:
    r"""Read a text file in UTF-8, UTF-8 with a byte order mark, or CP949 (what Korean Excel writes).

    Args:
        path: the file.

    Returns:
        The text with `\n` line ends, and the encoding it was in: "utf-8", "utf-8-sig" or "cp949".

    Raises:
        SourceError: the file is in none of these; points at the first byte that fits none.
    """
    data = path.read_bytes()
    for encoding in ("utf-8-sig",) if data.startswith(_UTF8_MARK) else ("utf-8", "cp949"):
        with contextlib.suppress(UnicodeDecodeError):
            return _unify_line_ends(data.decode(encoding)), encoding
    raise _undecodable(path, data)


def write_atomic(path: Path, data: str | bytes) -> None:
    """Write a file so that a reader, or a crash at any moment, meets the old content or the new, never a mixture.

    Args:
        path: the file; its folder must exist. A symbolic link is followed. An existing file keeps its permissions.
        data: text (written as UTF-8, line ends as they are) or bytes.
    """
    target = Path(os.path.realpath(path))
    temporary = _temporary_beside(target)
    try:
        with temporary.open("xb") as file:
            file.write(data.encode("utf-8") if isinstance(data, str) else data)
            file.flush()
            os.fsync(file.fileno())
        if target.exists():
            shutil.copymode(target, temporary)
        os.replace(temporary, target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    _sync_folder(target.parent)


@contextlib.contextmanager
def atomic_directory(path: Path) -> Iterator[Path]:
    """Fill a folder that appears under its name only when it is complete.

    Args:
        path: the folder to make; its parent must exist.

    Yields:
        A temporary folder beside `path`. It becomes `path` when the block ends, and vanishes when the block fails.

    Raises:
        FileExistsError: `path` is there already, before or after the block.
    """
    _refuse_existing(path)
    temporary = _temporary_beside(path)
    temporary.mkdir()
    try:
        yield temporary
        for folder, _, names in os.walk(temporary):
            for name in names:
                _sync_file(Path(folder, name))
            _sync_folder(Path(folder))
        _refuse_existing(path)
        os.rename(temporary, path)
    except BaseException:
        shutil.rmtree(temporary, ignore_errors=True)
        raise
    _sync_folder(path.parent)


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file's bytes, in hexadecimal."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def _unify_line_ends(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _undecodable(path: Path, data: bytes) -> SourceError:
    if data.startswith(_UTF16_MARKS):
        return SourceError("file.utf16", str(path), 1)
    tried = ("utf-8",) if data.startswith(_UTF8_MARK) else ("utf-8", "cp949")
    encoding, position = max(((name, _first_bad_byte(data, name)) for name in tried), key=lambda pair: pair[1])
    before = _unify_line_ends(data[:position].decode(encoding).removeprefix("\ufeff"))
    line = before.count("\n") + 1
    prefix = before[before.rfind("\n") + 1 :]
    rest = next(iter(data[position:].decode(encoding, errors="replace").splitlines()), "")
    return SourceError("file.no_text", str(path), line, len(prefix) + 1, prefix + rest, byte=data[position])


def _first_bad_byte(data: bytes, encoding: str) -> int:
    try:
        data.decode(encoding)
    except UnicodeDecodeError as error:
        return error.start
    return len(data)


def _temporary_beside(path: Path) -> Path:
    return path.with_name(f".{path.name}.{secrets.token_hex(8)}{TEMPORARY_SUFFIX}")


def _refuse_existing(path: Path) -> None:
    if os.path.lexists(path):
        raise FileExistsError(f"expected a path that is free, got {str(path)!r}, which exists")


def _sync_file(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _sync_folder(path: Path) -> None:
    if os.name != "posix":
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
