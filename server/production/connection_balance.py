"""How many connections each process of the server has, in a table that all of them share.

The kernel gives a connection to whichever process asks first, which often is one that has several already. A process
that sees another with fewer asks a moment later. A write is one aligned machine word, so nobody waits for anybody; a
process that is killed is taken off the table by its parent.
"""

from __future__ import annotations

import mmap
import os
from pathlib import Path

TABLE = "connections.table"
"""The shared table's file, in the folder that the processes share."""

_SLOTS = 64
_WORD = 8


class Balance:
    """What one process tells of itself, and what it sees of the others.

    Args:
        folder: the folder that the processes share; one process that is alone needs none.
        number: the process' own, growing; two that are the same modulo 64 count as one.
        process: its id.
    """

    def __init__(self, folder: Path | None, number: int, process: int) -> None:
        self._table = _open(None if folder is None else folder / TABLE)
        self._mine = 2 * (number % _SLOTS)
        self._table[self._mine] = process

    def tell(self, connections: int) -> None:
        """Say how many connections this process has."""
        self._table[self._mine + 1] = connections

    def others_have_fewer(self) -> bool:
        """Whether another process has fewer connections than this one, by more than an eighth.

        Example:
            >>> balance = Balance(None, 0, 100)
            >>> balance.tell(3)
            >>> balance.others_have_fewer()
            False
        """
        mine, table = self._table[self._mine + 1], self._table.tolist()
        many = mine - mine // 8
        return any(table[slot] and slot != self._mine and table[slot + 1] < many for slot in range(0, 2 * _SLOTS, 2))


def forget(folder: Path, process: int) -> None:
    """Take a process that ended off the table."""
    table = _open(folder / TABLE)
    for slot in range(0, 2 * _SLOTS, 2):
        if table[slot] == process:
            table[slot] = table[slot + 1] = 0


def _open(path: Path | None) -> memoryview:
    size = 2 * _SLOTS * _WORD
    if path is None:
        return memoryview(mmap.mmap(-1, size)).cast("q")
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        os.ftruncate(descriptor, size)  # zeros; a table that is there already stays as it is
        return memoryview(mmap.mmap(descriptor, size)).cast("q")
    finally:
        os.close(descriptor)
