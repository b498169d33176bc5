from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.production.incoming_request import Arrival

HEAD = b"POST /parse HTTP/1.1\r\nHost: x\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"

bodies = st.binary(max_size=60)


def with_length(body: bytes) -> bytes:
    return HEAD + b"Content-Length: %d\r\n\r\n" % len(body) + body


def in_chunks(parts: list[bytes]) -> bytes:
    chunks = b"".join(b"%x;name=value\r\n%s\r\n" % (len(part), part) for part in parts if part)
    return CHUNKED + chunks + b"0\r\n\r\n"


requests = st.one_of(
    bodies.map(with_length), st.lists(bodies, max_size=4).map(in_chunks), st.just(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
)


@given(requests, st.lists(st.integers(0, 400)))
def test_a_request_is_complete_with_its_last_byte_however_it_is_cut(request: bytes, cuts: list[int]) -> None:
    arrival = Arrival(10_000)
    edges = sorted({0, len(request) - 1, *(cut for cut in cuts if cut < len(request) - 1)})
    for start, end in pairwise(edges):
        assert not arrival.add(request[start:end])
    assert arrival.add(request[-1:])
    assert bytes(arrival.data) == request


@given(st.binary(max_size=300), st.integers(1, 50))
def test_no_bytes_break_it_and_what_is_complete_stays_so(garbage: bytes, size: int) -> None:
    arrival, was_complete = Arrival(100), False
    for start in range(0, len(garbage), size):
        is_complete = arrival.add(garbage[start : start + size])
        assert is_complete or not was_complete
        was_complete = is_complete


@pytest.mark.parametrize(
    "request_",
    [
        HEAD + b"Content-Length: 101\r\n\r\n",
        CHUNKED + b"65\r\n" + b"x" * 101,
        CHUNKED + b"fffffffffffffff\r\n" + b"x" * 101,
        CHUNKED + b"1\r\nx\r\n" * 101,
        b"x" * 200_000,
    ],
    ids=["by its length", "in one chunk", "in an endless chunk", "in many chunks", "without a head"],
)
def test_what_will_be_refused_for_its_size_is_not_waited_for(request_: bytes) -> None:
    arrival = Arrival(100)
    assert arrival.add(request_)
    assert arrival.is_too_large


@pytest.mark.parametrize(
    "request_",
    [
        HEAD + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\n",
        HEAD + b"Content-Length: -1\r\n\r\n",
        CHUNKED + b"zz\r\n",
        CHUNKED + b"\r\n",
    ],
)
def test_what_breaks_the_rules_is_not_waited_for(request_: bytes) -> None:
    arrival = Arrival(100)
    assert arrival.add(request_)
    assert not arrival.is_too_large


def test_a_name_inside_a_body_is_no_header() -> None:
    arrival = Arrival(100)
    assert not arrival.add(with_length(b"\r\nContent-Length: 1\r\n\r\n")[:-1])


def test_a_second_request_behind_the_first_is_kept() -> None:
    arrival = Arrival(100)
    both = with_length(b"a") + with_length(b"b")
    assert arrival.add(both)
    assert bytes(arrival.data) == both


def test_a_client_that_waits_for_leave_is_told_once() -> None:
    arrival = Arrival(100)
    assert not arrival.add(HEAD + b"Expect: 100-continue\r\nContent-Length: 4\r\n\r\n")
    assert [arrival.asks_to_continue(), arrival.asks_to_continue()] == [True, False]
    assert not arrival.add(b"abc")
    assert arrival.add(b"d")
    assert bytes(arrival.data) == with_length(b"abcd")


def test_a_client_whose_body_is_there_needs_no_leave() -> None:
    arrival = Arrival(100)
    assert arrival.add(HEAD + b"Expect: 100-continue\r\nContent-Length: 1\r\n\r\nx")
    assert not arrival.asks_to_continue()
