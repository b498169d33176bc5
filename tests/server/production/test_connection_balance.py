from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

import pytest

from server.production.connection_balance import Balance, forget
from tests.server.running import RunningServer, post


def test_a_process_sees_whether_another_has_fewer_connections(tmp_path: Path) -> None:
    first, second = Balance(tmp_path, 1, 100), Balance(tmp_path, 2, 200)
    assert not first.others_have_fewer()
    first.tell(1)
    assert first.others_have_fewer()
    assert not second.others_have_fewer()
    second.tell(1)
    assert not first.others_have_fewer()


def test_a_process_that_ended_takes_no_connections(tmp_path: Path) -> None:
    first = Balance(tmp_path, 1, 100)
    Balance(tmp_path, 2, 200)
    first.tell(1)
    forget(tmp_path, 200)
    assert not first.others_have_fewer()
    forget(tmp_path, 300)
    second = Balance(tmp_path, 3, 300)
    second.tell(2)
    assert second.others_have_fewer()


@pytest.mark.server
def test_connections_are_spread_over_the_processes(server: RunningServer) -> None:
    server.wait_for_workers()
    with ExitStack() as stack:
        answered_by: list[str] = []
        for _ in range(16):
            connection = stack.enter_context(server.connect())
            answered_by.append(post(connection, {"text": "누구"})[1]["model_version"])
    assert sorted(map(answered_by.count, set(answered_by)))[0] >= 5
