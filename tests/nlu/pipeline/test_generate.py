from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from nlu.config import Config
from nlu.data import dataset as datasets
from nlu.data.json_lines import encode_row
from nlu.data.rows import IMPORTED, DatasetRow
from nlu.events import Event, Progress
from nlu.pipeline.generate import Import, generate
from nlu.types import LabelledUtterance

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


def test_what_is_imported_and_generated_too_leaks_into_no_other_part(project: Path) -> None:
    config = Config()
    config = replace(config, generator=replace(config.generator, count=300, copies=1), refit=False)
    generate(PATTERNS, DICTIONARIES, DATA, config)
    of = {part: datasets.read(DATA).utterances(part)[:20] for part in ("train", "dev", "test")}
    said = [replace(one, text=f"{one.text} ", spans=()) for several in of.values() for one in several]
    real = [LabelledUtterance(f"정말로 사람이 한 말 {number}", "real") for number in range(20)]
    Path("real.jsonl").write_text("".join(f"{encode_row(DatasetRow(one))}\n" for one in [*said, *real]), "utf-8")
    generate(PATTERNS, DICTIONARIES, DATA, config, imports=[Import(Path("real.jsonl"), 2.0)])
    made = datasets.read(DATA)
    texts = {part: {one.text.strip() for one in made.utterances(part)} for part in ("train", "dev", "test")}
    assert all(texts.values())
    assert texts["train"] & texts["test"] == texts["train"] & texts["dev"] == texts["dev"] & texts["test"] == set()
    assert sum(row.slice == IMPORTED for row in made.rows) == len(said) + len(real)
    assert {row.utterance.weight for row in made.rows if row.slice == IMPORTED} == {2.0}
