"""The compose file's own nginx.conf in a real nginx, in front of a server that never answers."""

from __future__ import annotations

import http.client
import json
import re
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from tests.processes import PATIENCE, ROOT

pytestmark = [pytest.mark.nginx, pytest.mark.server]

NGINX = ROOT / "deploy" / "nginx"
LIMITS = (NGINX / "templates" / "limits.conf.template").read_text(encoding="utf-8")
(MOST,) = map(int, re.findall(r"limit_conn connections (\d+);", LIMITS))
REQUEST = b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n"
HEAD = b"POST /parse HTTP/1.1\r\nHost: x\r\n"


@pytest.fixture
def port(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """The port of nginx, whose servers take connections and never answer."""
    monkeypatch.syspath_prepend(str(ROOT / "deploy"))
    from loopback import nginx

    with (
        socket.create_server(("127.0.0.1", 0), backlog=2 * MOST) as silent,
        socket.create_server(("127.0.0.1", 0)) as probe,
    ):
        port = probe.getsockname()[1]
        probe.close()
        command = nginx(tmp_path, port, [f"127.0.0.1:{silent.getsockname()[1]}"] * 2)
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            wait_for(port)
            yield port
        finally:
            process.terminate()
            process.wait(PATIENCE)


def wait_for(port: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port)).close()
        except ConnectionRefusedError:
            assert time.monotonic() < deadline
            time.sleep(0.05)


def test_one_address_may_wait_on_so_many_connections_and_is_told_so(port: int) -> None:
    with ExitStack() as stack:
        waiting = []
        for _ in range(MOST):
            waiting.append(stack.enter_context(closing(socket.create_connection(("127.0.0.1", port)))))
            waiting[-1].sendall(REQUEST)
        time.sleep(0.5)
        one_more = stack.enter_context(closing(socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)))
        one_more.sendall(REQUEST)
        assert one_more.recv(65536).startswith(b"HTTP/1.1 429 ")
        for connection in waiting:
            connection.setblocking(False)
            with pytest.raises(BlockingIOError):
                connection.recv(1)


@pytest.mark.parametrize(
    ("sent", "status", "reason"),
    [
        (b"GET /parse?text=900101-1234567 x HTTP/1.1\r\nHost: x\r\n\r\n", 400, "BadRequest"),
        (b"GET /\x01 HTTP/1.1\r\nHost: x\r\n\r\n", 400, "BadRequest"),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(50), 400, "BadRequest"),
        (b"GET /" + b"a" * 60_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", 414, "RequestURITooLong"),
        (b"GET / HTTP/1.1\r\nHost: x\r\nA: " + b"a" * 60_000 + b"\r\n\r\n", 400, "BadRequest"),
        (b"GET / HTTP/1.1\r\n\r\n", 400, "BadRequest"),
        (HEAD + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400, "BadRequest"),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n900101-1234567", 400, "BadRequest"),
        (HEAD + b"Transfer-Encoding: gzip\r\n\r\nabc", 501, "NotImplemented"),
        (HEAD + b"Content-Length: 9999999\r\n\r\n", 413, "RequestEntityTooLarge"),
        (b"TRACE / HTTP/1.1\r\nHost: x\r\n\r\n", 405, "MethodNotAllowed"),
        (b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n", 404, "NotFound"),
        (b"GET /failed-by-the-balancer HTTP/1.1\r\nHost: x\r\n\r\n", 404, "NotFound"),
        (b"GET / HTTP/2.0\r\nHost: x\r\n\r\n", 505, "HTTPVersionNotSupported"),
    ],
)
def test_what_is_no_request_is_refused_as_any_error_is_and_nothing_of_it_is_logged(
    port: int, tmp_path: Path, sent: bytes, status: int, reason: str
) -> None:
    with closing(socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)) as connection:
        connection.sendall(sent)
        with connection.makefile("rb") as stream:
            line = stream.readline()
            headers = http.client.parse_headers(stream)
            answer = json.loads(stream.read(int(headers["Content-Length"])))
    assert (int(line.split()[1]), answer["code"], answer["reason"]) == (status, status, reason)
    assert "900101" not in "".join(path.read_text(errors="replace") for path in tmp_path.glob("*.log"))
