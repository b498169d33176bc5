"""A draft learns some of everything, and says of itself what it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from nlu.commands.models import main as models_command
from nlu.commands.train import main as train_command
from nlu.config import Config
from nlu.data.rows import DatasetRow
from nlu.pipeline.draft import quick, some
from nlu.store.registry import Registry
from nlu.types import LabelledUtterance
from tests.projects import add_to_dictionary


def rows(count: int, origins: int) -> list[DatasetRow]:
    return [
        DatasetRow(LabelledUtterance(str(number), "a", (), f"p:{number * number % origins}"), "train")
        for number in range(count)
    ]


def test_all_is_learned_where_it_is_little() -> None:
    several = rows(5, 3)
    assert some(several, 0, 5) == several


def test_every_pattern_is_learned_while_there_is_room() -> None:
    several = rows(300, 97)
    chosen = some(several, 0, 100)
    assert len(chosen) == 100
    assert {row.utterance.origin for row in chosen} == {row.utterance.origin for row in several}
    assert chosen == sorted(chosen, key=several.index)
    assert chosen == some(several, 0, 100)
    assert chosen != some(several, 1, 100)


def test_of_more_patterns_than_there_is_room_for_chance_chooses() -> None:
    assert len(some(rows(300, 299), 0, 10)) == 10


def test_a_draft_of_a_draft_is_as_quick() -> None:
    assert quick(quick(Config())) == quick(Config())
    assert not quick(Config()).refit


@pytest.mark.slow
def test_a_draft_is_published_and_said_to_be_one(trained: Path, capsys: pytest.CaptureFixture[str]) -> None:
    registry = Registry(trained / "models")
    full = registry.active()
    assert train_command(["--draft"]) == 0
    assert f"초안은 만들지 않습니다. 쓰는 모델: {full}" in capsys.readouterr().out
    add_to_dictionary(trained, "menu,마라탕,")
    assert train_command(["--draft"]) == 1
    told = capsys.readouterr().out
    (held,) = registry.candidates()
    assert f"✗ 초안은 제대로 학습한 모델({full})을 대신하지 않습니다" in told
    assert f"초안 모델: {held} (" in told
    assert "얼마나 맞히는지 재지 않았습니다" in told
    assert told.endswith(f'초안을 시험해 보려면: nlu-parse --models models/versions/{held} "…"\n')
    assert registry.active() == full
    assert train_command(["--draft", "--force"]) == 0
    told = capsys.readouterr().out
    draft = registry.active()
    assert draft == held  # it was trained already
    assert told.endswith("앞에 쓰던 모델로 되돌리려면: nlu-models rollback\n")
    assert registry.open(str(draft)).manifest.is_draft
    assert not registry.open(str(full)).manifest.is_draft
    assert [info.draft for info in registry.list()] == [False, True]
    models_command(["list"])
    lines = capsys.readouterr().out.splitlines()
    assert ["(초안)" in line for line in lines] == [False, True]
    assert train_command(["--draft"]) == 0
    assert "바뀐 것이 없어 학습을 건너뜁니다" in capsys.readouterr().out
