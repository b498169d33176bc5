"""A data set that memory does not hold: the networks learn all of it from disk, all else is learned from a sample."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from nlu.config import build
from nlu.data import dataset as datasets
from nlu.pipeline import prepare
from nlu.pipeline.generate import generate
from nlu.pipeline.train import train
from nlu.store.registry import Registry
from nlu.understanding.parser import UtteranceParser
from tests.projects import config_of, dictionaries_of, patterns_of, write_project


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = write_project(tmp_path_factory.mktemp("large") / "bot")
    generate(patterns_of(folder), dictionaries_of(folder), folder / "data", config_of(folder))
    return folder


def test_a_sample_has_every_line_and_intent_of_each_part(folder: Path) -> None:
    whole, some = datasets.read(folder / "data"), datasets.read(folder / "data", 60)
    assert (whole.left_on_disk, some.left_on_disk) == (0, len(whole.rows) - len(some.rows))
    assert 60 <= len(some.rows) < 0.7 * len(whole.rows)
    kinds = [{(row.part, row.utterance.intent, row.utterance.origin) for row in one.rows} for one in (whole, some)]
    assert kinds[0] == kinds[1]
    assert not Counter(some.rows) - Counter(whole.rows)


@pytest.mark.slow
def test_networks_learn_what_memory_does_not_hold(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[int] = []
    write = prepare.Shards.write

    def counted(*arguments: object) -> object:
        shards = write(*arguments)
        written.append(len(shards))
        return shards

    monkeypatch.setattr(prepare.Shards, "write", counted)
    config = build(config_of(folder), {"in_memory": 60})
    outcome = train(folder / "data", dictionaries_of(folder), Registry(folder / "models"), config)
    counts = datasets.read_manifest(folder / "data")["counts"]
    assert written == [counts["train"]["utterances"], sum(part["utterances"] for part in counts.values())]
    assert not list((folder / "models" / "work").rglob("*.jsonl"))
    parse = UtteranceParser.load(Registry(folder / "models").path(outcome.version)).parse
    assert parse("속초 날씨 알려줄래").intent.name == "weather"
    assert not outcome.own_lines.missed
