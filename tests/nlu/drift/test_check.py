from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.drift.check import ALARM, Checker, adjusted
from nlu.drift.reading import Reader
from nlu.drift.replay import replay
from nlu.drift.sample import Heard
from nlu.drift.signals import SIGNALS
from nlu.drift.sketch import Sketch
from nlu.types import FALLBACK_INTENT
from tests.nlu.drift.examples import heard, mixed, refunds


def check(sketch: Sketch, reader: Reader, rows: list[Heard]):
    return Checker(sketch, reader).check(sketch.look(reader.read(rows)))


def test_more_of_the_same_raises_no_alarm(sketch: Sketch, reader: Reader) -> None:
    found = check(sketch, reader, heard(500, seed=2))
    assert not found.is_alarm
    assert found.movers == ()
    assert {one.tested.name for one in found.findings} == set(SIGNALS)


def test_a_new_subject_raises_one_and_its_utterances_and_words_are_shown(sketch: Sketch, reader: Reader) -> None:
    found = check(sketch, reader, mixed(heard(475, seed=3), refunds(25)))
    assert found.is_alarm
    assert "words" in {one.tested.name for one in found.findings if one.is_alarm}
    assert len(found.movers) >= 5
    assert all("환불" in mover.heard.text for mover in found.movers[:5])
    said = {mover.heard.text[start:end] for mover in found.movers for start, end in mover.spans}
    assert "환불" in said


def test_utterances_that_are_not_understood_any_more_raise_one(sketch: Sketch, reader: Reader) -> None:
    rows = heard(500, seed=4)
    rows = [one._replace(intent=FALLBACK_INTENT) if at % 12 == 0 else one for at, one in enumerate(rows)]
    found = check(sketch, reader, rows)
    fallback = next(one for one in found.findings if one.tested.name == "fallback")
    assert fallback.is_alarm
    assert (fallback.tested.before, fallback.tested.now) == (0.0, pytest.approx(42 / 500))
    assert all(mover.heard.intent == FALLBACK_INTENT for mover in found.movers)


def test_an_entity_that_is_found_no_more_raises_one(sketch: Sketch, reader: Reader) -> None:
    rows = [one._replace(entities=()) if "loc" in one.entities else one for one in heard(500, seed=5)]
    found = check(sketch, reader, rows)
    assert next(one for one in found.findings if one.tested.name == "entities").is_alarm


def test_confidence_that_sinks_raises_one_and_lowers_the_estimates(sketch: Sketch, reader: Reader) -> None:
    quiet = heard(500, seed=6)
    sunk = [one._replace(confidence=one.confidence * 0.8) for one in quiet]
    before, now = (check(sketch, reader, rows) for rows in (quiet, sunk))
    assert next(one for one in now.findings if one.tested.name == "confidence").is_alarm
    for earlier, later in zip(before.accuracy[:2], now.accuracy[:2], strict=True):
        assert later.value < earlier.value
        assert later.low <= later.value <= later.high


def test_a_window_that_is_too_small_is_not_tested(sketch: Sketch, reader: Reader) -> None:
    found = check(sketch, reader, heard(99, seed=7, intents=("greet",)))
    assert (found.size, found.is_alarm, found.findings) == (99, False, ())


def test_feedback_alone_is_no_reason_for_an_alarm(sketch: Sketch, reader: Reader) -> None:
    wrong = [one._replace(is_right=False) for one in heard(500, seed=2)]
    found = check(sketch, reader, wrong)
    assert not found.is_alarm
    assert found.accuracy[-1].method == "feedback"
    assert found.accuracy[-1].value == 0.0


def test_what_is_kept_of_a_check_says_nothing_that_was_said(sketch: Sketch, reader: Reader) -> None:
    rows = [one._replace(id=f"{at:032x}") for at, one in enumerate(mixed(heard(475, seed=3), refunds(25)))]
    found = check(sketch, reader, rows)
    assert "환불" in str(found.to_dict(with_text=True))
    kept = str(found.to_dict(with_text=False))
    assert not any(word in kept for row in rows for word in row.text.split())
    assert found.movers[0].heard.id in kept


def test_going_through_a_file_tells_when_it_began(sketch: Sketch, reader: Reader) -> None:
    rows = heard(1_000, seed=8) + mixed(heard(475, seed=9), refunds(25))
    found = replay(rows, sketch, reader)
    assert found.first_alarm is not None
    assert 1_000 < found.first_alarm <= 1_500
    assert found.alarms == 1
    assert [end for end, _ in found.checks] == list(range(100, 1_501, 100))


@given(st.lists(st.floats(0, 1), min_size=len(SIGNALS), max_size=len(SIGNALS)))
def test_corrected_chances_are_no_less_and_keep_the_bound(chances: list[float]) -> None:
    found = adjusted(chances)
    assert all(one >= chance - 1e-12 for one, chance in zip(found, chances, strict=True))
    assert all(one <= 1 for one in found)


def test_of_windows_without_a_change_no_more_raise_an_alarm_than_may() -> None:
    """Where all signals are pure chance, one in 1 / ALARM windows, within chance."""
    rng = np.random.default_rng(0)
    raised = sum(min(adjusted(list(row))) < ALARM for row in rng.random((20_000, len(SIGNALS))))
    assert raised <= 20_000 * ALARM + 3 * (20_000 * ALARM) ** 0.5
