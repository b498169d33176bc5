from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from contextlib import suppress
from dataclasses import replace
from importlib import import_module
from pathlib import Path

import pytest

from benchmarks import ablation, accuracy, int8, out_of_scope, sturdiness
from benchmarks.ablation import Variant
from benchmarks.ours import Recipe
from benchmarks.out_of_scope import draw_intents, part_by_intent
from benchmarks.scoring import Prediction
from benchmarks.sturdiness import falls
from nlu.evaluation.sturdiness import COPIES, roughen
from nlu.store.bundle import Bundle
from nlu.types import LabelledUtterance, Span
from tests.benchmarks.toy import chat, utterances, write_task

pytestmark = pytest.mark.slow

FOLDER = Path(accuracy.__file__).parent
SCRIPTS = (
    "ablation",
    "accuracy",
    "asking",
    "authored",
    "browser",
    "dialogues",
    "drift",
    "echo",
    "generation",
    "inbox",
    "int8",
    "marks",
    "out_of_scope",
    "particles",
    "promotion",
    "serving",
    "sturdiness",
)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    write_task(tmp_path / "data" / "toy", utterances())
    return write_task(tmp_path / "data" / "chat", chat(), ("train", "dev", "test"))


@pytest.fixture
def quick(data: Path, tmp_path: Path) -> list[str]:
    common = ["--data", str(data), "--work", str(tmp_path / "work"), "--json", str(tmp_path / "out.json")]
    return [*common, "--epochs", "1", "--processes", "1"]


def rows(tmp_path: Path) -> list[dict[str, object]]:
    return json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))["rows"]


