from __future__ import annotations

import time
from contextlib import ExitStack

import pytest

from nlu.journal.errors import RecordsUnavailable
from server.turns import Turns


def test_who_finds_every_place_taken_is_refused_after_a_moment() -> None:
    turns = Turns(2, patience_seconds=0.01)
    with ExitStack() as stack:
        stack.enter_context(turns.turn())
        stack.enter_context(turns.turn())
        with pytest.raises(RecordsUnavailable, match=r"^the database does not answer those who asked before$"):
            stack.enter_context(turns.turn())
    with turns.turn():
        pass


def ask_what_fails(turns: Turns, seconds: float = 0.0) -> None:
    with turns.turn():
        time.sleep(seconds)
        raise RecordsUnavailable("gone")


def fail(turns: Turns, seconds: float = 0.0) -> None:
    with pytest.raises(RecordsUnavailable, match=r"^gone$"):
        ask_what_fails(turns, seconds)


def test_a_failure_that_took_long_is_remembered_for_a_while() -> None:
    turns = Turns(slow_seconds=0.01, rest_seconds=0.2)
    fail(turns, 0.02)
    with pytest.raises(RecordsUnavailable, match=r"^gone$"), turns.turn():
        pytest.fail("expected nobody to ask again so soon")
    time.sleep(0.25)
    with turns.turn():
        pass


def test_a_failure_that_comes_at_once_is_not_remembered() -> None:
    turns = Turns(slow_seconds=10, rest_seconds=10)
    fail(turns)
    with turns.turn():
        pass
