"""Cross-validation: a model for each fold, and nothing left behind."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import pytest

from nlu.commands.evaluate import main
from nlu.evaluation.folds import CrossValidation, FoldScores
from nlu.evaluation.folds.page import folds_page
from nlu.evaluation.folds.text import to_text
from nlu.evaluation.report import evaluate
from nlu.events import Event, Progress
from nlu.pipeline.cross_validate import cross_validate, folds_of
from nlu.pipeline.generate import generate
from tests import projects
from tests.nlu.evaluation.comparison.some import answer, right, said

GOLD = [said("피자 둘", "order", (0, 2, "menu")), said("안녕", "greet"), said("양자역학", "nlu_fallback")]


@pytest.fixture
def generated(project: Path) -> Path:
    """The tiny bot with a data set."""
    generate(
        projects.patterns_of(project), projects.dictionaries_of(project), Path("data"), projects.config_of(project)
    )
    return project


@pytest.mark.slow
def test_each_fold_is_trained_and_measured_and_the_registry_is_left_alone(
    generated: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = projects.contents(generated)
    assert main(["--folds", "2", "--least", "0.999"]) == 1
    shown = capsys.readouterr()
    assert shown.out.startswith("2겹 교차 검증 (씨앗 0): 패턴과 말 묶음 12개를 겹마다")
    assert "1/2겹: 의도 " in shown.err
    assert "기준에 못 미침: all intent_accuracy: " in shown.err
    after = projects.contents(generated)
    assert {name for name in after if name not in before} == {"reports/folds.json", "reports/folds.html"}
    kept = json.loads(after["reports/folds.json"])
    assert [fold["number"] for fold in kept["folds"]] == [1, 2]
    assert kept["slices"]["all"]["intent_accuracy"].keys() == {"mean", "spread", "low", "high", "values"}


def test_what_is_interrupted_leaves_nothing(generated: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(event: Event) -> None:
        if isinstance(event, Progress) and event.stage == "fit.intents" and event.done:
            raise KeyboardInterrupt

    (tmp_path / "work").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "work"))
    before = projects.contents(generated)
    folds, config = folds_of(Path("data"), 2, 0), projects.config_of(generated)
    with pytest.raises(KeyboardInterrupt):
        list(cross_validate(folds, projects.dictionaries_of(generated), config, listen=interrupt))
    assert projects.contents(generated) == before
    assert not list((tmp_path / "work").iterdir())


def test_folds_that_miss_an_intent_or_an_entity_are_shown_without_it() -> None:
    answers = {one.text: one for one in [*right(GOLD[:2]), answer("양자역학", "order")]}
    folds = [
        FoldScores(number, 6, evaluate(answers.__getitem__, gold))
        for number, gold in enumerate((GOLD[:2], GOLD[1:], GOLD), 1)
    ]
    found = CrossValidation(folds, 0, 3, 1)
    assert found.intents()["order"].values == (1.0, None, pytest.approx(2 / 3))
    assert found.slices()["all"]["caught"].values == (None, 0.0, 0.0)
    assert found.means()["all"]["exact_match"] == pytest.approx((1 + 1 / 2 + 2 / 3) / 3)
    assert "  order" in to_text(found)
    assert "하나뿐이라 늘 배운 것: 1개." in to_text(found)
    assert 'id="entities"' in folds_page(found)


def test_what_does_not_go_together_is_refused(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for wrong in ("1", "21", "다섯", "2.5"):
        assert main(["--folds", wrong]) == 2
        assert "2부터 20까지의 정수가 필요한데" in capsys.readouterr().err
    assert main(["real.jsonl", "--folds", "2"]) == 2
    assert main(["--folds", "2", "--compare", "a", "b"]) == 2
    assert "--folds는 데이터의 모든 발화를 나누어 씁니다" in capsys.readouterr().err
    assert main(["--folds", "2"]) == 2
    assert capsys.readouterr().err == "파일이 없습니다: data/manifest.json\n"
