"""Whether all of a request has come: as much of HTTP/1.1's framing as that takes; gunicorn reads it for good later."""

from __future__ import annotations

import re

_MOST_HEAD = 128 * 1024
"""More than gunicorn takes as a request's line and headers."""

_LENGTH = re.compile(rb"\r\ncontent-length[ \t]*:[ \t]*(\d{1,18})[ \t]*(?=\r\n)", re.IGNORECASE)
_CHUNKED = re.compile(rb"\r\ntransfer-encoding[ \t]*:[^\r\n]*chunked", re.IGNORECASE)
_CONTINUE = re.compile(rb"\r\nexpect[ \t]*:[ \t]*100-continue[ \t]*(?=\r\n)", re.IGNORECASE)
_CHUNK = re.compile(rb"[ \t]*([0-9a-f]{1,15})[ \t]*(?:;[^\r\n]*)?\r\n", re.IGNORECASE)


class Arrival:
    r"""One request on its way.

    What breaks the rules, or is larger than will be taken, counts as complete at once: whoever reads it says what is
    wrong.

    Args:
        max_body: the largest body that will be taken, in bytes.

    Attributes:
        data: what came.
        is_too_large: whether it is complete for its size alone: more may follow, which nobody will read.

    Example:
        >>> arrival = Arrival(1000)
        >>> arrival.add(b"POST / HTTP/1.1\r\nContent-Length: 4\r\n\r\nab"), arrival.add(b"cd")
        (False, True)
    """

    def __init__(self, max_body: int) -> None:
        self.data = bytearray()
        self.is_too_large = False
        self._max_body = max_body
        self._searched = 0
        self._body_at = 0
        self._end: int | None = None
        self._chunk_at = 0
        self._taken = 0
        self._waits = False

    def add(self, block: bytes) -> bool:
        """Take what came, and say whether the request is complete."""
        if not self.data:
            block = block.lstrip(b"\r\n")  # some clients end a body with a line feed too many
        self.data += block
        if not self._body_at and not self._find_body():
            self.is_too_large = len(self.data) > _MOST_HEAD
            return self.is_too_large
        return self._all_chunks() if self._end is None else len(self.data) >= self._end

    @property
    def is_alone(self) -> bool:
        """Whether this request came with a length, is all there, and nothing behind it."""
        return self._end == len(self.data)

    @property
    def body(self) -> bytes:
        """The body of a request that came with a length, as far as it is there."""
        return bytes(self.data[self._body_at : self._end])

    def asks_to_continue(self) -> bool:
        """Whether the client waits for leave to send the body; true once, and then the request asks no more."""
        asked = _CONTINUE.search(self.data, 0, self._body_at) if self._waits else None
        self._waits = False
        if asked is None:
            return False
        length = asked.end() - asked.start()
        del self.data[asked.start() : asked.end()]
        self._body_at -= length
        self._chunk_at -= length
        self._end = None if self._end is None else self._end - length
        return True

    def _find_body(self) -> bool:
        at = self.data.find(b"\r\n\r\n", self._searched)
        if at < 0:
            self._searched = max(0, len(self.data) - 3)
            return False
        head = bytes(self.data[: at + 2])
        self._body_at = self._chunk_at = at + 4
        lengths = _LENGTH.findall(head)
        if _CHUNKED.search(head):
            self._waits = True
        else:
            length = int(lengths[0]) if len(lengths) == 1 else 0
            # Of a body that is refused for its length nothing needs to be there.
            self.is_too_large = length > self._max_body
            self._end = self._body_at + (0 if self.is_too_large else length)
            self._waits = self._end > len(self.data)
        return True

    def _all_chunks(self) -> bool:
        data = self.data
        while self._chunk_at < len(data):
            line = _CHUNK.match(data, self._chunk_at)
            if line is None:
                return data.find(b"\n", self._chunk_at) >= 0 or len(data) - self._chunk_at > 4096
            size = int(line[1], 16)
            if size == 0:
                return data.find(b"\r\n\r\n", line.end() - 2) >= 0
            if self._taken + min(size, len(data) - line.end()) > self._max_body:
                self.is_too_large = True
                return True
            after = line.end() + size + 2
            if after > len(data):
                break
            self._taken += size
            self._chunk_at = after
        self.is_too_large = len(data) - self._body_at > 8 * self._max_body + _MOST_HEAD
        return self.is_too_large
