from __future__ import annotations

import io
import re

import pytest

from nlu.commands import progress
from nlu.events import Notice, Progress

EPOCH = Notice("fit.epoch", {"stage": "fit.intents", "epoch": 1, "loss": 0.25, "score": 0.75})
TWO_AT_ONCE = (
    *(Progress("fit.intents", 0, 40, "batch"), Progress("fit.entities 1/2", 0, 9, "batch")),
    *(Progress("fit.intents", 20, 40, "batch"), EPOCH, Progress("fit.entities 1/2", 9, 9, "batch")),
    *(Progress("fit.intents", 40, 40, "batch"), Progress("measure", 0, 1200, "utterance")),
)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_log_gets_one_line_a_stage(capsys: pytest.CaptureFixture[str]) -> None:
    log = io.StringIO()
    with progress.shown(log) as listen:
        for event in TWO_AT_ONCE:
            listen(event)
    assert log.getvalue() == "의도 학습: 40 묶음\n개체 학습 1/2: 9 묶음\n평가: 1,200 발화\n"
    assert capsys.readouterr() == ("", "")


def test_a_stage_that_runs_again_gets_another_line() -> None:
    log = io.StringIO()
    with progress.shown(log) as listen:
        for done in (0, 1, 2, 0, 1, 2):
            listen(Progress("measure", done, 2))
    assert log.getvalue() == "평가: 2\n" * 2


def screen(shown: str) -> list[str]:
    """What a terminal shows in the end: it knows line ends, returns, cursor up and clearing to the end."""
    lines, row = [""], 0
    for part in re.split(r"(\r|\n|\x1b\[\d+A|\x1b\[J)", shown):
        if part == "\n":
            row += 1
            lines += [""] * (row == len(lines))
        elif part.endswith("A") and part.startswith("\x1b"):
            row -= int(part[2:-1])
        elif part == "\x1b[J":
            lines[row:] = [""]
        elif part != "\r":
            lines[row] += part
    return lines


def test_a_terminal_shows_stages_that_run_together_on_lines_of_their_own(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    terminal = Terminal()
    with progress.shown(terminal, terminal) as listen:
        for event in TWO_AT_ONCE[:3]:
            listen(event)
        assert [line.split(":")[0] for line in screen(terminal.getvalue())] == ["의도 학습", "개체 학습 1/2", ""]
        for event in (*TWO_AT_ONCE[3:], Notice("train.measuring"), Progress("measure", 600, 1200, "utterance")):
            listen(event)
    lines = screen(terminal.getvalue())
    assert [line.split(":")[0] for line in lines] == [
        "개체 학습 1/2",
        "의도 학습",
        "· 처음 보는 발화로 평가합니다",
        "평가",
        "",
    ]
    assert "100%" in lines[0]
    assert "loss=0.250, dev=0.7500" in terminal.getvalue()


@pytest.mark.parametrize(("name", "value"), [("TERM", "dumb"), ("CI", "true")])
def test_a_terminal_that_only_records_gets_lines(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, value)
    terminal = Terminal()
    with progress.shown(terminal) as listen:
        for done in range(100):
            listen(Progress("measure", done, 99))
    assert terminal.getvalue() == "평가: 99\n"


def test_notices_are_worded_on_standard_output(capsys: pytest.CaptureFixture[str]) -> None:
    with progress.shown(io.StringIO()) as listen:
        listen(Notice("train.measuring"))
    assert capsys.readouterr().out == "· 처음 보는 발화로 평가합니다\n"
