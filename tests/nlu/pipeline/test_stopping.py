from __future__ import annotations

from nlu.pipeline.stopping import apart_for_stopping
from nlu.types import LabelledUtterance


def rows(count: int) -> list[LabelledUtterance]:
    return [LabelledUtterance(f"발화 {number}", "a", (), f"real.jsonl:{number}") for number in range(count)]


def test_one_in_twenty_of_many_written_utterances_is_taken_out() -> None:
    written, generated = rows(2_000), [LabelledUtterance("패턴", "b", (), "p.txt:1")] * 5
    learned, stopping = apart_for_stopping([*generated, *written], written)
    assert (len(learned), len(stopping)) == (1_905, 100)
    assert not set(learned) & set(stopping)


def test_of_few_none_is() -> None:
    learned, stopping = apart_for_stopping(rows(100), rows(100))
    assert (len(learned), stopping) == (100, ())
