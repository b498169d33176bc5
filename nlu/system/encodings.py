"""In which encoding a file is, told without holding it in memory."""

from __future__ import annotations

import codecs
import contextlib
from pathlib import Path

from nlu.errors import SourceError, SourceErrors
from nlu.system.files import encodings, opened, read_text

_BLOCK = 1 << 20
_HEAD = 64 << 10


def encoding_of(path: Path) -> str:
    """Tell the encoding of a text file: "utf-8", "utf-8-sig", "cp949" or "utf-16".

    Raises:
        SourceErrors: it is in none of these, or no file at all but a pipe or a device.
    """
    try:
        with opened(path) as file:
            candidates = encodings(path, file.read(_HEAD))
        for encoding in candidates:
            with contextlib.suppress(UnicodeDecodeError):
                _decode(path, encoding)
                return encoding
        read_text(path)  # says where the first byte stands that fits none
    except SourceError as error:
        raise SourceErrors([error]) from None
    raise AssertionError(path)


def _decode(path: Path, encoding: str) -> None:
    decoder = codecs.getincrementaldecoder(encoding)()
    with opened(path) as file:
        while block := file.read(_BLOCK):
            decoder.decode(block)
    decoder.decode(b"", final=True)
