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


def test_without_a_file_the_honest_scores_come_first_and_what_was_learned_is_called_so(
    trained: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([]) == 0
    honest, learned = capsys.readouterr().out.split("\n\n")
    assert "처음 보는 발화로 잰 점수" in honest
    assert learned.startswith("data의 test 부분, 이 모델이 배운 발화 40개: 처음 보는 말을 얼마나")
    for shown in (honest, learned):
        for seen in ("seen", "unseen"):
            assert f"\n{seen}_pattern/{seen}_value " in shown
    assert {"intent_report.json", "intent_errors.json"} <= set(contents(trained / "reports" / "learned"))
    figures = {
        kind: json.loads((trained / "reports" / folder / "report.json").read_text(encoding="utf-8"))
        for kind, folder in (("unseen", ""), ("learned", "learned"))
    }
    assert {kind: found["about"]["kind"] for kind, found in figures.items()} == {
        "unseen": "unseen",
        "learned": "learned",
    }
    assert figures["unseen"]["learned"]["slices"] == figures["learned"]["slices"]
    assert figures["unseen"]["slices"]["all"]["exact_match"] < figures["learned"]["slices"]["all"]["exact_match"]


def test_the_page_never_calls_learned_figures_unseen(trained: Path) -> None:
    assert main(["--json"]) == 0
    honest, learned = (
        (trained / "reports" / name).read_text(encoding="utf-8") for name in ("report.html", "learned/report.html")
    )
    assert "처음 보는 발화 40개 가운데" in honest
    assert "배운 발화의 점수" in honest
    assert "이 모델이 배운 발화 40개 가운데" in learned
    assert "처음 보는 말을 얼마나 맞힐지는 말해 주지 않습니다" in learned


def test_bounds_are_of_the_honest_scores_which_are_json_on_demand(
    trained: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["unseen"].keys() <= found["learned"].keys()
    honest, learned = (found[kind]["all"]["exact_match"] for kind in ("unseen", "learned"))
    assert honest < learned
    assert main(["--least", f"exact_match={(honest + learned) / 2:.6f}"]) == 1


def test_a_file_of_real_utterances_is_measured(trained: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (trained / "real.jsonl").write_text(LINES, encoding="utf-8")
    assert main(["real.jsonl", "--json", "--reports", "elsewhere"]) == 0
    overall = json.loads(capsys.readouterr().out)["slices"]["all"]
    assert overall["utterances"] == 3
    assert overall["intent_accuracy"] == pytest.approx(2 / 3)
    assert (trained / "elsewhere" / "intent_report.json").exists()


def test_who_is_in_a_hurry_gets_the_scores_alone(trained: Path) -> None:
    (trained / "real.jsonl").write_text(LINES, encoding="utf-8")
    keys = []
    for more in ([], ["--quick"]):
        assert main(["real.jsonl", *more]) == 0
        keys.append(set(json.loads((trained / "reports" / "report.json").read_text(encoding="utf-8"))))
    assert keys[0] - keys[1] >= {"baselines", "costs"}
    assert {"slices", "spans", "fallback", "about"} <= keys[1]


@pytest.mark.parametrize(("least", "code"), [("0.5", 0), ("0.9", 1)])
def test_too_few_intents_right_has_code_one(trained: Path, least: str, code: int) -> None:
    (trained / "real.jsonl").write_text(LINES, encoding="utf-8")
    assert main(["real.jsonl", "--least", least]) == code


def test_each_missed_bound_is_told(trained: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (trained / "real.jsonl").write_text(LINES, encoding="utf-8")
    assert main(["real.jsonl", "--least", "0.9", "exact_match=0.1", "--most", "all:false_rejects=1"]) == 1
    assert capsys.readouterr().err.splitlines()[-1] == "기준에 못 미침: all intent_accuracy: 0.6667 (기준: 0.9 이상)"


def test_percents_and_names_that_do_not_exist_are_refused(trained: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--least", "90"]) == 2
    assert capsys.readouterr().err == "90: 비율은 0부터 1까지입니다. 90 %라면 0.9로 적어 주세요.\n"
    assert main(["--least", "f1=0.9"]) == 2
    assert "entity_f1" in capsys.readouterr().err
    assert main(["--least", "nowhere:entity_f1=0.9"]) == 2
    assert "unseen_pattern/seen_value" in capsys.readouterr().err


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
