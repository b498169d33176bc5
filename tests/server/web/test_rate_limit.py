from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from server import ServerSettings, create_app
from server.web.rate_limit import RateLimiter
from tests.processes import ROOT
from tests.server.words import WordParser


@pytest.fixture
def limited(models: Path) -> FlaskClient:
    return create_app(ServerSettings(models, rate_per_second=0.01, rate_burst=3), WordParser.load).test_client()


def test_what_is_too_often_is_refused_with_when_to_come_again(limited: FlaskClient) -> None:
    answers = [limited.post("/parse", json={"text": "피자"}) for _ in range(5)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429, 429]
    refused = answers[-1]
    assert 90 <= int(refused.headers["Retry-After"]) <= 100
    assert refused.json["reason"] == "TooManyRequests"
    assert refused.json["message"] == "expected at most 0.01 requests a second from one address, got more"
    assert refused.json["help"] == "Wait as many seconds as the header Retry-After says."
    assert refused.json["request_id"] == refused.headers["X-Request-ID"]


def test_another_address_has_its_own_budget(limited: FlaskClient) -> None:
    for _ in range(4):
        limited.get("/version")
    assert limited.get("/version").status_code == 429
    assert limited.get("/version", environ_overrides={"REMOTE_ADDR": "10.0.0.2"}).status_code == 200


def test_a_header_that_anyone_can_write_buys_nothing(limited: FlaskClient) -> None:
    statuses = [
        limited.get("/version", headers={"X-Forwarded-For": f"10.0.0.{number}"}).status_code for number in range(5)
    ]
    assert statuses == [200, 200, 200, 429, 429]


def test_what_watches_the_server_is_never_refused(limited: FlaskClient) -> None:
    assert {limited.get(path).status_code for path in ["/health", "/metrics", "/health/"] * 5} == {200}


def test_the_page_is_never_half_loaded(limited: FlaskClient) -> None:
    statuses = []
    for _ in range(5):
        with limited.get("/page/app.js") as answer:
            statuses.append(answer.status_code)
    assert statuses == [200] * 5


def test_without_a_limit_nothing_is_refused(client: FlaskClient) -> None:
    assert {client.get("/version").status_code for _ in range(200)} == {200}


@given(st.lists(st.floats(0, 3), min_size=1, max_size=60), st.floats(0.5, 20), st.integers(1, 10))
def test_no_stretch_of_time_holds_more_than_the_burst_and_the_rate(
    pauses: list[float], rate: float, burst: int
) -> None:
    now, admitted = 1000.0, []
    limiter = RateLimiter(rate, burst, clock=lambda: now)
    for pause in pauses:
        now += pause
        wait = limiter.admit("a")
        assert wait >= 0
        if not wait:
            admitted.append(now)
    for first, start in enumerate(admitted):
        for last in range(first, len(admitted)):
            assert last - first + 1 <= burst + (admitted[last] - start) * rate + 1e-6


@given(st.floats(0.1, 100), st.integers(1, 5))
def test_who_waits_as_long_as_told_is_admitted(rate: float, burst: int) -> None:
    now = 1000.0
    limiter = RateLimiter(rate, burst, clock=lambda: now)
    for _ in range(burst):
        assert limiter.admit("a") == 0
    now += limiter.admit("a")
    assert limiter.admit("a") == 0


def test_a_network_of_ip_version_6_is_one_client() -> None:
    for first, second, same in (
        ("2001:db8::1", "2001:db8::ffff:1", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("10.0.0.1", "10.0.0.2", False),
        ("fe80::1%eth0", "fe80::2%eth0", True),
    ):
        limiter = RateLimiter(1, 1, clock=lambda: 1000.0)
        limiter.admit(first)
        assert (limiter.admit(second) > 0) is same, (first, second)


def test_processes_count_together(tmp_path: Path) -> None:
    table = tmp_path / "table"
    program = (
        "import sys; from pathlib import Path; from server.web.rate_limit import RateLimiter; "
        "limiter = RateLimiter(0.001, 5, Path(sys.argv[1])); print(sum(not limiter.admit('a') for _ in range(3)))"
    )
    admitted = [
        int(subprocess.run([sys.executable, "-c", program, table], capture_output=True, cwd=ROOT, check=True).stdout)
        for _ in range(2)
    ]
    assert admitted == [3, 2]
