from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from nlu.store.trials import Trial
from nlu.types import Parse
from server.metrics import Metrics
from server.trials.arrivals import Arrivals
from server.trials.shadow import SOCKET_NAME, ShadowSender, meant
from tests.server.test_metrics import numbers
from tests.server.words import WordParser

TRIAL = Trial("shadow", "20261121-143115-c446f985", 1.0, "2026-11-30T12:00:00.000+00:00")
ACTIVE = WordParser({"피자": "menu", "판교": "loc"}, "20261121-143015-0a1b2c3d")


@pytest.fixture
def arrivals(tmp_path: Path) -> Iterator[Arrivals]:
    made = Arrivals(tmp_path, capacity=5)
    yield made
    made.close()


def sender(folder: Path, trial: Trial | None = TRIAL, metrics: Metrics | None = None) -> ShadowSender:
    return ShadowSender(lambda: trial, metrics or Metrics(), folder)


def came(arrivals: Arrivals, count: int, seconds: float = 2) -> list[str]:
    found: list[str] = []
    while len(found) < count and (some := [one.text for one in arrivals.within(seconds)]):
        found += some
    return found


def test_an_answer_arrives_with_what_it_means(tmp_path: Path, arrivals: Arrivals) -> None:
    parse = ACTIVE.parse("판교에서 피자")
    sender(tmp_path).offer(parse, "0b6d")
    (one,) = arrivals.within(2)
    assert (one.record_id, one.text, one.version, one.intent) == ("0b6d", parse.text, ACTIVE.version, "order_food")
    assert one.entities == meant(parse) == (("loc", "from", 0, 2, "판교"), ("menu", None, 5, 7, "피자"))


@pytest.mark.parametrize(
    ("trial", "expected"),
    [(None, 0), (Trial("shadow", ACTIVE.version, 1.0, ""), 0), (Trial("shadow", "v", 0.3, ""), 300)],
)
def test_nothing_is_sent_but_a_sample_of_what_another_version_answered(
    tmp_path: Path, trial: Trial | None, expected: int
) -> None:
    sent: list[Parse] = []

    class Counting(ShadowSender):
        def _send(self, parse: Parse, record_id: str | None) -> None:
            sent.append(parse)

    sending = Counting(lambda: trial, Metrics(), tmp_path)
    for _ in range(1000):
        sending.offer(ACTIVE.parse("피자"), None)
    assert abs(len(sent) - expected) < 75


@pytest.mark.parametrize("text", ["피자 \ud83c", "피자" * 40_000])
def test_what_can_not_be_sent_is_dropped_and_counted(tmp_path: Path, arrivals: Arrivals, text: str) -> None:
    sending = sender(tmp_path)
    sending.offer(ACTIVE.parse(text), "a")
    sending.offer(ACTIVE.parse("피자"), "b")
    assert sending.dropped == 1
    assert came(arrivals, 1) == ["피자"]
    assert arrivals.dropped == 1


def test_where_nobody_listens_an_answer_is_dropped_at_once(tmp_path: Path) -> None:
    metrics = Metrics()
    sending = sender(tmp_path, metrics=metrics)
    for _ in range(3):
        sending.offer(ACTIVE.parse("피자"), "a")
    assert sending.dropped == 3
    assert numbers(metrics.render("")[0].decode())["nlu_shadow_dropped_total",] == 3


def test_a_queue_that_nobody_empties_drops_and_never_waits(tmp_path: Path) -> None:
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    listening.bind(str(tmp_path / SOCKET_NAME))
    sending = sender(tmp_path)
    parse = ACTIVE.parse("피자")
    for _ in range(2000):
        sending.offer(parse, "a")
    assert sending.dropped > 0
    listening.close()


def test_more_than_may_wait_for_the_candidate_is_dropped(tmp_path: Path, arrivals: Arrivals) -> None:
    sending = sender(tmp_path)
    for number in range(60):
        sending.offer(ACTIVE.parse(f"피자 {number}"), "a")
    found = came(arrivals, 60, 0.1)
    assert len(found) + arrivals.dropped + sending.dropped >= 60
    assert arrivals.dropped + sending.dropped > 0


def test_what_is_no_answer_is_passed_over(tmp_path: Path, arrivals: Arrivals) -> None:
    other = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    for noise in (b"{}", b"[1, 2]", b"\xff", b"[1,2,3,4,5,6,7]"):
        other.sendto(noise, str(tmp_path / SOCKET_NAME))
    other.close()
    sender(tmp_path).offer(ACTIVE.parse("피자"), "a")
    assert came(arrivals, 1) == ["피자"]


def test_a_new_trial_counts_its_own_drops(tmp_path: Path) -> None:
    trials = [TRIAL, Trial("shadow", TRIAL.version, 1.0, "later")]
    sending = ShadowSender(lambda: trials[0], Metrics(), tmp_path)
    sending.offer(ACTIVE.parse("피자"), "a")
    del trials[0]
    sending.offer(ACTIVE.parse("피자"), "a")
    assert sending.dropped == 1
