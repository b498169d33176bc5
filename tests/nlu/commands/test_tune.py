from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from nlu.commands.tune import main
from nlu.config import Config
from nlu.search.page import tuning_page
from tests.nlu.search.searches import write_bot
from tests.projects import contents
from tests.shared import made_once

SPACE = "[classifier.training]\nlearning_rate = { low = 0.003, high = 0.03, log = true }\n"


@pytest.fixture
def bot(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A tiny bot with its data, with the command standing in it."""
    folder = Path(shutil.copytree(made_once(tmp_path_factory, "searched", write_bot), tmp_path / "bot"))
    monkeypatch.chdir(folder)
    monkeypatch.delenv("NLU_TUNE_STORAGE", raising=False)
    return folder


def test_a_space_with_a_mistake_is_refused_before_anything_is_made(
    bot: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (bot / "search.toml").write_text("[classifier]\nword_dropout = { low = 0.5, high = 0.1 }\n", encoding="utf-8")
    before = contents(bot)
    assert main([]) == 1
    assert capsys.readouterr().err.startswith(
        "search.toml:2:1: classifier.word_dropout: 빈 범위입니다. low(0.5)가 high(0.1)보다 작아야 합니다.\n"
    )
    assert contents(bot) == before


def test_what_would_be_tried_is_shown_and_nothing_is_made(bot: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (bot / "search.toml").write_text(SPACE, encoding="utf-8")
    before = contents(bot)
    assert main(["--dry-run"]) == 0
    assert capsys.readouterr().out == (
        "[의도 그물]\n  classifier.training.learning_rate: 0.003 … 0.03, 로그  (지금 0.01)\n"
    )
    assert contents(bot) == before


def test_the_space_that_is_built_in_can_be_taken_and_is_not_written_over(
    bot: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--write-space"]) == 0
    assert main(["--write-space"]) == 2
    assert main(["--dry-run", "--what", "entities"]) == 0
    assert "tagger.lstm.hidden: 96 | 128 | 160  (지금 32, 범위 밖)" in capsys.readouterr().out


def test_files_of_the_author_are_not_written_over(bot: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (bot / "search.toml").write_text(SPACE, encoding="utf-8")
    assert main(["--output", "nlu.toml"]) == 2
    assert "nlu.toml: nlu-tune이 쓰지 않은 파일이 있어 그대로 둡니다." in capsys.readouterr().err


def test_without_data_and_with_other_copies_the_way_out_is_told(bot: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (bot / "search.toml").write_text("[augmentation]\ntypos = [0.0, 0.1]\n", encoding="utf-8")
    with (bot / "nlu.toml").open("a", encoding="utf-8") as file:
        file.write("\n[augmentation]\ntypos = 0.5\n")
    assert main([]) == 2
    assert "먼저 nlu-generate 를 실행하세요." in capsys.readouterr().err
    shutil.rmtree(bot / "data")
    assert main([]) == 2
    assert capsys.readouterr().err == "data: 데이터가 없습니다. 먼저 nlu-generate 를 실행하세요.\n"


@pytest.mark.slow
def test_a_search_leaves_settings_and_a_page_and_measures_the_same_settings_on_test_once(
    bot: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It starts processes that train two tiny networks, and trains both with what was found."""
    (bot / "search.toml").write_text(SPACE, encoding="utf-8")
    author = (bot / "nlu.toml").read_text(encoding="utf-8").replace("learning_rate = 1e-2", "learning_rate = 1e-5", 1)
    (bot / "nlu.toml").write_text(author, encoding="utf-8")
    assert main(["--trials", "2", "--workers", "1"]) == 0
    shown = capsys.readouterr()
    assert "· 의도 그물을 시험합니다\n" in shown.out
    assert len([line for line in shown.err.splitlines() if line.startswith("의도 그물")]) == 2
    assert "처음 보는 발화(test)로 잰, 찾은 설정의 점수:" in shown.out
    assert shown.out.endswith(
        "이 설정으로 학습하려면: nlu-train --config tuning/tuned.toml\n늘 쓰려면 그 파일로 nlu.toml을 바꾸세요.\n"
    )
    before, after = Config.read(bot / "nlu.toml"), Config.read(bot / "tuning" / "tuned.toml")
    assert before.classifier.training.learning_rate != after.classifier.training.learning_rate
    assert (bot / "nlu.toml").read_text(encoding="utf-8") == author
    page = (bot / "tuning" / "tuning.html").read_text(encoding="utf-8")
    assert "시험마다 dev 점수와, 여기까지 가장 좋은 점수" in page
    assert "src=" not in page.partition("<body")[2]
    assert main(["--trials", "2", "--workers", "1"]) == 0  # all is there already
    assert "이 설정은 이미 test로 쟀습니다. 그때의 점수:\n" in capsys.readouterr().out
    (bot / "search.toml").write_text(SPACE.replace("0.03", "0.02"), encoding="utf-8")
    assert main([]) == 1
    assert "space.classifier.training.learning_rate.high (0.03 → 0.02)" in capsys.readouterr().err


def test_a_page_of_nothing_is_a_page() -> None:
    assert "지금 설정보다 나은 것을 찾지 못했습니다" in tuning_page("tune", [], None)
