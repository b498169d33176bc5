from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.particles import ends_of, main, minority, without_particles
from nlu import tokenizers
from nlu.types import LabelledUtterance, Span
from tests.benchmarks.toy import write_task


def said(text: str, length: int) -> LabelledUtterance:
    return LabelledUtterance(text, None, (Span(0, length, "loc"),))


def test_a_particle_counts_as_inside_or_outside_of_its_entity() -> None:
    ends = ends_of(
        [said("판교에서 만나", 2), said("판교에서 만나", 4), said("판교 만나", 2), said("판교 에서 만나", 2)]
    )
    assert ends == {("loc", "에서", False): 1, ("loc", "에서", True): 1}


def test_an_entity_that_is_nothing_but_a_particle_has_none_inside() -> None:
    assert ends_of([LabelledUtterance("판교에서 만나", None, (Span(2, 4, "x"),))]) == {}


@pytest.mark.parametrize(
    ("text", "start", "end", "kept"),
    [
        ("판교에서 만나", 0, 4, "판교"),
        ("판교에서는 만나", 0, 5, "판교"),
        ("다섯 시 에 깨워", 0, 6, "다섯 시"),
        ("판교 만나", 0, 2, "판교"),
        ("판교에서 만나", 0, 2, "판교"),
        ("판교에서 만나", 2, 4, "에서"),
    ],
)
def test_a_particle_at_an_entitys_end_is_cut_off(text: str, start: int, end: int, kept: str) -> None:
    (span,) = without_particles(text, [Span(start, end, "x")], tokenizers.create("mecab"))
    assert text[span.start : span.end] == kept


def test_the_minority_is_counted_for_each_type_and_particle() -> None:
    rows = [said("판교에서 만나", 2), *[said("판교에서 만나", 4)] * 3, said("판교로 가자", 2)]
    assert minority(ends_of(rows)) == 1


def test_the_command_writes_what_it_counts(tmp_path: Path) -> None:
    data = write_task(tmp_path / "data" / "toy", [said("판교에서 만나", 2), said("판교에서 만나", 4)])
    out = tmp_path / "out.json"
    assert main(["--data", str(data), "--task", "toy", "--json", str(out)]) == 0
    (row,) = json.loads(out.read_text(encoding="utf-8"))["rows"]
    assert row == {"task": "toy", "part": "train", "spans": 2, "inside": 0.5, "outside": 0.5, "minority": 0.5}
