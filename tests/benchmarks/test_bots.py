from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import accuracy
from benchmarks.bots import read_bot
from benchmarks.data import few
from tests.benchmarks.test_commands import data, quick, rows
from tests.benchmarks.toy import utterances

pytestmark = pytest.mark.slow

__all__ = ["data", "quick"]


@pytest.fixture
def bot(tmp_path: Path) -> Path:
    folder = tmp_path / "bot"
    folder.mkdir()
    (folder / "pattern.txt").write_text(
        "[weather]\n{loc} (날씨|기온) 알려줘\n\n[greet]\n(안녕|반가워|어서 와) (친구야)?\n", encoding="utf-8"
    )
    (folder / "dict.csv").write_text("entity,value\nloc,판교\nloc,제주\nloc,강릉\n", encoding="utf-8")
    return folder


def test_a_bots_utterances_are_all_for_training_and_weigh_what_is_asked(bot: Path) -> None:
    generated, lexicon = read_bot(bot, 10, 0.3)
    assert {row.weight for row in generated} == {0.3}
    assert {row.intent for row in generated} == {"weather", "greet"}
    assert len({row.text for row in generated}) == len(generated) == 10
    assert lexicon.values("loc") == ("판교", "제주", "강릉")


def test_a_bots_own_settings_decide_where_its_entities_end(bot: Path) -> None:
    (bot / "pattern.txt").write_text("[weather]\n{loc}에서 만나\n[greet]\n안녕|반가워\n", encoding="utf-8")
    ends = {}
    for settings in ("", "[generator]\nwhole_words = true\n"):
        (bot / "nlu.toml").write_text(settings, encoding="utf-8")
        generated, _ = read_bot(bot, 10, 1.0)
        ends[settings] = {row.text[span.start : span.end] for row in generated for span in row.spans}
    assert list(ends.values()) == [{"판교", "제주", "강릉"}, {"판교에서", "제주에서", "강릉에서"}]


def test_patterns_alone_are_learned_from_when_no_real_utterance_is(quick, bot: Path, tmp_path: Path) -> None:
    assert accuracy.main([*quick, "--task", "toy", "--bot", str(bot), "--real", "0", "--generated", "10"]) == 0
    (row,) = rows(tmp_path)
    assert (row["train"], row["generated"]) == (10, 0)


def test_patterns_are_learned_from_beside_a_few_real_utterances(quick, bot: Path, tmp_path: Path) -> None:
    assert accuracy.main([*quick, "--task", "toy", "--bot", str(bot), "--real", "2", "--generated", "9"]) == 0
    (row,) = rows(tmp_path)
    assert (row["train"], row["generated"]) == (6, 9)


def test_no_real_utterances_and_no_bot_is_wrong_usage(quick, capsys: pytest.CaptureFixture[str]) -> None:
    assert accuracy.main([*quick, "--task", "toy", "--real", "0"]) == 2
    assert "--bot" in capsys.readouterr().err


def test_few_takes_what_there_is() -> None:
    assert len(few(utterances(), 3)) == 9
    assert few(utterances(), 100) == tuple(utterances())
