"""The compose file's own nginx.conf in a real nginx, in front of a server that never answers."""

from __future__ import annotations

import re
import shutil
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


@pytest.fixture
def port(tmp_path: Path) -> Iterator[int]:
    """The port of nginx, whose servers take connections and never answer."""
    with (
        socket.create_server(("127.0.0.1", 0), backlog=2 * MOST) as silent,
        socket.create_server(("127.0.0.1", 0)) as probe,
    ):
        port = probe.getsockname()[1]
        probe.close()
        written = (NGINX / "nginx.conf").read_text(encoding="utf-8")
        limits = LIMITS.replace("${NGINX_RATE}", "1000").replace("${NGINX_BURST}", "2000")
        (tmp_path / "limits.conf").write_text(limits, encoding="utf-8")
        kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        places = " ".join(f"{kind}_temp_path {tmp_path}/{kind};" for kind in kinds)
        for old, new in {
            "pid /tmp/nginx.pid;": f"pid {tmp_path}/nginx.pid; daemon off;",
            "/dev/stderr": f"{tmp_path}/error.log",
            "/dev/stdout": f"{tmp_path}/access.log",
            "include http.conf;": f"{places} include {NGINX}/http.conf;",
            "include /etc/nginx/conf.d/limits.conf;": f"include {tmp_path}/limits.conf;",
            "include server.conf;": f"include {NGINX}/server.conf;",
            "nlu1:8000": f"127.0.0.1:{silent.getsockname()[1]}",
            "nlu2:8000": f"127.0.0.1:{silent.getsockname()[1]}",
            "listen 8080;": f"listen 127.0.0.1:{port};",
        }.items():
            assert old in written
            written = written.replace(old, new)
        (tmp_path / "nginx.conf").write_text(written, encoding="utf-8")
        program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
        assert program is not None
        command = [program, "-p", str(tmp_path), "-c", "nginx.conf", "-e", "error.log"]
        process = subprocess.Popen(command)
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
