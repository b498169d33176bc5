"""A version made smaller: a candidate that answers, measured before and after on what was held out."""

from __future__ import annotations

from pathlib import Path

import pytest

from nlu.commands import compress as command
from nlu.config import build
from nlu.data import dataset as datasets
from nlu.pipeline.compress import Steps, compress
from nlu.pipeline.generate import generate
from nlu.pipeline.train import train
from nlu.store.registry import Registry
from nlu.understanding.parser import UtteranceParser
from tests.projects import config_of, dictionaries_of, patterns_of, write_project

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny bot whose model has floats and two entity networks."""
    folder = write_project(tmp_path_factory.mktemp("compress") / "bot")
    config = build(config_of(folder), {"int8": False, "tagger": {"members": 2}})
    generate(patterns_of(folder), dictionaries_of(folder), folder / "data", config)
    train(folder / "data", dictionaries_of(folder), Registry(folder / "models"), config)
    return folder


def test_each_step_makes_a_version_smaller_and_keeps_what_it_understands(folder: Path) -> None:
    registry, data = Registry(folder / "models"), datasets.read(folder / "data")
    before = registry.active()
    assert before is not None
    done = compress(registry, before, data, Steps(filters=0.5, student=24, int8=True))
    assert registry.active() == before
    assert [stage.name for stage in done.stages] == ["before", "filters", "student", "int8"]
    sizes = [stage.bundle_bytes for stage in done.stages]
    assert sizes == sorted(sizes, reverse=True)
    assert len(set(sizes)) == 4
    assert done.is_unseen
    first, last = done.stages[0].report.overall, done.stages[-1].report.overall
    assert (last.intent_accuracy or 0) > (first.intent_accuracy or 0) - 0.1
    assert (last.entity_f1 or 0) > (first.entity_f1 or 0) - 0.15
    new = registry.open(done.version)
    assert new.manifest.settings["compressed"] == {"of": before, "steps": ["filters", "student", "int8"]}
    parser = UtteranceParser.from_bundle(new)
    found = parser.parse("피자 말이야 두 개 배달해 줘")
    assert found.intent.name == "order_food"
    assert parser.explain(found).intent is not None  # it reads the kernels that are left
    assert registry.measured(done.version) is not None


def test_a_smaller_version_can_be_made_smaller_again(folder: Path) -> None:
    registry, data = Registry(folder / "models"), datasets.read(folder / "data")
    once = compress(registry, str(registry.active()), data, Steps(filters=0.7))
    twice = compress(registry, once.version, data, Steps(int8=True))
    assert twice.stages[0].report.overall == once.stages[-1].report.overall


def test_what_is_to_be_done_must_be_said(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(folder)
    assert command.main([]) == 2
    assert "--filters" in capsys.readouterr().out
    assert command.main(["--filters", "1.5"]) == 2


def test_the_command_shows_a_row_a_step_and_leaves_a_candidate(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(folder)
    assert command.main(["--int8"]) == 0
    said = capsys.readouterr().out
    assert "떼어 둔 발화로" in said
    assert said.count("%") >= 8
    version = said.rsplit(maxsplit=1)[-1]
    assert version in Registry(folder / "models").candidates()
