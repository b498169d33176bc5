"""Training on what is read from disk a part at a time: the same utterances in full batches, the same balance."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.data.shards import Shards
from nlu.features.encoder import Features
from nlu.training.classifier import Balance
from nlu.training.estimator import Example, _in_batches
from nlu.types import LabelledUtterance, Token
from tests.nlu import tiny


def an_example(number: int) -> Example:
    units = tuple(Token("가", at, at + 1) for at in range(number % 7))
    nothing = np.zeros((10, 0), np.int64), np.zeros((0, 1), np.float32), np.zeros(0, np.int64)
    return Example(Features(units, (), *nothing, 1.0, 1.0), number, 1.0)


@given(st.lists(st.integers(0, 30), max_size=6), st.integers(1, 8))
def test_all_batches_but_the_last_are_full_and_nothing_is_lost(sizes: list[int], batch_size: int) -> None:
    numbers = iter(range(sum(sizes)))
    chunks = [[an_example(next(numbers)) for _ in range(size)] for size in sizes]
    batches = list(_in_batches(chunks, batch_size, random.Random(0)))
    assert sorted(one.target for batch in batches for one in batch) == list(range(sum(sizes)))
    assert len(batches) == -(-sum(sizes) // batch_size)


@given(st.lists(st.sampled_from("가나다"), min_size=1, max_size=60), st.integers(1, 9), st.floats(0, 1))
def test_parts_of_a_set_are_brought_up_as_much_as_the_whole(intents: str, size: int, strength: float) -> None:
    utterances = [LabelledUtterance(f"{row}", intent) for row, intent in enumerate(intents)]
    balance, seen = Balance(Counter(intents), strength), Counter[str]()
    parts = [balance.brought_up(utterances[at : at + size], seen) for at in range(0, len(utterances), size)]
    assert [one for part in parts for one in part] == balance.brought_up(utterances, Counter())
    assert sum(map(len, parts)) == balance.total


@pytest.mark.slow
def test_networks_learn_from_shards_what_they_learn_from_memory(tmp_path: Path) -> None:
    utterances = tiny.corpus()
    shards = Shards.write(tmp_path / "shards", utterances, len(utterances), size=20)
    equipment = tiny.equipment(utterances)
    training = replace(tiny.TRAINING, epochs=12)
    settings = replace(tiny.CLASSIFIER, training=training), replace(tiny.TAGGER, value_exchange=0.1, training=training)
    classifier = tiny.Classifier(settings[0]).fit(shards, utterances, *equipment)
    tagger = tiny.Tagger(settings[1]).fit(shards, utterances, *equipment)
    assert classifier.history.scores[-1] > 0.95
    assert tagger.history.scores[-1] > 0.9
