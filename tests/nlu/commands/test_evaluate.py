from __future__ import annotations

import json
from pathlib import Path

import pytest

from nlu.commands.evaluate import main
from tests.projects import contents

pytestmark = pytest.mark.slow

LINES = """\
{"text": "판교에서 피자 주문해줘", "intent": "order_food", "entities": [{"start": 5, "end": 7, "entity": "menu"}]}
{"text": "부산 날씨 알려줘", "intent": "weather", "entities": [{"start": 0, "end": 2, "entity": "loc"}]}
{"text": "안녕하세요", "intent": "weather", "entities": []}
"""


def test_the_test_part_is_measured_in_its_four_slices(trained: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    shown = capsys.readouterr().out
    assert ", 발화 40개\n" in shown
    for seen in ("seen", "unseen"):
        assert f"\n{seen}_pattern/{seen}_value " in shown
    assert {"intent_report.json", "intent_errors.json"} <= set(contents(trained / "reports"))


def test_a_file_of_real_utterances_is_measured(trained: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (trained / "real.jsonl").write_text(LINES, encoding="utf-8")
    assert main(["real.jsonl", "--json", "--reports", "elsewhere"]) == 0
    overall = json.loads(capsys.readouterr().out)["slices"]["all"]
    assert overall["utterances"] == 3
    assert overall["intent_accuracy"] == pytest.approx(2 / 3)
    assert (trained / "elsewhere" / "intent_report.json").exists()


@pytest.mark.parametrize(("least", "code"), [("0.5", 0), ("0.9", 1)])
def test_too_few_intents_right_has_code_one(trained: Path, least: str, code: int) -> None:
    (trained / "real.jsonl").write_text(LINES, encoding="utf-8")
    assert main(["real.jsonl", "--least", least]) == code


def test_nothing_to_measure_has_code_one(trained: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (trained / "real.jsonl").write_text("", encoding="utf-8")
    assert main(["real.jsonl"]) == 1
    assert capsys.readouterr().err.splitlines()[-1] == "잴 발화가 없습니다."


def test_without_a_model_it_has_code_three(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 3
    assert capsys.readouterr().err == (
        "models: 쓰는 모델이 없습니다. "
        "nlu-train으로 학습하거나, nlu-models list로 찾아 nlu-models activate로 고르세요.\n"
    )


def test_a_missing_file_has_code_two(trained: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["none.jsonl"]) == 2
    assert capsys.readouterr().err == "파일이 없습니다: none.jsonl\n"
