from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.marks import BETWEEN, FRAMES, main, measure, places
from nlu.store.bundle import Bundle
from nlu.types import LabelledUtterance, Span
from nlu.understanding.parser import UtteranceParser
from tests.nlu.tiny import corpus


def test_only_values_that_are_found_rightly_are_tried(tiny_parser: UtteranceParser) -> None:
    right = LabelledUtterance("피자 주문해 줘", "order_food", (Span(0, 2, "menu"),))
    unknown = LabelledUtterance("우동 주문해 줘", "order_food", (Span(0, 2, "menu"),))
    wrong = LabelledUtterance("피자 주문해 줘", "order_food", (Span(0, 2, "loc"),))
    (place,) = places(tiny_parser, [right, unknown, wrong])
    assert (place.utterance, place.intent, place.other) == (right, "order_food", "라면")


def test_every_frame_has_a_row_and_all_together_one(tiny_parser: UtteranceParser) -> None:
    rows = list(measure(tiny_parser, corpus()[:40], FRAMES))
    assert len(rows) == len(FRAMES) + 1 > 50
    assert rows[-1]["mark"] == "all"
    assert rows[-1]["lost"] == sum(int(str(row["lost"])) for row in rows[:-1])
    assert all(0 <= float(str(row["lost_part"])) <= 0.05 for row in rows if row["mark"] not in BETWEEN)


@pytest.mark.slow  # loads a bundle in a folder of its own
def test_the_command_writes_its_rows(tiny_bundle: Bundle, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [{"text": "피자 주문해 줘", "intent": "x", "entities": [{"start": 0, "end": 2, "entity": "menu"}]}]
    data = tmp_path / "rows.jsonl"
    data.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    out = tmp_path / "out.json"
    assert main(["--models", str(tiny_bundle.folder), "--utterances", str(data), "--json", str(out)]) == 0
    assert "lost_part" in capsys.readouterr().out
    assert len(json.loads(out.read_text(encoding="utf-8"))["rows"]) == len(FRAMES) + 1
