"""Utterances in files on disk: none is lost, each epoch has all of them in another order, one file at a time."""

from __future__ import annotations

import random
from pathlib import Path

from nlu.data.shards import Shards
from nlu.types import LabelledUtterance, Span


def some(count: int) -> list[LabelledUtterance]:
    return [LabelledUtterance(f"판교 {row}", "weather", (Span(0, 2, "loc"),), f"p.txt:{row}") for row in range(count)]


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    shards = Shards.write(tmp_path / "shards", iter(some(105)), 105, size=10)
    assert (len(shards), len(shards.paths)) == (105, 11)
    assert sorted(shards, key=lambda one: int(one.text[3:])) == some(105)
    assert some(105)[7] in shards
    assert LabelledUtterance("없는 말", None) not in shards


def test_an_epoch_has_every_utterance_once_in_an_order_of_its_own(tmp_path: Path) -> None:
    shards = Shards.write(tmp_path / "shards", some(100), 100, size=10).along_with(
        [LabelledUtterance("주식", "out")] * 5
    )
    epochs = [[one.text for chunk in shards.shuffled(random.Random(seed)) for one in chunk] for seed in (0, 0, 1)]
    assert epochs[0] == epochs[1] != epochs[2]
    assert sorted(epochs[0]) == sorted(epochs[2]) == sorted([*(one.text for one in some(100)), *["주식"] * 5])
    assert max(map(len, shards.shuffled(random.Random(0)))) < 30  # of 105: memory holds one file


def test_a_file_is_a_sample_of_all(tmp_path: Path) -> None:
    shards = Shards.write(tmp_path / "shards", some(2000), 2000, size=500)
    for chunk in shards.shuffled(random.Random(0)):
        mean = sum(int(one.text[3:]) for one in chunk) / len(chunk)
        assert 850 < mean < 1150


def test_writing_replaces_what_a_run_that_was_cut_off_has_left(tmp_path: Path) -> None:
    Shards.write(tmp_path / "shards", some(50), 50, size=5)
    assert sorted(one.text for one in Shards.write(tmp_path / "shards", some(3), 3)) == ["판교 0", "판교 1", "판교 2"]
    assert len(list((tmp_path / "shards").iterdir())) == 1