@pytest.mark.parametrize("name", SCRIPTS)
def test_every_benchmark_explains_itself_in_korean(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert os.access(FOLDER / f"{name}.py", os.X_OK)
    with suppress(SystemExit):
        assert import_module(f"benchmarks.{name}").main(["--help"]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith(f"사용법: benchmarks/{name}.py ")
    assert "끝날 때의 코드:" in shown


def test_a_benchmark_runs_as_a_file_from_any_folder(tmp_path: Path) -> None:
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    command = [sys.executable, FOLDER / "particles.py", "--help"]
    shown = subprocess.run(command, capture_output=True, text=True, check=False, env=environment, cwd=tmp_path)
    assert shown.returncode == 0, shown.stderr
    assert shown.stdout.startswith("사용법: benchmarks/particles.py ")


@pytest.mark.parametrize("command", [accuracy, out_of_scope, sturdiness])
def test_a_missing_folder_is_one_plain_message(command, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    missing = tmp_path / "nowhere"
    more = ["--leave-out", "1"] if command is out_of_scope else []
    assert command.main(["--data", str(missing), "--task", "toy", *more]) == 2
    assert capsys.readouterr().err == f"폴더가 아닙니다: {missing}\n"


def test_an_unknown_task_is_answered_with_those_that_are_there(quick, capsys: pytest.CaptureFixture[str]) -> None:
    assert accuracy.main([*quick, "--task", "tou"]) == 2
    assert capsys.readouterr().err == "'tou': 그런 task가 없습니다. 있는 것: chat, toy\n"


def test_both_systems_are_measured_on_the_same_rows(quick, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = tmp_path / "said.jsonl"
    assert accuracy.main([*quick, "--task", "toy", "--floors", "--predictions", str(said)]) == 0
    ours, floor = rows(tmp_path)
    assert (ours["system"], floor["system"]) == ("ours", "floor")
    assert ours["utterances"] == floor["utterances"] == len(utterances())
    assert set(accuracy.COLUMNS) - {"megabytes"} <= set(floor)
    assert set(accuracy.COLUMNS) <= set(ours)
    texts = [json.loads(line)["text"] for line in said.read_text(encoding="utf-8").splitlines()]
    assert texts == [row.text for row in utterances()]
    assert "intent_accuracy" in capsys.readouterr().out


def test_every_part_that_is_there_is_scored_into_a_file_of_its_own(quick, tmp_path: Path) -> None:
    said = tmp_path / "said.jsonl"
    assert accuracy.main([*quick, "--task", "chat", "--only", "entities", "--predictions", str(said)]) == 0
    assert [row["part"] for row in rows(tmp_path)] == ["dev", "test"]
    assert sorted(path.name for path in tmp_path.glob("said*")) == ["said-dev.jsonl", "said-test.jsonl"]


def test_a_learning_curve_has_a_row_a_share_and_a_picture(quick, tmp_path: Path) -> None:
    picture = tmp_path / "pictures" / "curve.png"
    assert accuracy.main([*quick, "--task", "toy", "--only", "entities", "--curve", "--plot", str(picture)]) == 0
    assert [row["share"] for row in rows(tmp_path)] == list(accuracy.SHARES)
    assert picture.read_bytes().startswith(b"\x89PNG")


def test_answers_that_change_between_two_models_are_counted(
    tiny_bundle: Bundle, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    texts = write_task(tmp_path / "data" / "toy", utterances()) / "toy" / "dev.jsonl"
    out = tmp_path / "out.json"
    models = ["--models", str(tiny_bundle.folder), str(tiny_bundle.folder)]
    assert int8.main([*models, "--texts", str(texts), "--json", str(out)]) == 0
    assert rows(tmp_path) == [{"utterances": len(utterances()), "other_intent": 0, "other_tags": 0}]
    loc, menu = Span(0, 2, "loc"), Span(0, 2, "menu")
    before = [Prediction("weather", (loc,)), Prediction("greet"), Prediction(None, (loc,))]
    after = [Prediction("weather", (menu,)), Prediction("weather"), Prediction(None)]
    assert int8.changes(before, after) == (1, 2)


def test_every_copy_is_measured_with_its_fall(quick, tmp_path: Path) -> None:
    assert sturdiness.main([*quick, "--task", "toy", "--floors"]) == 0
    found = rows(tmp_path)
    assert [row["copy"] for row in found] == 2 * [copy.name for copy in COPIES]
    assert found[0]["changed"] == found[0]["intent_fall"] == 0


def test_variants_are_compared_with_the_models_as_they_are(quick, tmp_path: Path) -> None:
    assert (
        ablation.main(
            [*quick, "--task", "toy", "--share", "0.5", "--seeds", "2", "--variants", "no jamo", "no n-grams"]
        )
        == 0
    )
    found = rows(tmp_path)
    assert [row["variant"] for row in found] == ["as it is", "no jamo", "no n-grams"]
    assert [(row["train"], row["seeds"]) for row in found] == [(12, 2)] * 3
    assert found[0]["intent_change"] == found[0]["entity_change"] == 0
    assert found[2]["entity_f1"] is found[2]["entity_change"] is None
    assert found[2]["intent_accuracy"] is not None


def test_a_network_is_scored_by_itself_whatever_the_other_has_learned(
    quick, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    smoothing = Recipe().config.classifier.label_smoothing
    the_same = Variant(lambda settings: replace(settings, label_smoothing=smoothing))
    monkeypatch.setitem(ablation.VARIANTS, "no change", the_same)
    more = [*quick, "--epochs", "1", "--task", "toy", "--variants", "no change", "entities speak for intents"]
    assert ablation.main(more) == 0
    as_it_is, unchanged, spoken_for = rows(tmp_path)
    assert unchanged["intent_accuracy"] == as_it_is["intent_accuracy"] != spoken_for["intent_accuracy"]


@pytest.mark.parametrize("name", ablation.VARIANTS)
def test_every_variant_but_the_first_changes_the_recipe(name: str) -> None:
    recipe = ablation.each_by_itself(Recipe(corpus=("다른 글",)))

    assert (ablation.VARIANTS[name].of(recipe) == recipe) is (name == ablation.AS_IT_IS)


def test_an_unknown_variant_is_answered_with_those_that_are_there(quick, capsys: pytest.CaptureFixture[str]) -> None:
    assert ablation.main([*quick, "--task", "toy", "--variants", "no magic"]) == 2
    assert "no jamo" in capsys.readouterr().err


def test_a_variant_of_one_network_leaves_the_other_unscored() -> None:
    assert ablation.VARIANTS["no n-grams"].untouched == "tagger"
    assert ablation.VARIANTS["two LSTM layers"].untouched == "classifier"
    assert ablation.VARIANTS["no jamo"].untouched == ""
    assert ablation.VARIANTS["dictionary from train"].untouched == ""
    hardly = ablation.VARIANTS["no n-grams"].of(Recipe()).config.tagger.training
    assert (hardly.epochs, hardly.least_steps) == (1, 0)


def test_falls_are_counted_in_points_below_the_first() -> None:
    found = falls([{"intent_accuracy": 0.9, "entity_f1": 0.8}, {"intent_accuracy": 0.85, "entity_f1": 0.82}])
    assert found[1]["intent_fall"] == pytest.approx(5)
    assert found[1]["entity_fall"] == pytest.approx(-2)


def test_without_a_score_there_is_no_fall() -> None:
    assert falls([{"intent_accuracy": None, "entity_f1": 0.5}])[0]["intent_fall"] is None


@pytest.mark.parametrize("copy", COPIES, ids=lambda copy: copy.name)
def test_a_copy_carries_its_spans_and_comes_out_the_same_every_time(copy) -> None:
    gold = utterances()
    rough = roughen(gold, copy, seed=3)
    assert rough == roughen(gold, copy, seed=3)
    assert [[span.entity for span in row.spans] for row in rough] == [[s.entity for s in row.spans] for row in gold]


def test_the_first_copy_is_no_copy() -> None:
    assert roughen(utterances(), COPIES[0]) == utterances()


def test_spaces_go_and_spans_move() -> None:
    row = LabelledUtterance("내일 판교 날씨", "weather", (Span(3, 5, "loc"),))
    (copy,) = roughen([row], COPIES[1])
    assert (copy.text, copy.spans) == ("내일판교날씨", (Span(2, 4, "loc"),))


def test_one_utterance_is_roughened_the_same_whatever_stands_before_it() -> None:
    gold = utterances()
    assert roughen(gold, COPIES[3])[5] == roughen([gold[0]] * 5 + gold[5:], COPIES[3])[5]


def test_intents_that_are_left_out_are_gone_from_training(data: Path) -> None:
    task = accuracy.options.read_task(data, "toy")
    gone = draw_intents((str(row.intent) for row in task.train), 1, random.Random(0))
    inside, outside = part_by_intent(task.part("dev"), gone)
    assert {row.intent for row in outside} == gone
    assert len(gone) == 1
    assert not gone & {row.intent for row in inside}
    assert len(inside) + len(outside) == len(task.part("dev"))


def test_two_intents_must_be_left(quick, capsys: pytest.CaptureFixture[str]) -> None:
    assert out_of_scope.main([*quick, "--task", "toy", "--leave-out", "2"]) == 2
    assert "의도 3개에서 2개를 뺄 수 없습니다." in capsys.readouterr().err


@pytest.mark.parametrize("option", ["--task", "--outside"])
def test_tasks_must_lie_somewhere(option: str, project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    known = ["--task", "toy"] if option == "--task" else ["--models", "models", "--inside", "said.jsonl"]
    assert out_of_scope.main([*known, "--outside", "chat"]) == 2
    assert "--task 와 --outside 에는 --data 가 있어야 합니다." in capsys.readouterr().err


def test_a_project_is_trained_without_the_intents_that_it_must_not_know(project: Path, tmp_path: Path) -> None:
    said = [LabelledUtterance("피자 하나 주문해줘", "order_food"), LabelledUtterance("피자 배달해줘", "order_food")]
    said += [LabelledUtterance("판교 날씨 알려줘", "weather"), LabelledUtterance("서울은 비가 와", "weather")]
    said += [LabelledUtterance("안녕하세요", "greet"), LabelledUtterance("고양이는 무엇인가", "nlu_fallback")]
    write_task(tmp_path / "said", said, ("dev",))
    inside, work = tmp_path / "said" / "dev.jsonl", tmp_path / "work"
    arguments = ["--project", ".", "--inside", str(inside), "--leave-out", "1", "--draws", "2"]
    arguments += ["--work", str(work), "--json", str(tmp_path / "out.json")]
    assert out_of_scope.main(arguments) == 0
    found = rows(tmp_path)
    assert {row["outside"] for row in found} == {"1 intents, draw 1", "1 intents, draw 2"}
    bundles = sorted(work.rglob("model.json"))
    known = [set(json.loads(path.read_text(encoding="utf-8"))["intents"]) for path in bundles]
    gone = {"order_food", "weather", "greet"}
    assert {len(gone - intents) for intents in known} == {1}
    assert all("transport" in intents for intents in known)
    before = [path.stat().st_mtime_ns for path in bundles]
    assert out_of_scope.main(arguments) == 0
    assert rows(tmp_path) == found
    assert [path.stat().st_mtime_ns for path in bundles] == before


def test_a_project_is_asked_what_it_should_know(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert out_of_scope.main(["--project", ".", "--leave-out", "1"]) == 2
    assert "--inside" in capsys.readouterr().err
    more = ["--inside", "said.jsonl", "--plot", "reliability.png"]
    assert out_of_scope.main(["--project", ".", "--leave-out", "1", *more]) == 2
    assert "--plot" in capsys.readouterr().err


def test_something_must_be_out_of_scope(quick, capsys: pytest.CaptureFixture[str]) -> None:
    assert out_of_scope.main([*quick, "--task", "toy"]) == 2
    assert "--outside 와 --leave-out 가운데 하나는 있어야 합니다." in capsys.readouterr().err


def test_every_score_is_compared_for_every_classifier(quick, tmp_path: Path) -> None:
    plot = tmp_path / "reliability.png"
    arguments = [
        "--task",
        "toy",
        "--outside",
        "chat",
        "--leave-out",
        "1",
        "--outliers",
        "0",
        "0.5",
        "--plot",
        str(plot),
    ]
    assert out_of_scope.main([*quick, *arguments]) == 0
    found = rows(tmp_path)
    assert {row["outside"] for row in found} == {"chat", "1 intents, draw 1"}
    plain = {row["score"] for row in found if row["classifier"] == "0 outliers an utterance"}
    exposed = {row["score"] for row in found if row["classifier"] == "0.5 outliers an utterance"}
    assert exposed - plain == {"1 - probability of fallback", "energy - fallback logit"}
    assert {"max probability", "max logit", "energy", "n-gram coverage", "cosine to centre", "Mahalanobis"} <= plain
    assert plot.read_bytes().startswith(b"\x89PNG")


def test_a_model_that_is_there_is_measured_without_training(quick, tmp_path: Path) -> None:
    assert accuracy.main([*quick, "--task", "toy"]) == 0
    (bundle,) = tmp_path.rglob("bundle")
    inside = next(tmp_path.rglob("toy/dev.jsonl"))
    arguments = ["--models", str(bundle), "--inside", str(inside), "--outside", "chat"]
    assert out_of_scope.main([*quick, *arguments]) == 0
    found = {row["score"]: row for row in rows(tmp_path)}
    assert "Mahalanobis" not in found
    assert [name for name, row in found.items() if "held_out_caught" in row] == ["probability × familiarity"]


def test_a_model_that_is_there_needs_utterances_to_understand(quick, capsys: pytest.CaptureFixture[str]) -> None:
    assert out_of_scope.main([*quick, "--models", "models", "--outside", "chat"]) == 2
    assert "--inside와 --outside가 있어야 하고" in capsys.readouterr().err
