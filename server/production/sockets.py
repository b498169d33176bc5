"""What the system is told of a server's connections, which the HTTP server itself does not tell it."""

from __future__ import annotations

import os
import socket
import stat
import sys
import time
from collections.abc import Iterator
from contextlib import suppress

_LOOK_SECONDS = 0.02
_GIVE_UP_SECONDS = 60.0


def drop_deaf_clients(port: int, seconds: float) -> None:
    """Let the system close each connection whose client takes nothing of what was sent to it for so long.

    The connections of a listening socket inherit the time from it; waits until this process listens.

    Args:
        port: where it listens.
        seconds: the time.

    Source: tcp(7), TCP_USER_TIMEOUT; elsewhere than on Linux nothing is done.
    """
    if sys.platform != "linux":
        return
    give_up_at = time.monotonic() + _GIVE_UP_SECONDS
    while not (found := list(_listening(port))) and time.monotonic() < give_up_at:
        time.sleep(_LOOK_SECONDS)
    for one in found:
        with one, suppress(OSError):
            one.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, int(seconds * 1000))


def _listening(port: int) -> Iterator[socket.socket]:
    """This process' own sockets that listen on a port."""
    for name in os.listdir("/proc/self/fd"):
        with suppress(OSError):
            if stat.S_ISSOCK(os.fstat(int(name)).st_mode):
                one = socket.socket(fileno=os.dup(int(name)))
                if _listens(one, port):
                    yield one
                else:
                    one.close()


def _listens(one: socket.socket, port: int) -> bool:
    if one.family not in (socket.AF_INET, socket.AF_INET6):
        return False
    return bool(one.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN)) and one.getsockname()[1] == port
