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


def test_a_terminal_shows_stages_that_run_together_on_lines_of_their_own() -> None:
    terminal = Terminal()
    with progress.shown(terminal) as listen:
        for event in TWO_AT_ONCE:
            listen(event)
    shown = terminal.getvalue()
    assert "loss=0.250, dev=0.7500" in shown
    assert shown.count("\n\r개체 학습 1/2") >= 1  # begun below the bar of the other
    for line in re.split(r"[\r\n]|\x1b\[A", shown):
        assert ("의도 학습" in line) + ("개체 학습" in line) + ("평가" in line) <= 1


def test_notices_are_worded_on_standard_output(capsys: pytest.CaptureFixture[str]) -> None:
    with progress.shown(io.StringIO()) as listen:
        listen(Notice("train.measuring"))
    assert capsys.readouterr().out == "· 처음 보는 발화로 평가합니다\n"
