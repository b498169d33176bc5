"""Files that are read whatever encoding Korean programs wrote them in, and written whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import secrets
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from nlu.errors import SourceError

TEMPORARY_SUFFIX = ".tmp"
"""The end of a half-written file's or folder's name, `.NAME.RANDOM.tmp`; only a killed process leaves one behind."""

MOST_BYTES = 1 << 30
"""The largest file of an author that is read."""

_ENCODINGS_BY_MARK = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_NO_TEXT_BY_START = (
    (b"PK\x03\x04", "file.zipped"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "file.old_excel"),
    (b"%PDF-", "file.pdf"),
)
"""How files begin that people take for text, and the message that says what they are."""


def read_text(path: Path) -> tuple[str, str]:
    r"""Read a text file in UTF-8, CP949 (what Korean Excel writes), or UTF-16 (its "Unicode text").

    Args:
        path: the file.

    Returns:
        The text with `\n` line ends, and the encoding it was in: "utf-8", "utf-8-sig", "cp949" or "utf-16".

    Raises:
        SourceError: the file is in none of these (points at the first byte that fits none), is too large, or no file
            at all but a pipe or a device.
    """
    data = read_bytes(path)
    for encoding in encodings(path, data):
        with contextlib.suppress(UnicodeDecodeError):
            return _unify_line_ends(data.decode(encoding)), encoding
    raise _undecodable(path, data)


def read_bytes(path: Path) -> bytes:
    """Read a whole file.

    Raises:
        SourceError: it is too large, or no file but a pipe or a device, which may never end.
    """
    with opened(path) as file:
        data = file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise SourceError("file.too_large", str(path), 1, most=MOST_BYTES >> 20)
    return data


def shown(path: Path) -> str:
    r"""Spell a path in characters that can be written, also where its bytes are no UTF-8.

    Example:
        >>> print(shown(Path("a\udcff.txt")))
        a\udcff.txt
    """
    return path.as_posix().encode("utf-8", "backslashreplace").decode("utf-8")


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
    sync_folder(target.parent)


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
            sync_folder(Path(folder))
        _refuse_existing(path)
        os.rename(temporary, path)
    except BaseException:
        shutil.rmtree(temporary, ignore_errors=True)
        raise
    sync_folder(path.parent)


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file's bytes, in hexadecimal."""
    digest = hashlib.sha256()
    with opened(path) as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def _unify_line_ends(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


@contextlib.contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """Open a file to read; a pipe that nobody writes to is not waited for.

    Raises:
        SourceError: it is no file, but a pipe or a device.
    """
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    kind = os.fstat(descriptor).st_mode
    if not stat.S_ISREG(kind):
        os.close(descriptor)
        if stat.S_ISDIR(kind):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
        raise SourceError("file.special", str(path), 1)
    with open(descriptor, "rb") as file:
        yield file


def encodings(path: Path, data: bytes) -> tuple[str, ...]:
    """The encodings that a file may be in, by the bytes that it begins with.

    Raises:
        SourceError: they are those of a file that is no text.
    """
    for start, code in _NO_TEXT_BY_START:
        if data.startswith(start):
            raise SourceError(code, str(path), 1)
    for mark, encoding in _ENCODINGS_BY_MARK:
        if data.startswith(mark):
            return (encoding,)
    if b"\0" in data[:4] and data.count(b"\0") * 4 > len(data):
        raise SourceError("file.utf16", str(path), 1)
    return ("utf-8", "cp949")


def _undecodable(path: Path, data: bytes) -> SourceError:
    tried = [encoding.removesuffix("-sig") for encoding in encodings(path, data)]  # counts a mark's bytes, too
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
    path.parent.stat()  # where there is no such folder, the error names it and not the temporary file
    return path.with_name(f".{path.name}.{secrets.token_hex(8)}{TEMPORARY_SUFFIX}")


def _refuse_existing(path: Path) -> None:
    if os.path.lexists(path):
        raise FileExistsError(errno.EEXIST, "expected a path that is free", str(path))


def _sync_file(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


def sync_folder(path: Path) -> None:
    """Make sure that the names in a folder outlast a crash."""
    if os.name != "posix":
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
