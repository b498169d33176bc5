"""Take texts out of files that only tell what happened: each becomes as many asterisks."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Collection

_TELLING = 8
"""Characters from which on a text is taken out wherever it stands; a shorter one only where it is a whole value."""
_BEFORE = r'(?<![^\s"\'>,:(\[|])'
_AFTER = r'(?![^\s"\'<,:)\].|])'


class Redactor:
    """Takes texts out of a file.

    A short text such as "네" stands in many words and means nothing there; it goes where it is a value of its own.

    Args:
        texts: what is to go.

    Example:
        >>> Redactor(["내 이름은 홍길동"]).redact('{"text": "내 이름은 홍길동"}'.encode()).decode()
        '{"text": "*********"}'
    """

    def __init__(self, texts: Collection[str]) -> None:
        ways = {way: len(text) for text in texts for way in _written(text)}
        self._lengths = ways
        patterns = [_pattern(way) for way in sorted(ways, key=len, reverse=True)]
        self._pattern = re.compile("|".join(patterns)) if patterns else None

    def holds(self, content: bytes) -> bool:
        """Whether any of the texts is in a content."""
        return self._pattern is not None and self._pattern.search(_decoded(content)) is not None

    def redact(self, content: bytes) -> bytes:
        """Give the content without the texts."""
        if self._pattern is None:
            return content
        text = self._pattern.sub(lambda match: "*" * self._lengths[match[0]], _decoded(content))
        return text.encode("utf-8", "surrogateescape")


def _written(text: str) -> set[str]:
    """How files write a text: as it is, in JSON with and without Korean, in HTML, in CSV."""
    in_json = {json.dumps(text, ensure_ascii=ascii)[1:-1] for ascii in (True, False)}
    return {text, *in_json, html.escape(text), text.replace('"', '""')}


def _pattern(way: str) -> str:
    return re.escape(way) if len(way) >= _TELLING else f"{_BEFORE}{re.escape(way)}{_AFTER}"


def _decoded(content: bytes) -> str:
    return content.decode("utf-8", "surrogateescape")
