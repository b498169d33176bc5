from pathlib import Path

import pytest

from nlu.commands.convert import main
from nlu.data.importers import read_any
from nlu.lexicon.dictionary import read_entries

MARKDOWN = """\
## intent:weather
- [판교](loc) 날씨
- [낼](date:내일) 비 와?

## intent:yes
- 응
- 판교 날씨

## synonym:내일
- 명일
"""


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "nlu.md").write_text(MARKDOWN, encoding="utf-8")
    return tmp_path


def test_a_rasa_1_bot_becomes_an_agent_and_a_dictionary(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["nlu.md", "agent", "--dictionary", "dict.csv"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "· nlu.md: 발화 4개 가운데 4개를 읽고 0개를 뺐습니다. 개체 2개 가운데 2개를 읽고 0개를 뺐습니다.",
        "· '판교 날씨': 한 발화에 의도가 여럿입니다. [weather] nlu.md:2, [yes] nlu.md:7. 하나만 남기세요.",
        "· agent: 발화 1개의 대표값은 이 형식에 담기지 않습니다.",
        "· agent: 발화 4개 가운데 4개를 쓰고 0개를 뺐습니다.",
        "사전: dict.csv (값 1개)",
    ]
    assert sorted(row.text for row in read_any(here / "agent").utterances) == [
        "낼 비 와?",
        "응",
        "판교 날씨",
        "판교 날씨",
    ]
    ((entry),) = read_entries(here / "dict.csv")
    assert (entry.entity, entry.value, entry.synonyms) == ("date", "내일", ("명일", "낼"))


def test_the_format_may_be_named(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "rows.data").write_text("text,intent\n응,yes\n", encoding="utf-8")
    assert main(["rows.data", "out", "--from", ".csv", "--to", "doccano"]) == 0
    assert (here / "out").read_text("utf-8") == '{"text": "응", "label": [], "cats": ["yes"]}\n'


def test_a_file_is_never_written_over_itself(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["nlu.md", "nlu.md"]) == 2
    assert "결과를 원래 파일에 덮어쓸 수 없습니다" in capsys.readouterr().err
    assert (here / "nlu.md").read_text("utf-8") == MARKDOWN


def test_an_end_that_means_no_format_lists_those_there_are(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["nlu.md", "bot.docx"]) == 2
    assert ".jsonl, .csv, .tsv, .xlsx, .yml" in capsys.readouterr().err
