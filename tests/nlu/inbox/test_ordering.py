from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from nlu.inbox.ordering import by_worth_and_novelty, frequency, promise
from nlu.inbox.utterances import InboxUtterance

NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)


def said(text: str, minutes: int = 0, user: str = "") -> InboxUtterance:
    return InboxUtterance(f"{minutes:032x}", text, user=user, time=NOON + timedelta(minutes=minutes))


def test_who_asks_ten_times_counts_once() -> None:
    assert frequency([said("환불해 줘", minute, "kim") for minute in range(10)]) == 1


def test_without_users_the_same_words_within_an_hour_come_from_one() -> None:
    assert frequency([said("환불해 줘"), said("환불 해줘", 5), said("환불해 줘", 70), said("환불", 6)]) == 3


@given(st.lists(st.floats(0, 10), max_size=20), st.integers(0, 25))
def test_every_row_has_one_place(worth: list[float], most: int) -> None:
    vectors = np.random.default_rng(len(worth)).normal(size=(len(worth), 3)).astype(np.float32)
    vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    assert sorted(by_worth_and_novelty(worth, vectors, most)) == list(range(len(worth)))


def test_what_is_new_comes_before_what_is_worth_a_little_more() -> None:
    vectors = np.array([[1, 0], [1, 0], [0, 1]], dtype=np.float32)
    assert by_worth_and_novelty([5, 4, 3], vectors) == [0, 2, 1]


def test_what_resembles_a_new_intent_promises_more_and_what_resembles_a_known_one_less() -> None:
    vectors = np.eye(3, dtype=np.float32)
    near_new, near_known, near_none = promise(vectors, vectors[:2], [True, False])
    assert near_new > near_none > near_known


def test_without_decisions_all_promise_the_same() -> None:
    vectors = np.eye(3, dtype=np.float32)
    assert len(set(promise(vectors, vectors[:0], []).tolist())) == 1
