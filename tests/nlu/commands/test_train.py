from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from nlu.commands.generate import main as generate
from nlu.commands.models import main as models_command
from nlu.commands.train import main
from nlu.config import Config
from nlu.snapshots.store import FOLDER, Snapshots
from nlu.store.registry import Registry
from nlu.types import FALLBACK_INTENT
from nlu.understanding.parser import UtteranceParser
from tests.processes import ROOT
from tests.projects import add_to_dictionary, contents

pytestmark = pytest.mark.slow


def test_without_data_the_way_out_is_told(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert capsys.readouterr().err == "data: 데이터가 없습니다. 먼저 nlu-generate 를 실행하세요.\n"
    assert not (project / "models").exists()


def test_a_second_run_has_nothing_to_do_and_says_so(trained: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = contents(trained / "models")
    assert main([]) == 0
    version = Registry(trained / "models").active()
    assert capsys.readouterr().out == f"바뀐 것이 없어 학습을 건너뜁니다. 쓰는 모델: {version}\n"
    assert contents(trained / "models") == before


def test_what_changed_since_the_data_was_made_is_told(trained: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = trained / "patterns" / "pattern.txt"
    path.write_text(path.read_text(encoding="utf-8") + "\n[bye]\n잘 가\n", encoding="utf-8")
    assert main([]) == 0
    assert capsys.readouterr().err == (
        "주의: 데이터를 만든 뒤 바뀐 파일이 있습니다: patterns/pattern.txt\n"
        "  바뀐 것을 배우게 하려면 nlu-generate 를 먼저 실행하세요.\n"
    )
    path.write_text("[bye]\n(잘 가\n", encoding="utf-8")
    assert main([]) == 0
    assert "틀린 곳이 있습니다" in capsys.readouterr().err


def test_training_publishes_activates_measures_and_reports(trained: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first = Registry(trained / "models").active()
    assert main(["--force"]) == 0
    second = Registry(trained / "models").active()
    shown = capsys.readouterr()
    assert second != first
    assert [event.version for event in Snapshots(trained / FOLDER).events()] == [second]
    assert f"새 모델: {second} (" in shown.out
    assert "unseen_pattern/unseen_value" in shown.out
    assert "· 처음 보는 발화로 평가합니다\n" in shown.out
    lines = [
        "의도 학습: 48 묶음",
        "개체 학습: 48 묶음",
        "평가: 40 발화",
        "살펴보기: 5 가지",
        "의도 학습: 120 묶음",
        "개체 학습: 114 묶음",
    ]
    assert shown.err.splitlines() == lines  # a log is no terminal: one line a stage, no bar
    report = json.loads((trained / "reports" / "report.json").read_text(encoding="utf-8"))
    assert report["slices"]["all"]["utterances"] == 40
    assert not list((trained / "models" / "work").iterdir())


def test_a_candidate_is_published_listed_and_goes_live_without_another_training(
    trained: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    add_to_dictionary(trained, "menu,마라탕,")
    registry = Registry(trained / "models")
    live = registry.active()
    assert main(["--no-activate"]) == 0
    (candidate,) = registry.candidates()
    assert registry.active() == live
    assert f"새 모델: {candidate} (" in capsys.readouterr().out
    assert models_command(["list"]) == 0
    marks = [(line[:1], "(후보)" in line) for line in capsys.readouterr().out.splitlines()]
    assert marks == [("*", False), (" ", True)]
    assert main(["--no-activate"]) == 0
    assert capsys.readouterr().out == f"바뀐 것이 없어 학습을 건너뜁니다. 후보 모델: {candidate}\n"
    assert main([]) == 0
    told = capsys.readouterr().out
    assert f"바뀐 것이 없어 학습을 건너뜁니다. 후보 모델을 쓰는 모델과 견줍니다: {candidate}\n" in told
    assert f"새 모델로 바꾸었습니다: {live} 대신 {candidate}" in told
    assert (registry.active(), registry.candidates()) == (candidate, ())


def test_an_intent_that_was_cut_does_not_go_live_by_itself(trained: Path, capsys: pytest.CaptureFixture[str]) -> None:
    registry = Registry(trained / "models")
    live, path = registry.active(), trained / "patterns" / "pattern.txt"
    path.write_text(re.sub(r"\[greet\][^\[]*", "", path.read_text(encoding="utf-8")), encoding="utf-8")
    assert generate([]) == 0
    assert main(["--no-refit"]) == 1
    told = capsys.readouterr().out
    (held,) = registry.candidates()
    assert registry.active() == live
    assert "✗ 쓰는 모델의 의도나 개체가 없어졌습니다: greet" in told
    assert f"그래도 이 모델로 답하려면: nlu-models promote {held} --force" in told
    verdict = json.loads((trained / "reports" / "promotion.json").read_text(encoding="utf-8"))
    assert (verdict["promoted"], verdict["version"], verdict["before"]) == (False, held, live)
    assert "없어졌습니다: greet" in (trained / "reports" / "promotion.html").read_text(encoding="utf-8")
    (trained / "promotion.toml").write_text('may_vanish = ["greet"]\n', encoding="utf-8")
    assert main(["--no-refit"]) == 0  # nothing is trained again
    assert registry.active() == held


def test_a_policy_or_a_book_with_mistakes_is_refused_before_anything_runs(
    trained: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = contents(trained / "models")
    (trained / "promotion.toml").write_text("margin = 2.0\n", encoding="utf-8")
    assert main(["--force"]) == 2
    assert "promotion.toml:1:1: margin: 0보다 크고 1보다 작아야 합니다" in capsys.readouterr().err
    (trained / "promotion.toml").unlink()
    (trained / "patterns" / "must.jsonl").write_text('\n{"text": "안녕", "intet": "greet"}\n', encoding="utf-8")
    assert main(["--force"]) == 2
    assert "patterns/must.jsonl:2:16: 'intet'은 모르는 이름입니다." in capsys.readouterr().err
    assert contents(trained / "models") == before


def test_a_bot_declines_talk_that_is_no_bots_business(trained: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settings = trained / "nlu.toml"
    settings.write_text(settings.read_text(encoding="utf-8").replace("smalltalk = 0.0", ""), encoding="utf-8")
    assert main(["--no-refit"]) == 0
    assert "의도 학습: 162 묶음" in capsys.readouterr().err  # 48 without
    parser = UtteranceParser.load(trained / "models")
    declined = [
        parser.parse(text).fallback.is_fallback for text in ("첫사랑", "인생은 아름다워", "자고 일어났더니 배고프다")
    ]
    assert sum(declined) >= 2


def test_the_same_data_gives_the_same_networks(trained: Path) -> None:
    registry = Registry(trained / "models")
    first = registry.open(str(registry.active()))
    main(["--force"])
    second = registry.open(str(registry.active()))
    assert second.manifest.files == first.manifest.files


def test_both_networks_learn_at_the_same_time_with_the_same_result(trained: Path) -> None:
    registry = Registry(trained / "models")
    first = registry.open(str(registry.active()))
    settings = trained / "nlu.toml"
    settings.write_text(
        settings.read_text(encoding="utf-8").replace("processes = 1", "processes = 2"), encoding="utf-8"
    )
    assert Config.read(settings).processes == 2
    assert main(["--force"]) == 0
    assert registry.open(str(registry.active())).manifest.files == first.manifest.files


def test_without_refit_the_measured_model_is_served(
    trained: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://127.0.0.1:9")  # where nobody listens
    assert main(["--force", "--no-refit"]) == 0
    shown = capsys.readouterr()
    assert "모든 발화로 다시 학습" not in shown.out
    assert "주의: MLflow에 기록하지 못했습니다 (모델은 그대로입니다): " in shown.err
    parser = UtteranceParser.load(trained / "models")
    held_out = {
        value
        for _, value, _ in json.loads((trained / "data" / "manifest.json").read_text(encoding="utf-8"))["held_out"]
    }
    assert held_out
    assert not held_out & {entry.value for entry in parser.model.encoder.lexicon.entries}


def test_another_dictionary_is_something_to_train(trained: Path, capsys: pytest.CaptureFixture[str]) -> None:
    add_to_dictionary(trained, "menu,마라탕,")
    assert main([]) == 0
    assert "새 모델: " in capsys.readouterr().out


def test_an_altered_active_version_is_said_and_left_alone(trained: Path, capsys: pytest.CaptureFixture[str]) -> None:
    registry = Registry(trained / "models")
    path = registry.path(str(registry.active())) / "lexicon.json"
    path.write_bytes(path.read_bytes() + b" ")
    assert main([]) == 3
    assert "lexicon.json: 모델의 파일이 " in capsys.readouterr().err


def test_more_text_for_the_word_vectors_changes_them(trained: Path) -> None:
    registry = Registry(trained / "models")
    first = registry.open(str(registry.active())).read("vocabularies.json")
    (trained / "talk.txt").write_text("두루미가 논에 앉았다\n" * 5, encoding="utf-8")
    assert main(["--force", "--corpus", "talk.txt"]) == 0
    second = registry.open(str(registry.active())).read("vocabularies.json")
    assert "두루미" not in first.decode()
    assert "두루미" in second.decode()


def test_a_failed_run_leaves_the_old_version_answering(trained: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = Registry(trained / "models").list(verify=True)
    data = trained / "data" / "utterances.jsonl"
    data.write_text(data.read_text(encoding="utf-8") + "{\n", encoding="utf-8")
    assert main(["--force"]) == 1
    assert f"data/utterances.jsonl:{301}:" in capsys.readouterr().err
    assert Registry(trained / "models").list(verify=True) == before


def test_talk_that_the_bot_is_not_for_is_learned_as_such(trained: Path) -> None:
    worries = ("시험", "면접", "운동", "성적", "군대", "취업", "공부", "친구")
    sighs = ("망했어", "걱정돼", "싫어졌어", "어떡하지", "힘들다")
    talk = [f"{worry} 때문에 {sigh}" for worry in worries for sigh in sighs]
    (trained / "talk.txt").write_text("\n".join(talk), encoding="utf-8")

    def share(parser: UtteranceParser) -> float:
        logits = [parser.intent_logits(text).astype(float) for text in talk]
        place = parser.intents.index(FALLBACK_INTENT)
        return sum(float(np.exp(row[place]) / np.exp(row).sum()) for row in logits) / len(talk)

    settings = trained / "nlu.toml"
    longer = settings.read_text(encoding="utf-8").replace("epochs = 6", "epochs = 20", 1)  # of the intent network
    settings.write_text(f"refit = false\n{longer}", encoding="utf-8")
    assert main([]) == 0
    before = UtteranceParser.load(trained / "models")
    assert main(["--outside", "talk.txt"]) == 0  # other text is reason enough to train again
    after = UtteranceParser.load(trained / "models")
    assert after.version != before.version
    assert share(after) > 2 * share(before)
    assert main(["--outside", "talk.txt"]) == 0
    assert Registry(trained / "models").active() == after.version


def test_two_trainings_of_the_same_data_at_once_both_end_well(trained: Path) -> None:
    command = [sys.executable, "-m", "nlu.commands.train", "--force"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    both = [
        subprocess.Popen(command, cwd=trained, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        for _ in range(2)
    ]
    shown = [one.communicate()[0].decode() for one in both]
    assert [one.returncode for one in both] == [0, 0], shown
    assert any(f"새 모델: {Registry(trained / 'models').active()} (" in one for one in shown)
    assert not list((trained / "models" / "work").iterdir())
