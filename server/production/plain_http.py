"""A plain request to `/parse` as it comes over the wire, and its answer: all of HTTP/1.1 that these two need.

gunicorn checks and sorts whatever a client may send, makes what WSGI wants of it, and sends head and body of the answer
apart. That takes as long as everything else between the socket and the parser, and is not needed where a head holds
nothing but headers that change nothing.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterable
from dataclasses import dataclass
from email.utils import formatdate
from functools import lru_cache

from server.production.incoming_request import Arrival

_WITHOUT_EFFECT = (
    rb"accept|accept-encoding|accept-language|content-type|host|origin|referer|user-agent|x-forwarded-for|"
    rb"x-forwarded-host|x-forwarded-proto|x-real-ip|x-request-id"
)
"""Headers that change nothing here but the id; whoever trusts those of a proxy asks for them elsewhere."""
_HEAD = re.compile(
    rb"POST /parse HTTP/1\.1\r\n"
    rb"(?i:(?:(?:%s): ?[!-~][ -~]*\r\n|connection: ?keep-alive\r\n|content-length: ?\d+\r\n)+)\r\n" % _WITHOUT_EFFECT
)
_NAMES = re.compile(rb"\n([^:\r\n]+):")
_REQUEST_ID = re.compile(rb"\nx-request-id: ?([^\r]*)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class PlainRequest:
    """A request that asks for nothing but an answer.

    Attributes:
        body: its body.
        request_id: the id that the client gave it; None when it gave none.
    """

    body: bytes
    request_id: str | None


def read_plain(arrival: Arrival) -> PlainRequest | None:
    r"""Read a request that is there, alone and with a length; None when it is not plain.

    Example:
        >>> arrival = Arrival(1000)
        >>> arrival.add(b"POST /parse HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}"), read_plain(arrival)
        (True, PlainRequest(body=b'{}', request_id=None))
    """
    found = _HEAD.match(arrival.data)
    if found is None:
        return None
    head = found[0].lower()
    names = _NAMES.findall(head)
    if len(set(names)) < len(names):  # which of them would count?
        return None
    given = _REQUEST_ID.search(found[0]) if b"\nx-request-id:" in head else None
    return PlainRequest(arrival.body, given and given[1].rstrip().decode("ascii"))


def write_answer(headers: Iterable[tuple[str, str]], body: bytes, server: str) -> bytes:
    """Write an answer with the status 200 after which the connection stays open.

    Args:
        headers: its headers, but for those of the connection.
        body: its body.
        server: the name of the server.
    """
    of_connection = (("Server", server), ("Date", _date(int(time.time()))), ("Connection", "keep-alive"))
    lines = [f"{name}: {value}\r\n" for name, value in (*of_connection, *headers)]
    return b"".join((b"HTTP/1.1 200 OK\r\n", "".join(lines).encode("latin-1"), b"\r\n", body))


@lru_cache(maxsize=2)
def _date(second: int) -> str:
    return formatdate(second, usegmt=True)
