from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from nlu.config import Config
from nlu.events import Event, Progress
from nlu.pipeline.generate import generate

PATTERNS, DICTIONARIES, DATA = [Path("patterns/pattern.txt")], [Path("dictionaries/dict.csv")], Path("data")


def test_progress_goes_from_nothing_to_what_was_written(project: Path) -> None:
    config = Config()
    events: list[Event] = []
    settings = replace(config.generator, count=250, copies=1)
    report = generate(PATTERNS, DICTIONARIES, DATA, replace(config, generator=settings), listen=events.append)
    told = [event for event in events if isinstance(event, Progress)]
    assert {(event.stage, event.unit) for event in told} == {("generate", "utterance")}
    done = [event.done for event in told]
    assert done == sorted(done)
    assert done[:2] == [0, 100]
    assert (told[0].total or 0) >= done[-1] == told[-1].total == report.written + report.copies
